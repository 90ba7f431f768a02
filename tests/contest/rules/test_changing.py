"""Changing a published round: what may change when, and what is left behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from accounts.models import User
from contest.conduct import timing
from contest.drafts import COLUMNS, LineDraft, PrizeDraft, RoundDraft, draft_of, settings_of
from contest.errors import CannotPublish, ContestError, RoundIsFinal
from contest.models import AuditRecord, PoolMember, Prize, Round, RulesVersion
from contest.papers import seed_commitment
from contest.regrading.services import ChangedMeanwhile
from contest.rounds import create_round
from contest.rules import changing
from contest.visibility import Board, Names, Shown
from quizzes.models import Programme
from tests.contest.test_concurrency import at_once
from tests.factories import make_contest, make_draft, make_pool, make_question, make_round

HOUR = timedelta(hours=1)
FIRST, SECOND = PrizeDraft("Giải Nhất", 1, "2.000.000 đồng"), PrizeDraft("Giải Nhì", 2)


@pytest.fixture
def opened(ha: User, noon: datetime) -> Round:
    """Opened an hour ago, closes tomorrow at noon."""
    return make_round(ha, noon, prizes=[FIRST, SECOND])


@pytest.fixture
def coming(ha: User, noon: datetime) -> Round:
    """Opens in an hour, closes tomorrow at noon."""
    return make_round(ha, noon, opens_at=noon + HOUR, prizes=[FIRST, SECOND])


def change(round: Round, ha: User, now: datetime, **changes: Any) -> RulesVersion | None:
    draft = replace(draft_of(round), **changes)
    return changing.change_round(actor=ha, round=round, draft=draft, reason=" Lý do ", now=now)


def fresh(round: Round) -> Round:
    return Round.objects.select_related("contest").get(pk=round.pk)


# -- What may change when ------------------------------------------------------------------------

# Another value of every setting, as the time of day lets them be.
NEW: dict[str, Callable[[datetime], Any]] = {
    "title": lambda now: "Tên khác",
    "opens_at": lambda now: now + 2 * HOUR,
    "closes_at": lambda now: now + 50 * HOUR,
    "weekdays": lambda now: [0, 1],
    "daily_from": lambda now: time(7),
    "daily_to": lambda now: time(22),
    "time_limit_s": lambda now: 1_200,
    "attempts_allowed": lambda now: 5,
    "shuffles_questions": lambda now: False,
    "shuffles_choices": lambda now: False,
    "requires_all": lambda now: True,
    "prediction_target": lambda now: "percent",
    "essay_prompt": lambda now: "Hãy viết.",
    "essay_points": lambda now: 5,
    "admits_from": lambda now: "each_round",
    "admits_top": lambda now: 10,
    "prizes_need_perfect": lambda now: True,
    "ranking_keys": lambda now: ["points", "elapsed", "prediction", "submitted_at"],
    "results_shown": lambda now: Shown.AFTER_FINAL,
    "solutions_shown": lambda now: Shown.AFTER_FINAL,
    "board_shown": lambda now: Board.AFTER_CLOSE,
    "frozen_at": lambda now: now + 3 * HOUR,
    "names_shown": lambda now: Names.HIDDEN,
    "extra_rules": lambda now: "Một câu.",
    "prizes": lambda now: [FIRST, SECOND, PrizeDraft("Giải Ba", 3)],
}
WHILE_OPEN = {
    "title", "results_shown", "solutions_shown", "board_shown", "frozen_at", "names_shown",
    "extra_rules", "prizes",
}  # fmt: skip
AFTER_CLOSE = WHILE_OPEN - {"results_shown", "solutions_shown", "frozen_at"}


def test_every_setting_is_in_the_tables() -> None:
    assert set(NEW) == {*COLUMNS, "prizes"}
    assert {*NEW, "lines"} == set(changing.NAMES)


@pytest.mark.parametrize("name", NEW)
def test_before_opening_everything_may_change(coming: Round, noon: datetime, name: str) -> None:
    draft = replace(draft_of(coming), **{name: NEW[name](noon)})
    assert changing.changed_settings(coming, draft) == [name]
    assert changing.refusals(coming, draft, noon) == []
    assert changing.changeable(coming, noon) == {*NEW, "lines"}


@pytest.mark.parametrize("name", NEW)
def test_while_open_only_what_nobody_relied_on(
    opened: Round, ha: User, noon: datetime, name: str
) -> None:
    assert changing.changeable(opened, noon) == WHILE_OPEN
    if name in WHILE_OPEN:
        was = draft_of(opened)
        change(opened, ha, noon, **{name: NEW[name](noon)})
        assert changing.changed_settings(fresh(opened), was) == [name]
        return
    before = settings_of(opened)
    with pytest.raises(ContestError, match=changing.NAMES[name]):
        change(opened, ha, noon, **{name: NEW[name](noon)})
    assert settings_of(fresh(opened)) == before


@pytest.mark.parametrize("name", NEW)
def test_after_the_close_nothing_that_was_shown(opened: Round, noon: datetime, name: str) -> None:
    later = opened.closes_at + HOUR
    assert changing.changeable(opened, later) == AFTER_CLOSE
    draft = replace(draft_of(opened), **{name: NEW[name](later)})
    assert bool(changing.refusals(opened, draft, later)) == (name not in AFTER_CLOSE)


@pytest.mark.parametrize("name", ["title", "extra_rules", "prizes"])
def test_after_the_final_result_nothing(opened: Round, ha: User, noon: datetime, name: str) -> None:
    Round.objects.filter(pk=opened.pk).update(finalised_at=opened.closes_at + HOUR)
    later = opened.closes_at + 2 * HOUR
    with pytest.raises(RoundIsFinal):
        change(opened, ha, later, **{name: NEW[name](later)})


def test_the_instant_of_opening_is_open(coming: Round, noon: datetime) -> None:
    draft = replace(draft_of(coming), time_limit_s=1_200)
    just_before = coming.opens_at - timedelta(microseconds=1)
    assert changing.refusals(coming, draft, just_before) == []
    assert changing.refusals(coming, draft, coming.opens_at) == [
        "Vòng thi đã mở nên không đổi được thời gian làm bài."
    ]


def test_moving_the_close_points_at_extending(opened: Round, noon: datetime) -> None:
    draft = replace(draft_of(opened), closes_at=opened.closes_at + HOUR)
    [said] = changing.refusals(opened, draft, noon)
    assert "Gia hạn vòng thi" in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"opens_at": timedelta(0)}, "Giờ mở mới phải ở sau lúc này."),
        ({"closes_at": HOUR}, "Giờ đóng phải sau giờ mở vòng thi."),
        ({"frozen_at": HOUR}, "Lúc đóng băng phải sau giờ mở"),
        ({"frozen_at": 25 * HOUR}, "Lúc đóng băng phải sau giờ mở"),
    ],
)
def test_a_window_that_cannot_be(
    coming: Round, noon: datetime, changes: dict[str, timedelta], said: str
) -> None:
    draft = replace(draft_of(coming), **{name: noon + gap for name, gap in changes.items()})
    [refusal] = changing.refusals(coming, draft, noon)
    assert refusal.startswith(said)


@pytest.mark.parametrize(
    ("name", "now_is", "wanted", "is_fine"),
    [
        ("results_shown", Shown.AFTER_CLOSE, Shown.AT_ONCE, False),
        ("results_shown", Shown.AT_ONCE, Shown.AFTER_CLOSE, True),
        ("solutions_shown", Shown.AFTER_CLOSE, Shown.AT_ONCE, False),
        ("solutions_shown", Shown.AFTER_FINAL, Shown.AFTER_CLOSE, False),
        ("names_shown", Names.HIDDEN, Names.FULL, False),
        ("names_shown", Names.SHORTENED, Names.HIDDEN, True),
    ],
)
def test_what_was_promised_only_gets_stricter(
    ha: User, noon: datetime, name: str, now_is: str, wanted: str, is_fine: bool
) -> None:
    round = make_round(ha, noon, **{name: now_is})
    draft = replace(draft_of(round), **{name: wanted})
    assert (changing.refusals(round, draft, noon) == []) == is_fine


def test_t5_solutions_once_open_cannot_be_closed_to_extend_the_round(
    opened: Round, ha: User, noon: datetime
) -> None:
    later = opened.closes_at + timedelta(seconds=5)
    with pytest.raises(ContestError, match="đã qua nên không đổi được nữa"):
        change(opened, ha, later, solutions_shown=Shown.AFTER_FINAL)
    with pytest.raises(ContestError, match="Đáp án"):
        timing.extend_round(round=opened, closes_at=later + HOUR, actor=ha, reason="thử", now=later)


# -- Freezing and prizes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "wanted", "is_fine"),
    [
        (None, 2, True),
        (None, 24, True),
        (None, 0, False),
        (None, -1, False),
        (None, 25, False),
        (2, 5, True),
        (2, None, True),
        (-0.5, None, False),
        (-0.5, 5, False),
        (0, None, False),
    ],
)
def test_freezing_changes_only_while_it_is_to_come(
    ha: User, noon: datetime, was: float | None, wanted: float | None, is_fine: bool
) -> None:
    """Hours from now; the round closes in 24."""
    round = make_round(ha, noon, frozen_at=None if was is None else noon + was * HOUR)
    draft = replace(draft_of(round), frozen_at=None if wanted is None else noon + wanted * HOUR)
    assert (changing.refusals(round, draft, noon) == []) == is_fine


@pytest.mark.parametrize(
    ("prizes", "is_fine"),
    [
        ([replace(FIRST, worth="3.000.000 đồng"), SECOND], True),
        ([FIRST, replace(SECOND, count=3)], True),
        ([FIRST, SECOND, PrizeDraft("Giải Ba", 3)], True),
        ([FIRST], False),
        ([], False),
        ([FIRST, replace(SECOND, count=1)], False),
        ([SECOND, FIRST], False),
        ([PrizeDraft("Giải Ba", 3), FIRST, SECOND], False),
        ([replace(FIRST, name="Giải Đặc biệt"), SECOND], False),
        ([replace(FIRST, measure="entrants"), SECOND], False),
        ([FIRST, replace(SECOND, block="Xã, phường")], False),
    ],
)
def test_announced_prizes_only_grow(
    opened: Round, noon: datetime, prizes: list[PrizeDraft], is_fine: bool
) -> None:
    draft = replace(draft_of(opened), prizes=prizes)
    assert (changing.refusals(opened, draft, noon) == []) == is_fine


# -- What is left behind -------------------------------------------------------------------------


def everything() -> Any:
    """All rows a change could touch, with their values."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Round, RulesVersion, AuditRecord, PoolMember)
    ], [(line.programme_id, line.count) for r in Round.objects.all() for line in r.lines.all()]


def test_a_preview_keeps_nothing(coming: Round, noon: datetime) -> None:
    before, prizes = everything(), list(Prize.objects.order_by("pk").values())
    draft = replace(draft_of(coming), attempts_allowed=1, prizes=[FIRST])
    said = changing.preview(round=coming, draft=draft, now=noon)
    assert any(s.startswith("Điều 4 (Số lượt): thay “Mỗi người thi tối đa 02 lượt") for s in said)
    assert any("02 Giải Nhì" in s for s in said)
    assert everything() == before
    assert list(Prize.objects.order_by("pk").values()) == prizes


def test_the_preview_is_what_is_announced(coming: Round, ha: User, noon: datetime) -> None:
    draft = replace(draft_of(coming), requires_all=True, names_shown=Names.HIDDEN)
    said = changing.preview(round=coming, draft=draft, now=noon)
    version = changing.change_round(actor=ha, round=coming, draft=draft, reason="đổi", now=noon)
    assert version is not None
    assert version.changes == said


def test_a_change_is_an_amendment_with_its_reason(opened: Round, ha: User, noon: datetime) -> None:
    version = change(opened, ha, noon, extra_rules="Một câu.")
    assert version is not None
    assert (version.number, version.reason, version.at, version.by) == (2, "Lý do", noon, ha)
    assert version.changes == [
        f"Bổ sung Điều {len(version.articles)} (Quy định khác của Ban Tổ chức): Một câu."
    ]
    third = change(fresh(opened), ha, noon + HOUR, extra_rules="Câu khác.")
    assert third is not None
    assert third.number == 3


def test_the_audit_holds_what_changed_before_and_after(
    opened: Round, ha: User, noon: datetime
) -> None:
    change(opened, ha, noon, title="Tên khác", board_shown=Board.AFTER_CLOSE)
    record = AuditRecord.objects.get(action="change_round")
    assert (record.subject, record.reason) == (f"round:{opened.pk}", "Lý do")
    assert record.before == {"title": "Kinh tế rừng", "board_shown": "always"}
    assert record.after == {"title": "Tên khác", "board_shown": "after_close"}


def test_an_unchanged_draft_writes_nothing(opened: Round, ha: User, noon: datetime) -> None:
    before = everything()
    assert change(opened, ha, noon) is None
    assert everything() == before


def test_a_name_changes_without_an_amendment(opened: Round, ha: User, noon: datetime) -> None:
    """The title stands in no điều."""
    assert change(opened, ha, noon, title="Tên khác") is None
    assert fresh(opened).title == "Tên khác"
    assert opened.rules_versions.count() == 1


def test_a_reason_is_asked(opened: Round, ha: User, noon: datetime) -> None:
    draft = replace(draft_of(opened), extra_rules="Một câu.")
    with pytest.raises(ContestError, match="lý do"):
        changing.change_round(actor=ha, round=opened, draft=draft, reason=" ", now=noon)


def test_a_draft_is_changed_elsewhere(ha: User, noon: datetime) -> None:
    draft = make_draft(make_pool(), noon)
    unpublished = create_round(actor=ha, contest=make_contest(ha), draft=draft)
    with pytest.raises(ContestError, match="chưa công bố"):
        change(unpublished, ha, noon, title="Tên khác")


def test_before_opening_pools_are_frozen_anew_and_the_commitment_stays(
    coming: Round, ha: User, noon: datetime
) -> None:
    programme, committed = Programme.objects.get(), seed_commitment(coming.secret)
    added = make_question(programme, "moi-001")
    change(coming, ha, noon, lines=[LineDraft(programme, "", 6, 1)])
    changed = fresh(coming)
    assert added.pk in changed.pools[0]
    assert set(changed.pool_members.values_list("version_id", flat=True)) == set(changed.pools[0])
    assert seed_commitment(changed.secret) == committed
    assert changed.published_at == coming.published_at


def test_while_open_the_pools_stay(opened: Round, ha: User, noon: datetime) -> None:
    make_question(Programme.objects.get(), "moi-001")
    change(opened, ha, noon, extra_rules="Một câu.")
    assert fresh(opened).pools == opened.pools


def test_a_paper_that_cannot_be_drawn_is_refused_whole(
    coming: Round, ha: User, noon: datetime
) -> None:
    before = settings_of(coming)
    with pytest.raises(CannotPublish, match="còn thiếu"):
        change(coming, ha, noon, lines=[LineDraft(Programme.objects.get(), "", 99, 1)])
    assert settings_of(fresh(coming)) == before


def test_what_was_looked_at_must_still_be_so(opened: Round, ha: User, noon: datetime) -> None:
    seen, draft = changing.fingerprint(opened), replace(draft_of(opened), extra_rules="Một câu.")
    change(opened, ha, noon, title="Tên khác")
    with pytest.raises(ChangedMeanwhile):
        changing.change_round(
            actor=ha, round=opened, draft=draft, reason="đổi", now=noon, seen=seen
        )
    assert fresh(opened).extra_rules == ""


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_queue(opened: Round, ha: User, noon: datetime) -> None:
    """Both looked at the same settings: one is made, the other asks to look again."""
    seen = changing.fingerprint(opened)

    def job(text: str) -> Callable[[], Any]:
        draft: RoundDraft = replace(draft_of(opened), extra_rules=text)

        def run() -> str:
            try:
                changing.change_round(
                    actor=ha, round=opened, draft=draft, reason="đổi", now=noon, seen=seen
                )
            except ChangedMeanwhile:
                return "again"
            return "done"

        return run

    outcomes = at_once([job(f"Câu {n}.") for n in range(4)])
    assert sorted(outcomes) == ["again", "again", "again", "done"]
    assert [v.number for v in opened.rules_versions.order_by("number")] == [1, 2]
    assert AuditRecord.objects.filter(action="change_round").count() == 1


@pytest.mark.django_db(transaction=True)
def test_amendments_at_once_get_numbers_of_their_own(
    opened: Round, ha: User, noon: datetime
) -> None:
    by: Any = {"round": opened, "actor": ha, "reason": "đổi", "now": noon}
    at_once(
        [
            lambda: timing.extend_round(closes_at=opened.closes_at + HOUR, **by),
            lambda: timing.declare_outage(starts=noon - HOUR, ends=noon, **by),
            lambda: timing.pause_round(**by),
        ]
    )
    numbers = opened.rules_versions.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 4]
