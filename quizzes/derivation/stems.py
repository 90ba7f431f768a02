"""What derived questions ask, in Vietnamese. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quizzes.banks import GAP
from quizzes.derivation.siblings import document_of
from quizzes.derivation.wordkinds import words

_TOPIC = re.compile(r"\b(?:những|các|\d+ nhóm|mục tiêu|định hướng|quan điểm)\s", re.I)
_JOINT = re.compile(r",?\s(?:như|gồm|bao gồm|là|sau|sau đây)$", re.I)
_NAMES_THINGS = re.compile(
    r"\b(?:nhóm|nhiệm vụ|giải pháp|tiêu|hạn chế|kết quả|lĩnh vực|vấn đề|nội dung|định hướng"
    r"|quan điểm|trọng tâm|yêu cầu|hình thức|chương trình|biện pháp|nguyên tắc)\b",
    re.I,
)
# After these the list goes on with the sentence instead of being named by it.
_GOES_ON = ("với", "về", "của", "cho", "có", "nhằm", "thông qua", "theo hướng")
_PROPER = (
    "Mặt trận",
    "Nhân dân",
    "Đảng",
    "Chương trình ",
    "Kế hoạch ",
    "Nội dung đột phá",
    "Cao B",
)
_KIND_NAMES = {
    "action": "Chương trình hành động số {}",
    "core": "Chương trình số {}",
    "breakthrough": "Kế hoạch số {}",
}
# Where a shortened lead may begin: after a pause, or else at a word that joins.
_PAUSE = re.compile(r"[,;:.]\s+")
_JOINT_WORD = re.compile(r"\s(?=(?:là|của|trong|và|cho|về|với|trên)\s)")
NOT = "KHÔNG"
_MOST_TAIL, _MOST_TOPIC = 10, 25


@dataclass(frozen=True, slots=True)
class ProgrammeTitle:
    """How a document is called: its kind and what it is about."""

    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class Titles:
    """What documents and clauses are called, by their codes."""

    programmes: Mapping[str, ProgrammeTitle]
    clauses: Mapping[str, str]

    def document(self, code: str) -> str:
        """ "Chương trình số 03-CTr/TU"; a dispatch goes by its short title."""
        title = self.programmes.get(code)
        if title is None:
            return f"văn bản số {code}"
        return _KIND_NAMES.get(title.kind, "Công văn “{1}”").format(code, title.subject)

    def according_to(self, code: str) -> str:
        """ "theo nội dung về Chương trình số 03-CTr/TU": the texts tell of the programmes."""
        is_dispatch = code in self.programmes and self.programmes[code].kind == "dispatch"
        return f"theo {'' if is_dispatch else 'nội dung về '}{self.document(code)}"


@dataclass(frozen=True, slots=True)
class Ask:
    """The sentences about one list: who says it (``source``) and as what (``within``)."""

    source: str
    within: str
    is_topic: bool

    def belongs(self, count: int = 1) -> str:
        """Which belong to the list."""
        what = "nội dung nào sau đây" if count == 1 else "những nội dung nào sau đây"
        joint = "thuộc" if self.is_topic else "được nêu"
        end = "" if count == 1 else f" (Chọn {count} phương án đúng.)"
        return f"{self.source}, {what} {joint} {self.within}?{end}"

    def not_belongs(self) -> str:
        """Which does not."""
        joint = "thuộc" if self.is_topic else "được nêu"
        return f"{self.source}, nội dung nào sau đây {NOT} {joint} {self.within}?"

    def holds(self, items: Sequence[str]) -> str:
        """The statement that the list holds these."""
        listed = "; ".join(lowered(item) for item in items)
        if self.is_topic:
            return f"{self.source}, {self.within} gồm có: {listed}."
        what = "các nội dung sau đây đều" if len(items) > 1 else "nội dung sau đây"
        return f"{self.source}, {what} được nêu {self.within}: {listed}."


def ask(lead: str, clause: str, titles: Titles) -> Ask:
    """How to ask about a list with this lead in this clause."""
    source = raised(titles.according_to(document_of(clause)))
    if named := topic(lead):
        return Ask(source, named, True)
    if tail := tail_of(lead):
        return Ask(source, f"tiếp sau cụm từ “{tail}”", False)
    return Ask(source, f"ở mục “{titles.clauses.get(clause, clause)}”", False)


def topic(lead: str) -> str:
    """What a list is a list of ("các chỉ tiêu cụ thể" of "… và các chỉ tiêu cụ thể như:"), "" when
    its lead does not say so."""
    named = lead.strip(" ,;:")
    if named.endswith(_GOES_ON):
        return ""
    named = _JOINT.sub("", named)
    for start in reversed([m.start() for m in _TOPIC.finditer(named)]):
        found = named[start:]
        if 3 <= len(words(found)) <= _MOST_TOPIC and _NAMES_THINGS.search(found):
            return lowered(found)
    return ""


def tail_of(lead: str) -> str:
    """The last words before a list, enough to know the place by; "" without a lead."""
    lead = lead.strip(" ,;:")
    if len(words(lead)) < 2:
        return ""
    pauses = [m.end() for m in _PAUSE.finditer(lead)]
    joints = [m.end() for m in _JOINT_WORD.finditer(lead)]
    for start in (0, *pauses, *joints):
        if 3 <= len(words(lead[start:])) <= _MOST_TAIL:
            return f"… {lead[start:]}" if start else lead
    return "… " + " ".join(lead.split()[-_MOST_TAIL:]) if len(lead.split()) > 3 else lead


def gap_stem(according_to: str, before: str, after: str) -> str:
    """A sentence with a gap."""
    said = f"{before} {GAP}{'' if after[:1] in ',;.:' else ' '}{after}".strip()
    return f"Điền cụm từ còn thiếu vào chỗ trống, {according_to}: “{said}”"


def raised(text: str) -> str:
    """As a choice begins: with a capital letter."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """As it goes on within a sentence; names and abbreviations keep their capitals."""
    keeps = text[1:2].isupper() or text[1:2].isdigit() or text.startswith(_PROPER)
    return text if keeps else text[:1].lower() + text[1:]
