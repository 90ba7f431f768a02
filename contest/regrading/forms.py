"""What an organiser types to decide about a question."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.fields import TEXT_FAULTS
from contest.errors import ContestError
from contest.forms import Problem
from contest.models import Appeal, Round
from contest.papers import bank_keys
from contest.regrading.appeal_forms import lines_kept
from contest.regrading.decided import VERDICT_NAMES, decided_about
from contest.regrading.questions import Asked
from contest.regrading.services import Proposal, proposal
from contest.rulings import ACCEPT, CREDIT
from quizzes.banks import settled_answer
from quizzes.models import QuestionVersion

_ONE_EACH = (
    QuestionVersion.Type.SINGLE, QuestionVersion.Type.TRUE_FALSE, QuestionVersion.Type.FILL,
)  # fmt: skip


class ReasonForm(forms.Form):
    """A decision, or taking one back: why."""

    reason = forms.CharField(
        label="Lý do",
        max_length=1_000,
        help_text="Người dự thi đọc được ở phần đáp án; được ghi vào biên bản.",
        error_messages={**TEXT_FAULTS, "required": "Hãy ghi lý do của quyết định này."},
        widget=forms.Textarea(attrs={"class": "input", "rows": 3}),
    )

    def clean_reason(self) -> str:
        """In NFC, its lines kept."""
        reason = lines_kept(self.cleaned_data["reason"])
        if not reason:
            raise forms.ValidationError("Hãy ghi lý do của quyết định này.")
        return reason


class RegradeForm(ReasonForm):
    """How a question is dealt with. Valid, ``proposed`` is what the services take.

    Further answers: every choice ticked is one of its own, but for questions with several right
    choices all ticked together are one; a sequence is chosen place by place as a whole.
    """

    verdict = forms.ChoiceField(
        label="Cách xử lý",
        choices=list(VERDICT_NAMES.items()),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Hãy chọn cách xử lý câu hỏi."
        ),
    )

    def __init__(self, data: Any = None, *, round: Round, question: Asked, **options: Any) -> None:
        super().__init__(data, **options)
        self.round, self.question = round, question
        self.proposed: Proposal | None = None
        if question.text.is_sequence:
            self._add_places()
        else:
            self._add_keys()
        self.order_fields(["verdict", *(n for n in self.fields if n not in ("verdict", "reason"))])

    def _add_keys(self) -> None:
        text = self.question.text
        several = text.type not in _ONE_EACH
        self.fields["keys"] = forms.MultipleChoiceField(
            label="Đáp án được chấp nhận thêm",
            required=False,
            choices=[(key, f"{key.upper()}. {said}") for key, said in text.choices],
            help_text="Đánh dấu trọn bộ phương án được chấp nhận."
            if several
            else "Đánh dấu từng phương án được chấp nhận.",
            error_messages={"invalid_choice": "Có đáp án không nằm trong câu hỏi này."},
            widget=forms.CheckboxSelectMultiple,
        )

    def _add_places(self) -> None:
        text = self.question.text
        for place in range(1, len(text.answer) + 1):
            label = text.prompts[place - 1] if text.prompts else f"Vị trí {place}"
            self.fields[f"place_{place}"] = forms.ChoiceField(
                label=label,
                required=False,
                choices=[("", "(chưa chọn)"), *((k, f"{k.upper()}. {s}") for k, s in text.choices)],
                error_messages={"invalid_choice": "Có đáp án không nằm trong câu hỏi này."},
                widget=forms.Select(attrs={"class": "input"}),
            )

    @property
    def places(self) -> list[forms.BoundField]:
        """The fields of a sequence, [] for other questions."""
        return [self[name] for name in self.fields if name.startswith("place_")]

    def _accepted(self) -> list[list[str]]:
        data, text = self.cleaned_data, self.question.text
        if text.is_sequence:
            order = [data.get(f"place_{n}", "") for n in range(1, len(text.answer) + 1)]
            return [order] if any(order) else []
        keys: list[str] = data.get("keys", [])
        if text.type in _ONE_EACH:
            return [[key] for key in keys]
        return [keys] if keys else []

    def clean(self) -> None:
        verdict = self.cleaned_data.get("verdict")
        if verdict is None:
            return
        accepted = self._accepted() if verdict == ACCEPT else []
        where = "verdict"
        if verdict == ACCEPT:
            where = "place_1" if self.question.text.is_sequence else "keys"
        try:
            self.proposed = proposal(
                round=self.round,
                version=self.question.version,
                verdict=verdict,
                accepted=accepted,
            )
        except ContestError as refusal:
            if where not in self.errors:
                self.add_error(where, refusal.message)


def values_for(appeal: Appeal, question: Asked) -> dict[str, Any]:
    """What the form holds for an accepted appeal: the answer its author gave is accepted too,
    or, when they gave none or it counts already, everybody gets the points."""
    values: dict[str, Any] = {"verdict": CREDIT, "reason": _reason(appeal)}
    item = appeal.attempt.paper[appeal.question_number - 1]
    letters = appeal.attempt.answers.get(str(appeal.question_number), [])
    text = question.text
    given = settled_answer(text.type, bank_keys(item, letters))
    already = decided_about(appeal.round).get(text.id)
    taken = {text.answer, *(already.verdict.accepted if already else ())}
    is_whole = not text.is_sequence or (len(given) == len(text.answer) and all(given))
    if given and is_whole and given not in taken:
        values["verdict"] = ACCEPT
        values["keys"] = list(given)
        values |= {f"place_{place}": key for place, key in enumerate(given, start=1)}
    return values


def _reason(appeal: Appeal) -> str:
    return f"Chấp nhận đề nghị phúc khảo: {appeal.answer}"[:1_000]


def problems(form: forms.Form) -> list[Problem]:
    """Everything wrong with a form, each with the id of its field."""
    return [
        Problem("" if name == "__all__" else form[name].auto_id, str(text))
        for name, texts in form.errors.items()
        for text in texts
    ]
