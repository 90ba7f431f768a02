from django.http import HttpRequest, HttpResponse


def _x(request: HttpRequest, **kw: object) -> HttpResponse:
    return HttpResponse("")


home = _x
index = _x
contest_page = _x
round_page = _x
