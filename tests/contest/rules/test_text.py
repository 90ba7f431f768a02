"""The thể lệ says what the engine does: tables and properties, no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from contest.ordering import ALL_KEYS
from contest.phases import Hours, Window
from contest.rules.facts import PaperPlan, PrizeFact, Rules, Who
from contest.rules.text import Article, articles
from contest.rules.versions import difference
from contest.visibility import Board, Names, Shown, Visibility

SHORTER = "Thời gian làm bài ngắn hơn, từ lúc bắt đầu đến lúc nộp, tính đến phần nghìn giây."
MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
SUNDAY_22 = datetime(2026, 3, 15, 15, 0, tzinfo=UTC)
WINDOW = Window(MONDAY, SUNDAY_22)
PLAN = PaperPlan(
    "",
    (("03-CTr/TU", "Kinh tế rừng", "", 12, 1), ("05-CTr/TU", "Du lịch bền vững", "", 8, 1)),
)
RULES = Rules(
    window=WINDOW,
    time_limit_s=900,
    attempts_allowed=3,
    plans=(PLAN,),
    ranking_keys=["points", "prediction", "elapsed", "submitted_at"],
    visibility=Visibility(WINDOW),
    prediction_target="entrants",
)


def article(title: str, **changes: Any) -> Article:
    return next(a for a in articles(replace(RULES, **changes)) if a.title == title)


def seen(**changes: Any) -> Visibility:
    return replace(RULES.visibility, **changes)


def test_the_rules_come_in_this_order() -> None:
    assert [a.title for a in articles(RULES)] == [
        "Đối tượng dự thi",
        "Thời gian vòng thi",
        "Nội dung và thời gian làm bài",
        "Số lượt",
        "Cách tính điểm",
        "Câu dự đoán",
        "Cách xếp hạng cá nhân",
        "Công bố điểm, đáp án và bảng xếp hạng",
        "Sự cố và vi phạm",
        "Phúc khảo",
        "Kiểm chứng kết quả",
        "Thông tin cá nhân",
    ]


def test_rules_of_the_paper() -> None:
    paper = article("Nội dung và thời gian làm bài")
    assert paper.text.startswith(
        "Mỗi lượt gồm 20 câu trắc nghiệm và 01 câu dự đoán, làm trong 15 phút"
    )
    assert paper.items == (
        "03-CTr/TU, Kinh tế rừng: 12 câu.",
        "05-CTr/TU, Du lịch bền vững: 08 câu.",
    )
    assert "dự đoán" not in article(paper.title, prediction_target="").text


def test_divisions_have_plans_of_their_own() -> None:
    officials = PaperPlan("Bảng A", (("06-CTr/TU", "Hành động", "Khó", 15, 2),))
    paper = article("Nội dung và thời gian làm bài", plans=(officials, PLAN))
    assert paper.text.startswith("Mỗi lượt gồm 15 hoặc 20 câu")
    assert paper.items[0] == "Bảng A: 06-CTr/TU, Hành động, khó: 15 câu, mỗi câu 2 điểm."
    assert paper.items[1] == "Các bảng còn lại: 03-CTr/TU, Kinh tế rừng: 12 câu, mỗi câu 1 điểm."


def test_a_plan_of_one_division_only_says_whose_it_is() -> None:
    own = PaperPlan("Bảng A", PLAN.lines)
    paper = article("Nội dung và thời gian làm bài", plans=(own,))
    assert paper.items[0].startswith("Bảng A: 03-CTr/TU")


def test_a_paper_of_an_essay_alone() -> None:
    changes: dict[str, Any] = {"plans": (), "essay_points": 100, "prediction_target": ""}
    assert article("Nội dung và thời gian làm bài", **changes).text.startswith(
        "Mỗi lượt gồm 01 câu tự luận (100 điểm), làm trong 15 phút"
    )
    assert "trắc nghiệm" not in article("Cách tính điểm", **changes).text


def test_an_answer_to_everything_does_not_mean_the_essay() -> None:
    """The engine lets an essay stay empty (contest/closing.py)."""
    paper = article("Nội dung và thời gian làm bài", requires_all=True, essay_points=5)
    assert "Phải trả lời tất cả các câu trắc nghiệm và câu dự đoán mới nộp" in paper.text


def test_t2_the_window_is_stated_half_open_with_the_grace() -> None:
    hours = article("Thời gian vòng thi")
    assert hours.text == (
        "Vòng thi mở từ 08:00 thứ Hai, 09/03/2026 đến trước 22:00 Chủ nhật, 15/03/2026: "
        "trước thời điểm đó thì được bắt đầu và làm bài, đúng thời điểm đó thì không."
    )
    assert any("chưa đến 05 giây" in item for item in hours.items)
    assert any("tự nộp bài với những câu đã lưu" in item for item in hours.items)


def test_a_close_at_midnight_is_24_00_of_the_day_before() -> None:
    midnight = datetime(2026, 1, 11, 17, 0, tzinfo=UTC)
    window = Window(MONDAY - timedelta(days=90), midnight)
    assert (
        "đến trước 24:00 Chủ nhật, 11/01/2026" in article("Thời gian vòng thi", window=window).text
    )


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (range(5), "Từ thứ Hai đến thứ Sáu, chỉ bắt đầu và làm bài được từ 07:30 đến trước 17:30."),
        (range(7), "Hằng ngày, chỉ bắt đầu"),
        ([5, 6], "Vào thứ Bảy, Chủ nhật, chỉ bắt đầu"),
        ([0, 2], "Vào thứ Hai, thứ Tư, chỉ bắt đầu"),
        ([3], "Vào thứ Năm hằng tuần, chỉ bắt đầu"),
    ],
)
def test_hours_of_the_day(days: Any, said: str) -> None:
    hours = Hours(frozenset(days), time(7, 30), time(17, 30))
    assert said in article("Thời gian vòng thi", window=replace(WINDOW, hours=hours)).text


@pytest.mark.parametrize(
    ("allowed", "said"),
    [
        (1, "Mỗi người thi 01 lượt duy nhất trong vòng này."),
        (
            7,
            "Mỗi người thi tối đa 07 lượt trong vòng này; mỗi lúc chỉ có một lượt đang làm. Lượt "
            "đã bắt đầu là lượt đã dùng, dù không nộp; đổi thiết bị thì làm tiếp lượt đó. Lượt có "
            "kết quả tốt nhất theo các tiêu chí xếp hạng được tính (câu dự đoán không xét ở bước "
            "này); bằng nhau thì tính lượt bắt đầu sớm hơn.",
        ),
        (None, "Mỗi người được thi nhiều lượt, không giới hạn"),
    ],
)
def test_rules_of_attempts(allowed: int | None, said: str) -> None:
    assert article("Số lượt", attempts_allowed=allowed).text.startswith(said)


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        (
            {},
            (
                "Số câu trả lời đúng nhiều hơn.",
                "Dự đoán số người dự thi gần đúng hơn.",
                SHORTER,
                "Nộp bài sớm hơn, tính đến phần nghìn giây.",
            ),
        ),
        (
            {"ranking_keys": ["points", "elapsed", "prediction"], "prediction_target": "perfect"},
            (
                "Số câu trả lời đúng nhiều hơn.",
                SHORTER,
                "Dự đoán số người trả lời đúng tất cả các câu trắc nghiệm gần đúng hơn.",
            ),
        ),
        (
            {"prediction_target": "", "essay_points": 5, "ranking_keys": ["points", "prediction"]},
            ("Tổng số điểm cao hơn.",),
        ),
    ],
)
def test_ranking_keys_in_the_order_of_the_engine(
    changes: dict[str, Any], keys: tuple[str, ...]
) -> None:
    order = article("Cách xếp hạng cá nhân", **changes)
    assert order.items == keys
    assert order.ordered
    assert "được xếp cùng hạng" in order.text


def test_a_lottery_leaves_nobody_equal() -> None:
    order = article("Cách xếp hạng cá nhân", ranking_keys=ALL_KEYS)
    assert "cùng hạng" not in order.text
    assert "chưa xét câu dự đoán và bốc thăm" in order.text


def test_every_key_of_the_engine_has_words() -> None:
    assert len(article("Cách xếp hạng cá nhân", ranking_keys=ALL_KEYS).items) == len(ALL_KEYS)


def test_an_unknown_ranking_key_is_never_passed_over() -> None:
    with pytest.raises(KeyError):
        article("Cách xếp hạng cá nhân", ranking_keys=["luck"])


def test_q9_rules_of_multiple_choice() -> None:
    assert any("chọn đúng và đủ" in item for item in article("Cách tính điểm").items)


CHANGES: list[dict[str, Any]] = [
    {"window": replace(WINDOW, opens_at=MONDAY + timedelta(minutes=1))},
    {"window": replace(WINDOW, closes_at=SUNDAY_22 + timedelta(minutes=1))},
    {"window": replace(WINDOW, hours=Hours(frozenset(range(5)), time(7, 30), time(17, 30)))},
    {"time_limit_s": 600},
    {"attempts_allowed": 2},
    {"attempts_allowed": None},
    {"plans": (replace(PLAN, lines=PLAN.lines[:1]),)},
    {"plans": (replace(PLAN, lines=(("03-CTr/TU", "Kinh tế rừng", "Khó", 20, 1),)),)},
    {"plans": (replace(PLAN, lines=tuple((*line[:4], 5) for line in PLAN.lines)),)},
    {"ranking_keys": ["points", "elapsed", "prediction", "submitted_at"]},
    {"ranking_keys": ["points", "prediction", "elapsed", "submitted_at", "lottery"]},
    *({"prediction_target": target} for target in ("", "perfect", "attempts", "percent")),
    {"essay_points": 5},
    {"requires_all": True},
    {"shuffles_questions": False},
    {"shuffles_choices": False},
    {"who": Who(kinds=("Xã",))},
    {"who": Who(memberships=("đoàn viên thanh niên",))},
    {"who": Who(min_age=14)},
    {"who": Who(max_age=35)},
    {"who": Who(min_age=14, max_age=35)},
    {"divisions": (("Bảng A", Who(kinds=("Xã",))), ("Bảng B", Who()))},
    {"excluded_units": ("Ban Tuyên giáo và Dân vận Tỉnh ủy",)},
    {"admits_from": "table", "admits_top": 10},
    {"admits_from": "each_round", "admits_top": 10},
    {"prizes": (PrizeFact("Giải Nhất", 1, "4.000.000 đồng"),)},
    {"prizes": (PrizeFact("Giải tập thể", 3, measure="rate"),)},
    {"prizes": (PrizeFact("Giải tập thể", 3, measure="rate", block="Xã, phường"),)},
    {"prizes": (PrizeFact("Giải Nhất", 1),), "one_prize_per_person": True},
    {"prizes": (PrizeFact("Giải Nhất", 1),), "prizes_need_perfect": True},
    {"prizes": (PrizeFact("Giải Nhất", 1), PrizeFact("Giải Nhì", 2))},
    {"prizes": (PrizeFact("Giải Nhì", 2), PrizeFact("Giải Nhất", 1))},
    {"has_table": True},
    *({"visibility": seen(results=when)} for when in (Shown.AFTER_CLOSE, Shown.AFTER_FINAL)),
    *({"visibility": seen(solutions=when)} for when in (Shown.AT_ONCE, Shown.AFTER_FINAL)),
    *({"visibility": seen(board=when)} for when in Board if when != Board.ALWAYS),
    {"visibility": seen(frozen_at=SUNDAY_22 - timedelta(hours=8))},
    {"names": Names.SHORTENED},
    {"names": Names.HIDDEN},
    {"commitment": "ab" * 32},
    {"extra": "Người đoạt giải xuất trình giấy tờ khi nhận giải."},
]


@pytest.mark.parametrize("changes", CHANGES, ids=lambda c: ",".join(c))
def test_no_setting_goes_unsaid(changes: dict[str, Any]) -> None:
    """Text and behaviour cannot disagree: another setting, another text."""
    assert articles(replace(RULES, **changes)) != articles(RULES)


def test_settings_are_told_apart_pair_by_pair() -> None:
    texts = [str(articles(replace(RULES, **changes))) for changes in CHANGES]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("changes", [{}, *CHANGES], ids=lambda c: ",".join(c))
def test_the_text_is_clean(changes: dict[str, Any]) -> None:
    for each in articles(replace(RULES, **changes)):
        for sentence in (*each.sentences, *each.items):
            assert sentence.strip() == sentence
            assert sentence[-1] in ".:", sentence
            for stain in ("None", "{", "}", "  ", " ,", ",,", "()", "after_", "shortened"):
                assert stain not in sentence, sentence


@pytest.mark.parametrize("old", [{}, *CHANGES], ids=lambda c: ",".join(c))
def test_an_amendment_leaves_nothing_out(old: dict[str, Any]) -> None:
    """Between any two texts there is something to announce, and nothing between the same."""
    before = articles(replace(RULES, **old))
    for new in ({}, *CHANGES):
        after = articles(replace(RULES, **new))
        assert bool(difference(before, after)) == (before != after)


WHO = "Đối tượng dự thi"


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (Who(min_age=14), "từ đủ 14 tuổi trở lên"),
        (Who(max_age=35), "thi, đến hết 35 tuổi (chưa đủ 36 tuổi)"),
        (Who(min_age=14, max_age=35), "từ đủ 14 tuổi đến hết 35 tuổi (chưa đủ 36 tuổi)"),
        (Who(units=("Xã A", "Xã B")), "thuộc Xã A hoặc Xã B và các đơn vị trực thuộc"),
    ],
)
def test_who_may_enter(who: Who, said: str) -> None:
    assert said in article(WHO, who=who).text
    asks_age = who.min_age is not None or who.max_age is not None
    assert ("Tuổi tính tại ngày vòng thi mở" in article(WHO, who=who).text) == asks_age


def test_a_division_for_the_others() -> None:
    young = ("Bảng A", Who(max_age=30))
    items = article("Các bảng thi", divisions=(young, ("Bảng B", Who()))).items
    assert items[1] == "Bảng B: những người còn lại trong đối tượng dự thi."
    alone = article("Các bảng thi", divisions=(("Bảng C", Who()),)).items
    assert alone == ("Bảng C: mọi người trong đối tượng dự thi.",)


def test_who_fits_no_division_does_not_take_part() -> None:
    text = article("Các bảng thi", divisions=(("Bảng A", Who(min_age=18)),)).text
    assert "không đủ điều kiện của bảng nào thì không được dự thi" in text


@pytest.mark.parametrize(
    ("results", "solutions", "said"),
    [
        (Shown.AT_ONCE, Shown.AFTER_CLOSE, "sau khi vòng thi đóng và mọi bài đã được nhận"),
        (Shown.AFTER_CLOSE, Shown.AT_ONCE, "sau khi vòng thi đóng và mọi bài đã được nhận"),
        (Shown.AFTER_FINAL, Shown.AFTER_CLOSE, "sau khi công bố kết quả chính thức"),
    ],
)
def test_solutions_never_open_before_the_points(
    results: Shown, solutions: Shown, said: str
) -> None:
    """As contest/payloads.py gives them out."""
    shown = article(SHOWN, visibility=seen(results=results, solutions=solutions))
    assert f"Đáp án và giải thích mở {said}." in shown.items


@pytest.mark.parametrize(
    ("allowed", "said"),
    [
        (1, "mở ngay sau khi người dự thi nộp bài."),
        (3, "mở sau khi người dự thi đã dùng hết số lượt, hoặc sau khi vòng thi đóng"),
        (None, "mở sau khi vòng thi đóng và mọi bài đã được nhận."),
    ],
)
def test_solutions_at_once_wait_for_the_last_attempt(allowed: int | None, said: str) -> None:
    shown = article(SHOWN, attempts_allowed=allowed, visibility=seen(solutions=Shown.AT_ONCE))
    assert any(said in item for item in shown.items)


SHOWN = "Công bố điểm, đáp án và bảng xếp hạng"


@pytest.mark.parametrize(
    "late", [{"solutions": Shown.AFTER_FINAL}, {"results": Shown.AFTER_FINAL}], ids=str
)
def test_without_solutions_before_the_final_result_there_is_no_appeal(late: Any) -> None:
    """contest/regrading/appeal_rules.py refuses every appeal then."""
    assert "không có phúc khảo" in article("Phúc khảo", visibility=seen(**late)).text
    assert "được đề nghị phúc khảo" in article("Phúc khảo").text


def test_prizes_say_who_shares_and_who_follows() -> None:
    offers = (
        PrizeFact("Giải Nhất", 1, "4.000.000 đồng"),
        PrizeFact("Giải Nhì", 2, "2.000.000 đồng."),
        PrizeFact("Giải A", 1, division="Bảng A"),
        PrizeFact("Tập thể Nhất", 1, measure="entrants"),
        PrizeFact("Tập thể Nhì", 2, measure="entrants"),
        PrizeFact("Tập thể", 1, measure="entrants", block="Xã, phường"),
    )
    prizes = article("Giải thưởng", prizes=offers)
    assert prizes.items == (
        "01 Giải Nhất, 4.000.000 đồng.",
        "02 Giải Nhì, 2.000.000 đồng mỗi giải.",
        "Bảng A: 01 Giải A.",
        "01 Tập thể Nhất, trao cho đơn vị có nhiều người dự thi nhất.",
        "02 Tập thể Nhì, trao cho đơn vị kế tiếp về số người dự thi.",
        "Khối Xã, phường: 01 Tập thể, trao cho đơn vị có nhiều người dự thi nhất.",
    )
    assert "cùng nhận giải cao nhất dành cho hạng đó" in prizes.text
    assert "xét trước giải của từng bảng" in prizes.text


def test_a_final_says_whom_it_admits() -> None:
    each = article(WHO, admits_from="each_round", admits_top=10).text
    assert "từ hạng 10 trở lên trong kết quả chính thức của ít nhất một vòng trước, kể cả" in each
    groups = (("Bảng A", Who()),)
    assert "xét trong bảng của mình" in article(WHO, admits_top=10, divisions=groups).text


def test_an_article_survives_being_written_down() -> None:
    for each in articles(RULES):
        assert Article.from_json(each.to_json()) == each
