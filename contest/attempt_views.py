from django.http import HttpRequest, HttpResponse


def _x(request: HttpRequest, **kw: object) -> HttpResponse:
    return HttpResponse("")


start = _x
attempt_page = _x
