"""Official text -> what it lists: "A, B và C", "như: a; b; c", (i) (ii) (iii). Pure.

Nothing here understands Vietnamese; a few dozen words tell where lists begin and end. What they
cannot tell is left out: a list not found costs a suggestion, one cut wrongly costs trust.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from quizzes.derivation.wordkinds import BODY, LACK, NOUN, STATE, VERB, kind_of, words

_MARK = re.compile(r"\(([ivx]+)\)\s*")
_SENTENCE_END = re.compile(r"(?:\.{3}|[.…])\s+(?=(\S))")
_PIECE = re.compile(r"[^,]+")
_SEGMENT = re.compile(r"[^;:]+")
_SEMICOLONS = re.compile(r"[^;]+")
_EDGES = " ,;:.…–-"
# After these a list begins.
_CONNECTOR = re.compile(
    r"\b(?:như|gồm|bao gồm|(?<!nhất )là|gắn(?: chặt)? với|với|về|nhằm|thông qua|theo hướng|của|cho"
    r"|có(?! hiệu quả| nhiều| tính| khả))\s+",
    re.IGNORECASE,
)
_OPENED = re.compile(rf"(?:{_CONNECTOR.pattern}|:\s*)$", re.IGNORECASE)
_IS = re.compile(r"(?<!nhất )\blà\s+", re.IGNORECASE)
# A piece that begins so tells of the list and is none of it.
_ASIDES = (
    *("nhất là", "trong đó", "qua đó", "đồng thời", "từng bước", "góp phần", "đặc biệt", "tạo"),
    *("phục vụ", "đáp ứng", "gắn", "nhằm", "theo", "lấy", "trên", "với", "và", "có", "để", "khi"),
    *("từ đó", "làm", "đóng vai trò", "một số", "coi", "do", "ngày", "là", "được", "tự", "sự"),
)
_ASIDE = re.compile(rf"(?:{'|'.join(_ASIDES)})\b", re.IGNORECASE)
# An item is told in full before these; what follows explains it.
_TAIL = re.compile(
    r",\s+(?:nhất là|trong đó|trọng tâm|lấy|nhằm|góp phần|qua đó)\b.*", re.IGNORECASE
)
# What a thing is for is no part of its name.
_PURPOSE = re.compile(r"\s(?:để|trong|nhằm|tổ chức thực hiện)\s.*")
_ROLE = re.compile(r"\b(?:là|trở thành)\s+", re.IGNORECASE)
_ROLE_HEADS = (
    *("khâu", "ngành", "nhiệm vụ", "hướng đi", "trụ cột", "động lực", "đầu mối", "khung", "yếu tố"),
    *("nền tảng", "chủ trương", "định hướng", "trọng tâm", "nòng cốt", "hạt nhân", "điểm đến"),
)
_ROLE_END = re.compile(
    r"[,;:.…()“”]|\s(?:trong|của|cho|để|nhằm|với|trên|gắn|tạo|góp phần|thúc đẩy|nâng|và|đến)\s"
)
_QUOTED = re.compile(r"“([^“”]{4,60})”")
# "đào tạo, bồi dưỡng khác": no item but the rest of one.
_OTHERS = re.compile(r"\bkhác\b")
# "bảo đảm mọi người dân, nhất là …, được tiếp cận": its middle is no item.
_LEFT_OPEN = ", được "
# What the text is about, before it says anything of it.
_TELLS = re.compile(
    r"(?:tập trung |ưu tiên )*(?:tuyên truyền|quán triệt|làm rõ|nhấn mạnh|khẳng định|chỉ rõ)\b",
    re.IGNORECASE,
)
_BROKEN_OFF = re.compile(r",\s+(?:nhất là|được|trong đó)\b", re.IGNORECASE)
_LONGEST_ROLE = 200  # characters to look for its end in; it has eight words at most
LEAST_WORDS, MOST_WORDS, MOST_SEGMENT_WORDS = 2, 16, 26


@dataclass(frozen=True, slots=True)
class Item:
    """One thing listed: ``text`` is literally ``[start:end]`` of the clause's text."""

    text: str
    start: int
    end: int

    @property
    def kind(self) -> str:
        """What sort of words it is made of; see ``quizzes.derivation.wordkinds``."""
        return kind_of(self.text)


@dataclass(frozen=True, slots=True)
class Enumeration:
    """Things listed side by side. ``lead`` is what the sentence says before the first ("" when
    the list is the sentence)."""

    lead: str
    items: tuple[Item, ...]

    @property
    def start(self) -> int:
        return self.items[0].start

    @property
    def end(self) -> int:
        return self.items[-1].end


def enumerations(text: str) -> list[Enumeration]:
    """Every list of at least three things in a clause's text, as it stands there."""
    found = list(_numbered(text))
    for start, end in _sentences(text):
        found += _semicolon_list(text, start, end)
        for piece in _SEGMENT.finditer(text, start, end):
            found += _comma_lists(text, piece.start(), piece.end())
    kept: dict[tuple[str, ...], Enumeration] = {}
    for one in found:
        if len(one.items) >= 3:
            kept.setdefault(tuple(item.text for item in one.items), one)
    return list(kept.values())


def roles(text: str) -> list[Item]:
    """What things are said to be ("… là nhiệm vụ nền tảng"): phrases worth asking for."""
    found = []
    for link in _ROLE.finditer(text):
        rest = text[link.end() : link.end() + _LONGEST_ROLE]
        stop = _ROLE_END.search(rest)
        item = _item(text, link.end(), link.end() + (stop.start() if stop else len(rest)))
        if item and item.text.startswith(_ROLE_HEADS) and 3 <= len(words(item.text)) <= 8:
            found.append(item)
    return found


def opening(text: str) -> Item | None:
    """What a text says first, without its explanations: all there is to a short lettered item."""
    return None if _TELLS.match(text) else _first_said(text, 0, len(text))


def phrases(text: str) -> list[Item]:
    """What stands between two punctuation marks and is short and whole enough to be asked for."""
    found = []
    for start, end in _sentences(text):
        for segment in _SEGMENT.finditer(text, start, end):
            for piece in _PIECE.finditer(text, *segment.span()):
                item = _item(text, *piece.span())
                found += [item] if item and _is_phrase(text, item) else []
    return found


def _is_phrase(text: str, item: Item) -> bool:
    is_name = item.kind not in (VERB, STATE, LACK) or any(c.isdigit() for c in item.text)
    no_phrase = _ASIDE.match(item.text) or _TELLS.match(item.text)
    is_whole = not no_phrase and not _BROKEN_OFF.match(text, item.end)
    size = len(words(item.text))
    # "Tập trung đào tạo, bồi dưỡng …": two verbs and what they are about is still to come
    is_begun = size == 4 and kind_of(" ".join(item.text.split()[-2:])) == VERB
    return 3 <= size <= 10 and is_whole and not is_name and not is_begun


def mottoes(text: str) -> list[Item]:
    """Phrases in quotation marks."""
    return [Item(m[1], m.start(1), m.end(1)) for m in _QUOTED.finditer(text)]


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of the sentence that holds ``[start:end]``."""
    for first, last in _sentences(text):
        if first <= start < last:
            return first, max(last, end)
    return start, end


@lru_cache(maxsize=512)
def _sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Bounds of the sentences; a numbered item begins a new one. Every item of a text asks for
    them again, so they are kept."""
    ends = _SENTENCE_END.finditer(text)
    cuts = [m.end() for m in ends if m[1].isupper() or m[1] in "“("]
    cuts += [place for m in _MARK.finditer(text) for place in m.span()]
    bounds = [0, *sorted(set(cuts)), len(text)]
    return tuple(
        (start, end)
        for start, end in pairwise(bounds)
        if words(text[start:end]) and not _MARK.fullmatch(text[start:end])
    )


def _item(text: str, start: int, end: int) -> Item | None:
    """The words between two places without the punctuation around them; None when broken."""
    while start < end and (text[start] in _EDGES):
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    inside = text[start:end]
    whole = all(inside.count(a) == inside.count(b) for a, b in ("“”", "()"))
    fits = whole and len(words(inside)) >= LEAST_WORDS and not _OTHERS.search(inside)
    return Item(inside, start, end) if fits else None


def _numbered(text: str) -> Iterator[Enumeration]:
    """(i) a (ii) b (iii) c: what each item says first."""
    marks = list(_MARK.finditer(text))
    if len(marks) < 3:
        return
    ends = [*(m.start() for m in marks[1:]), len(text)]
    items = [_first_said(text, m.end(), end) for m, end in zip(marks, ends, strict=True)]
    start, _ = sentence_around(text, max(marks[0].start() - 2, 0), marks[0].start())
    lead = text[start : marks[0].start()].strip(_EDGES)
    if kept := tuple(item for item in items if item):
        yield Enumeration(lead, kept)


def _first_said(text: str, start: int, end: int) -> Item | None:
    first = re.split(r";|\.\s|…|\.{3}", text[start:end])[0]
    first = _TAIL.sub("", first)
    if len(words(first)) > MOST_SEGMENT_WORDS:
        first = first.split(",")[0]
    item = _item(text, start, start + len(first))
    return item if item and 5 <= len(words(item.text)) <= MOST_SEGMENT_WORDS else None


def _semicolon_list(text: str, start: int, end: int) -> Iterator[Enumeration]:
    """ "lead: a; b; c" or "lead là a; b; c". Where neither opens the list, what stands before
    the first semicolon is an item only when it begins with a verb, as the others do."""
    colon = text.rfind(":", start, end)
    if colon >= 0:
        start, end, opening = text.rfind(";", start, colon) + 1 or start, end, colon + 1
    else:
        said = _IS.search(text, start, _segment_end(text, start, end))
        opening = said.end() if said else start
    segments = [m.span() for m in _SEMICOLONS.finditer(text, opening, end)]
    if opening == start and segments and kind_of(text[slice(*segments[0])]) != VERB:
        segments = segments[1:]
    items = [_short(text, *segment) for segment in segments]
    if len(segments) >= 3:
        kept = tuple(item for item in items if item)
        yield Enumeration(text[start:opening].strip(" ;"), kept)


def _segment_end(text: str, start: int, end: int) -> int:
    found = text.find(";", start, end)
    return found if found >= 0 else end


def _short(text: str, start: int, end: int) -> Item | None:
    if _LEFT_OPEN in text[start:end]:
        return None
    said = _TAIL.sub("", text[start:end])
    item = _item(text, start, start + len(said))
    return item if item and len(words(item.text)) <= MOST_SEGMENT_WORDS else None


def _comma_lists(text: str, start: int, end: int) -> Iterator[Enumeration]:
    """ "gắn … với a, b, c và d": pieces of one kind after a word or a colon that opens a list."""
    pieces = [m.span() for m in _PIECE.finditer(text, start, end)]
    place = 0
    while place < len(pieces) - 1:
        opened = _opened(text, *pieces[place], is_first=place == 0)
        items = _from(text, opened, pieces[place + 1 :]) if opened else []
        if len(items) >= 3:
            yield Enumeration(_lead(text, start, items[0].start), tuple(items))
            place += len(items) - 2
        place += 1


def _lead(text: str, segment: int, place: int) -> str:
    """What the sentence says before a place: from its semicolon, or from its beginning."""
    if text[:segment].endswith(":"):
        segment, _ = sentence_around(text, segment - 1, segment)
        segment = max(segment, text.rfind(";", segment, place) + 1)
    return text[segment:place].strip()


def _opened(text: str, start: int, end: int, *, is_first: bool) -> Item | None:
    """The first item of a list: what stands after the last connector of its piece, or the whole
    piece where a colon opens the list or the segment begins with a verb."""
    whole = _item(text, start, end) if is_first else None
    if whole and text[:start].endswith(":"):
        return whole
    for connector in reversed(list(_CONNECTOR.finditer(text, start, end))):
        item = _item(text, connector.end(), end)
        if item and len(words(item.text)) <= MOST_WORDS // 2 and not _ASIDE.match(item.text):
            return item
    fits = whole and whole.kind == VERB and len(words(whole.text)) <= MOST_WORDS
    return whole if fits else None


def _from(text: str, first: Item, pieces: list[tuple[int, int]]) -> list[Item]:
    """The first item and those after it, as long as they are of its kind.

    Where nothing opens the list ("Hoàn thiện cơ chế a, b, c"), b and c may be mere words; where
    the first is far longer than the second, it holds the lead still."""
    least = LEAST_WORDS if _OPENED.search(text[: first.start][-24:]) else LEAST_WORDS + 1
    if len(words(first.text)) > 3 * len(words(text[slice(*pieces[0])])):
        return []
    items = [first]
    for start, end in pieces:
        item = _item(text, start, end)
        if not item or _ASIDE.match(item.text) or len(words(item.text)) > MOST_WORDS:
            break
        parts = [_named(text, part) for part in _split_at_and(text, item)]
        if any(part.kind != first.kind or len(words(part.text)) < least for part in parts):
            break
        items += parts
        if len(parts) > 1:
            break
    return items


def _named(text: str, item: Item) -> Item:
    """A thing without what it is for."""
    if item.kind not in (NOUN, BODY):
        return item
    return _item(text, item.start, item.start + len(_PURPOSE.sub("", item.text))) or item


def _split_at_and(text: str, item: Item) -> list[Item]:
    """ "c và d" as two items, if both look like items of their own."""
    left, joint, right = item.text.rpartition(" và ")
    if not joint or not all(len(words(side)) >= LEAST_WORDS for side in (left, right)):
        return [item]
    sizes = sorted((len(words(left)), len(words(right))))
    if kind_of(left) != kind_of(right) or sizes[1] > 2 * sizes[0]:
        return [item]
    middle = item.start + len(left)
    sides = (_item(text, item.start, middle), _item(text, middle + len(joint), item.end))
    return [side for side in sides if side]
