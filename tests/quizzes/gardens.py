"""Four small official texts to derive questions from."""

from __future__ import annotations

from quizzes.derivation.stems import ProgrammeTitle, Titles

TEXTS = {
    "03-CTr/TU:1": (
        "Khẳng định việc giữ vườn mẫu là nhiệm vụ nền tảng, gắn làm vườn với bảo vệ nguồn nước "
        "sạch, giảm nghèo bền vững, ổn định đời sống bản làng và giữ gìn nếp sống xưa."
    ),
    "03-CTr/TU:2": (
        "Nêu kết quả và những hạn chế như: vườn cây còn nhỏ lẻ, đường vào vườn chưa thông, liên "
        "kết giữa các nhà yếu… Qua đó rút ra bài học."
    ),
    "04-CTr/TU:1": (
        "Chợ phiên là hướng đi chiến lược, gắn họp chợ với mở rộng giao thương, nâng cao thu nhập "
        "người bán, đầu tư mái che kiên cố và bảo đảm vệ sinh thực phẩm."
    ),
    "04-CTr/TU:2": (
        "Nêu kết quả và những hạn chế như: gian hàng còn chật hẹp, bến xe chưa đủ chỗ, hàng hóa "
        "còn đơn điệu."
    ),
    "31-KH/TU:1": (
        "Máy tính là khâu đột phá quan trọng. Các nhiệm vụ cụ thể: phát triển kỹ năng số cơ bản; "
        "xây dựng phòng máy cộng đồng; thu hút thanh niên hướng dẫn; đổi mới cách dạy tin học."
    ),
    "32-KH/TU:1": (
        "Cầu treo là trụ cột quan trọng. Các nhiệm vụ cụ thể: hoàn thiện đường lên bản; tăng cường "
        "đèn chiếu sáng; kiểm tra mặt cầu hằng tháng; huy động góp công làm đường."
    ),
}
TITLES = Titles(
    programmes={
        "03-CTr/TU": ProgrammeTitle("core", "Giữ vườn mẫu"),
        "04-CTr/TU": ProgrammeTitle("core", "Chợ phiên"),
        "31-KH/TU": ProgrammeTitle("breakthrough", "Máy tính"),
        "32-KH/TU": ProgrammeTitle("breakthrough", "Cầu treo"),
    },
    clauses={code: f"Mục {code[-1]} của phần {code[:2]}" for code in TEXTS},
)
