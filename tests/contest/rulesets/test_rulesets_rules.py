"""Each rule set's thể lệ says its particulars, from the settings alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import User
from tests.contest.rulesets import bodies, propaganda
from tests.contest.rulesets.crowd import hold, in_this_order, office, said
from tests.contest.rulesets.settings import RuleSet

WHO, WHEN, PAPER = "Đối tượng dự thi", "Thời gian vòng thi", "Nội dung và thời gian làm bài"
ATTEMPTS, GUESS, ORDER = "Số lượt", "Câu dự đoán", "Cách xếp hạng cá nhân"
PRIZES, GROUPS, POINTS = "Giải thưởng", "Các bảng thi", "Cách tính điểm"
OTHER = "Quy định khác của Ban Tổ chức"

MANY, ONCE, UP_TO = "không giới hạn", "01 lượt duy nhất", "tối đa {:02d} lượt"
RIGHT, NEAREST = "Số câu trả lời đúng nhiều hơn", "gần đúng hơn"
SHORTER, EARLIER = "Thời gian làm bài ngắn hơn", "Nộp bài sớm hơn"
DRAWN = "Bốc thăm"

# Under each title what must be said, in this order.
PARTICULARS: list[tuple[Callable[[], RuleSet], dict[str, list[str]]]] = [
    (
        propaganda.vcnet_2020,
        {
            WHO: ["từ đủ 14 tuổi trở lên"],
            WHEN: ["10:00 thứ Hai, 04/05/2020", "09:00 thứ Hai, 11/05/2020"],
            PAPER: ["10 câu trắc nghiệm và 01 câu dự đoán"],
            ATTEMPTS: [MANY, "tốt nhất", "sớm hơn"],
            GUESS: ["số người trả lời đúng tất cả các câu"],
            ORDER: [RIGHT, NEAREST, EARLIER],
            PRIZES: [
                "01 Giải Nhất, 4.000.000 đồng",
                "02 Giải Nhì, 2.000.000 đồng",
                "05 Giải Ba, 1.500.000 đồng",
                "08 Giải Khuyến khích, 1.000.000 đồng",
            ],
            OTHER: ["thuế thu nhập cá nhân"],
        },
    ),
    (
        propaganda.vcnet_2019,
        {
            PAPER: ["05 câu trắc nghiệm và 01 câu dự đoán"],
            ATTEMPTS: [MANY],
            GUESS: ["số người trả lời đúng tất cả các câu"],
            ORDER: [RIGHT, NEAREST, EARLIER],
        },
    ),
    (
        propaganda.lang_son,
        {
            WHO: ["từ đủ 12 tuổi trở lên"],
            PAPER: ["15 câu trắc nghiệm và 01 câu dự đoán"],
            POINTS: ["Mỗi câu trả lời đúng được 10 điểm"],
            GUESS: ["số lượt dự thi"],
            ORDER: [RIGHT, "số lượt dự thi gần đúng hơn", DRAWN],
            PRIZES: ["01 Giải Nhất", "02 Giải Nhì", "03 Giải Ba", "05 Giải Khuyến khích"],
        },
    ),
    (
        propaganda.quang_ninh,
        {
            WHEN: ["10:00 thứ Sáu, 30/06/2023", "09:00 thứ Hai, 31/07/2023"],
            PAPER: ["09 câu trắc nghiệm", "tất cả các câu và câu dự đoán", "không được tính"],
            GUESS: ["số người dự thi"],
            ORDER: [RIGHT, NEAREST, EARLIER],
            "Công bố điểm, đáp án và bảng xếp hạng": ["ngay sau khi nộp bài"],
        },
    ),
    (
        propaganda.phu_yen,
        {
            PAPER: ["35 câu trắc nghiệm và 01 câu dự đoán"],
            ATTEMPTS: [ONCE],
            GUESS: ["số người dự thi"],
            ORDER: [RIGHT, SHORTER, NEAREST],
        },
    ),
    (
        propaganda.quang_nam_vo_chi_cong,
        {
            PAPER: ["09 câu trắc nghiệm và 01 câu dự đoán"],
            GUESS: ["số lượt dự thi"],
            PRIZES: ["01 Giải Nhất", "01 Giải Nhì", "01 Giải Ba", "03 Giải Khuyến khích",
                     "Giải tập thể", "nhiều người dự thi nhất"],
        },
    ),
    (
        propaganda.quang_nam_lhtn,
        {
            PRIZES: [
                "01 Giải số lượng Nhất, 1.500.000 đồng, trao cho đơn vị có nhiều người dự thi nhất",
                "01 Giải số lượng Ba, 500.000 đồng",
                "01 Giải tỷ lệ Nhất, 1.500.000 đồng, trao cho đơn vị có tỷ lệ",
                "01 Giải tỷ lệ Nhì, 1.000.000 đồng",
            ],
        },
    ),
    (
        propaganda.dak_po,
        {
            WHO: ["Đơn vị ban-tuyen-giao", "không được xếp hạng"],
            WHEN: ["09:00 thứ Hai, 01/03/2021", "15:00 Chủ nhật, 14/03/2021"],
            ATTEMPTS: [UP_TO.format(10)],
            PRIZES: ["01 Giải Nhất, 1.500.000 đồng"],
        },
    ),
    (
        propaganda.dai_hoi_dang,
        {
            WHO: ["Ban Tổ chức, Tổ Thư ký", "không được xếp hạng"],
            PAPER: ["trong 10 phút"],
            ATTEMPTS: [UP_TO.format(7)],
            PRIZES: ["01 Giải Nhất, 2.000.000 đồng"],
        },
    ),
    (
        propaganda.bau_cu,
        {
            PAPER: ["trong 10 phút"],
            ATTEMPTS: [UP_TO.format(7)],
            PRIZES: ["01 Giải Nhất", "02 Giải Nhì", "03 Giải Ba", "10 Giải Khuyến khích",
                     "10 Giải Nỗ lực đáng ghi nhận"],
        },
    ),
    (
        bodies.binh_tan,
        {
            PAPER: ["20 câu trắc nghiệm", "trong 10 phút", "bốc ngẫu nhiên"],
            ATTEMPTS: [ONCE],
            ORDER: [RIGHT, SHORTER, EARLIER],
            PRIZES: ["05 Giải tuần"],
            OTHER: ["để trống thông tin"],
        },
    ),
    (
        bodies.bo_tu_phap,
        {
            WHEN: ["08:00 thứ Năm, 15/04/2021", "24:00 thứ Sáu, 14/05/2021"],
            PAPER: ["20 câu trắc nghiệm"],
            ATTEMPTS: [UP_TO.format(3), "tốt nhất"],
            PRIZES: ["01 Giải Nhất, 6.000.000 đồng kèm Giấy chứng nhận", "05 Giải Nhì",
                     "10 Giải Ba", "20 Giải Khuyến khích, 1.000.000 đồng"],
        },
    ),
    (
        bodies.hoa_binh,
        {
            WHO: ["Cơ quan Đảng", "Sở, ban, ngành", "Mặt trận, đoàn thể"],
            PAPER: ["10 câu trắc nghiệm và 01 câu dự đoán"],
            GUESS: ["số người trả lời đúng tất cả các câu"],
        },
    ),
    (
        bodies.tong_lien_doan,
        {
            WHO: ["đoàn viên công đoàn"],
            PAPER: ["20 câu trắc nghiệm và 01 câu tự luận (5 điểm)", "20 phút", "sửa câu trả lời"],
            ATTEMPTS: [UP_TO.format(2)],
            POINTS: ["thang 5 điểm", "cộng vào điểm trắc nghiệm"],
            ORDER: ["Tổng số điểm cao hơn", SHORTER],
            OTHER: ["Facebook"],
        },
    ),
    (
        bodies.ldld_hcm,
        {
            GROUPS: ["Bảng 1: người thuộc Đơn vị khoi-1", "Bảng 4: người thuộc Đơn vị khoi-4"],
            PAPER: ["20 câu trắc nghiệm và 01 câu dự đoán", "20 phút"],
            ATTEMPTS: [ONCE],
            "Sự cố và vi phạm": ["nhiều tài khoản", "gộp làm một"],
            ORDER: ["Trong mỗi bảng", RIGHT, NEAREST, EARLIER],
            PRIZES: ["Bảng 1: 01 Giải Nhất", "Bảng 4: 02 Giải Nhì", "30 Giải tập thể"],
        },
    ),
    (
        bodies.gia_lai,
        {
            WHO: ["thuộc đơn vị loại", "Trường học"],
            PAPER: ["20 câu trắc nghiệm", "15 phút"],
            ATTEMPTS: [ONCE],
            ORDER: [RIGHT, SHORTER],
            PRIZES: ["01 Giải Nhất", "03 Giải Nhì", "10 Giải Ba", "15 Giải Khuyến khích",
                     "đơn vị có nhiều người dự thi nhất", "đơn vị có nhiều người đạt giải nhất"],
            "Công bố điểm, đáp án và bảng xếp hạng": ["dưới 16 tuổi"],
        },
    ),
    (
        bodies.hue,
        {
            GROUPS: ["Cán bộ, công chức: ", "Người dân: người từ đủ 18 tuổi trở lên"],
            PAPER: ["15 câu trắc nghiệm", "Cán bộ, công chức: HUE-CB", "Người dân: HUE-ND"],
            ATTEMPTS: [ONCE],
            ORDER: [RIGHT, NEAREST],
            PRIZES: ["Cán bộ, công chức: 01 Giải Nhất, 800.000 đồng",
                     "Người dân: 01 Giải Nhất, 700.000 đồng",
                     "Khối Hành chính: 01 Tập thể tỷ lệ cao", "điểm trung bình cao nhất",
                     "Khối Cấp xã: 01 Tập thể tỷ lệ cao", "01 Tập thể chất lượng cao"],
        },
    ),
    (
        bodies.nghe_an,
        {
            WHO: ["thuộc Đơn vị khoi-co-quan", "các đơn vị trực thuộc"],
            WHEN: ["Từ thứ Hai đến thứ Sáu", "từ 07:30 đến trước 17:30", "trước giờ nghỉ"],
        },
    ),
    (
        bodies.percent_form,
        {
            PAPER: ["24 câu trắc nghiệm và 01 câu dự đoán", "30 phút"],
            GUESS: ["tỷ lệ phần trăm", "năm chữ số thập phân", "87,65432"],
        },
    ),
]  # fmt: skip


@pytest.fixture(autouse=True)
def named_units(db: None) -> None:
    """The units that conditions name."""
    for code in ("ban-tuyen-giao", "khoi-co-quan", "khoi-1", "khoi-2", "khoi-3", "khoi-4"):
        office(code)


@pytest.mark.parametrize(
    ("rules", "particulars"), PARTICULARS, ids=[rules.__name__ for rules, _ in PARTICULARS]
)
def test_the_rules_say_the_particulars(
    rules: Callable[[], RuleSet], particulars: dict[str, list[str]], ha: User
) -> None:
    [round] = hold(ha, rules())
    for title, phrases in particulars.items():
        text = said(round, title)
        assert in_this_order(text, phrases), (title, phrases, text)


def test_without_a_prediction_nothing_is_said_of_one(ha: User) -> None:
    """Gia Lai asks for none: no điều about it, no ranking key, no word on the paper."""
    [round] = hold(ha, bodies.gia_lai())
    assert said(round, GUESS) == ""
    assert "dự đoán" not in said(round, ORDER) + said(round, PAPER) + said(round, ATTEMPTS)


def test_the_final_of_phu_yen_says_who_gets_in_and_that_it_is_an_essay(ha: User) -> None:
    [*_, last] = hold(ha, propaganda.phu_yen(), upto=8)
    assert in_this_order(said(last, WHO), ["hạng 10", "kết quả chính thức"])
    assert in_this_order(said(last, PAPER), ["01 câu tự luận (100 điểm)", "90 phút"])
    assert "trắc nghiệm" not in said(last, PAPER)
