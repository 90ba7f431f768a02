"""A contest once more: everything that was set, nothing of what happened in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from contest.audit import record
from contest.drafts import RoundDraft, draft_of
from contest.models import Contest, Division, Exclusion
from contest.rounds import create_round
from contest.rules.contests import contest_draft_of, create_contest_like

_WEEK = timedelta(weeks=1)
_MARK = " (bản sao)"
_MOST_LETTERS = 200


@transaction.atomic
def clone_contest(*, actor: User, contest: Contest, now: datetime) -> Contest:
    """A new contest with the settings, divisions, excluded people and rounds of this one.

    Rounds are drafts, all moved by the same number of weeks, the fewest with which the first
    opens after ``now``; weekdays and hours stay. Attempts, decisions and results are left.
    """
    settings = contest_draft_of(contest)
    divisions = {
        division.pk: Division(
            code=division.code, name=division.name, eligibility=division.eligibility
        )
        for division in contest.divisions.order_by("position")
    }
    named = replace(settings, title=settings.title[: _MOST_LETTERS - len(_MARK)] + _MARK)
    copy = create_contest_like(actor=actor, draft=named, divisions=list(divisions.values()))
    drafts = [draft_of(round) for round in contest.rounds.order_by("number")]
    shift = weeks_until_after([draft.opens_at for draft in drafts], now)
    for draft in drafts:
        create_round(actor=actor, contest=copy, draft=_moved(draft, shift, divisions))
    _copy_exclusions(contest, copy)
    record(
        actor=actor,
        action="clone_contest",
        subject=f"contest:{copy.pk}",
        after={"from": contest.pk, "weeks": shift // _WEEK},
    )
    return copy


def weeks_until_after(openings: list[datetime], now: datetime) -> timedelta:
    """The fewest whole weeks, none at least, that put the earliest opening after ``now``."""
    if not openings or min(openings) > now:
        return timedelta(0)
    return ((now - min(openings)) // _WEEK + 1) * _WEEK


def _moved(draft: RoundDraft, shift: timedelta, divisions: dict[int, Division]) -> RoundDraft:
    """The draft that much later, for the divisions of the copy (by the id of the original)."""
    return replace(
        draft,
        opens_at=draft.opens_at + shift,
        closes_at=draft.closes_at + shift,
        frozen_at=draft.frozen_at and draft.frozen_at + shift,
        lines=[
            replace(line, division=line.division and divisions[line.division.pk])
            for line in draft.lines
        ],
        prizes=[
            replace(prize, division=prize.division and divisions[prize.division.pk])
            for prize in draft.prizes
        ],
    )


def _copy_exclusions(contest: Contest, copy: Contest) -> None:
    kept = contest.exclusions.filter(user__erased_at=None)
    Exclusion.objects.bulk_create(
        Exclusion(contest=copy, user_id=each.user_id, role=each.role) for each in kept
    )
