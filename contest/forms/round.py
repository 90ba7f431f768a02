"""A round as an organiser types it, but for its lines and prizes. Shape only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms

from contest import wording
from contest.drafts import LineDraft, PrizeDraft, RoundDraft
from contest.forms.fields import CleanLines, line, moment, one_of, several_of, time_of_day, whole
from contest.forms.hours import WEEKDAYS, hours_faults
from contest.forms.ranking import PLACES, rank_faults, rank_fields, usual_keys
from contest.models import Round
from contest.visibility import Board, Names, Shown

MOST_MINUTES, MOST_ATTEMPTS, MOST_POINTS, MOST_ADMITTED = 600, 100, 100, 10_000


# Settings a page folds away as long as they are usual.
FOLDED = {
    "hours": ("weekdays", "daily_from", "daily_to"),
    "paper": ("fixed_questions", "fixed_choices", "requires_all"),
    "essay": ("essay_prompt", "essay_points"),
    "shown": ("results_shown", "solutions_shown", "board_shown", "frozen_at", "names_shown"),
    "admission": ("admits_from", "admits_top"),
    "extra": ("prizes_need_perfect", "extra_rules"),
}
_OF_PERFECT = {Round.PredictionTarget.PERFECT, Round.PredictionTarget.PERCENT}
_USUAL = {
    "results_shown": Shown.AT_ONCE,
    "solutions_shown": Shown.AFTER_CLOSE,
    "board_shown": Board.ALWAYS,
    "names_shown": Names.FULL,
}


class RoundForm(forms.Form):
    """The settings of a round but for its lines and prizes.

    A setting a page leaves out keeps its usual value. ``may_admit``: the contest has rounds
    before this one; ``has_table``: and a table over them.
    """

    title = line(
        "Tên vòng thi",
        most=200,
        missing="Hãy nhập tên vòng thi.",
        help_text="Nội dung của vòng, ví dụ: Kinh tế rừng và du lịch bền vững.",
    )
    opens_at = moment("Mở lúc", "Hãy chọn ngày giờ mở")
    closes_at = moment("Đóng lúc", "Hãy chọn ngày giờ đóng")
    weekdays = several_of(
        "Các ngày làm bài",
        WEEKDAYS,
        coerce=int,
        help_text="Không đánh dấu ngày nào là mọi ngày trong tuần.",
    )
    daily_from = time_of_day("Từ giờ", "Hãy nhập giờ bắt đầu trong ngày")
    daily_to = time_of_day("Đến trước giờ", "Hãy nhập giờ kết thúc trong ngày")
    limit = whole(
        "Thời gian làm bài cần là số phút", 1, MOST_MINUTES, label="Thời gian làm bài (phút)"
    )
    attempts = whole(
        "Số lượt cần là số nguyên",
        1,
        MOST_ATTEMPTS,
        label="Số lượt mỗi người",
        required=False,
        suggestions="usual-attempts",
    )
    unlimited = forms.BooleanField(label="Không giới hạn số lượt", required=False)
    prediction = forms.ChoiceField(
        label="Câu dự đoán",
        required=False,
        choices=Round.PredictionTarget.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Hãy chọn một trong các câu dự đoán."},
    )
    fixed_questions = forms.BooleanField(
        label="Giữ thứ tự câu hỏi theo cấu trúc đề, không đảo", required=False
    )
    fixed_choices = forms.BooleanField(label="Giữ thứ tự phương án, không đảo", required=False)
    requires_all = forms.BooleanField(
        label="Phải trả lời đủ các câu mới nộp được bài", required=False
    )
    essay_prompt = CleanLines(
        label="Đề bài tự luận",
        required=False,
        max_length=5_000,
        help_text="Để trống nếu vòng thi không có câu tự luận. Vòng chỉ có câu tự luận thì để "
        "trống cấu trúc đề.",
    )
    essay_points = whole(
        "Điểm tự luận cần là số nguyên",
        1,
        MOST_POINTS,
        label="Điểm tối đa câu tự luận",
        required=False,
    )
    prizes_need_perfect = forms.BooleanField(
        label="Chỉ trao giải cá nhân cho người đúng tất cả các câu", required=False
    )
    results_shown = one_of(
        "Người dự thi xem điểm của mình", Round.ShownWhen.choices, initial=Shown.AT_ONCE
    )
    solutions_shown = one_of(
        "Đáp án và giải thích",
        Round.ShownWhen.choices,
        initial=Shown.AFTER_CLOSE,
        help_text="“Ngay sau khi nộp bài” làm đáp án lan truyền khi người khác còn đang thi; "
        "chỉ nên dùng khi mọi người thi một lượt duy nhất vào cùng một lúc.",
    )
    board_shown = one_of("Bảng xếp hạng", Round.BoardShown.choices)
    frozen_at = moment(
        "Đóng băng bảng xếp hạng từ",
        "Hãy chọn ngày giờ đóng băng",
        required=False,
        help_text="Từ lúc này bảng đứng yên cho đến lễ công bố kết quả. Để trống nếu không đóng "
        "băng.",
    )
    names_shown = one_of("Tên người dự thi khi công khai", Round.NamesShown.choices)
    admits_from = one_of("Ai được vào vòng này", Round.AdmitsFrom.choices)
    admits_top = whole(
        "Số người được vào cần là số nguyên",
        1,
        MOST_ADMITTED,
        label="Số người đứng đầu được vào",
        required=False,
        help_text="Dùng cho vòng chung kết, ví dụ 10 người đứng đầu mỗi vòng.",
    )
    extra_rules = CleanLines(
        label="Quy định khác",
        required=False,
        max_length=10_000,
        rows=5,
        help_text="Mỗi dòng là một câu của thể lệ. Hệ thống không tự thực hiện phần này.",
    )

    def __init__(
        self, *args: Any, may_admit: bool = False, has_table: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.may_admit, self.has_table = may_admit, has_table
        self.fields |= rank_fields()

    @property
    def ranks(self) -> list[forms.BoundField]:
        """The places of the ranking order."""
        return [self[name] for name in PLACES]

    @property
    def unfolded(self) -> set[str]:
        """The names of the folded groups that hold something unusual or wrong."""
        return {
            group
            for group, names in FOLDED.items()
            if any(self[name].errors or self._is_unusual(name) for name in names)
        }

    def _is_unusual(self, name: str) -> bool:
        value = self[name].value()
        return bool(value) and value != _USUAL.get(name)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not data.get("unlimited") and "attempts" in data and data["attempts"] is None:
            self.add_error(
                "attempts", "Hãy nhập số lượt mỗi người, hoặc đánh dấu không giới hạn số lượt."
            )
        self._check_window()
        self._add(hours_faults(data))
        self._check_ranking()
        self._add(_essay_faults(data))
        self._add(self._admission_faults())
        return data

    def _add(self, faults: dict[str, str]) -> None:
        for name, text in faults.items():
            if name not in self.errors:  # one sentence for each field
                self.add_error(name, text)

    def _check_window(self) -> None:
        data = self.cleaned_data
        opens_at, closes_at = data.get("opens_at"), data.get("closes_at")
        if not opens_at or not closes_at:
            return
        open_for, limit = closes_at - opens_at, data.get("limit")
        if open_for <= timedelta(0):
            self.add_error("closes_at", "Giờ đóng phải sau giờ mở vòng thi.")
            return
        if limit and timedelta(minutes=limit) > open_for:
            self.add_error(
                "limit",
                f"Thời gian làm bài {limit} phút dài hơn cả vòng thi ({wording.span(open_for)}).",
            )
        if (frozen_at := data.get("frozen_at")) and not opens_at < frozen_at <= closes_at:
            self.add_error(
                "frozen_at",
                "Lúc đóng băng phải sau giờ mở và không muộn hơn giờ đóng vòng thi.",
            )

    def _check_ranking(self) -> None:
        data = self.cleaned_data
        if "prediction" not in data or any(name not in data for name in PLACES):
            return
        chosen = [data[name] for name in PLACES]
        if any(chosen):
            self._add(rank_faults(chosen, data["prediction"]))

    def _admission_faults(self) -> dict[str, str]:
        data = self.cleaned_data
        if "admits_from" not in data or "admits_top" not in data:
            return {}
        source, top = data["admits_from"], data["admits_top"]
        if source and not self.may_admit:
            return {"admits_from": "Đây là vòng đầu tiên nên chưa có vòng trước để chọn người."}
        if source == Round.AdmitsFrom.TABLE and not self.has_table:
            return {"admits_from": "Hãy bật bảng tổng hợp ở trang Cài đặt cuộc thi trước."}
        if source and top is None:
            return {"admits_top": "Hãy nhập số người đứng đầu được vào vòng này."}
        if top is not None and not source:
            return {"admits_from": "Đã nhập số người được vào; hãy chọn họ lấy từ đâu."}
        return {}

    def require_questions(self) -> None:
        """For a paper of an essay alone: what only questions can give is refused."""
        if self.cleaned_data.get("prediction") in _OF_PERFECT:
            self.add_error(
                "prediction",
                "Vòng thi chỉ có câu tự luận nên không có người trả lời đúng tất cả các câu; hãy "
                "chọn câu dự đoán khác.",
            )
        if self.cleaned_data.get("prizes_need_perfect"):
            self.add_error(
                "prizes_need_perfect",
                "Vòng thi chỉ có câu tự luận nên không có người đúng tất cả các câu để trao giải.",
            )

    def draft(self, lines: Sequence[LineDraft], prizes: Sequence[PrizeDraft] = ()) -> RoundDraft:
        """The valid form as the service takes it."""
        data = self.cleaned_data
        has_hours = data["daily_from"] is not None
        return RoundDraft(
            title=data["title"],
            opens_at=data["opens_at"],
            closes_at=data["closes_at"],
            time_limit_s=data["limit"] * 60,
            attempts_allowed=None if data["unlimited"] else data["attempts"],
            prediction_target=data["prediction"],
            lines=lines,
            prizes=prizes,
            weekdays=sorted(data["weekdays"]) if has_hours else [],
            daily_from=data["daily_from"],
            daily_to=data["daily_to"],
            shuffles_questions=not data["fixed_questions"],
            shuffles_choices=not data["fixed_choices"],
            requires_all=data["requires_all"],
            essay_prompt=data["essay_prompt"],
            essay_points=data["essay_points"] or 0,
            admits_from=data["admits_from"],
            admits_top=data["admits_top"],
            ranking_keys=self._keys(),
            prizes_need_perfect=data["prizes_need_perfect"],
            results_shown=data["results_shown"] or Shown.AT_ONCE,
            solutions_shown=data["solutions_shown"] or Shown.AFTER_CLOSE,
            board_shown=data["board_shown"] or Board.ALWAYS,
            frozen_at=data["frozen_at"],
            names_shown=data["names_shown"] or Names.FULL,
            extra_rules=data["extra_rules"],
        )

    def _keys(self) -> list[str]:
        chosen = [key for name in PLACES if (key := self.cleaned_data[name])]
        return chosen or usual_keys(self.cleaned_data["prediction"])


def _essay_faults(data: dict[str, Any]) -> dict[str, str]:
    if "essay_prompt" not in data or "essay_points" not in data:
        return {}
    if data["essay_points"] and not data["essay_prompt"].strip():
        return {"essay_prompt": "Đã có điểm tự luận; hãy viết đề bài, hoặc xóa điểm."}
    if data["essay_prompt"].strip() and not data["essay_points"]:
        return {"essay_points": "Hãy nhập điểm tối đa của câu tự luận."}
    return {}
