"""The order in which people are ranked, as five lists to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from contest.forms.fields import one_of
from contest.ordering import ALL_KEYS, DEFAULT_KEYS, ELAPSED, LOTTERY, POINTS, PREDICTION
from contest.ordering import SUBMITTED_AT as SUBMITTED

KEY_NAMES = {
    POINTS: "Điểm cao",
    PREDICTION: "Dự đoán gần",
    ELAPSED: "Làm nhanh",
    SUBMITTED: "Nộp sớm",
    LOTTERY: "Bốc thăm",
}
PLACES = [f"rank_{place}" for place in range(1, len(ALL_KEYS) + 1)]
# The two families of rules in use.
FAMILIES = {
    "party": ("Tuyên giáo: điểm → dự đoán → nộp sớm", [POINTS, PREDICTION, SUBMITTED]),
    "youth": (
        "Đoàn thanh niên, nhà trường: điểm → thời gian làm bài → dự đoán → nộp sớm",
        [POINTS, ELAPSED, PREDICTION, SUBMITTED],
    ),
}
# Names of the buttons that only rearrange the page.
MOVE, FAMILY = "rank_move", "rank_family"


def usual_keys(target: str) -> list[str]:
    """The order when nothing is chosen; predictions count only where there is a question."""
    return [key for key in DEFAULT_KEYS if target or key != PREDICTION]


def rank_fields() -> dict[str, forms.ChoiceField]:
    """A list for each place of the order."""
    choices = [("", "Không dùng"), *KEY_NAMES.items()]
    return {name: one_of(f"Tiêu chí {n}", choices) for n, name in enumerate(PLACES, start=1)}


def rank_values(keys: Sequence[str], target: str) -> dict[str, str]:
    """An order as its fields show it."""
    shown = [key for key in keys if target or key != PREDICTION]
    return dict(zip(PLACES, shown + [""] * len(PLACES), strict=False))


def rank_faults(keys: Sequence[str], target: str) -> dict[str, str]:
    """What is wrong with the chosen order, by the place where it is to be corrected."""
    used = [(name, key) for name, key in zip(PLACES, keys, strict=True) if key]
    faults: dict[str, str] = {}
    if not used or used[0][1] != POINTS:
        faults[PLACES[0]] = "Tiêu chí đầu tiên phải là điểm; điểm rồi mới đến các tiêu chí khác."
    seen: set[str] = set()
    for name, key in used:
        if key in seen:
            faults.setdefault(name, f"“{KEY_NAMES[key]}” đã có ở trên; mỗi tiêu chí dùng một lần.")
        if key == PREDICTION and not target:
            faults.setdefault(
                name, "Vòng thi không có câu dự đoán; hãy chọn câu dự đoán hoặc bỏ tiêu chí này."
            )
        seen.add(key)
    if target and PREDICTION not in seen:
        faults.setdefault(
            PLACES[0],
            "Có câu dự đoán mà không xếp hạng theo dự đoán; hãy thêm tiêu chí “Dự đoán gần” "
            "hoặc bỏ câu dự đoán.",
        )
    if LOTTERY in seen and used[-1][1] != LOTTERY:
        faults.setdefault(
            next(name for name, key in used if key == LOTTERY),
            "Bốc thăm không bao giờ bằng nhau nên phải là tiêu chí cuối cùng.",
        )
    return faults


def rearranged(data: QueryDict) -> QueryDict | None:
    """What was typed with the order changed as the pressed button asks, such as "up-3" or
    "party"; None when no such button was pressed."""
    pressed, family = data.get(MOVE), FAMILIES.get(data.get(FAMILY, ""))
    if pressed is None and family is None:
        return None
    keys = [data.get(name, "") for name in PLACES]
    if family is not None:
        keys = list(rank_values(family[1], data.get("prediction", "")).values())
    else:
        _move(keys, pressed or "")
    typed = data.copy()
    for name, key in zip(PLACES, keys, strict=True):
        typed[name] = key
    return typed


def _move(keys: list[str], pressed: str) -> None:
    for step, word in ((-1, "up"), (1, "down")):
        for place in range(len(keys)):
            other = place + step
            if pressed == f"{word}-{place + 1}" and 0 <= other < len(keys):
                keys[place], keys[other] = keys[other], keys[place]
                return


def unchecked(form: Any) -> None:
    """Shows a bound form or formset as typed, without judging it yet."""
    form._errors = forms.utils.ErrorDict()
    if hasattr(form, "forms"):
        form._errors, form._non_form_errors = [], forms.utils.ErrorList()
        for each in form.forms:
            unchecked(each)
