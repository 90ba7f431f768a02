"""Gatekeepers: the only way to reach a contest, round or attempt on somebody's behalf."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet

from accounts.access import Visitor, person_by_id
from accounts.models import User
from accounts.sessions import Claim, is_genuine
from accounts.statements import Prepared, columns, models_of
from contest.errors import Forbidden, NotFound, SignedOut
from contest.models import Attempt, Contest, Entry, Round


def may_organise(user: Visitor) -> bool:
    """Organisers hold the permission ``contest.organise`` (group "organisers")."""
    return user.is_authenticated and user.has_perm("contest.organise")


def require_organiser(user: Visitor) -> User:
    """The organiser, or ``Forbidden``."""
    if not isinstance(user, User) or not may_organise(user):
        raise Forbidden
    return user


def visible_rounds() -> QuerySet[Round]:
    """Rounds everybody may see: the published ones."""
    return Round.objects.filter(published_at__isnull=False).select_related("contest")


def visible_contests() -> QuerySet[Contest]:
    """Contests with at least one published round, newest first."""
    return Contest.objects.filter(rounds__published_at__isnull=False).distinct()


def _published(**which: int | str) -> QuerySet[Any, Any]:
    rounds = Round.objects.filter(published_at__isnull=False, **which).order_by()
    return rounds.values_list(*columns(Round), *columns(Contest, "contest__"))


_by_id = Prepared(lambda round: _published(pk=round), "round")
_by_address = Prepared(
    lambda slug, number: _published(contest__slug=slug, number=number), "number", texts=["slug"]
)


def visible_round(round_id: int) -> Round:
    """A published round by id with its contest, or ``NotFound``."""
    return _round(_by_id.first(round=round_id))


def visible_round_at(slug: str, number: int) -> Round:
    """A published round by the address of its page, or ``NotFound``."""
    return _round(_by_address.first(slug=slug, number=number))


def _round(row: list[Any] | None) -> Round:
    if row is None:
        raise NotFound("Không tìm thấy vòng thi này.")
    found, found.contest = models_of(row, Round, Contest)
    return cast(Round, found)


def visible_contest(slug: str) -> Contest:
    """A contest by slug, or ``NotFound`` (also while nothing of it is published)."""
    found = visible_contests().filter(slug=slug).first()
    if found is None:
        raise NotFound("Không tìm thấy cuộc thi này.")
    return found


def own_attempts(user: User) -> QuerySet[Attempt]:
    """Everything the person started, the last first, with rounds and contests."""
    own = Attempt.objects.filter(entry__user=user).select_related("entry__round__contest")
    return own.defer("journal").order_by("-started_at", "-pk")


def own_attempt(user: User, attempt_id: int) -> Attempt:
    """The person's own attempt, or ``NotFound``: other people's look as if they were not."""
    attempts = Attempt.objects.filter(pk=attempt_id, entry__user=user).order_by()
    found = attempts.select_related("entry__round__contest").first()
    if found is None:
        raise NotFound(NOT_YOURS)
    return found


NOT_YOURS = "Không tìm thấy bài thi này trong tài khoản của bạn."


_PROOF = ("entry__user__password", "entry__user__is_active")


def _attempts(attempt: int, user: int) -> QuerySet[Attempt]:
    return Attempt.objects.filter(pk=attempt, entry__user=user).order_by()


_claimed = Prepared(
    lambda attempt, user: _attempts(attempt, user).values_list(*_PROOF, *columns(Attempt)),
    "attempt",
    "user",
)
_claimed_with_round = Prepared(
    lambda attempt, user: _attempts(attempt, user).values_list(
        *_PROOF, *columns(Attempt), *columns(Entry, "entry__"), *columns(Round, "entry__round__")
    ),
    "attempt",
    "user",
)


def claimed_attempt(claim: Claim, attempt_id: int, *, with_round: bool = False) -> Attempt:
    """The attempt of whoever the session claims to be, proven by the same read.

    Its entry and round are loaded only ``with_round``. Raises ``SignedOut`` or ``NotFound``.
    """
    read = _claimed_with_round if with_round else _claimed
    row = read.first(attempt=attempt_id, user=claim.user_id)
    if row is None:
        claimed_person(claim)  # who is signed out is told so, whatever they ask for
        raise NotFound(NOT_YOURS)
    password, is_active, *values = row
    if not is_genuine(claim, password=password, is_active=is_active):
        raise SignedOut
    if not with_round:
        return cast(Attempt, models_of(values, Attempt)[0])
    attempt, attempt.entry, attempt.entry.round = models_of(values, Attempt, Entry, Round)
    return cast(Attempt, attempt)


def claimed_person(claim: Claim) -> User:
    """The person whom the session claims to be, or ``SignedOut``."""
    user = person_by_id(claim.user_id)
    if user is None or not is_genuine(claim, password=user.password, is_active=user.is_active):
        raise SignedOut
    return user


def organised_round(user: Visitor, round_id: int) -> Round:
    """Any round, published or not, for an organiser; else ``Forbidden`` or ``NotFound``."""
    require_organiser(user)
    found = Round.objects.select_related("contest").filter(pk=round_id).first()
    if found is None:
        raise NotFound("Không tìm thấy vòng thi này.")
    return found


def organised_contest(user: Visitor, slug: str) -> Contest:
    """Any contest for an organiser; else ``Forbidden`` or ``NotFound``."""
    require_organiser(user)
    found = Contest.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound("Không tìm thấy cuộc thi này.")
    return found
