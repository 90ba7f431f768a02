"""What organisers type about results."""

from __future__ import annotations

from django import forms

from accounts.fields import CleanText

_LONGEST = 1_000


def _reason(missing: str = "") -> CleanText:
    return CleanText(
        required=bool(missing),
        max_length=_LONGEST,
        error_messages={"required": missing},
        widget=forms.Textarea(attrs={"class": "input", "rows": 3}),
    )


class FinaliseForm(forms.Form):
    """Confirming a final result; a reason is needed where appeals are left open."""

    reason = _reason()
    despite_appeals = forms.BooleanField(
        required=False, label="Chốt dù còn đơn phúc khảo chưa trả lời (phải ghi lý do)"
    )
    confirmed = forms.BooleanField(
        label="Tôi đã kiểm tra và hiểu rằng kết quả chốt rồi thì không sửa được",
        error_messages={"required": "Hãy đánh dấu xác nhận rồi mới chốt kết quả."},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["reason"].label = "Ghi chú hoặc lý do"

    def clean(self) -> None:
        data = self.cleaned_data
        if data.get("despite_appeals") and not data.get("reason"):
            self.add_error("reason", "Hãy ghi lý do chốt khi còn đơn phúc khảo chưa trả lời.")


class ReasonForm(forms.Form):
    """Opening a correction, or giving it up."""

    reason = _reason("Hãy ghi lý do của việc này.")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["reason"].label = "Lý do"
