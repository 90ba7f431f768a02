"""Gatekeepers of appeals: whose attempt it is, and who may look at other people's appeals."""

from __future__ import annotations

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from accounts.access import Visitor
from accounts.models import User
from contest.access import may_organise
from contest.errors import Forbidden, NotFound
from contest.models import Appeal, Round
from contest.views import P, Page, page
from quizzes.access import may_review


def may_review_appeals(user: Visitor) -> bool:
    """Organisers, and people who review questions."""
    return may_organise(user) or may_review(user)


def require_reviewer(user: Visitor) -> User:
    """Somebody who reviews appeals, or ``Forbidden``."""
    if not isinstance(user, User) or not may_review_appeals(user):
        raise Forbidden("Trang này dành cho người xem xét phúc khảo.")
    return user


def reviewer_page(view: Page[P]) -> Page[P]:
    """A page of reviewing: anonymous people sign in first, others without the right get 403."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        require_reviewer(request.user)
        return view(request, *args, **kwargs)

    return page(guarded)


def reviewed_round(user: Visitor, round_id: int) -> Round:
    """A published round, for a reviewer; else ``Forbidden`` or ``NotFound``."""
    require_reviewer(user)
    published = Round.objects.filter(published_at__isnull=False).select_related("contest")
    found = published.filter(pk=round_id).first()
    if found is None:
        raise NotFound("Không tìm thấy vòng thi này.")
    return found


def reviewed_appeal(user: Visitor, round_id: int, appeal_id: int) -> Appeal:
    """An appeal of the round, for a reviewer; else ``Forbidden`` or ``NotFound``."""
    round = reviewed_round(user, round_id)
    appeals = round.appeals.select_related(
        "entry", "attempt", "decision", "version__question__programme", "version__clause"
    )
    found = appeals.filter(pk=appeal_id).first()
    if found is None:
        raise NotFound("Không tìm thấy đề nghị phúc khảo này.")
    found.round = round
    return found
