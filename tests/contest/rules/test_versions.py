"""Published versions of the rules: what an amendment says, and when there is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from contest.conduct import timing
from contest.models import Round, RulesVersion
from contest.rules import contests
from contest.rules.text import Article
from contest.rules.versions import (
    amendments,
    articles_in_force,
    articles_of,
    current_articles,
    difference,
    last_version,
    write_version,
)
from tests.factories import make_contest, make_draft, make_pool, make_unit

MINUTE = timedelta(minutes=1)
A = Article("Số lượt", ("Một lượt.",))
B = Article("Giải thưởng", ("Theo hạng.",), ("01 Nhất.", "02 Nhì."))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ([A, B], [A, B], []),
        ([A], [A, B], ["Bổ sung Điều 2 (Giải thưởng): Theo hạng. 01 Nhất. 02 Nhì."]),
        ([A, B], [A], ["Bãi bỏ Điều 2 (Giải thưởng)."]),
        (
            [A],
            [replace(A, sentences=("Hai lượt.",))],
            ["Điều 1 (Số lượt): thay “Một lượt.” bằng “Hai lượt.”."],
        ),
        (
            [A, B],
            [A, replace(B, items=("01 Nhất.", "02 Nhì.", "03 Ba."))],
            ["Điều 2 (Giải thưởng): bổ sung “03 Ba.”."],
        ),
        (
            [A, B],
            [A, replace(B, items=("01 Nhất.",))],
            ["Điều 2 (Giải thưởng): bỏ “02 Nhì.”."],
        ),
        (
            [A, B],
            [A, replace(B, items=("02 Nhì.", "01 Nhất."))],
            ["Điều 2 (Giải thưởng): sắp xếp lại thành “Theo hạng. 02 Nhì. 01 Nhất.”."],
        ),
        (
            [B],
            [replace(B, items=("01 Nhất.", "02 Nhì.", "02 Nhì."))],
            ["Điều 1 (Giải thưởng): bổ sung “02 Nhì.”."],
        ),
        ([B], [A, B], ["Bổ sung Điều 1 (Số lượt): Một lượt."]),
    ],
)
def test_what_an_amendment_says(old: list[Article], new: list[Article], said: list[str]) -> None:
    assert difference(old, new) == said


def test_publication_writes_the_first_version(round: Round) -> None:
    [first] = round.rules_versions.all()
    assert (first.number, first.changes, first.at) == (1, [], round.published_at)
    assert articles_of(first) == current_articles(round)
    assert not amendments(round).exists()


def test_before_publication_the_settings_speak(ha: User, noon: datetime) -> None:
    round = contests.create_round(
        actor=ha, contest=make_contest(ha), draft=make_draft(make_pool(), noon)
    )
    assert last_version(round) is None
    assert articles_in_force(round) == current_articles(round)


def test_nothing_new_writes_nothing(round: Round, ha: User, noon: datetime) -> None:
    assert write_version(round=round, actor=ha, reason="thử", now=noon) is None
    assert round.rules_versions.count() == 1


def test_versions_are_numbered_and_kept(round: Round, ha: User, noon: datetime) -> None:
    first = round.rules_versions.get()
    for number, limit in enumerate((900, 1_200), start=2):
        round.time_limit_s = limit
        round.save()
        written = write_version(round=round, actor=ha, reason="đổi", now=noon)
        assert written is not None
        assert written.number == number
    assert [version.number for version in amendments(round)] == [3, 2]
    assert RulesVersion.objects.get(pk=first.pk).articles == first.articles
    assert articles_in_force(round) == current_articles(round)


def test_a_contest_setting_amends_every_round_it_touches(
    round: Round, ha: User, noon: datetime
) -> None:
    make_unit("ban-x", "Ban X")
    before = contests.contest_draft_of(round.contest)
    after = replace(before, excluded_units=("ban-x",), has_table=True)
    contests.update_contest(
        actor=ha, contest=round.contest, draft=after, reason="Ban X ra đề", now=noon
    )
    amended = amendments(round).get()
    assert amended.reason == "Ban X ra đề"
    said = " ".join(amended.changes)
    assert "người thuộc Ban X và các đơn vị trực thuộc" in said
    assert "bảng tổng hợp" in said


# -- Decisions about time ------------------------------------------------------------------------


@pytest.fixture
def by(ha: User) -> Any:
    return lambda now, reason="Nghẽn mạng": {"actor": ha, "reason": reason, "now": now}


def changes_of(round: Round) -> list[tuple[str, str]]:
    """``(what the amendment says, reason)``, oldest first."""
    return [(" ".join(v.changes), v.reason) for v in amendments(round).order_by("number")]


def test_t5_extending_and_taking_it_back_are_two_amendments(
    round: Round, noon: datetime, by: Any
) -> None:
    decision = timing.extend_round(round=round, closes_at=round.closes_at + 90 * MINUTE, **by(noon))
    assert changes_of(round) == [
        (
            "Gia hạn vòng thi: đóng lúc 13:30 thứ Ba, 10/03/2026 thay vì 12:00 thứ Ba, 10/03/2026.",
            "Nghẽn mạng",
        )
    ]
    timing.take_back_extension(decision=decision, **by(noon, "Mạng đã thông"))
    assert changes_of(round)[1] == (
        "Thu hồi việc gia hạn: vòng thi đóng lúc 12:00 thứ Ba, 10/03/2026 thay vì 13:30 thứ Ba, "
        "10/03/2026.",
        "Mạng đã thông",
    )
    first = round.rules_versions.get(number=1)
    assert round.rules_versions.get(number=3).articles == first.articles


def test_t10_a_pause_and_its_end_are_amendments(round: Round, noon: datetime, by: Any) -> None:
    timing.pause_round(round=round, **by(noon))
    timing.resume_round(round=round, **by(noon + 20 * MINUTE, "Đã khắc phục"))
    assert changes_of(round) == [
        (
            "Tạm dừng vòng thi từ 12:00 thứ Hai, 09/03/2026: không bắt đầu lượt mới, bài đang làm "
            "không hết giờ và được bù thời gian tạm dừng, tối đa 12 giờ.",
            "Nghẽn mạng",
        ),
        (
            "Vòng thi tiếp tục; bài đang làm được lùi giờ kết thúc do tạm dừng từ 12:00 đến 12:20 "
            "thứ Hai, 09/03/2026 (20 phút).",
            "Đã khắc phục",
        ),
    ]


def test_t11_an_outage_and_taking_it_back_are_amendments(
    round: Round, noon: datetime, by: Any
) -> None:
    decision = timing.declare_outage(
        round=round, starts=noon - 30 * MINUTE, ends=noon - 10 * MINUTE, **by(noon)
    )
    timing.take_back_outage(decision=decision, **by(noon, "Khai nhầm"))
    span = "từ 11:30 đến 11:50 thứ Hai, 09/03/2026 (20 phút)"
    assert changes_of(round) == [
        (
            f"Bù thời gian gián đoạn {span}: bài đang làm được lùi giờ kết thúc, bài đã nộp được "
            "trừ khoảng này khỏi thời gian làm bài.",
            "Nghẽn mạng",
        ),
        (f"Thu hồi việc bù thời gian gián đoạn {span}; mọi giờ tính như trước.", "Khai nhầm"),
    ]


def test_taking_back_a_pause_that_goes_on(round: Round, noon: datetime, by: Any) -> None:
    decision = timing.pause_round(round=round, **by(noon))
    timing.take_back_outage(decision=decision, **by(noon + MINUTE))
    assert changes_of(round)[1][0] == (
        "Thu hồi việc bù thời gian gián đoạn từ 12:00 thứ Hai, 09/03/2026; mọi giờ tính như trước."
    )


def test_a_refused_decision_amends_nothing(round: Round, noon: datetime, by: Any) -> None:
    with pytest.raises(timing.ContestError):
        timing.extend_round(round=round, closes_at=round.closes_at, **by(noon))
    assert not amendments(round).exists()
