"""Pairs for matching questions: documents and what they are about, things said and who says
them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from quizzes.derivation.enumerations import Item, enumerations
from quizzes.derivation.siblings import LISTED, Sibling, document_of, lot
from quizzes.derivation.stems import Titles, raised
from quizzes.derivation.wordkinds import first_word, kind_of, pairs, words

PAIRS = 4
DISPATCH = "dispatch"
ABOUT = "Ghép mỗi văn bản với nội dung chính của văn bản đó."
Said = dict[str, set[tuple[str, str]]]  # neighbouring words by document
SAYS = "Ghép mỗi nội dung với văn bản nêu nội dung đó."


@dataclass(frozen=True, slots=True)
class Pairing:
    """Prompts and their choices in the same order; ``[start:end]`` of the clause says one."""

    stem: str
    prompts: tuple[str, ...]
    choices: tuple[str, ...]
    start: int
    end: int


def matches(
    clause: str,
    texts: Mapping[str, str],
    titles: Titles,
    pool: Sequence[Sibling],
    seed: str,
) -> Iterator[Pairing]:
    """Pairings that the clause has a part in; none while fewer than four documents are known."""
    yield from _subjects(clause, texts[clause], titles, seed)
    said: Said = {}
    for code, text in texts.items():
        said.setdefault(document_of(code), set()).update(pairs(text))
    for item in (item for one in enumerations(texts[clause]) for item in one.items):
        if 5 <= len(words(item.text)) <= 14:
            yield from _sayings(clause, item, said, titles, pool, seed)


def _subjects(clause: str, text: str, titles: Titles, seed: str) -> Iterator[Pairing]:
    """The clause's document and three others with their subjects, if the clause says its own."""
    own = titles.programmes.get(document_of(clause))
    place = text.casefold().find(own.subject.casefold()) if own else -1
    if own is None or place < 0:
        return
    others = [code for code in titles.programmes if code != document_of(clause)]
    others = [code for code in others if titles.programmes[code].kind != DISPATCH]
    others.sort(key=lambda c: (titles.programmes[c].kind != own.kind, lot(seed, clause, c)))
    if len(others) >= PAIRS - 1:
        codes = sorted([document_of(clause), *others[: PAIRS - 1]])
        names = tuple(titles.document(code) for code in codes)
        subjects = tuple(titles.programmes[code].subject for code in codes)
        yield Pairing(ABOUT, names, subjects, place, place + len(own.subject))


def _sayings(
    clause: str,
    item: Item,
    said: Said,
    titles: Titles,
    pool: Sequence[Sibling],
    seed: str,
) -> Iterator[Pairing]:
    """What the clause says with like sayings of three other documents, each said by one only."""
    own = document_of(clause)
    if not _is_only_in(pairs(item.text), own, said):
        return
    found, kind, head = {own: item.text}, kind_of(item.text), first_word(item.text)
    dispatches = {code for code, title in titles.programmes.items() if title.kind == DISPATCH}
    like = [s for s in pool if (s.sort, s.kind) == (LISTED, kind) and s.document not in dispatches]
    like.sort(key=lambda s: (s.head != head, lot(seed, clause, item.text, s.text)))
    for sibling in like:
        about_as_long = abs(len(sibling.text) - len(item.text)) <= max(6, len(item.text) * 0.4)
        is_new = sibling.document not in found and len(found) < PAIRS
        if is_new and about_as_long and _is_only_in(sibling.pairs, sibling.document, said):
            found[sibling.document] = sibling.text
    if len(found) == PAIRS:
        codes = sorted(found, key=lambda code: lot(seed, item.text, code))
        names = tuple(titles.document(code) for code in codes)
        yield Pairing(
            SAYS, tuple(raised(found[code]) for code in codes), names, item.start, item.end
        )


def _is_only_in(mine: Collection[tuple[str, str]], own: str, said: Said) -> bool:
    """Whether no other document says it, or most of it."""
    others = (pairs for code, pairs in said.items() if code != own)
    return all(len(pairs.intersection(mine)) <= len(mine) / 2 for pairs in others)
