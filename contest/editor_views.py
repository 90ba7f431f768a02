"""The editor of the organisers' console: a contest with its first round, later rounds, drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from contest import access, forms, rounds
from contest.console_views import organiser_page
from contest.drafts import RoundDraft
from contest.errors import ContestError
from contest.models import Contest, Division
from contest.rules import contests, presets
from contest.rules.contests import ContestDraft
from contest.rules.presets_data import Preset
from quizzes.models import Programme
from quizzes.pools import pool_sizes

SAVED = "Đã lưu bản nháp. Xem lại rồi công bố."


@dataclass(frozen=True, slots=True)
class Start:
    """What the editor shows before anything is typed, and what the contest allows."""

    values: dict[str, Any]
    lines: list[dict[str, Any]] = field(default_factory=list)
    prizes: list[dict[str, Any]] = field(default_factory=list)
    divisions: Sequence[Division] = ()
    may_admit: bool = False
    has_table: bool = False


@dataclass(frozen=True, slots=True)
class Editor:
    """The forms of the page: as typed on POST, else as they start."""

    settings: forms.RoundForm
    lines: forms.LineFormSet
    prizes: forms.PrizeFormSet
    contest_form: forms.ContestForm | None
    is_sent: bool

    @property
    def plain_forms(self) -> list[Any]:
        named = [] if self.contest_form is None else [self.contest_form]
        return [*named, self.settings]

    def is_complete(self) -> bool:
        """Whether it was sent and every form is valid; each is asked, to show every error."""
        if not self.is_sent:
            return False
        every = [*self.plain_forms, self.lines, self.prizes]
        valid = False not in [form.is_valid() for form in every]
        if self.lines.is_valid() and not self.lines.drafts():
            self.settings.require_questions()
        return valid and self.settings.is_valid()

    def draft(self) -> RoundDraft:
        """What was typed, valid."""
        return self.settings.draft(self.lines.drafts(), self.prizes.drafts())


def _editor(request: HttpRequest, start: Start, *, with_contest: bool = False) -> Editor:
    """The forms; a button that only rearranges the page sends it without saving it."""
    posted = request.POST if request.method == "POST" else None
    moved = forms.rearranged(posted) if posted is not None else None
    data = posted if moved is None else moved
    common = {"divisions": start.divisions}
    editor = Editor(
        settings=forms.RoundForm(
            data, initial=start.values, may_admit=start.may_admit, has_table=start.has_table
        ),
        lines=forms.LineFormSet(
            data,
            prefill=[] if posted else start.lines,
            pools=pool_sizes(),
            may_be_empty=bool(data and data.get("essay_prompt", "").strip()),
            **common,
        ),
        prizes=forms.PrizeFormSet(
            data, prefill=[] if posted else start.prizes, blocks=forms.blocks(), **common
        ),
        contest_form=forms.ContestForm(data) if with_contest else None,
        is_sent=posted is not None and moved is None,
    )
    if moved is not None:
        for form in [*editor.plain_forms, editor.lines, editor.prizes]:
            forms.unchecked(form)
    return editor


def _show(request: HttpRequest, editor: Editor, **context: Any) -> HttpResponse:
    """The page with the forms; what was typed and what is wrong with it stay on it."""
    wrong = []
    if editor.is_sent:
        wrong = forms.problems(editor.plain_forms, editor.lines, editor.prizes)
    sizes = {f"{programme}:{level}": size for (programme, level), size in pool_sizes().items()}
    context |= {
        "settings": editor.settings,
        "lines": editor.lines,
        "prizes": editor.prizes,
        "contest_form": editor.contest_form,
        "families": forms.FAMILIES,
        "problems": wrong,
        "pools": sizes,
        "even": [str(p.pk) for p in Programme.objects.exclude(kind=Programme.Kind.DISPATCH)],
    }
    return render(request, "contest/console/editor.html", context, status=422 if wrong else 200)


def _suggested(request: HttpRequest, usual: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines a new round starts with: those the coverage page asked for, or the usual ones."""
    lines = forms.suggested_values(request.GET) if request.method != "POST" else None
    if lines is None:
        return usual
    _say_missing(request, sum(line["count"] for line in lines), int(request.GET["suggest"]))
    return lines


def _say_missing(request: HttpRequest, found: int, asked: int) -> None:
    if found < asked:
        messages.warning(
            request,
            f"Ngân hàng chỉ có {found} câu đã duyệt cho đề {asked} câu; "
            "hãy duyệt thêm câu hỏi hoặc giảm số câu.",
        )


# -- A new contest -------------------------------------------------------------------------------


def _start_of_contest(request: HttpRequest, chosen: Preset | None) -> Start:
    """The usual settings, or those of the rule set."""
    now = timezone.now()
    if chosen is None:
        return Start(forms.new_round_values(None, now), _suggested(request, []))
    divisions = presets.preset_divisions(chosen)
    draft = presets.preset_round(chosen, divisions=divisions, now=now)
    if request.method != "POST":
        asked = sum(chosen.papers.values())
        _say_missing(request, sum(line.count for line in draft.lines), asked)
    return Start(
        forms.draft_values(draft), forms.draft_lines(draft), forms.draft_prizes(draft), divisions
    )


@require_http_methods(["GET", "HEAD", "POST"])
@organiser_page
def new_contest(request: HttpRequest) -> HttpResponse:
    """A contest and its first round on one page, from a rule set if one was chosen."""
    chosen = presets.preset(request.GET.get("template", ""))
    start = _start_of_contest(request, chosen)
    editor = _editor(request, start, with_contest=True)
    if editor.contest_form is None or not editor.is_complete():
        context = {
            "presets": presets.PRESETS,
            "chosen": chosen,
            "divisions": start.divisions,
            "picks": not (chosen or editor.settings.is_bound or "suggest" in request.GET),
        }
        return _show(request, editor, **context)
    named = editor.contest_form.cleaned_data
    title, summary = named["contest_title"], named["summary"]
    settings = (
        presets.preset_contest(chosen, title=title, summary=summary)
        if chosen
        else ContestDraft(title=title, summary=summary)
    )
    round = contests.open_contest(
        actor=access.require_organiser(request.user),
        contest=settings,
        divisions=start.divisions,
        round=editor.draft(),
    )
    messages.success(request, SAVED)
    return redirect("contest:console_round", round.pk)


# -- Rounds of a contest -------------------------------------------------------------------------


def _divisions(contest: Contest) -> list[Division]:
    return list(contest.divisions.order_by("position"))


@require_http_methods(["GET", "HEAD", "POST"])
@organiser_page
def new_round(request: HttpRequest, slug: str) -> HttpResponse:
    """The next round of a contest, starting from the settings of the one before."""
    contest = access.organised_contest(request.user, slug)
    last = contest.rounds.order_by("number").last()
    start = Start(
        forms.new_round_values(last, timezone.now()),
        _suggested(request, forms.line_values(last)),
        forms.prize_values(last),
        _divisions(contest),
        may_admit=last is not None,
        has_table=contest.has_table,
    )
    editor = _editor(request, start)
    if not editor.is_complete():
        return _show(request, editor, contest=contest)
    actor = access.require_organiser(request.user)
    round = rounds.create_round(actor=actor, contest=contest, draft=editor.draft())
    messages.success(request, SAVED)
    return redirect("contest:console_round", round.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@organiser_page
def edit_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """Change a draft; a published round only tells that it cannot be changed."""
    round = access.organised_round(request.user, round_id)
    if round.published_at is not None:
        messages.error(request, "Vòng thi đã công bố nên không sửa được các thông số nữa.")
        return redirect("contest:console_round", round.pk)
    start = Start(
        forms.round_values(round),
        forms.line_values(round),
        forms.prize_values(round),
        _divisions(round.contest),
        may_admit=round.number > 1,
        has_table=round.contest.has_table,
    )
    editor = _editor(request, start)
    if not editor.is_complete():
        return _show(request, editor, contest=round.contest, round=round)
    actor = access.require_organiser(request.user)
    try:
        rounds.update_round(actor=actor, round=round, draft=editor.draft())
        messages.success(request, "Đã lưu bản nháp.")
    except ContestError as refusal:  # somebody published it meanwhile
        messages.error(request, refusal.message)
    return redirect("contest:console_round", round.pk)
