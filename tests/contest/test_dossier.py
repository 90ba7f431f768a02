"""The documents of a round's result, read back from the files: no database."""

from __future__ import annotations

import csv
import io
import weakref
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from functools import cache

import docx
import pytest
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from contest.dossier import layout
from contest.dossier.content import (
    Dossier,
    Draw,
    Figures,
    Issuer,
    MerkleRoot,
    PaperLine,
    PaperPlan,
    Prediction,
    PrizeList,
    ResultKind,
    ResultRow,
    ResultVersion,
    RoundWindow,
    RulesVersion,
    ScoreBands,
    Signatory,
    Signatures,
    Tie,
    UnitRow,
    Winner,
)
from contest.dossier.csv_file import BOM, csv_lines
from contest.dossier.decisions import (
    Amendment,
    Appeals,
    Disqualification,
    Extension,
    Incident,
    Outage,
    QuestionDecision,
    Ruling,
    Undone,
)
from contest.dossier.docx_file import PROSE, write_docx
from contest.dossier.layout import profile_named, profile_names
from contest.dossier.phrases import document_number, place_and_date
from contest.dossier.tables import amount, percent
from contest.dossier.xlsx_file import write_xlsx

PARTY_TITLE = "ĐẢNG CỘNG SẢN VIỆT NAM"
NATIONAL_TITLE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
PROFILES = ["party", "state", "trade_union", "youth_union"]


def vietnam(day: int, hour: int, minute: int = 0, second: int = 0, ms: int = 0) -> datetime:
    """A moment of March 2026 by a clock in Vietnam, as the database keeps it."""
    local = datetime(2026, 3, day, hour, minute, second, ms * 1000, tzinfo=UTC)
    return local - timedelta(hours=7)


def row(number: int, name: str = "", **fields: object) -> ResultRow:
    plain = {
        "rank": number,
        "name": name or f"Lý Thị Ê {number}",
        "unit": "Xã Trùng Khánh",
        "points": 20,
        "correct": 18,
        "elapsed_ms": 401_123,
        "submitted_at": vietnam(9, 20, 15, 32, 123),
        "prediction": Decimal("31766.00000"),
        "distance": Decimal("12.00000"),
        "prize": "Giải Nhất" if number == 1 else "",
        "receipt": f"BN-{number:06d}",
    }
    return ResultRow(**{**plain, **fields})


def rows(count: int) -> Callable[[], Iterator[ResultRow]]:
    return lambda: (row(number) for number in range(1, count + 1))


def ruling(reason: str, undone: Undone | None = None) -> Ruling:
    return Ruling("Nông Thị Thu Hà", vietnam(16, 9), reason, undone)


FULL = Dossier(
    contest_title="Tìm hiểu Nghị quyết Đại hội Đảng bộ tỉnh",
    round_number=2,
    round_title="Kinh tế cửa khẩu",
    issuer=Issuer("Tỉnh ủy Cao Bằng", "Ban Tổ chức cuộc thi", "BTC"),
    place="Cao Bằng",
    number="5",
    dated=date(2026, 2, 5),
    rules=RulesVersion(
        3, date(2026, 3, 1), (Amendment(3, "Thêm bảng học sinh", ruling("Có nhiều trường học")),)
    ),
    window=RoundWindow(
        vietnam(9, 8),
        vietnam(15, 22),
        "",
        (Extension(vietnam(15, 20), vietnam(15, 22), ruling("Đường truyền của tỉnh gián đoạn.")),),
        (Outage(vietnam(10, 9), vietnam(10, 9, 12), ruling("Máy chủ khởi động lại")),),
    ),
    papers=(
        PaperPlan(
            (
                PaperLine("03-CTr/TU", "Kinh tế rừng", 10, 1, "Dễ"),
                PaperLine("04-CTr/TU", "Kinh tế cửa khẩu", 5, 2),
            )
        ),
    ),
    time_limit_s=900,
    attempts_allowed=2,
    figures=Figures(457_428, 659_591, 31_754, 56, ScoreBands(31_754, 200_000, 200_000, 25_674)),
    ranking_keys=("Số câu trả lời đúng nhiều hơn", "Thời gian làm bài ngắn hơn."),
    divisions=(),
    prediction=Prediction(
        "Có bao nhiêu người trả lời đúng tất cả các câu?",
        "số người trả lời đúng tất cả",
        Decimal("31754.00000"),
        "những người còn lại sau khi hủy kết quả của 1 người",
    ),
    draw=Draw("9f" * 32, "60" * 32),
    disqualifications=(
        Disqualification("Lục Văn Tài", "Phường Thục Phán", ruling("Dùng hai tài khoản")),
        Disqualification(
            "Bế Văn Nam",
            "Xã Hà Quảng",
            ruling(
                "Nhờ người thi hộ", Undone(vietnam(17, 9), "Hoàng Văn Thạch", "Có bằng chứng khác")
            ),
        ),
    ),
    questions=(
        QuestionDecision(
            "03-012", "03-CTr/TU:2.1", "Không tính điểm", 1_234, ruling("Hai phương án đều đúng")
        ),
    ),
    incidents=(Incident(vietnam(11, 20), "Mất điện tại Xã Bảo Lạc", ruling("Xã đã xác nhận")),),
    appeals=Appeals(5, 2, 1),
    rows=rows(25),
    ties=(Tie(5, ("Triệu Văn An", "Bế Thị Bình"), "Cùng hạng 5, hạng kế tiếp là 7"),),
    prizes=(
        PrizeList(
            "Bảng cán bộ",
            (
                Winner(
                    "Giải Nhất",
                    1,
                    "Hoàng Thị Yến",
                    "Xã Trùng Khánh",
                    20,
                    401_123,
                    Decimal("31766"),
                    Decimal("12"),
                    reason="Dự đoán lệch 12, người kế tiếp lệch 45",
                ),
            ),
        ),
        PrizeList("Tập thể", (Winner("Giải A", 1, "Xã Hà Quảng", figure="1.234 người dự thi"),)),
    ),
    units=tuple(
        UnitRow(n, f"Xã số {n}", 1_256, 2_000, Decimal("17.256"), 40, 2) for n in range(1, 24)
    ),
    version=ResultVersion(1, ResultKind.FINAL, "Hoàng Văn Thạch", vietnam(18, 9)),
    roots=(MerkleRoot("Kết quả chính thức", 457_428, "cd" * 32),),
    signatures=Signatures(
        "Ban Tổ chức",
        Signatory("Trưởng Ban", "Hoàng Văn Thạch"),
        Signatory("Thư ký", "Nông Thị Thu Hà"),
        (Signatory("Ủy viên", "Đàm Văn Eng"),),
    ),
    recipients=("Các đảng ủy trực thuộc;",),
    archive="Văn phòng",
)

BARE = replace(
    FULL,
    rules=replace(FULL.rules, amendments=()),
    window=replace(FULL.window, extensions=(), outages=()),
    prediction=None,
    draw=replace(FULL.draw, secret=""),
    disqualifications=(),
    questions=(),
    incidents=(),
    appeals=Appeals(),
    rows=rows(0),
    ties=(),
    prizes=(),
    units=(),
    roots=(),
)


def minutes(dossier: Dossier = FULL, profile: str = "party") -> Document:
    return _minutes(dossier, profile)


@cache
def _minutes(dossier: Dossier, profile: str) -> Document:
    """Written once however many tests read it."""
    out = io.BytesIO()
    write_docx(dossier, profile_named(profile), out)
    out.seek(0)
    return docx.Document(out)


def lines(document: Document) -> list[str]:
    """Every line as it is read, with the cells of a row joined by a bar."""
    found = []
    for piece in document.iter_inner_content():
        if isinstance(piece, Paragraph):
            found.append(piece.text)
        else:
            found += [" | ".join(cell.text for cell in row.cells) for row in piece.rows]
    return found


def headings(document: Document) -> list[str]:
    return [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]


@cache
def workbook(dossier: Dossier = FULL, **limits: int) -> Workbook:
    out = io.BytesIO()
    write_xlsx(dossier, out, **limits)
    out.seek(0)
    return load_workbook(out)


def table(dossier: Dossier) -> list[list[str]]:
    text = b"".join(csv_lines(dossier)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


# -- What the minutes say ------------------------------------------------------------------------


SECTIONS = [
    "I- THỂ LỆ, THỜI GIAN VÀ ĐỀ THI",
    "1. Thể lệ",
    "2. Thời gian",
    "3. Đề thi",
    "II- TÌNH HÌNH DỰ THI",
    "1. Số liệu chung",
    "2. Phân bố kết quả",
    "III- CÁCH XẾP HẠNG",
    "1. Tiêu chí xếp hạng",
    "2. Câu dự đoán",
    "3. Mã bốc đề",
    "IV- CÁC QUYẾT ĐỊNH CỦA BAN TỔ CHỨC",
    "1. Hủy kết quả",
    "2. Câu hỏi bị hủy hoặc chấm lại",
    "3. Sự cố khác",
    "4. Khiếu nại",
    "V- KẾT QUẢ",
    "1. Những người đứng đầu",
    "2. Trường hợp bằng nhau",
    "3. Giải thưởng",
    "4. Kết quả theo đơn vị",
    "VI- XÁC NHẬN KẾT QUẢ",
    "1. Bản kết quả",
    "2. Mã kiểm chứng (gốc cây Merkle)",
]


@pytest.mark.parametrize("dossier", [FULL, BARE], ids=["full", "bare"])
def test_no_section_is_ever_left_out(dossier: Dossier) -> None:
    assert headings(minutes(dossier)) == SECTIONS


WHO = "Người quyết định: Nông Thị Thu Hà, lúc 09:00 thứ Hai, 16/03/2026."


@pytest.mark.parametrize(
    "line",
    [
        "BIÊN BẢN",
        "về kết quả Vòng 2 “Kinh tế cửa khẩu”, Cuộc thi “Tìm hiểu Nghị quyết Đại hội Đảng bộ tỉnh”",
        "Vòng thi thực hiện theo Thể lệ bản 03, ngày 01/03/2026.",
        f"- Bản 03: Thêm bảng học sinh. Lý do: Có nhiều trường học. {WHO}",
        "Vòng thi mở từ 08:00 thứ Hai, 09/03 đến 22:00 Chủ nhật, 15/03/2026.",
        "- Giờ đóng vòng thi chuyển từ 20:00 Chủ nhật, 15/03/2026 sang 22:00 Chủ nhật, 15/03/2026. "
        f"Lý do: Đường truyền của tỉnh gián đoạn. {WHO}",
        "- Gián đoạn 12 phút, từ 09:00 đến 09:12 thứ Ba, 10/03/2026, được bù thời gian làm bài. "
        f"Lý do: Máy chủ khởi động lại. {WHO}",
        "Mỗi đề có 15 câu, tổng 20 điểm:",
        "- 03-CTr/TU, Kinh tế rừng, mức độ dễ: 10 câu, mỗi câu 01 điểm.",
        "- Số người dự thi: 457.428 người.",
        "- Số lượt thi: 659.591 lượt.",
        "- Số người trả lời đúng tất cả các câu: 31.754 người.",
        "- Số đơn vị có người dự thi: 56 đơn vị.",
        "Đúng tất cả các câu | 31.754 | 6,9%",
        "Đúng dưới 25% số câu | 25.674 | 5,6%",
        "a) Số câu trả lời đúng nhiều hơn.",
        "b) Thời gian làm bài ngắn hơn.",
        "- Câu hỏi: “Có bao nhiêu người trả lời đúng tất cả các câu?”",
        "- Điều cần dự đoán: số người trả lời đúng tất cả.",
        "- Kết quả đúng: 31.754, tính trên những người còn lại sau khi hủy kết quả của 1 người.",
        f"Mã cam kết bốc đề (SHA-256), công bố trước khi vòng thi mở: {'9f' * 32}.",
        f"- Lục Văn Tài (Phường Thục Phán). Lý do: Dùng hai tài khoản. {WHO}",
        f"- Bế Văn Nam (Xã Hà Quảng). Lý do: Nhờ người thi hộ. {WHO} Quyết định này đã được Hoàng "
        "Văn Thạch thu hồi lúc 09:00 thứ Ba, 17/03/2026; lý do: Có bằng chứng khác.",
        "- Câu 03-012 (03-CTr/TU:2.1): Không tính điểm. Số người có kết quả thay đổi: 1.234. "
        f"Lý do: Hai phương án đều đúng. {WHO}",
        "- 20:00 thứ Tư, 11/03/2026: Mất điện tại Xã Bảo Lạc. Lý do: Xã đã xác nhận. " + WHO,
        "Ban Tổ chức nhận được 5 khiếu nại: chấp nhận 2, không chấp nhận 1, đang xem xét 2.",
        "1 | Lý Thị Ê 1 | Xã Trùng Khánh | 20 | 31.766 | 12 | 06:41,123",
        "- Hạng 5: Triệu Văn An, Bế Thị Bình. Cùng hạng 5, hạng kế tiếp là 7.",
        "Giải | Hạng | Họ và tên | Đơn vị | Điểm | Dự đoán | Độ lệch | Thời gian làm bài",
        "Giải Nhất | 1 | Hoàng Thị Yến | Xã Trùng Khánh | 20 | 31.766 | 12 | 06:41,123",
        "- Giải Nhất, Hoàng Thị Yến: Dự đoán lệch 12, người kế tiếp lệch 45.",
        "Giải | Hạng | Đơn vị đạt giải | Kết quả",
        "Giải A | 1 | Xã Hà Quảng | 1.234 người dự thi",
        "1 | Xã số 1 | 1.256 | 2.000 | 62,8% | 17,26 | 40 | 2",
        "Kết quả chính thức, bản 01. Người duyệt: Hoàng Văn Thạch, lúc 09:00 thứ Tư, 18/03/2026.",
        f"- Kết quả chính thức (457.428 dòng): {'cd' * 32}.",
        "1 | Đàm Văn Eng | Ủy viên | ",
        "- Các đảng ủy trực thuộc;",
    ],
)
def test_every_fact_of_the_dossier_stands_in_the_minutes(line: str) -> None:
    assert line in lines(minutes())


@pytest.mark.parametrize(
    "sentence",
    [
        "Thể lệ không có lần sửa đổi, bổ sung nào.",
        "Không có lần gia hạn hoặc thay đổi giờ đóng vòng thi nào.",
        "Không có lần gián đoạn nào phải bù thời gian làm bài.",
        "Vòng thi không có câu dự đoán.",
        "Mã bí mật của vòng thi chưa được công bố.",
        "Không có trường hợp bị hủy kết quả.",
        "Không có câu hỏi bị hủy hoặc chấm lại.",
        "Không có sự cố nào khác phải xử lý.",
        "Ban Tổ chức không nhận được khiếu nại nào.",
        "Không có người dự thi nào được xếp hạng.",
        "Không có trường hợp bằng nhau nào ảnh hưởng đến việc xét giải.",
        "Vòng thi không có giải thưởng nào được trao.",
        "Không có đơn vị nào có người dự thi.",
        "Chưa có mã kiểm chứng nào được công bố.",
    ],
)
def test_a_part_in_which_nothing_happened_says_so(sentence: str) -> None:
    assert sentence in lines(minutes(BARE))
    assert sentence not in lines(minutes())


def test_the_secret_stands_with_how_to_check_it() -> None:
    assert any("60" * 32 in line and "trùng với mã cam kết" in line for line in lines(minutes()))


def test_a_correction_says_so_in_its_title_and_why() -> None:
    version = ResultVersion(2, ResultKind.CORRECTION, "Hà", vietnam(18, 9), "Chấm lại câu 7.")
    said = lines(minutes(replace(FULL, version=version)))
    assert any(line.endswith("Đảng bộ tỉnh” (đính chính, bản 02)") for line in said)
    assert any(
        "bản 02, thay cho các bản trước. Lý do đính chính: Chấm lại câu 7." in s for s in said
    )


def test_divisions_show_whose_table_a_row_belongs_to() -> None:
    own = row(1, division="Bảng học sinh", division_rank=4)
    split = replace(FULL, divisions=("Bảng cán bộ", "Bảng học sinh"), rows=lambda: [own])
    assert any("Xã Trùng Khánh | Bảng học sinh | 4 | 20" in line for line in lines(minutes(split)))
    assert table(split)[1][3:5] == ["Bảng học sinh", "4"]


def test_only_the_first_twenty_rows_are_read_for_the_minutes() -> None:
    def endless() -> Iterator[ResultRow]:
        yield from rows(20)()
        raise AssertionError("read beyond what is shown")

    said = lines(minutes(replace(FULL, rows=endless)))
    assert "20 | Lý Thị Ê 20 | Xã Trùng Khánh | 20 | 31.766 | 12 | 06:41,123" in said
    assert [line for line in said if "| Xã số 2" in line][-1].startswith("20 | Xã số 20")


@pytest.mark.parametrize(
    ("dated", "said"),
    [
        (date(2026, 2, 5), "Cao Bằng, ngày 05 tháng 02 năm 2026"),
        (date(2026, 5, 27), "Cao Bằng, ngày 27 tháng 5 năm 2026"),
        (date(2026, 12, 9), "Cao Bằng, ngày 09 tháng 12 năm 2026"),
        (None, "Cao Bằng, ngày ..... tháng ..... năm ........."),
    ],
)
def test_days_below_ten_and_the_first_two_months_are_padded(dated: date | None, said: str) -> None:
    assert place_and_date("Cao Bằng", dated) == said


@pytest.mark.parametrize(
    ("number", "said"), [("5", "05"), ("12", "12"), ("7a", "7a"), ("", " " * 8)]
)
def test_a_number_is_padded_or_leaves_room_to_write(number: str, said: str) -> None:
    assert document_number(number) == said


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_percent_is_half_up_to_a_tenth(part: int, whole: int) -> None:
    said = Fraction(percent(Fraction(part, whole)).rstrip("%").replace(".", "").replace(",", "."))
    assert -Fraction(1, 20) < said - Fraction(100 * part, whole) <= Fraction(1, 20)


def test_amounts_drop_zeros_but_keep_decimals() -> None:
    assert amount(Decimal("87.65432")) == "87,65432"
    assert amount(Decimal("100.00000")) == "100"


# -- How the minutes look ------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROFILES)
def test_page_follows_the_profile(name: str) -> None:
    page, profile = minutes(profile=name).sections[0], profile_named(name)
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    wanted = {"youth_union": (20, 20, 30, 20)}.get(name, (20, 20, 30, 15))
    assert [round(m / Mm(1)) for m in margins] == list(wanted)
    assert [round(s / Mm(1)) for s in (page.page_width, page.page_height)] == [210, 297]
    assert round(profile.text_mm) == 210 - wanted[2] - wanted[3]


def test_every_script_of_every_style_is_times() -> None:
    """Without eastAsia Word takes another font for some Vietnamese letters."""
    styles = minutes().styles
    defaults = styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    named = [styles[name].element.rPr for name in ("Normal", "Heading 1", "Heading 2")]
    for properties in (defaults, *named):
        fonts = properties.find(qn("w:rFonts"))
        assert {key.split("}")[1]: value for key, value in fonts.attrib.items()} == dict.fromkeys(
            ("ascii", "hAnsi", "eastAsia", "cs"), "Times New Roman"
        )


def test_body_lines_are_exact_justified_and_indented() -> None:
    prose = minutes().styles[PROSE].paragraph_format
    assert (prose.line_spacing_rule, prose.line_spacing) == (WD_LINE_SPACING.EXACTLY, Pt(18))
    assert prose.alignment is WD_ALIGN_PARAGRAPH.JUSTIFY
    assert round(prose.first_line_indent / Mm(1)) == 10
    assert minutes().styles["Normal"].font.size == Pt(14)
    assert not minutes().styles["Heading 1"].element.findall(qn("w:link"))


def test_page_number_stands_at_the_top_centre_but_not_on_page_one() -> None:
    page = minutes().sections[0]
    assert page.different_first_page_header_footer
    number, first = page.header.paragraphs[0], page.first_page_header
    kinds = [mark.get(qn("w:fldCharType")) for mark in number._p.iter(qn("w:fldChar"))]
    assert [code.text.strip() for code in number._p.iter(qn("w:instrText"))] == ["PAGE"]
    assert (kinds, number.alignment) == (["begin", "end"], WD_ALIGN_PARAGRAPH.CENTER)
    assert not first.is_linked_to_previous
    assert [p.text for p in first.paragraphs] == [""]
    assert not list(first._element.iter(qn("w:instrText")))


def test_tables_repeat_their_headings_and_break_no_row() -> None:
    grids = [t for t in minutes().tables if t.style.name == "Table Grid"]
    assert len(grids) == 6
    for grid in grids:
        assert grid.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(line._tr.trPr.find(qn("w:cantSplit")) is not None for line in grid.rows)
        assert round(sum(column.width for column in grid.columns) / Mm(1)) == 165


HEADS = {
    "party": (f"{PARTY_TITLE}", "*", "Số 05-BB/BTC"),
    "state": (f"{NATIONAL_TITLE}\nĐộc lập - Tự do - Hạnh phúc", "", "Số: 05/BB-BTC"),
    "trade_union": (f"{NATIONAL_TITLE}\nĐộc lập - Tự do - Hạnh phúc", "", "Số: 05/BB-BTC"),
    "youth_union": ("ĐOÀN TNCS HỒ CHÍ MINH", "***", "Số: 05-BB/BTC"),
}


@pytest.mark.parametrize("name", PROFILES)
def test_heading_of_each_issuer(name: str) -> None:
    title, mark, number = HEADS[name]
    top, below = minutes(profile=name).tables[0].rows
    assert top.cells[0].text == f"TỈNH ỦY CAO BẰNG\nBAN TỔ CHỨC CUỘC THI\n{mark}"
    assert top.cells[1].text == f"{title}\n"
    assert [cell.text for cell in below.cells] == [number, "Cao Bằng, ngày 05 tháng 02 năm 2026"]
    assert all(run.bold for p in top.cells[1].paragraphs for run in p.runs)
    assert below.cells[1].paragraphs[0].runs[0].italic


@pytest.mark.parametrize("name", PROFILES)
def test_national_and_party_titles_never_stand_together(name: str) -> None:
    text = "\n".join(lines(minutes(profile=name)))
    assert [PARTY_TITLE in text, NATIONAL_TITLE in text] in ([True, False], [False, True]) or (
        name == "youth_union" and PARTY_TITLE not in text and NATIONAL_TITLE not in text
    )


def test_the_party_title_has_a_rule_of_its_own_length() -> None:
    title, rule = minutes().tables[0].rows[0].cells[1].paragraphs
    assert (title.runs[0].font.size, title.runs[0].bold) == (Pt(15), True)
    assert rule._p.pPr.find(f"{qn('w:pBdr')}/{qn('w:bottom')}").get(qn("w:val")) == "single"
    edges = rule.paragraph_format.left_indent + rule.paragraph_format.right_indent
    assert round((Mm(90) - edges) / Mm(1)) == 73  # the words measure 72.9 mm


@pytest.mark.parametrize(
    ("name", "behalf", "bold", "archive", "end"),
    [
        ("party", "T/M BAN TỔ CHỨC", False, "- Lưu Văn phòng.", "cùng ký tên."),
        ("state", "TM. BAN TỔ CHỨC", True, "- Lưu: Văn phòng.", "cùng ký tên./."),
        ("trade_union", "TM. BAN TỔ CHỨC", True, "- Lưu: Văn phòng.", "cùng ký tên./."),
        ("youth_union", "TM. BAN TỔ CHỨC", True, "- Lưu: Văn phòng.", "cùng ký tên./."),
    ],
)
def test_signing_of_each_issuer(name: str, behalf: str, bold: bool, archive: str, end: str) -> None:
    document = minutes(profile=name)
    titles, names = document.tables[-1].rows
    on_behalf, title = titles.cells[1].paragraphs
    assert [on_behalf.text, title.text, titles.cells[0].text] == [behalf, "TRƯỞNG BAN", "THƯ KÝ"]
    assert (on_behalf.runs[0].bold, title.runs[0].bold) == (True, bold)
    signed = [cell.paragraphs[-1] for cell in names.cells]
    assert [p.text for p in signed] == ["Nông Thị Thu Hà", "Hoàng Văn Thạch"]
    assert all(p.runs[0].bold for p in signed)
    assert lines(document)[-1] == archive
    assert any(line.endswith(end) for line in lines(document))


def test_recipients_are_underlined_for_the_party_only() -> None:
    for name, underlined in (("party", True), ("state", False)):
        label = next(p for p in minutes(profile=name).paragraphs if p.text == "Nơi nhận:")
        assert bool(label.runs[0].underline) is underlined


def test_a_name_not_known_leaves_room_to_write_it() -> None:
    unnamed = replace(FULL.signatures, head=Signatory("Trưởng Ban"))
    cell = minutes(replace(FULL, signatures=unnamed)).tables[-1].rows[0].cells[1]
    assert cell.paragraphs[-1].text == "(Ký, ghi rõ họ tên)"


def test_signs_no_file_can_hold_are_left_out() -> None:
    odd = replace(FULL, rows=lambda: [row(1, "Lý\x00 Thị\x0b\nÊ\ufffe")])
    assert any("Lý  Thị Ê " in line for line in lines(minutes(odd)))
    assert workbook(odd)["Kết quả"]["B2"].value.startswith("Lý  Thị Ê")
    assert table(odd)[1][1].startswith("Lý  Thị Ê")


def test_profiles_are_known_by_name_and_say_how_far_they_were_checked() -> None:
    assert list(profile_names()) == PROFILES
    assert {profile_named(name).note for name in PROFILES} == {"chưa đối chiếu bản gốc"}
    with pytest.raises(KeyError):
        profile_named("../party")


def test_a_profile_with_a_wrong_setting_is_refused(tmp_path, monkeypatch) -> None:
    good = (layout._FOLDER / "party.yaml").read_text(encoding="utf-8")
    (tmp_path / "extra.yaml").write_text(good + "colour: red\n", encoding="utf-8")
    (tmp_path / "short.yaml").write_text(good.replace("line_pt: 18\n", ""), encoding="utf-8")
    monkeypatch.setattr(layout, "_FOLDER", tmp_path)
    for name, setting in (("extra", "colour"), ("short", "line_pt")):
        with pytest.raises(ValueError, match=setting):
            profile_named(name)


# -- Workbook ------------------------------------------------------------------------------------


def test_workbook_has_its_sheets_with_headings_that_stay() -> None:
    assert workbook().sheetnames == [
        "Kết quả",
        "Theo đơn vị",
        "Giải thưởng",
        "Quyết định",
        "Thông số",
    ]
    for sheet in workbook():
        assert sheet.freeze_panes == "A2"
        assert sheet.print_title_rows == "$1:$1"
        assert all(sheet.column_dimensions[c.column_letter].width > 8 for c in sheet[1])
    assert workbook()["Kết quả"].auto_filter.ref == "A1:K26"


def test_t12_workbook_holds_numbers_and_moments_in_vietnams_time() -> None:
    headings, first = ([cell.value for cell in line] for line in workbook()["Kết quả"]["A1:K2"])
    found = dict(zip(headings, first, strict=True))
    assert found["Nộp bài lúc"] == datetime(2026, 3, 9, 20, 15, 32, 123_000)
    assert found["Thời gian làm bài"] == timedelta(milliseconds=401_123)
    assert [found[k] for k in ("Hạng", "Điểm", "Số câu đúng", "Dự đoán")] == [1, 20, 18, 31_766]
    assert [found[k] for k in ("Giải thưởng", "Mã xác nhận")] == ["Giải Nhất", "BN-000001"]
    unit = workbook()["Theo đơn vị"]
    assert [cell.value for cell in unit[2]] == [1, "Xã số 1", 1_256, 2_000, 0.628, 17.256, 40, 2]


def test_workbook_formats_carry_vietnams_separators() -> None:
    unit, people = workbook()["Theo đơn vị"], workbook()["Kết quả"]
    assert unit["C2"].number_format == "[$-42A]#,##0"
    assert unit["E2"].number_format == "[$-42A]0.0%"
    assert unit["F2"].number_format == "[$-42A]#,##0.00"
    assert people["I2"].number_format == "dd/mm/yyyy hh:mm:ss.000"
    share = replace(FULL, rows=lambda: [row(1, prediction=Decimal("87.65432"))])
    cell = workbook(share)["Kết quả"]["F2"]
    assert (cell.value, cell.number_format) == (87.65432, "[$-42A]#,##0.00###")


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=7))])
def test_t12_files_do_not_depend_on_the_zone_of_the_server(zone: timezone) -> None:
    moved = row(1, submitted_at=vietnam(9, 0, 30).astimezone(zone))
    there = replace(FULL, rows=lambda: [moved])
    assert workbook(there)["Kết quả"]["I2"].value == datetime(2026, 3, 9, 0, 30)
    assert table(there)[1][8] == "09/03/2026 00:30:00,000"


def test_workbook_lists_prizes_with_their_reasons() -> None:
    found = [[cell.value for cell in line] for line in workbook()["Giải thưởng"].iter_rows()]
    assert found[0][3] == "Người, đơn vị đạt giải"
    assert found[1][:4] == ["Bảng cán bộ", "Giải Nhất", 1, "Hoàng Thị Yến"]
    assert found[1][-1] == "Dự đoán lệch 12, người kế tiếp lệch 45"
    assert found[2][:4] == ["Tập thể", "Giải A", 1, "Xã Hà Quảng"]


def test_workbook_lists_every_decision_and_those_taken_back() -> None:
    found = [
        [cell.value for cell in line] for line in workbook()["Quyết định"].iter_rows(min_row=2)
    ]
    assert [line[0] for line in found] == [
        "Sửa đổi thể lệ",
        "Thay đổi giờ đóng",
        "Gián đoạn",
        "Hủy kết quả",
        "Hủy kết quả",
        "Hủy, chấm lại câu hỏi",
        "Sự cố khác",
    ]
    assert found[3][1:6] == [
        "Lục Văn Tài (Phường Thục Phán)",
        "Hủy kết quả vòng thi",
        "Dùng hai tài khoản",
        "Nông Thị Thu Hà",
        datetime(2026, 3, 16, 9, 0),
    ]
    assert "Hoàng Văn Thạch thu hồi" in found[4][6]
    assert found[3][6] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Mở lúc (giờ Việt Nam)", datetime(2026, 3, 9, 8, 0)),
        ("Đóng lúc (giờ Việt Nam)", datetime(2026, 3, 15, 22, 0)),
        ("Thể lệ, bản số", 3),
        ("Số câu: 04-CTr/TU, 2 điểm mỗi câu", 5),
        ("Số người dự thi", 457_428),
        ("Số lượt thi", 659_591),
        ("Phân bố kết quả: đúng dưới 25% số câu", 25_674),
        ("Tiêu chí xếp hạng 2", "Thời gian làm bài ngắn hơn."),
        ("Kết quả đúng của câu dự đoán", 31_754),
        ("Mã cam kết bốc đề (SHA-256)", "9f" * 32),
        ("Mã bí mật của vòng thi", "60" * 32),
        ("Mã kiểm chứng (gốc cây Merkle): Kết quả chính thức", "cd" * 32),
    ],
)
def test_workbook_tells_the_settings_and_figures(name: str, value: object) -> None:
    assert {line[0].value: line[1].value for line in workbook()["Thông số"].iter_rows()}[
        name
    ] == value


def test_workbook_of_nothing_says_so() -> None:
    book = workbook(BARE)
    assert book["Giải thưởng"]["A2"].value == "Vòng thi không có giải thưởng nào được trao."
    assert book["Quyết định"]["A2"].value.startswith("Không có quyết định nào")
    assert [line[0].value for line in book["Kết quả"].iter_rows()] == ["Hạng"]


def test_rows_beyond_what_a_sheet_holds_go_on_in_the_next() -> None:
    book = workbook(replace(FULL, rows=rows(5)), most_rows=2)
    assert book.sheetnames[:3] == ["Kết quả", "Kết quả (2)", "Kết quả (3)"]
    assert [book[name]["A2"].value for name in book.sheetnames[:3]] == [1, 3, 5]
    assert "Kết quả (2)" not in workbook(replace(FULL, rows=rows(2)), most_rows=2).sheetnames


DANGEROUS = ["=1+1", "+84912", "-2+3", "@SUM(A1)", " =1+1", "\t=1+1", "＝1+1"]


@pytest.mark.parametrize("name", DANGEROUS)
def test_no_name_becomes_a_formula(name: str) -> None:
    bad = replace(FULL, rows=lambda: [row(1, name, unit=name, prize=name)])
    cell = workbook(bad)["Kết quả"]["B2"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", name.replace("\t", " "), True)
    assert [table(bad)[1][place][0] for place in (1, 2, 9)] == ["'", "'", "'"]


def test_a_name_that_looks_like_an_escape_or_an_error_stays_a_name() -> None:
    odd = replace(FULL, rows=lambda: [row(1, "_x0041_", unit="#N/A")])
    sheet = workbook(odd)["Kết quả"]
    assert sheet["B2"].value == "_x005F_x0041_"  # what a spreadsheet shows as "_x0041_"
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("#N/A", "s")


# -- CSV and streaming ---------------------------------------------------------------------------


def test_csv_is_what_a_vietnamese_excel_reads() -> None:
    data = b"".join(csv_lines(FULL))
    assert data.startswith(BOM)
    assert data.count(b"\r\n") == 26
    assert table(FULL)[:2] == [
        [
            *("Hạng", "Họ và tên", "Đơn vị", "Điểm", "Số câu đúng", "Dự đoán", "Độ lệch"),
            *("Thời gian làm bài (giây)", "Nộp bài lúc", "Giải thưởng", "Mã xác nhận"),
        ],
        [
            *("1", "Lý Thị Ê 1", "Xã Trùng Khánh", "20", "18", "31766", "12"),
            *("401,123", "09/03/2026 20:15:32,123", "Giải Nhất", "BN-000001"),
        ],
    ]


def test_a_round_without_prediction_has_no_columns_for_it() -> None:
    assert "Dự đoán" not in table(replace(FULL, prediction=None))[0]
    assert "Dự đoán" not in [cell.value for cell in workbook(BARE)["Kết quả"][1]]


@given(st.text(max_size=30))
def test_any_name_comes_back_from_the_csv_on_one_line(name: str) -> None:
    (_, line) = table(replace(FULL, rows=lambda: [row(1, name or "x")]))
    assert len(line) == 11
    assert not line[1].lstrip().startswith(tuple("=+-@"))


class Watched(ResultRow):
    """A row whose life can be followed."""


MANY = 20_000


def watched(
    alive: weakref.WeakSet[ResultRow], most: list[int]
) -> Callable[[], Iterator[ResultRow]]:
    """``MANY`` rows; ``most[0]`` becomes how many of them were alive at once."""

    def source() -> Iterator[ResultRow]:
        template = row(1)
        values = {key: getattr(template, key) for key in ResultRow.__slots__}
        for number in range(1, MANY + 1):
            made = Watched(**{**values, "rank": number})
            alive.add(made)
            most[0] = max(most[0], len(alive))
            yield made
            del made

    return source


def test_csv_is_given_out_while_it_is_read() -> None:
    alive: weakref.WeakSet[ResultRow] = weakref.WeakSet()
    most = [0]
    pieces = csv_lines(replace(FULL, rows=watched(alive, most)))
    assert next(pieces).startswith(BOM)
    assert most == [0]  # the headings came before any row was asked for
    longest, total = 0, 1
    for piece in pieces:
        longest, total = max(longest, len(piece)), total + piece.count(b"\r\n")
    assert (total, most[0]) == (MANY + 1, 2)
    assert longest < 100_000


def test_workbook_never_holds_the_table() -> None:
    """Rows are let go as soon as they are written, so memory does not grow with their number."""
    alive: weakref.WeakSet[ResultRow] = weakref.WeakSet()
    most = [0]
    out = io.BytesIO()
    write_xlsx(replace(FULL, rows=watched(alive, most)), out)
    assert most[0] <= 2
    with zipfile.ZipFile(out) as packed:
        assert packed.read("xl/worksheets/sheet1.xml").count(b"<row ") == MANY + 1
