"""Thể lệ: incidents, breaches, appeals, how anybody can check a result, personal data. Pure.

Each function gives ``(sentences, list items)`` of one điều.
"""

from __future__ import annotations

from contest.phases import LONGEST_PAUSE
from contest.rules.facts import Rules
from contest.rules.outcome import solutions_open
from contest.rules.who import Said
from contest.visibility import Shown

MOST_OPEN_APPEALS = 5


def incidents(rules: Rules) -> Said:
    """What happens when the system fails, somebody breaks the rules, or a question is wrong."""
    hours = int(LONGEST_PAUSE.total_seconds() // 3600)
    again = (
        " Người có lượt trùng với gián đoạn mà đã hết giờ trước khi gián đoạn được khai báo thì "
        "được thêm 01 lượt, dùng khi vòng thi còn mở."
        if rules.attempts_allowed is not None
        else ""
    )
    return (
        "Mọi quyết định dưới đây phải ghi lý do và được lưu nhật ký; quyết định sai có thể được "
        "thu hồi trước khi công bố kết quả chính thức.",
    ), (
        "Khi có sự cố, Ban Tổ chức có thể tạm dừng vòng thi: trong lúc đó không ai bắt đầu lượt "
        "mới, không bài nào hết giờ; bài đang làm được lùi giờ kết thúc bằng thời gian tạm dừng, "
        f"mỗi lần tối đa {hours} giờ.",
        "Ban Tổ chức có thể khai báo một khoảng gián đoạn đã qua: bài đang làm được lùi giờ kết "
        f"thúc tương ứng.{again}",
        "Thời gian tạm dừng và gián đoạn không tính vào thời gian làm bài. Giờ đóng vòng thi không "
        "vì thế mà thay đổi, trừ khi Ban Tổ chức gia hạn.",
        "Ban Tổ chức có thể gia hạn vòng thi cho mọi người khi đáp án chưa mở, hoặc thêm giờ cho "
        "người có hoàn cảnh đặc biệt; gia hạn, tạm dừng, gián đoạn được ghi thành sửa đổi Thể lệ.",
        "Kết quả của người vi phạm (dùng nhiều tài khoản, khai sai thông tin, nhờ người làm thay) "
        "bị hủy. Hệ thống chỉ nêu dấu hiệu bất thường, việc hủy do Ban Tổ chức xem xét, quyết "
        "định.",
        "Nhiều tài khoản của một người được gộp làm một, tính theo số lượt của một người, lấy các "
        "lượt bắt đầu sớm nhất.",
        "Câu hỏi sai sót được xử lý như nhau cho mọi người có câu đó: cộng điểm cho tất cả, không "
        "tính câu đó, hoặc chấp nhận thêm đáp án; điểm cũ vẫn được lưu.",
    )


def appeals(rules: Rules) -> Said:
    """Who may appeal against what, and until when."""
    if solutions_open(rules.visibility) == Shown.AFTER_FINAL:
        return (
            "Đáp án của vòng này chỉ mở sau khi công bố kết quả chính thức nên không có phúc khảo "
            "từng câu; sai sót phát hiện sau đó được xử lý bằng bản đính chính.",
        ), ()
    return (
        "Sau khi đáp án được mở và trước khi công bố kết quả chính thức, người dự thi được đề nghị "
        "phúc khảo từng câu của bài đã nộp, có viện dẫn điều khoản của văn bản gốc.",
        f"Mỗi câu của một bài được đề nghị 01 lần; mỗi người có cùng lúc không quá "
        f"{MOST_OPEN_APPEALS:02d} đề nghị đang xem xét.",
        "Người xem xét không phải là người đề nghị, người soạn hoặc người duyệt câu hỏi đó.",
        "Đề nghị và kết luận được công khai, không nêu tên người đề nghị; nếu công bố kết quả khi "
        "còn đề nghị chưa kết luận thì phải ghi rõ lý do.",
    ), ()


def proof(rules: Rules) -> Said:
    """How papers and results can be checked by anybody."""
    sentences = (
        "Đề của mỗi lượt được bốc bằng mã bí mật của vòng thi; mã băm của mã bí mật công bố trước "
        "khi mở vòng, mã bí mật công bố sau khi đóng, để ai cũng bốc lại được đề của mình.",
        "Khi nộp bài, mỗi người nhận một mã xác nhận chỉ khớp với đúng bài và kết quả lúc nộp.",
        "Khi vòng thi đóng, danh sách lượt thi được niêm phong bằng một mã băm; khi công bố, toàn "
        "bộ kết quả cũng được niêm phong như vậy.",
        "Kết quả đã công bố không sửa nữa; sai sót chỉ được đính chính bằng bản mới do hai người "
        "lập và ký, ghi rõ ngày, để cạnh bản cũ.",
    )
    items = (f"Mã cam kết của vòng thi (SHA-256): {rules.commitment}.",) if rules.commitment else ()
    return sentences, items


def personal_data(rules: Rules) -> Said:
    """What personal data is used for, and how long it is kept."""
    return (
        "Thông tin đăng ký chỉ dùng để tổ chức cuộc thi, xếp hạng, trao giải và báo cáo kết quả; "
        "số điện thoại, e-mail và ngày sinh không công bố.",
        "Người dự thi được xem, sửa và xóa thông tin của mình; khi xóa, kết quả còn lại không mang "
        "tên.",
        "Thông tin được lưu đến khi người dự thi xóa, trừ khi Ban Tổ chức quy định thời hạn ngắn "
        "hơn.",
    ), ()
