"""Ready-made rule sets: each one is a round that can be published as it stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Unit, User
from contest.models import Contest, Round
from contest.ordering import ALL_KEYS, PREDICTION
from contest.phases import VIETNAM, session_end
from contest.rounds import publish_round, reasons_not_to_publish
from contest.rules.contests import open_contest
from contest.rules.presets import (
    PRESETS,
    opening,
    preset,
    preset_contest,
    preset_divisions,
    preset_round,
)
from contest.rules.presets_data import Preset
from contest.rules.versions import current_articles
from quizzes.models import Programme
from tests.contest.test_console import sent_from
from tests.factories import make_pool, make_programme

NEW = reverse("contest:new_contest")
each = pytest.mark.parametrize("chosen", PRESETS, ids=[p.code for p in PRESETS])


@pytest.fixture
def bank(db: None) -> list[Programme]:
    """Two documents with enough questions for the longest paper."""
    return [
        make_pool(make_programme("03-CTr/TU", 1), size=16),
        make_pool(make_programme("04-CTr/TU", 2), size=16),
    ]


def opened(chosen: Preset, ha: User, now: datetime) -> Round:
    divisions = preset_divisions(chosen)
    return open_contest(
        actor=ha,
        contest=preset_contest(chosen, title="Thử mẫu"),
        divisions=divisions,
        round=preset_round(chosen, divisions=divisions, now=now),
    )


@each
def test_a_rule_set_can_be_published_as_it_is(
    chosen: Preset, bank: list[Programme], ha: User, noon: datetime
) -> None:
    round = opened(chosen, ha, noon)
    assert reasons_not_to_publish(round, noon) == []
    publish_round(actor=ha, round=round, now=noon)
    assert noon < round.opens_at < noon + timedelta(days=32)
    assert any("08:" in " ".join(a.sentences) or a.sentences for a in current_articles(round))
    by_division: dict[str, int] = {}
    for line in round.lines.select_related("division"):
        code = line.division.code if line.division else ""
        by_division[code] = by_division.get(code, 0) + line.count
    assert by_division == dict(chosen.papers)
    assert set(round.ranking_keys) <= set(ALL_KEYS)
    assert (PREDICTION in round.ranking_keys) == bool(round.prediction_target)


@each
def test_somebody_can_work_the_whole_limit_from_the_opening_on(
    chosen: Preset, bank: list[Programme], ha: User, noon: datetime
) -> None:
    round = opened(chosen, ha, noon)
    ends = session_end(round.window, round.opens_at)
    assert ends is not None
    assert ends - round.opens_at >= round.time_limit


@each
@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 3, 8, 16, 59, tzinfo=UTC),  # Sunday, one minute to midnight in Vietnam
        datetime(2026, 3, 8, 17, 0, tzinfo=UTC),  # Monday 00:00
        datetime(2026, 1, 31, 5, 0, tzinfo=UTC),  # no 31st in the next month
    ],
)
def test_a_round_opens_on_a_later_day_at_the_stated_hour(chosen: Preset, now: datetime) -> None:
    local = opening(chosen, now).astimezone(VIETNAM)
    assert local.date() > now.astimezone(VIETNAM).date()
    assert local.time() == chosen.opens
    assert local.day == 1 if chosen.weekday is None else local.weekday() == chosen.weekday


def test_the_weekly_one_runs_from_monday_ten_to_monday_nine(db: None, noon: datetime) -> None:
    chosen = preset("tuyen-giao-tuan")
    assert chosen is not None
    draft = preset_round(chosen, divisions=[], now=noon)
    assert draft.opens_at == datetime(2026, 3, 16, 3, 0, tzinfo=UTC)
    assert draft.closes_at == datetime(2026, 3, 23, 2, 0, tzinfo=UTC)
    assert (draft.attempts_allowed, draft.prediction_target) == (None, "perfect")


def test_unit_prizes_of_a_rule_set_are_given_in_every_block(
    bank: list[Programme], commune: Unit, ha: User, noon: datetime
) -> None:
    Unit.objects.create(code="so-y-te", name="Sở Y tế", kind="department", block="Sở, ngành")
    chosen = preset("hai-bang")
    assert chosen is not None
    round = opened(chosen, ha, noon)
    rates = round.prizes.filter(measure="rate")
    assert sorted(prize.block for prize in rates) == ["Sở, ngành", "Xã, phường"]


def test_a_small_bank_gives_a_small_paper_and_an_empty_one_none(
    db: None, ha: User, noon: datetime
) -> None:
    chosen = PRESETS[0]
    assert preset_round(chosen, divisions=[], now=noon).lines == []
    make_pool(size=3)
    assert sum(line.count for line in preset_round(chosen, divisions=[], now=noon).lines) == 3


# -- The page ------------------------------------------------------------------------------------


@each
def test_the_page_offers_it_and_saves_what_it_shows(
    chosen: Preset, bank: list[Programme], commune: Unit, ha: User, client: Client
) -> None:
    client.force_login(ha)
    assert chosen.name in client.get(NEW).content.decode()
    where = f"{NEW}?template={chosen.code}"
    sent = sent_from(client.get(where)) | {"contest_title": "Theo mẫu"}
    saved = client.post(where, sent)
    assert saved.status_code == 302, saved.context["problems"]
    round, contest = Round.objects.get(), Contest.objects.get()
    draft = preset_round(chosen, divisions=preset_divisions(chosen), now=contest.created_at)
    assert (round.opens_at, round.closes_at) == (draft.opens_at, draft.closes_at)
    assert round.ranking_keys == list(draft.ranking_keys)
    assert (round.weekdays, round.requires_all) == (list(draft.weekdays), draft.requires_all)
    assert round.essay_points == draft.essay_points
    assert [(p.name, p.count, p.worth, p.block) for p in round.prizes.all()] == [
        (p.name, p.count, p.worth, p.block) for p in draft.prizes
    ]
    assert [d.name for d in contest.divisions.all()] == [d.name for d in chosen.divisions]
    assert contest.who == preset_contest(chosen, title="").who


def test_an_unknown_rule_set_is_the_empty_editor(ha: User, client: Client) -> None:
    client.force_login(ha)
    assert client.get(f"{NEW}?template=khong-co").status_code == 200


def test_a_bank_too_small_for_the_rule_set_is_told(ha: User, client: Client) -> None:
    make_pool(size=3)
    client.force_login(ha)
    page = client.get(f"{NEW}?template={PRESETS[0].code}").content.decode()
    assert "Ngân hàng chỉ có 3 câu đã duyệt cho đề 20 câu" in page


def test_strangers_see_no_rule_sets(yen_client: Client) -> None:
    assert yen_client.get(f"{NEW}?template={PRESETS[0].code}").status_code == 403
