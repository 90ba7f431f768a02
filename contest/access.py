"""Gatekeepers: the only way to reach a contest, round or attempt on somebody's behalf."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.access import Visitor
from accounts.models import User
from contest.errors import Forbidden, NotFound
from contest.models import Attempt, Contest, Round


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


def visible_round(round_id: int) -> Round:
    """A published round by id, or ``NotFound``."""
    found = visible_rounds().filter(pk=round_id).first()
    if found is None:
        raise NotFound("Không tìm thấy vòng thi này.")
    return found


def visible_round_at(slug: str, number: int) -> Round:
    """A published round by the address of its page, or ``NotFound``."""
    found = visible_rounds().filter(contest__slug=slug, number=number).first()
    if found is None:
        raise NotFound("Không tìm thấy vòng thi này.")
    return found


def visible_contest(slug: str) -> Contest:
    """A contest by slug, or ``NotFound`` (also while nothing of it is published)."""
    found = visible_contests().filter(slug=slug).first()
    if found is None:
        raise NotFound("Không tìm thấy cuộc thi này.")
    return found


def own_attempt(user: User, attempt_id: int, *, with_round: bool = True) -> Attempt:
    """The person's own attempt, or ``NotFound``: other people's look as if they were not.

    A save needs neither entry nor round: without them the read costs half.
    """
    attempts = Attempt.objects.filter(pk=attempt_id, entry__user=user).order_by()
    if with_round:
        attempts = attempts.select_related("entry__round__contest")
    found = attempts.first()
    if found is None:
        raise NotFound("Không tìm thấy bài thi này trong tài khoản của bạn.")
    return found


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
