"""Why a result cannot be made."""

from __future__ import annotations

from contest.errors import ContestError


class CannotFinalise(ContestError):
    """``reasons`` names everything that is missing, in Vietnamese."""

    code = "cannot_finalise"
    message = "Chưa chốt được kết quả."

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(f"{self.message} {' '.join(reasons)}")
        self.reasons = reasons


class NoCorrection(ContestError):
    code = "no_correction"
    message = "Vòng thi này không có bản đính chính nào đang được lập."


class SecondPersonRequired(ContestError):
    code = "second_person_required"
    message = (
        "Bản đính chính phải do một người khác ký. Hãy nhờ một thành viên Ban Tổ chức khác "
        "kiểm tra và ký."
    )
