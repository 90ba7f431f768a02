"""Cloning a contest: all that was set, nothing of what happened."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from contest.attempts import finish_attempt, start_attempt
from contest.conduct.timing import extend_round
from contest.drafts import LineDraft, PrizeDraft, settings_of
from contest.eligibility import Eligibility
from contest.models import Attempt, AuditRecord, Contest, Decision, Division, Entry, Round
from contest.phases import VIETNAM
from contest.rounds import create_round, publish_round
from contest.rules.cloning import clone_contest, weeks_until_after
from contest.rules.contests import ContestDraft, contest_draft_of, exclude_person, open_contest
from quizzes.models import Programme
from tests.factories import make_contest, make_draft, make_pool

MOVED = {"opens_at", "closes_at", "frozen_at"}


@pytest.fixture
def programme(db: None) -> Programme:
    return make_pool(size=8)


@pytest.fixture
def contest(ha: User, tai: User, programme: Programme, noon: datetime) -> Contest:
    """A contest with everything that can be set, one published round and a draft after it."""
    officials = Division(code="can-bo", name="Cán bộ", eligibility={"kinds": ["department"]})
    rest = Division(code="nguoi-dan", name="Người dân", eligibility={"min_age": 18})
    draft = make_draft(
        programme,
        noon,
        frozen_at=noon + timedelta(hours=5),
        weekdays=[0, 1],
        daily_from=time(7, 30),
        daily_to=time(17, 30),
        lines=[LineDraft(programme, "", 5, 1, rest), LineDraft(programme, "easy", 3, 2)],
        prizes=[
            PrizeDraft("Giải Nhất", 1, "2.000.000 đồng", officials),
            PrizeDraft("Giải tập thể", 2, "", None, "rate", "Xã, phường"),
        ],
        essay_prompt="Viết về quê hương.",
        essay_points=5,
        extra_rules="Mang theo thẻ.",
    )
    settings = ContestDraft(
        title="Tìm hiểu văn bản",
        summary="Giới thiệu.",
        issuer_parent="Tỉnh uỷ Cao Bằng",
        issuer="Ban Tổ chức cuộc thi",
        place="Thục Phán",
        profile=Contest.Profile.STATE,
        one_prize_per_person=True,
        has_table=True,
        who=Eligibility(min_age=14),
        excluded_units=("01273",),
    )
    first = open_contest(actor=ha, contest=settings, divisions=[officials, rest], round=draft)
    exclude_person(actor=ha, contest=first.contest, user=tai, role="Tổ Thư ký")
    publish_round(actor=ha, round=first, now=noon - timedelta(hours=2))
    return first.contest


def second_round(ha: User, contest: Contest, programme: Programme, noon: datetime) -> Round:
    later = noon + timedelta(weeks=3)
    return create_round(actor=ha, contest=contest, draft=make_draft(programme, later))


def compared(round: Round) -> dict[str, object]:
    return {name: value for name, value in settings_of(round).items() if name not in MOVED}


def test_everything_that_was_set_is_there(
    contest: Contest, ha: User, programme: Programme, noon: datetime
) -> None:
    second_round(ha, contest, programme, noon)
    copy = clone_contest(actor=ha, contest=contest, now=noon)
    assert copy.slug != contest.slug
    was, now = contest_draft_of(contest), contest_draft_of(copy)
    assert now.title == "Tìm hiểu văn bản (bản sao)"
    assert [getattr(was, n) for n in was.__slots__ if n != "title"] == [
        getattr(now, n) for n in now.__slots__ if n != "title"
    ]
    shown = ("position", "code", "name", "eligibility")
    assert list(copy.divisions.values_list(*shown)) == list(contest.divisions.values_list(*shown))
    assert [(e.user, e.role) for e in copy.exclusions.all()] == [
        (e.user, e.role) for e in contest.exclusions.all()
    ]
    pairs = list(zip(contest.rounds.all(), copy.rounds.all(), strict=True))
    assert len(pairs) == 2
    for old, new in pairs:
        assert compared(old) == compared(new)
        assert {line.division.contest for line in new.lines.all() if line.division} <= {copy}


def test_rounds_move_together_by_whole_weeks_behind_now(
    contest: Contest, ha: User, programme: Programme, noon: datetime
) -> None:
    second_round(ha, contest, programme, noon)
    now = noon + timedelta(days=50)
    copy = clone_contest(actor=ha, contest=contest, now=now)
    shifts = {
        new - old
        for before, after in zip(contest.rounds.all(), copy.rounds.all(), strict=True)
        for old, new in (
            (before.opens_at, after.opens_at),
            (before.closes_at, after.closes_at),
            (before.frozen_at or before.opens_at, after.frozen_at or after.opens_at),
        )
    }
    assert shifts == {timedelta(weeks=8)}
    first = copy.rounds.get(number=1)
    assert now < first.opens_at <= now + timedelta(weeks=1)
    old = contest.rounds.get(number=1)
    assert first.opens_at.astimezone(VIETNAM).time() == old.opens_at.astimezone(VIETNAM).time()


@given(
    days=st.lists(st.integers(-400, 400), min_size=1, max_size=5),
    seconds=st.integers(0, 7 * 86_400),
)
def test_the_shift_is_the_fewest_weeks_there_are(days: list[int], seconds: int) -> None:
    now = datetime(2026, 3, 9, tzinfo=UTC)
    openings = [now + timedelta(days=d, seconds=seconds) for d in days]
    shift = weeks_until_after(openings, now)
    assert shift % timedelta(weeks=1) == timedelta(0)
    assert min(openings) + shift > now
    assert shift == timedelta(0) or min(openings) + shift - timedelta(weeks=1) <= now


def test_nothing_that_happened_is_copied(
    contest: Contest, ha: User, yen: User, noon: datetime
) -> None:
    yen.birth_date = datetime(1990, 1, 1, tzinfo=UTC).date()
    yen.save()
    attempt, _ = start_attempt(user=yen, round=contest.rounds.get(), now=noon)
    finish_attempt(
        attempt=attempt, answers={}, prediction=None, rev=1, now=noon + timedelta(minutes=1)
    )
    extend_round(
        actor=ha,
        round=contest.rounds.get(),
        closes_at=noon + timedelta(days=2),
        reason="Mất điện.",
        now=noon,
    )
    before = (Attempt.objects.count(), Entry.objects.count(), Decision.objects.count())
    copy = clone_contest(actor=ha, contest=contest, now=noon)
    assert before == (Attempt.objects.count(), Entry.objects.count(), Decision.objects.count())
    old, new = contest.rounds.get(), copy.rounds.get()
    assert (new.published_at, new.pools, new.answers_until, new.decisions_rev) == (
        None,
        [],
        None,
        0,
    )
    assert new.secret != old.secret
    assert not new.rules_versions.exists()


def test_a_contest_without_rounds_and_a_long_name(ha: User, noon: datetime) -> None:
    contest = make_contest(ha, title="Đ" * 200)
    copy = clone_contest(actor=ha, contest=contest, now=noon)
    assert len(copy.title) == 200
    assert copy.title.endswith("(bản sao)")
    assert not copy.rounds.exists()


def test_an_erased_person_is_not_carried_along(
    contest: Contest, ha: User, tai: User, noon: datetime
) -> None:
    User.objects.filter(pk=tai.pk).update(erased_at=noon)
    assert not clone_contest(actor=ha, contest=contest, now=noon).exclusions.exists()


def test_the_button_clones_and_leads_to_the_settings(
    contest: Contest, ha: User, client: Client
) -> None:
    client.force_login(ha)
    where = reverse("contest:clone_contest", args=[contest.slug])
    assert where in client.get(reverse("contest:console")).content.decode()
    answer = client.post(where)
    copy = Contest.objects.exclude(pk=contest.pk).get()
    assert answer["Location"] == reverse("contest:contest_settings", args=[copy.slug])
    record = AuditRecord.objects.get(action="clone_contest")
    assert (record.subject, record.after["from"]) == (f"contest:{copy.pk}", contest.pk)


def test_strangers_clone_nothing(contest: Contest, yen_client: Client) -> None:
    where = reverse("contest:clone_contest", args=[contest.slug])
    assert yen_client.post(where).status_code == 403
    assert yen_client.get(where).status_code in (403, 405)
    assert Contest.objects.count() == 1
