"""The audit in the console: searching it, looking through its chain, taking it along."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from contest import access, wording
from contest.audit import look_through, record
from contest.audit_file import audit_lines
from contest.audit_search import (
    Wanted,
    actors,
    found_ids,
    in_order,
    people_in,
    subject_names,
    subjects,
)
from contest.audit_words import ACTION_CHOICES, fields_of
from contest.console_views import organiser_page
from contest.dossier.exporting import CONTENT_TYPES, CSV, attachment
from contest.forms import problems_of
from contest.forms.fields import line, one_of

PAGE = 50
EXPORTED = "export_audit"


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={"invalid": f"{label}: ngày chưa đúng, ví dụ 09/03/2026."},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input"}),
    )


class SearchForm(forms.Form):
    """What to look for; everything may stay empty."""

    q = line("Từ trong nhật ký", most=200, attrs={"type": "search"})
    person = one_of("Người làm", [])
    action = one_of("Việc", [])
    subject = one_of("Về", [])
    since = _day("Từ ngày")
    until = _day("Đến ngày")

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = "gõ có dấu hoặc không dấu"
        everybody = [(str(number), name) for number, name in actors()]
        for name, choices in (
            ("person", everybody),
            ("action", sorted(ACTION_CHOICES.items(), key=lambda pair: pair[1])),
            ("subject", subjects()),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "Tất cả"), *choices]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        since, until = typed.get("since"), typed.get("until")
        if since and until and since > until:
            self.add_error("until", "Đến ngày: phải từ ngày bắt đầu trở đi.")
        return typed

    @property
    def wanted(self) -> Wanted:
        """What was asked for; call after ``is_valid``."""
        typed = self.cleaned_data
        return Wanted(
            words=typed["q"],
            person=int(typed["person"]) if typed["person"] else None,
            action=typed["action"],
            subject=typed["subject"],
            since=typed["since"],
            until=typed["until"],
        )


@require_safe
@organiser_page
def audit_page(request: HttpRequest) -> HttpResponse:
    """Records that match, newest first; ``?verify=1`` looks through the chain as well."""
    chain = look_through() if request.GET.get("verify") == "1" else None
    return _show(request, request.GET, {"chain": chain, "verified_at": timezone.now()})


@require_POST
@organiser_page
def audit_export(request: HttpRequest) -> HttpResponse:
    """The records that match as CSV."""
    form = SearchForm(request.POST)
    if not form.is_valid():
        return _show(request, request.POST, {})
    ids = found_ids(form.wanted)
    record(
        actor=access.require_organiser(request.user),
        action=EXPORTED,
        subject="audit",
        after={"count": len(ids), **_said(form.wanted)},
    )
    response = StreamingHttpResponse(audit_lines(ids), content_type=CONTENT_TYPES[CSV])
    name = f"Nhật ký {wording.date(timezone.now()).replace('/', '-')}.csv"
    response["Content-Disposition"] = attachment(name)
    response["Cache-Control"] = "no-store, private"
    return cast(HttpResponse, response)  # pages are typed as the narrower class


def _said(wanted: Wanted) -> dict[str, Any]:
    """What was looked for, JSON-ready."""
    days = {"since": wanted.since, "until": wanted.until}
    said = asdict(wanted) | {name: day and day.isoformat() for name, day in days.items()}
    return {name: value for name, value in said.items() if value}


def _show(request: HttpRequest, asked: QueryDict, more: dict[str, Any]) -> HttpResponse:
    form = SearchForm(asked)
    is_valid = form.is_valid()
    ids = found_ids(form.wanted) if is_valid else []
    page = Paginator(ids, PAGE).get_page(asked.get("page"))
    records = list(in_order(list(page.object_list)))
    people, named = people_in(records), subject_names(records)
    context = {
        "console_nav": "audit",
        "form": form,
        "problems": problems_of(form),
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "total": len(ids),
        "records": [
            (each, named.get(each.subject, each.subject), fields_of(each, people))
            for each in records
        ],
        **more,
    }
    status = 200 if is_valid else 422
    return render(request, "contest/console/audit.html", context, status=status)
