"""The anchor: a bare view, and a view with one ORM update, behind the same HTTP edge.

What the product costs is given as a ratio to these, so that figures of two machines compare.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User


def bare(request: HttpRequest) -> HttpResponse:
    """Nothing but an answer."""
    return HttpResponse("ok")


@csrf_exempt
def write(request: HttpRequest, user_id: int) -> HttpResponse:
    """One row of a column without index, in autocommit."""
    User.objects.filter(pk=user_id).update(last_login=timezone.now())
    return HttpResponse("ok")


urlpatterns = [path("bare", bare), path("readyz", bare), path("write/<int:user_id>", write)]
