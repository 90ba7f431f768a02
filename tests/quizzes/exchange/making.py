"""Questions for the exchange's tests: any sound ones, and plain ones by hand."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from quizzes.banks import (
    CHOICE_KEYS,
    DIFFICULTIES,
    GAP,
    TRUE_FALSE_CHOICES,
    Bank,
    BankClause,
    BankProgramme,
    BankQuestion,
    settled_answer,
)
from quizzes.exchange.reading import clean, form_reasons

PROGRAMME = BankProgramme("03-CTr/TU", "Chương trình số 03-CTr/TU về vườn mẫu", "Vườn mẫu", "core")
CLAUSES = (BankClause("03-CTr/TU:1", "Quan điểm"), BankClause("03-CTr/TU:2", "Nhiệm vụ"))

# What each format treats in its own way, beside ordinary Vietnamese.
_ODD = [
    *"~=#{}:\\%<>&\"'[]()|+-@*_,;/.?!",
    *("\\n", "->", "####", "//", "::", "[html]", "[plain]", "%50%", "A. ", "ANSWER: B", "&amp;"),
    *("<b>", "</p>", "<!--", "]]>", "_x0041_", "{TRUE}", "=1+1", "x005f", GAP, "Đúng", "Sai"),
    *(
        "ă",
        "đ",
        "ê",
        "ô",
        "ơ",
        "ư",
        "ệ",
        "ữ",
        "Ạ",
        "Đ",
        "“nháy”",
        "’",
        "–",
        "\n",
        "  ",
        "\t",
        "e\u0301",
    ),
    *("rừng", "kinh tế", "2025 - 2030", "3,5%", "null", "true", "~", "\u200b", "\u202e", "١"),
]
_PIECES = st.one_of(st.sampled_from(_ODD), st.text(max_size=6))
TEXTS = st.lists(_PIECES, max_size=6).map("".join).map(clean)
FILLED = TEXTS.filter(bool)


def bank(*questions: BankQuestion) -> Bank:
    return Bank("tep.yaml", PROGRAMME, CLAUSES, questions)


def single(**changes: Any) -> BankQuestion:
    """A plain sound question of choices."""
    fields: dict[str, Any] = {
        "id": "KR-001",
        "type": "single",
        "difficulty": "easy",
        "clause": "03-CTr/TU:1",
        "stem": "Giữ vườn là nhiệm vụ gì?",
        "choices": (("a", "Phụ trợ"), ("b", "Nền tảng"), ("c", "Tạm thời"), ("d", "Thí điểm")),
        "answer": ("b",),
        "quote": "giữ vườn là nhiệm vụ nền tảng",
        "explanation": "Vườn còn thì mới có cây để chăm.",
    }
    return BankQuestion(**(fields | changes))


def one_of_each() -> list[BankQuestion]:
    """A question of each type."""
    choices = (("a", "Trồng"), ("b", "Làm đất"), ("c", "Thu hoạch"))
    return [
        single(),
        single(id="KR-002", type="multiple", answer=("a", "c"), stem="Những cây nào?"),
        single(id="KR-003", type="true_false", choices=TRUE_FALSE_CHOICES, answer=("b",)),
        single(id="KR-004", type="fill", stem=f"Vườn là {GAP} của xã."),
        single(id="KR-005", type="order", choices=choices, answer=("b", "a", "c")),
        single(
            id="KR-006", type="match", choices=choices, answer=("c", "a", "b"),
            prompts=("Mùa thu", "Mùa xuân", "Mùa đông"),
        ),
    ]  # fmt: skip


@st.composite
def questions(draw: st.DrawFn) -> BankQuestion:
    """Any question the desk would take as a draft."""
    type = draw(st.sampled_from(["single", "multiple", "true_false", "fill", "order", "match"]))
    size = draw(st.integers(3, 5)) if type in ("order", "match") else 4
    keys = CHOICE_KEYS[:size]
    texts = draw(st.lists(FILLED, min_size=size, max_size=size))
    choices = tuple(zip(keys, texts, strict=True))
    answer: tuple[str, ...] = (draw(st.sampled_from(keys)),)
    if type == "true_false":
        choices, answer = TRUE_FALSE_CHOICES, (draw(st.sampled_from("ab")),)
    if type in ("order", "match"):
        answer = tuple(draw(st.permutations(keys)))
    if type == "multiple":
        answer = tuple(draw(st.lists(st.sampled_from(keys), min_size=2, max_size=3, unique=True)))
    stem = draw(FILLED)
    question = BankQuestion(
        id=draw(TEXTS.map(lambda text: clean(text[:40]))),
        type=type,
        difficulty=draw(st.sampled_from(DIFFICULTIES)),
        clause=draw(st.sampled_from([clause.id for clause in CLAUSES])),
        stem=clean(f"{stem} {GAP} {draw(TEXTS)}") if type == "fill" else stem,
        choices=choices,
        answer=settled_answer(type, answer),
        quote=draw(TEXTS),
        explanation=draw(TEXTS),
        prompts=tuple(draw(st.lists(FILLED, min_size=size, max_size=size)))
        if type == "match"
        else (),
    )
    return question


SOUND = questions().filter(lambda question: not form_reasons(question))
