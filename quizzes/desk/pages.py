"""What every page of the desk shares: who may come in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from quizzes.access import require_desk

P = ParamSpec("P")
DeskPage = Callable[Concatenate[HttpRequest, P], HttpResponse]


def desk_page(view: DeskPage[P]) -> DeskPage[P]:
    """A page of the desk: anonymous people sign in first, people without the right get 403."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        require_desk(request.user)
        return view(request, *args, **kwargs)

    return guarded
