"""What can go wrong while competing. Each carries a code for programs, a message for people."""

from __future__ import annotations

from typing import Any


class ContestError(Exception):
    """Base of all refusals: ``code`` and HTTP ``status`` are part of the public contract."""

    code = "refused"
    status = 409
    message = "Không thực hiện được việc này."

    def __init__(self, message: str = "", *, fields: dict[str, str] | None = None, **extra: Any):
        self.message = message or self.message
        self.fields = fields or {}
        self.extra = extra
        super().__init__(self.message)


class NotFound(ContestError):
    code, status = "not_found", 404
    message = "Không tìm thấy nội dung này, hoặc bạn không có quyền xem."


class Forbidden(ContestError):
    code, status = "forbidden", 403
    message = "Tài khoản của bạn không có quyền làm việc này."


class SignedOut(ContestError):
    code, status = "signed_out", 401
    message = "Bạn cần đăng nhập để làm việc này."


class RoundNotOpen(ContestError):
    code = "round_not_open"
    message = "Vòng thi chưa mở hoặc đã đóng."


class AttemptsUsed(ContestError):
    code = "attempts_used"
    message = "Bạn đã dùng hết số lượt của vòng này."


class UnitRequired(ContestError):
    code = "unit_required"
    message = "Hãy chọn đơn vị của bạn trước khi vào thi."


class OutsideHours(ContestError):
    code = "outside_hours"
    message = "Ngoài giờ làm bài của vòng thi."


class RoundPaused(ContestError):
    code = "round_paused"
    message = "Vòng thi đang tạm dừng. Thời gian tạm dừng sẽ được bù cho mọi người."


class NotEligible(ContestError):
    code = "not_eligible"
    message = "Vòng thi này dành cho đối tượng khác."


class BirthDateRequired(ContestError):
    code = "birth_date_required"
    message = "Cuộc thi có quy định về tuổi. Hãy điền ngày sinh ở trang Tài khoản rồi vào thi."


class Incomplete(ContestError):
    code, status = "incomplete", 422
    message = "Thể lệ yêu cầu trả lời đủ các câu; hãy trả lời các câu được nêu rồi nộp bài."


class BoardHidden(ContestError):
    code, status = "board_hidden", 403
    message = "Bảng xếp hạng chưa được mở."


class AttemptClosed(ContestError):
    code = "attempt_closed"
    message = (
        "Đã hết giờ hoặc bài đã nộp, nên câu trả lời này không được nhận. "
        "Các câu đã lưu trước đó vẫn được tính."
    )


class StaleRev(ContestError):
    code = "stale_rev"
    message = "Bài này đang mở trên một máy khác. Đã tải lại câu trả lời mới nhất."


class InvalidAnswers(ContestError):
    code, status = "invalid_answers", 422
    message = "Có câu trả lời không hợp lệ. Hãy kiểm tra lại các câu được nêu."


class RateLimited(ContestError):
    code, status = "rate_limited", 429
    message = "Bạn gửi quá nhanh. Bài của bạn vẫn an toàn; hãy thử lại sau ít phút."


class CannotPublish(ContestError):
    code = "cannot_publish"
    message = "Chưa công bố được vòng thi."

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("Chưa công bố được vòng thi. " + " ".join(reasons))
        self.reasons = reasons


class RoundIsFinal(ContestError):
    code = "round_is_final"
    message = (
        "Kết quả chính thức đã công bố nên không thay đổi được nữa. "
        "Nếu có sai sót, hãy lập bản đính chính."
    )
