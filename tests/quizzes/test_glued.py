"""Glued words: what is flagged, what is left alone, what is suggested."""

from __future__ import annotations

import pytest

from quizzes.documents.glued import flags, seen_words, split
from quizzes.documents.syllables import is_syllable

SEEN = seen_words(["mạn đàm về học tập", "mạnh dạn thực hiện", "trong vườn có ao", "đến ao"])


def spaced(text: str) -> str:
    """The text with every suggestion taken."""
    return split(text, flags(text, SEEN))


@pytest.mark.parametrize(
    "word",
    [
        *("nghị", "Nghị", "NGHỊ", "quyết", "quốc", "quý", "kỳ", "gì", "giếng", "giữ", "nghiêng"),
        *("uỷ", "ủy", "hoà", "hòa", "khuỷu", "nguyên", "huyện", "ngoằn", "thuở", "đường"),
        *("yêu", "ở", "oanh"),
    ],
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word", ["", "hiệnNghịđã", "vàtổ", "hac\u0309", "các-bon", "Zalo", "ngi", "ce", "bk", "bác2"]
)
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("thực hiệnNghị quyết", "thực hiện Nghị quyết"),
        ("Đối vớiChương trình", "Đối với Chương trình"),
        ("huyđộng nguồn lực", "huy động nguồn lực"),
        ("kinh tếtheo hướng", "kinh tế theo hướng"),
        ("nghịquyếtchuyên đề", "nghị quyết chuyên đề"),
        ("số 03-CTr/TUlà khung", "số 03-CTr/TU là khung"),
        ("làđộng lực", "là động lực"),
        ("địnhKHCN, gắn", "định KHCN, gắn"),
        ("Nhân dân.Du lịch", "Nhân dân. Du lịch"),
        ("“xanh”.Ưu tiên", "“xanh”. Ưu tiên"),
        ("kinh tế rừng:Khẳng định", "kinh tế rừng: Khẳng định"),
        ("28/11/2025của Ban", "28/11/2025 của Ban"),
        ("2020 - 2025,tạo nền", "2020 - 2025, tạo nền"),
        ("THỰCHIỆN", "THỰC HIỆN"),
        ("trongvườn", "trong vườn"),
        ("mạnhọc", "mạn học"),
    ],
)
def test_glued_words_get_a_suggestion(text: str, expected: str) -> None:
    assert spaced(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "internet logistics Facebook YouTube online data camera sandbox UNESCO OCOP IoT",
        "KHCN, ĐMST&CĐS của MTTQ, HĐND và UBND; GS.TS Nguyễn Văn A",
        "20.000 cây, 50% hộ, 5G, 10ha, 0206.3853.971, 28/11/2025",
        "https://caobang.gov.vn hoặc hoi@caobang.gov.vn",
        "uỷ ban, ủy viên, hòa bình, hoà giải; v.v... chính trị-xã hội",
        "các-bon, (i) trồng mận; (ii) nuôi cá (sandbox), “bốn tại chỗ”",
        "số 06-CTr/TU và số 31-KH/TU, Đắk Lắk, Bắc Kạn",
    ],
)
def test_what_is_no_glued_word_stays(text: str) -> None:
    assert flags(text, SEEN) == []


def test_a_plain_run_is_flagged_only_by_words_of_the_same_text() -> None:
    assert flags("trongvườn trongao", seen_words([])) == flags("trongvườn", seen_words([]))
    assert [f.suggestion for f in flags("trongao", SEEN)] == ["trong ao"]


def test_words_of_the_text_decide_between_two_readings() -> None:
    often = seen_words(["mạnh mạnh mạnh ọc ọc ọc"])
    assert split("mạnhọc", flags("mạnhọc", often)) == "mạnh ọc"


def test_a_flag_says_where_and_only_the_chosen_are_split() -> None:
    text = "vàtổ chức, vàtổ đội"
    first, second = flags(text, SEEN)
    assert (first.start, first.end, first.word) == (0, 4, "vàtổ")
    assert split(text, [second]) == "vàtổ chức, và tổ đội"
