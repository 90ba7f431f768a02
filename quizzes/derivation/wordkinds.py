"""What sort of phrase a Vietnamese phrase is, told by its first words. Pure.

Only as fine as choices of a question need: a verb phrase among noun phrases would give itself
away. The lists hold the words official texts begin phrases with.
"""

from __future__ import annotations

import re
from itertools import pairwise

from accounts.text import fold

VERB, NOUN, QUALITY = "verb", "noun", "quality"
STATE, LACK = "state", "lack"  # how something stands, and what it lacks
BODY, MEANS = "body", "means"  # who does something, and by what

_VERBS = frozenset(
    """
    phát triển|nâng cao|tăng cường|đẩy mạnh|xây dựng|thu hút|bảo đảm|bảo vệ|bảo tồn|mở rộng|mở|
    hoàn thiện|đổi mới|thúc đẩy|huy động|khuyến khích|hỗ trợ|phát huy|giữ vững|giữ gìn|ổn định|
    giảm|giải quyết|cải thiện|cải cách|quản lý|chủ động|ưu tiên|đầu tư|thực hiện|triển khai|
    tổ chức|kiểm tra|xử lý|hình thành|tạo|đưa|gắn|khai thác|khơi dậy|kết hợp|củng cố|tiếp tục|
    kiên quyết|nhân rộng|kiềm chế|kéo giảm|quảng bá|đào tạo|bồi dưỡng|chuyển|chuyển hóa|trồng|
    phòng|phòng cháy|phản ánh|biểu dương|phê phán|chấn chỉnh|ngăn chặn|đẩy lùi|đấu tranh|phản bác|
    nắm bắt|tổng hợp|tuyên truyền|phổ biến|quán triệt|đóng góp|góp phần|vượt qua|phấn đấu|nâng cấp|
    tiếp cận|tăng|tăng trưởng|duy trì|ứng phó|chăm lo|chú trọng|tập trung|làm|khẳng định|nhấn mạnh|
    xác định|sử dụng|chuyển giao|luân chuyển|bố trí|bổ nhiệm|đánh giá|rà soát|rèn luyện|đáp ứng|
    lồng ghép|tham gia|giám sát|dám|đề cao|giao|tháo gỡ|lấy|áp dụng|ứng dụng|đa dạng hóa|thu|
    sắp xếp|giáo dục|trọng dụng|siết chặt|phê duyệt|ban hành|khôi phục|vận động|kết nối|
    trẻ hóa|tiến tới|hướng dẫn|tuyển dụng|đãi ngộ|tinh gọn|phân cấp|quy hoạch|báo cáo|
    chống|bảo trì|giữ|khắc phục|chăm sóc|khen thưởng|nghiên cứu|lãnh đạo|chỉ đạo
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
_QUALITIES = frozenset(
    """
    an toàn|hiện đại|đồng bộ|năng động|chuyên nghiệp|bền vững|vững mạnh|nhanh|quyết liệt|sáng tạo|
    quyết tâm|đoàn kết|trong sạch|minh bạch|công khai|khách quan|toàn diện|linh hoạt|liên thông|
    hợp lý|hữu nghị|hòa bình|hợp tác|chuyên sâu|chặt chẽ|xanh|thân thiện|đặc sắc|dễ|
    trọng tâm|trọng điểm
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
# "sản xuất còn nhỏ lẻ" lacks; "thu ngân sách … chiếm tỷ trọng lớn" stands.
_LACKING = re.compile(r"\S+ .*\b(?:chưa|còn)\b|.+(?<! chủ)(?<! thiết)(?<! trọng) (?:yếu|kém)$")
_STANDING = re.compile(r"\S+ .*\b(?:được|ngày càng|chiếm|đạt nhiều)\b")
_BODY = re.compile(
    r"(?:(?:các|những|mọi) )?(?:cấp|ngành|chính quyền|mặt trận|tổ chức|doanh nghiệp|nhân dân|cán bộ"
    r"|tập thể|cá nhân|cơ quan|đơn vị|địa phương|đảng viên|người|thành phần|hợp tác xã|đoàn viên"
    r"|hội viên|đảng uỷ|sở|nhà)\b"
)
_MEANS = re.compile(r"(?:thông qua|trên|bằng|theo|trong|từ|qua)\b")
_ADVERBS = re.compile(r"^(?:từng bước|kịp thời|tích cực|nghiêm túc)\s+")


def words(text: str) -> list[str]:
    """The words of a text: what stands between blanks and is more than a dash."""
    return [word for word in text.split() if word.isalnum() or any(map(str.isalnum, word))]


def kind_of(phrase: str) -> str:
    """One of the kinds above; ``NOUN`` when nothing tells."""
    plain = " ".join(re.findall(r"[\w&-]+", phrase.casefold()))
    if _LACKING.match(plain):
        return LACK
    first = _ADVERBS.sub("", plain).split(" ")
    heads = {first[0], " ".join(first[:2])}
    if heads & _VERBS:
        return VERB
    if _STANDING.match(plain):
        return STATE
    if _BODY.match(plain):
        return BODY
    if _MEANS.match(plain):
        return MEANS
    return QUALITY if heads & _QUALITIES else NOUN


def first_word(phrase: str) -> str:
    """The folded first word: what choices are best alike in."""
    return fold(phrase).partition(" ")[0]


def pairs(phrase: str) -> set[tuple[str, str]]:
    """Neighbouring folded words, for telling how much of a phrase another text already says."""
    plain = re.findall(r"\w+", fold(phrase))
    return set(pairwise(plain))
