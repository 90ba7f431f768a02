"""Candidates from a text: sound, literal, wrong where they should be wrong, always the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product

import pytest

from accounts.text import fold
from quizzes.banks import GAP, BankQuestion
from quizzes.checks import TO_FINISH, question_reasons
from quizzes.derivation.candidates import candidates, signature
from quizzes.derivation.excerpts import quote_around
from quizzes.derivation.siblings import LISTED, document_of, siblings, strangers, wrong_choices
from quizzes.derivation.stems import ProgrammeTitle, Titles, lowered, tail_of, topic
from quizzes.quotes import is_quoted_from
from tests.quizzes.gardens import TEXTS, TITLES

ALL = 500


def derive(clause: str, seed: str = "1", limit: int = ALL) -> list[BankQuestion]:
    return candidates(clause, TEXTS, TITLES, seed, limit)


def of_type(questions: Iterable[BankQuestion], type: str) -> list[BankQuestion]:
    return [question for question in questions if question.type == type]


def chosen(question: BankQuestion) -> list[str]:
    """The texts of the right choices."""
    texts = dict(question.choices)
    return [texts[key] for key in question.answer]


def is_said(text: str, clause: str) -> bool:
    return fold(text) in fold(TEXTS[clause])


@pytest.mark.parametrize("clause", TEXTS)
def test_every_candidate_is_sound_but_for_its_code(clause: str) -> None:
    questions = derive(clause)
    assert questions
    for question in questions:
        coded = replace(question, id="KR-001")
        assert question_reasons(coded, document_of(clause), {clause}) == []
        assert question.id == ""
        assert question.clause == clause
        assert is_quoted_from(question.quote, TEXTS[clause])
        assert len(question.quote.split()) <= 25
        assert question.explanation.endswith(TO_FINISH)
        assert question.quote in question.explanation


def test_each_kind_of_question_is_derived() -> None:
    found = {question.type for clause in TEXTS for question in derive(clause)}
    assert found == {"single", "multiple", "true_false", "fill", "match"}


@pytest.mark.parametrize("clause", TEXTS)
def test_right_choices_are_said_and_wrong_ones_are_not(clause: str) -> None:
    for question in derive(clause):
        if question.type not in ("single", "multiple", "fill"):
            continue
        wrong_is_asked = "KHÔNG" in question.stem
        for key, text in question.choices:
            assert is_said(text, clause) is ((key in question.answer) is not wrong_is_asked)


@pytest.mark.parametrize("clause", TEXTS)
def test_choices_are_about_as_long_as_the_right_one(clause: str) -> None:
    for question in of_type(derive(clause), "single"):
        if "KHÔNG" in question.stem:
            continue
        right = len(chosen(question)[0])
        sizes = [len(text) for _, text in question.choices]
        assert all(abs(size - right) <= max(3, 0.36 * right) for size in sizes)


def test_what_is_lacking_stands_beside_what_is_lacking() -> None:
    questions = of_type(derive("03-CTr/TU:2"), "single")
    assert questions
    for question in questions:
        assert all({"còn", "chưa", "yếu"} & set(text.split()) for _, text in question.choices)
        assert "những hạn chế" in question.stem


def test_a_gap_hides_the_phrase_and_nothing_else_tells_it() -> None:
    questions = of_type(derive("03-CTr/TU:1"), "fill")
    hidden = {chosen(question)[0] for question in questions}
    assert "nhiệm vụ nền tảng" in hidden
    for question in questions:
        assert question.stem.count(GAP) == 1
        assert fold(chosen(question)[0]) not in fold(question.stem)


def test_a_title_that_says_the_answer_makes_no_question() -> None:
    texts = {**TEXTS, "03-CTr/TU:3": "Huy động thanh niên trồng cây đầu xuân."}
    for title, count in (("Trồng cây đầu xuân của thanh niên", 0), ("Tết trồng cây", 1)):
        titles = replace(TITLES, clauses={**TITLES.clauses, "03-CTr/TU:3": title})
        found = candidates("03-CTr/TU:3", texts, titles, "1", ALL)
        assert len(of_type(found, "single")) == count


def test_statements_come_true_and_false() -> None:
    statements = of_type(derive("03-CTr/TU:1"), "true_false")
    assert {question.answer for question in statements} == {("a",), ("b",)}
    for question in statements:
        listed = question.stem.split(": ")[-1].rstrip(".").split("; ")
        said = [is_said(item, "03-CTr/TU:1") for item in listed]
        assert all(said) is (question.answer == ("a",))


def test_documents_are_matched_with_what_they_are_about() -> None:
    matching = of_type(derive("03-CTr/TU:1"), "match")
    about = next(q for q in matching if "nội dung chính" in q.stem)
    pairs = dict(zip(about.prompts, chosen(about), strict=True))
    assert pairs == {
        "Chương trình số 03-CTr/TU": "Giữ vườn mẫu",
        "Chương trình số 04-CTr/TU": "Chợ phiên",
        "Kế hoạch số 31-KH/TU": "Máy tính",
        "Kế hoạch số 32-KH/TU": "Cầu treo",
    }
    assert "vườn mẫu" in about.quote


def test_things_said_are_matched_with_who_says_them() -> None:
    matching = of_type(derive("31-KH/TU:1"), "match")
    says = [q for q in matching if "nêu nội dung đó" in q.stem]
    assert says
    names = {TITLES.document(code): code for code in TITLES.programmes}
    for question in says:
        for prompt, name in zip(question.prompts, chosen(question), strict=True):
            of = [c for c in TEXTS if document_of(c) == names[name]]
            assert any(is_said(prompt, clause) for clause in of)


def test_the_same_seed_gives_the_same_and_another_seed_another_order() -> None:
    assert derive("03-CTr/TU:1") == derive("03-CTr/TU:1")
    assert derive("03-CTr/TU:1") != derive("03-CTr/TU:1", seed="2")


def test_a_limit_keeps_every_kind_in_turn() -> None:
    few = derive("03-CTr/TU:1", limit=5)
    assert len({question.type for question in few}) == 5
    assert few == derive("03-CTr/TU:1")[:5]


def test_no_two_candidates_are_the_same_question() -> None:
    for clause in TEXTS:
        signatures = [signature(question) for question in derive(clause)]
        assert len(set(signatures)) == len(signatures)


def test_what_exists_is_not_offered_again_whatever_its_marks_and_order() -> None:
    first, *others = derive("03-CTr/TU:1")
    known = replace(
        first, stem=first.stem.upper(), choices=tuple(reversed(first.choices)), difficulty="hard"
    )
    left = candidates("03-CTr/TU:1", TEXTS, TITLES, "1", ALL, {signature(known)})
    assert {signature(q) for q in left} == {signature(q) for q in others}


@pytest.mark.parametrize("clause", ["03-CTr/TU:9", "99-KH/TU:1"])
def test_without_a_text_there_is_nothing(clause: str) -> None:
    assert derive(clause) == []


def test_alone_a_clause_has_no_choices_to_offer() -> None:
    texts = {"03-CTr/TU:1": TEXTS["03-CTr/TU:1"]}
    found = candidates("03-CTr/TU:1", texts, TITLES, "1", ALL)
    assert {q.type for q in found} == {"true_false", "match"}
    assert all(q.answer == ("a",) for q in found if q.type == "true_false")


def test_strangers_are_neither_kin_nor_said_in_other_words() -> None:
    texts = {
        "31-KH/TU:3": "Lấy vườn làm gốc. (i) Gắn vườn với bảo vệ nguồn nước sạch",
        "31-KH/TU:3.i": "Gắn vườn với mở rộng ao cá, bảo vệ nguồn nước sạch, chăm sóc cây non",
        "31-KH/TU:4": "Gắn nhà với đầu tư mái ngói, nâng cao nền nhà, mở rộng hiên trước",
        "32-KH/TU:1": "Gắn chợ với bảo vệ nguồn nước ngầm, mở rộng bến đỗ, nâng cấp mái che",
        "33-KH/TU:1": "Gắn lớp với bảo vệ nguồn nước sạch, mở rộng sân chơi, nâng cao nền nhà",
    }
    pool = siblings(texts)
    assert {"mở rộng ao cá", "nâng cao nền nhà"} <= {s.text for s in pool}
    found = {s.text for s in strangers("31-KH/TU:3", texts, pool)}
    assert {"mở rộng bến đỗ", "mở rộng sân chơi", "đầu tư mái ngói"} <= found
    assert "mở rộng ao cá" not in found  # stands in an item of the clause itself
    assert "bảo vệ nguồn nước sạch" not in found  # said
    assert "bảo vệ nguồn nước ngầm" not in found  # nearly said


def test_what_the_own_document_says_elsewhere_is_no_wrong_choice_from_another() -> None:
    texts = {
        "31-KH/TU:3": "Gắn vườn với mở rộng ao cá, bảo vệ rừng già, chăm sóc cây non",
        "31-KH/TU:4": "Ai cũng lo nâng cao nền nhà của mình.",
        "33-KH/TU:1": "Gắn lớp với mở rộng sân chơi, nâng cao nền nhà, đầu tư mái ngói",
    }
    found = {s.text for s in strangers("31-KH/TU:3", texts, siblings(texts))}
    assert "đầu tư mái ngói" in found
    assert "nâng cao nền nhà" not in found


def test_no_gap_where_the_phrase_stands_beside_it_again() -> None:
    twice = "bảo vệ rừng già đầu bản"
    text = f"Vì {twice}, gắn vườn với {twice}, mở rộng ao cá quanh nhà, chăm sóc cây non."
    found = candidates("03-CTr/TU:3", {**TEXTS, "03-CTr/TU:3": text}, TITLES, "1", ALL)
    hidden = [chosen(question)[0] for question in of_type(found, "fill")]
    assert "mở rộng ao cá quanh nhà" in hidden
    assert twice not in hidden


def test_what_two_documents_say_is_matched_with_neither() -> None:
    both = "huy động góp công làm đường"
    texts = {**TEXTS, "04-CTr/TU:3": f"Cũng {both} cho chợ."}
    for clause, seed in product(("31-KH/TU:1", "32-KH/TU:1"), "1234"):
        matching = of_type(candidates(clause, texts, TITLES, seed, ALL), "match")
        assert matching
        assert both not in {prompt.lower() for q in matching for prompt in q.prompts}


def test_short_names_stand_only_beside_what_begins_alike() -> None:
    texts = {
        "31-KH/TU:1": "Chăm lo về hạ tầng bến chợ, hạ tầng kho hàng, hạ tầng mái che",
        "32-KH/TU:1": "Chăm lo về hạ tầng cầu treo, phẩm chất nghề nghiệp, năng khiếu hội họa",
    }
    found = strangers("31-KH/TU:1", texts, siblings(texts))
    right = ["hạ tầng bến chợ"]
    assert wrong_choices(right, (LISTED,), "31-KH/TU:1", found, "1", 3) == ["hạ tầng cầu treo"]


@pytest.mark.parametrize(("start", "end"), [(0, 2), (4, 20), (40, 41), (40, 52)])
def test_quotes_hold_what_they_prove_and_pause_where_the_sentence_does(
    start: int, end: int
) -> None:
    words = [f"w{n}" + ("," if n % 6 == 1 else "") for n in range(60)]
    text = " ".join(words)
    first = len(" ".join(words[:start])) + bool(start)
    last = len(" ".join(words[:end]).rstrip(","))
    found = quote_around(text, first, last)
    assert text[first:last] in found
    assert found in text
    assert len(found.split()) <= 25
    assert text[text.index(found) + len(found)] == ","
    assert start < 20 or text[text.index(found) - 2] == ","


@pytest.mark.parametrize(
    ("lead", "named"),
    [
        ("Tuyên truyền mục tiêu tổng quát và các chỉ tiêu cụ thể như:", "các chỉ tiêu cụ thể"),
        ("Tập trung tuyên truyền 8 nhóm giải pháp toàn diện", "8 nhóm giải pháp toàn diện"),
        (
            "Nêu sâu các nhóm nhiệm vụ, giải pháp chủ yếu, gồm",
            "các nhóm nhiệm vụ, giải pháp chủ yếu",
        ),
        ("Gắn kinh tế vườn với", ""),
        ("phát huy các lợi thế về", ""),
        ("Nêu trách nhiệm của các cấp, các ngành và mọi nhà:", ""),
        ("", ""),
    ],
)
def test_topics(lead: str, named: str) -> None:
    assert topic(lead) == named


@pytest.mark.parametrize(
    ("lead", "tail"),
    [
        ("Gắn kinh tế vườn với", "Gắn kinh tế vườn với"),
        (
            "Nhấn mạnh quan điểm xuyên suốt của cả nhiệm kỳ là giữ vườn, gắn kinh tế vườn với",
            "… gắn kinh tế vườn với",
        ),
        ("Như", ""),
        ("", ""),
    ],
)
def test_tails(lead: str, tail: str) -> None:
    assert tail_of(lead) == tail


def test_names_keep_their_capitals_within_a_sentence() -> None:
    assert lowered("Mở rộng vườn") == "mở rộng vườn"
    assert lowered("KHCN và dữ liệu") == "KHCN và dữ liệu"
    assert lowered("Mặt trận Tổ quốc") == "Mặt trận Tổ quốc"


def test_documents_are_called_by_their_kind() -> None:
    titles = Titles(
        {
            "06-CTr/TU": ProgrammeTitle("action", "Hành động"),
            "CV-A": ProgrammeTitle("dispatch", "Tuyên truyền Nghị quyết"),
        },
        {},
    )
    assert titles.according_to("06-CTr/TU") == (
        "theo nội dung về Chương trình hành động số 06-CTr/TU"
    )
    assert titles.according_to("CV-A") == "theo Công văn “Tuyên truyền Nghị quyết”"
