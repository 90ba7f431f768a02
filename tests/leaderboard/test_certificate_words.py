"""Every sentence of a certificate, and the text that stands for its picture."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date

import pytest

from leaderboard.certificates import words
from leaderboard.certificates.words import Certificate

PRIZE = Certificate(
    issuer=("TỈNH ỦY CAO BẰNG", "BAN TUYÊN GIÁO VÀ DÂN VẬN"),
    full_name="Bế Thị Lan Anh",
    unit="Phường Thục Phán",
    contest_title="Tìm hiểu Nghị quyết",
    round_number=2,
    round_title="Khởi động",
    kind="prize",
    prize="Giải Nhất cá nhân",
    points=19,
    total_points=20,
    elapsed_ms=401_999,
    rank=3,
    date=date(2026, 3, 30),
    place="Cao Bằng",
    code="CB2-7QKM-4D9X",
    verify_url="https://thi.example/chung-nhan/CB2-7QKM-4D9X",
)
TAKEN_PART = replace(PRIZE, kind="participation", prize="", rank=None)


def test_a_prize_names_prize_round_and_contest() -> None:
    assert words.citation(PRIZE) == [
        "đã đạt",
        "Giải Nhất cá nhân",
        "tại vòng 2 “Khởi động”",
        "của Cuộc thi “Tìm hiểu Nghị quyết”",
    ]


def test_a_prize_without_a_name_is_still_a_sentence() -> None:
    assert words.citation(replace(PRIZE, prize=" "))[:2] == ["đã đạt", "giải"]


def test_participation_says_nothing_of_a_prize() -> None:
    assert words.citation(replace(TAKEN_PART, prize="Giải Nhất")) == [
        "đã tham gia vòng 2 “Khởi động”",
        "của Cuộc thi “Tìm hiểu Nghị quyết”",
    ]


@pytest.mark.parametrize(
    ("number", "title", "said"),
    [
        (2, "", "vòng 2"),
        (2, "Vòng 2", "vòng 2"),
        (2, "vòng 2: Khởi động", "vòng 2 “Khởi động”"),
        (2, "Vòng 2 – Khởi động", "vòng 2 “Khởi động”"),
        (2, "Vòng 20", "Vòng 20 (vòng 2)"),
        (3, "Vòng chung kết", "Vòng chung kết (vòng 3)"),
        (1, "“Sắc chàm”", "vòng 1 “Sắc chàm”"),
        (1, unicodedata.normalize("NFD", "Vòng 1"), "vòng 1"),
    ],
)
def test_the_number_of_a_round_is_said_once(number: int, title: str, said: str) -> None:
    assert words.round_named(replace(PRIZE, round_number=number, round_title=title)) == said


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Tìm hiểu Nghị quyết", "Cuộc thi “Tìm hiểu Nghị quyết”"),
        ("Cuộc thi trực tuyến “Tìm hiểu”", "Cuộc thi trực tuyến “Tìm hiểu”"),
        ("HỘI THI Dân vận khéo", "HỘI THI Dân vận khéo"),
        ("“Tìm hiểu”", "Cuộc thi “Tìm hiểu”"),
        ("", ""),
    ],
)
def test_a_contest_is_called_one_once(title: str, said: str) -> None:
    assert words.contest_named(title) == said


def test_no_contest_title_leaves_no_loose_word() -> None:
    assert words.citation(replace(TAKEN_PART, contest_title="")) == [
        "đã tham gia vòng 2 “Khởi động”"
    ]


def test_the_result_rounds_time_down_and_hides_an_unknown_rank() -> None:
    assert words.result(PRIZE) == "Kết quả: 19/20 điểm, làm bài trong 6 phút 41 giây, xếp hạng 3"
    assert words.result(TAKEN_PART) == "Kết quả: 19/20 điểm, làm bài trong 6 phút 41 giây"
    many = replace(PRIZE, points=1950, total_points=2000, rank=1234)
    assert "1.950/2.000 điểm" in words.result(many)
    assert "xếp hạng 1.234" in words.result(many)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 2, 5), "Cao Bằng, ngày 05 tháng 02 năm 2026"),
        (date(2026, 3, 9), "Cao Bằng, ngày 09 tháng 3 năm 2026"),
        (date(2026, 12, 30), "Cao Bằng, ngày 30 tháng 12 năm 2026"),
    ],
)
def test_dates_are_padded_as_in_official_documents(on: date, said: str) -> None:
    assert words.issued(replace(PRIZE, date=on)) == said


def test_a_date_without_a_place_begins_with_a_capital() -> None:
    assert words.issued(replace(PRIZE, place="")) == "Ngày 30 tháng 3 năm 2026"


def test_people_read_the_address_without_its_scheme() -> None:
    assert words.address(PRIZE) == "thi.example/chung-nhan/CB2-7QKM-4D9X"
    assert words.address(replace(PRIZE, verify_url="http://thi.example/")) == "thi.example"


def test_alt_text_says_all_that_the_picture_says() -> None:
    assert words.alt_text(PRIZE) == (
        "Giấy chứng nhận của TỈNH ỦY CAO BẰNG, BAN TUYÊN GIÁO VÀ DÂN VẬN. "
        "Ban Tổ chức chứng nhận: Bế Thị Lan Anh, Phường Thục Phán, đã đạt Giải Nhất cá nhân "
        "tại vòng 2 “Khởi động” của Cuộc thi “Tìm hiểu Nghị quyết”. "
        "Kết quả: 19/20 điểm, làm bài trong 6 phút 41 giây, xếp hạng 3. "
        "Cao Bằng, ngày 30 tháng 3 năm 2026. Mã kiểm chứng: CB2-7QKM-4D9X."
    )


def test_q5_alt_text_of_a_superseded_certificate_begins_with_that() -> None:
    old = replace(PRIZE, superseded=True)
    assert words.alt_text(old).startswith("Giấy này đã được thay thế. Giấy chứng nhận")
    known = replace(old, superseded_by="CB2-NEW")
    assert words.alt_text(known).startswith(
        "Giấy này đã được thay thế bằng giấy chứng nhận mã CB2-NEW. Giấy"
    )


def test_texts_typed_in_nfd_come_out_in_nfc() -> None:
    typed = unicodedata.normalize("NFD", "Nguyễn Thị Đào")
    text = words.alt_text(replace(PRIZE, full_name=typed, issuer=(typed, " ")))
    assert unicodedata.is_normalized("NFC", text)
    assert words.issuer_lines(replace(PRIZE, issuer=(typed, " "))) == ["Nguyễn Thị Đào"]


@pytest.mark.parametrize("certificate", [PRIZE, TAKEN_PART], ids=["prize", "participation"])
def test_it_is_never_called_a_state_commendation(certificate: Certificate) -> None:
    assert words.TITLE == "GIẤY CHỨNG NHẬN"
    spoken = words.alt_text(certificate).casefold()
    assert "bằng khen" not in spoken
    assert "giấy khen" not in spoken
