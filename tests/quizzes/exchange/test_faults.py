"""What is wrong with a file is named by line, column and reason."""

# ruff: noqa: E501  (a table of messages is read line by line)
from __future__ import annotations

import io
import unicodedata
from datetime import datetime, time, timedelta
from typing import Any

import openpyxl
import pytest

from quizzes.exchange.formats import FORMATS, detect, read_questions
from tests.quizzes.exchange.making import bank, one_of_each, single

Faults = list[tuple[str, str]]


def faults_of(text: str | bytes, key: str) -> Faults:
    data = text.encode() if isinstance(text, str) else text
    return [(fault.place, fault.reason) for fault in read_questions("tep", data, key).faults]


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


CHOICES = "=Một ~Hai ~Ba ~Bốn"
GIFT: list[tuple[str, Faults]] = [
    ("Tên bạn là gì?", [("dòng 1, cột 1", "không có phần đáp án đặt trong { }")]),
    ("Câu {" + CHOICES, [("dòng 1, cột 5", "dấu { không có dấu } đóng (dòng trống kết thúc câu hỏi)")]),
    ("Câu } nào {T}", [("dòng 1, cột 5", "dấu } không có dấu { mở; nếu là chữ hãy viết \\}")]),
    ("// ghi chú\n\nCâu nào?\n{=A {x} ~B}", [("dòng 4, cột 5", "có hai dấu { trong một câu; nếu là chữ hãy viết \\{")]),
    ("Năm nào? {#1954:2}", [("dòng 1, cột 11", "câu trả lời bằng số (numerical) không nhập được")]),
    ("Viết đi. {}", [("dòng 1, cột 11", "câu tự luận (phần đáp án trống) không nhập được")]),
    ("Ở đâu? {=Cao Bằng =cao bang}", [("dòng 1, cột 9", "câu trả lời ngắn (short answer) không nhập được; hãy thêm phương án ~")]),
    ("Câu? {\n=Một\n=Hai\n~Ba\n~Bốn}", [("dòng 2, cột 1", "câu một đáp án chỉ có một dấu =; câu nhiều đáp án ghi ~%50% trước mỗi phương án đúng")]),
    ("Câu? {thừa " + CHOICES + "}", [("dòng 1, cột 7", "có chữ thừa trước phương án đầu tiên; mỗi phương án cần = hoặc ~")]),
    ("Câu? {maybe}", [("dòng 1, cột 7", "phần đáp án phải là TRUE, FALSE hoặc các phương án có dấu = và ~")]),
    ("Ghép {=a -> b =c}", [("dòng 1, cột 15", "câu ghép đôi: mỗi cặp viết “=vế -> phương án”")]),
    ("::C1::Câu? {=Một ~Hai ~Ba}\n\n::C2::Câu? {=Một ~Hai ~Ba ~Một.}", [
        ("dòng 1, cột 1", "cần đúng 4 phương án theo thứ tự a, b, c...; đang có: a, b, c"),
        ("dòng 3, cột 1", "phương án a và phương án d trùng nhau"),
    ]),
]  # fmt: skip
AIKEN: list[tuple[str, Faults]] = [
    ("Câu?\nA. 1\nB. 2\nC. 3\nD. 4\nANSWER: E", [("dòng 6, cột 9", "đáp án “E” phải là một chữ trong A, B, C, D")]),
    ("Câu?\nA. 1\nB. 2\nC. 3\nD. 4\nANSWER: A, C", [("dòng 6, cột 9", "đáp án “A, C” phải là một chữ trong A, B, C, D")]),
    ("Câu?\nA. 1\nC. 2\nANSWER: A", [("dòng 3, cột 1", "phương án phải theo thứ tự; ở đây cần B.")]),
    ("Câu?\nANSWER: A", [("dòng 1, cột 1", "câu hỏi không có phương án nào (A. B. C. D.)")]),
    ("Câu?\nA. 1\nB. 2\n\nCâu sau?\nA. 1", [
        ("dòng 1, cột 1", "thiếu dòng “ANSWER: ...” sau các phương án"),
        ("dòng 5, cột 1", "thiếu dòng “ANSWER: ...” ở cuối câu"),
    ]),
    ("ANSWER: A", [("dòng 1, cột 1", "dòng ANSWER không có câu dẫn và phương án ở trên")]),
]  # fmt: skip


def quiz(body: str) -> str:
    return f'<?xml version="1.0"?>\n<quiz>\n{body}\n</quiz>'


def answers(*fractions: str) -> str:
    return "".join(
        f'<answer fraction="{f}"><text>{n}</text></answer>' for n, f in enumerate(fractions)
    )


MOODLE: list[tuple[str, Faults]] = [
    (quiz('<question type="category"/>\n<question type="essay"/>'), [("dòng 4, câu thứ 2", "câu tự luận (type) không nhập được")]),
    (quiz('<question type="gapselect"/>'), [("dòng 3, câu thứ 1", "loại “gapselect” (type) không nhập được")]),
    (quiz('<question type="multichoice">\n<questiontext><text>&lt;img src="a"&gt;</text></questiontext></question>'),
     [("dòng 4, câu thứ 1", "câu dẫn (questiontext) có hình ảnh, âm thanh; chưa nhập được loại này")]),
    (quiz(f'<question type="multichoice"><single>true</single>{answers("100", "50", "0", "0")}</question>'),
     [("dòng 3, câu thứ 1", "câu một đáp án (single) cần đúng một phương án có điểm, đang có 2")]),
    (quiz(f'<question type="multichoice"><single>false</single>\n{answers("nhiều")}</question>'),
     [("dòng 4, câu thứ 1", "điểm của phương án (fraction) phải là một số")]),
    (quiz(f'<question type="truefalse">{answers("0", "0")}</question>'),
     [("dòng 3, câu thứ 1", "câu đúng/sai (answer) cần đúng một phương án được 100 điểm")]),
    (quiz(f'<question type="multichoice">{answers("100", "0", "0", "0")}</question>'),
     [("dòng 3, câu thứ 1", "câu dẫn (stem) trống")]),
]  # fmt: skip

HEAD = ["Mã", "Loại câu hỏi", "Độ khó", "Mục", "Câu hỏi", "Phương án A", "Phương án B", "Phương án C", "Phương án D", "Đáp án"]  # fmt: skip
FOUR = ["Một", "Hai", "Ba", "Bốn"]
OWN: list[tuple[list[Any], Faults]] = [
    (["", "Trắc nghiệm", "", "", "Câu?", *FOUR, "A"],
     [("dòng 2, cột B (Loại câu hỏi)", "“Trắc nghiệm” không hợp lệ; chọn: Một đáp án, Nhiều đáp án, Đúng hay sai, Điền cụm từ, Sắp xếp, Ghép đôi")]),
    (["", "", "Vừa", "", "Câu?", *FOUR, "A"], [("dòng 2, cột C (Độ khó)", "“Vừa” không hợp lệ; chọn: Dễ, Trung bình, Khó")]),
    (["", "", "", "", "", *FOUR, "A"], [("dòng 2, cột E (Câu hỏi)", "câu dẫn (stem) trống")]),
    (["", "", "", "", "Câu?", "Một", "", "Ba", "Bốn", "A"], [("dòng 2, cột G (Phương án B)", "phương án b trống")]),
    (["", "", "", "", "Câu?", *FOUR, "F"],
     [("dòng 2, cột J (Đáp án)", "đáp án “f” không phải là phương án nào")]),
    (["", "Một đáp án", "", "", "Câu?", *FOUR, "A, B"],
     [("dòng 2, cột J (Đáp án)", "câu một đáp án phải có đúng 1 đáp án, đang có 2")]),
    (["", "Đúng hay sai", "", "", "Câu?", "", "", "", "", "Có lẽ"],
     [("dòng 2, cột J (Đáp án)", "đáp án “có lẽ” không phải là phương án nào")]),
    (["", "Đúng hay sai", "", "", "Câu?", *FOUR, "A"],
     [("dòng 2, cột F (Phương án A)", "câu đúng hay sai chỉ có hai phương án Đúng và Sai")]),
    (["", "Đúng hay sai", "", "", "Câu?", "", "", "", "", ""],
     [("dòng 2, cột J (Đáp án)", "câu một đáp án phải có đúng 1 đáp án, đang có 0")]),
    (["", "", "", "", "Câu?", timedelta(hours=30), datetime(2025, 4, 1, 7, 30), time(7, 30), "Bốn", "A"],
     [(f"dòng 2, cột {place}", "ô bị bảng tính đổi thành ngày, giờ; hãy định dạng ô là Văn bản (Text) rồi gõ lại, hoặc ghi đủ ngày, tháng, năm")
      for place in ("F (Phương án A)", "G (Phương án B)", "H (Phương án C)")]),
    (["K" * 41, "", "", "", "Câu?", *FOUR, "A"], [("dòng 2, cột A (Mã)", "mã (id) dài quá 40 ký tự")]),
    (["", "", "", "", "Câu?", "=1+1", "Hai", "=A1", "Bốn", "A"],
     [("dòng 2, cột F (Phương án A)", "ô chứa công thức (bắt đầu bằng “=”); hãy thay bằng chữ"),
      ("dòng 2, cột H (Phương án C)", "ô chứa công thức (bắt đầu bằng “=”); hãy thay bằng chữ")]),
    (["", "", "", "", "Câu?", "#N/A", "Hai", "Ba", "Bốn", "A"],
     [("dòng 2, cột F (Phương án A)", "ô báo lỗi của bảng tính; hãy thay bằng chữ")]),
]  # fmt: skip
LIVE_HEAD = ["", "Question - max 120 characters", "Answer 1", "Answer 2", "Answer 3", "Answer 4", "Time limit (sec)", "Correct answer(s)"]  # fmt: skip
LIVE: list[tuple[list[Any], Faults]] = [
    ([1, "Câu?", *FOUR, 20, 5], [("dòng 9, cột H (Correct answer)", "đáp án “5” phải là số thứ tự của phương án, từ 1 đến 4")]),
    ([1, "Câu?", *FOUR, 20, ""], [("dòng 9, cột H (Correct answer)", "câu một đáp án phải có đúng 1 đáp án, đang có 0")]),
    ([1, "Câu?", "Một", "Hai", "Ba", "", 20, 1], [("dòng 9, cột C (Answer 1)", "cần đúng 4 phương án theo thứ tự a, b, c...; đang có: a, b, c")]),
    ([1, "Câu?", "Một", "Hai", "Hai", "Bốn", 20, 1], [("dòng 9, cột D (Answer 2)", "phương án b và phương án c trùng nhau")]),
]  # fmt: skip
YAML_HEAD = "programme:\n  code: 03-CTr/TU\n  title: T\n  short_title: T\n  kind: core\nclauses: []\nquestions:\n"
YAML: list[tuple[str, Faults]] = [
    (YAML_HEAD + "  []\n---\nb: 2\n", [("", "dòng 9, cột 1: tệp có nhiều phần (---); hãy tách thành nhiều tệp")]),
    ("questions: [", [("", "không đọc được YAML ở dòng 2, cột 1; hãy kiểm tra thụt lề và dấu")]),
    (YAML_HEAD + "- id: K-1\n  type: quiz\n", [("dòng 8, K-1", "loại câu hỏi (type) “quiz” không hợp lệ; chọn: single, multiple, true_false, fill, order, match")]),
    (YAML_HEAD + "- x\n- type: true_false\n  difficulty: easy\n  clause: c\n  stem: Câu\n  answer: 1\n  quote: q\n  explanation: e\n",
     [("dòng 8, câu thứ 1", "phải là một nhóm trường"),
      ("dòng 9, câu thứ 2", "thiếu mã (id)"),
      ("dòng 9, câu thứ 2", "đáp án (answer) phải là true hoặc false")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), GIFT)
def test_gift(text: str, expected: Faults) -> None:
    assert faults_of(text, "gift") == expected


@pytest.mark.parametrize(("text", "expected"), AIKEN)
def test_aiken(text: str, expected: Faults) -> None:
    assert faults_of(text, "aiken") == expected


@pytest.mark.parametrize(("text", "expected"), MOODLE)
def test_moodle(text: str, expected: Faults) -> None:
    assert faults_of(text, "moodle") == expected


@pytest.mark.parametrize(("row", "expected"), OWN)
def test_own_sheet(row: list[Any], expected: Faults) -> None:
    assert faults_of(workbook(HEAD, row), "own") == expected


@pytest.mark.parametrize(("row", "expected"), LIVE)
def test_live_sheet(row: list[Any], expected: Faults) -> None:
    above = [["Quiz template"], *[[]] * 6]
    assert faults_of(workbook(*above, LIVE_HEAD, row), "live") == expected


@pytest.mark.parametrize(("text", "expected"), YAML)
def test_yaml(text: str, expected: Faults) -> None:
    assert faults_of(text, "yaml") == expected


@pytest.mark.parametrize("key", FORMATS)
def test_a_file_tells_its_format(key: str) -> None:
    data = FORMATS[key].write(bank(*one_of_each()[:1]))
    named = f"tep.{FORMATS[key].extension}"
    assert detect(named, data) == key
    if key != "yaml":
        assert detect("tep.txt", data) == key


def windows_1258(text: str) -> bytes:
    """As Windows writes Vietnamese: whole letters, with the tone as a mark behind."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    for tone in tones:
        letters = {unicodedata.normalize("NFC", f"{c}{tone}"): f"{c}{tone}" for c in "aăâeêioôơuưy"}
        for whole, parts in letters.items():
            text = text.replace(whole, parts)
    return text.encode("cp1258")


QUESTION = "Ai chăm vườn ở bản?\nA. Mẹ\nB. Bố\nC. Bà\nD. Chị\nANSWER: B\n"


@pytest.mark.parametrize(
    "data",
    [
        QUESTION.encode(),
        QUESTION.encode("utf-8-sig"),
        QUESTION.encode("utf-16"),
        QUESTION.encode("utf-16-le"),
        QUESTION.encode("utf-16-be"),
        QUESTION.replace("\n", "\r\n").encode(),
        QUESTION.replace("\n", "\r").encode(),
        unicodedata.normalize("NFD", QUESTION).encode(),
        windows_1258(QUESTION),
    ],
    ids=["utf8", "bom", "utf16", "utf16le", "utf16be", "crlf", "cr", "nfd", "cp1258"],
)  # fmt: skip
def test_any_usual_encoding_reads_the_same(data: bytes) -> None:
    reading = read_questions("tep.txt", data)
    assert reading.faults == ()
    record = reading.questions[0].record
    assert (record.stem, record.choices[0][1]) == ("Ai chăm vườn ở bản?", "Mẹ")


def test_numbers_read_as_a_vietnamese_sheet_shows_them() -> None:
    row = ["", "", "", "", 2025, 1, 12.5, True, "Bốn", "B"]
    reading = read_questions("a.xlsx", workbook(HEAD, row))
    record = reading.questions[0].record
    assert (record.stem, [text for _, text in record.choices]) == (
        "2025",
        ["1", "12,5", "Đúng", "Bốn"],
    )


def test_numbers_keep_all_their_figures() -> None:
    row = ["", "", "", "", "Câu?", 15_000_000_000, 1.5e12, 0.1 + 0.2, 12345678.125, "A"]
    record = read_questions("a.xlsx", workbook(HEAD, row)).questions[0].record
    assert [text for _, text in record.choices] == [
        "15000000000",
        "1500000000000",
        "0,3",
        "12345678,125",
    ]


@pytest.mark.parametrize(
    ("format", "shown"),
    [
        ("dd/mm/yyyy", "01/04/2025"),
        ('[$-42A]d" tháng "m yyyy', "01/04/2025"),
        ("d-mmm", ""),
        ("mmm-yy", ""),
    ],
)
def test_a_date_is_read_only_where_the_sheet_shows_all_of_it(format: str, shown: str) -> None:
    """What was typed as 1/4 or 11/2025 became another text in the sheet already."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEAD)
    book.worksheets[0].append(
        ["", "", "", "", "Câu?", datetime(2025, 4, 1), "Hai", "Ba", "Bốn", "A"]
    )
    book.worksheets[0]["F2"].number_format = format
    buffer = io.BytesIO()
    book.save(buffer)
    reading = read_questions("a.xlsx", buffer.getvalue())
    assert [placed.record.choices[0][1] for placed in reading.questions] == (
        [shown] if shown else []
    )
    assert bool(reading.faults) == (not shown)


def test_line_ends_that_spreadsheets_escape_are_blanks() -> None:
    row = ["", "", "", "", "Câu_x000D_\nhỏi?", *FOUR, "A"]
    assert read_questions("a.xlsx", workbook(HEAD, row)).questions[0].record.stem == "Câu hỏi?"


@pytest.mark.parametrize(
    ("type", "choices", "said", "key"),
    [
        ("Đúng hay sai", ["", ""], "Sai", "b"),
        ("Đúng hay sai", ["", ""], "A", "a"),
        ("Đúng hay sai", ["Đúng", "Sai"], "B", "b"),
        ("Đúng hay sai", ["Sai", "Đúng"], "A", "b"),
        ("", ["Sai", "Đúng"], "B", "a"),
        ("", ["", ""], "Đúng", "a"),
    ],
)
def test_a_letter_means_the_choice_it_stands_at(
    type: str, choices: list[str], said: str, key: str
) -> None:
    row = ["", type, "", "", "Câu?", *choices, "", "", said]
    record = read_questions("a.xlsx", workbook(HEAD, row)).questions[0].record
    assert (record.type, record.answer) == ("true_false", (key,))


def test_prompts_belong_to_matching_questions_only() -> None:
    row = ["", "Một đáp án", "", "", "Câu?", *FOUR, "A", "Vế lạc"]
    assert faults_of(workbook([*HEAD, "Vế 1"], row), "own") == [
        ("dòng 2, cột K (Vế 1)", "chỉ câu ghép đôi mới có các vế để ghép")
    ]


def test_an_id_used_twice_is_found_on_its_own_line() -> None:
    data = FORMATS["yaml"].write(bank(single(), single(stem="Khác?")))
    first, second = (placed.place for placed in read_questions("a.yaml", data).questions)
    assert first != second
    assert first.endswith(", KR-001")
    assert second.endswith(", KR-001")


def test_tags_within_a_line_leave_no_blanks() -> None:
    stem = (
        "<p><strong>03</strong>-CTr/TU nói về “<b>rừng</b>”, m<sup>2</sup>?</p><p>Hết.<br>Rồi.</p>"
    )
    gift = read_questions("a.gift", f"[html]{stem} {{{CHOICES}}}".encode())
    xml = quiz(
        f'<question type="multichoice"><questiontext format="html"><text><![CDATA[{stem}]]></text>'
        f"</questiontext>{answers('100', '0', '0', '0')}</question>"
    )
    moodle = read_questions("a.xml", xml.replace("A0", "Một").encode())
    wanted = "03-CTr/TU nói về “rừng”, m2? Hết. Rồi."
    assert gift.questions[0].record.stem == wanted
    assert [placed.record.stem for placed in moodle.questions] == [wanted]


def test_a_live_sheet_takes_several_right_ones_typed_as_a_number() -> None:
    """Where the comma is the decimal sign, "1,3" becomes the number 1.3."""
    reading = read_questions("a.xlsx", workbook(LIVE_HEAD, [1, "Câu?", *FOUR, 20, 1.3]))
    assert reading.questions[0].record.answer == ("a", "c")


def test_other_peoples_gift() -> None:
    text = (
        "$CATEGORY: $course$/Rừng\n\n"
        "Cao Bằng ở {~miền Nam =vùng Đông Bắc#Đúng rồi ~miền Trung ~hải đảo} nước ta.\n\n"
        "::Tên::[html]<p>Rừng l&agrave; g&igrave;?</p>{~%50%Vàng ~%50%Lá phổi ~%-100%Sỏi ~%-100%Cát}\n\n"
        "Rừng là vàng.{T#Sai rồi#Đúng, đó là lời Bác dặn}\n"
    )  # fmt: skip
    first, second, third = (p.record for p in read_questions("a.gift", text.encode()).questions)
    assert (first.type, first.stem) == ("fill", "Cao Bằng ở […] nước ta.")
    assert (first.choices[1][1], first.explanation) == ("vùng Đông Bắc", "Đúng rồi")
    assert (second.type, second.stem, second.answer) == ("multiple", "Rừng là gì?", ("a", "b"))
    assert (third.answer, third.explanation) == (("a",), "Đúng, đó là lời Bác dặn")


def test_a_bank_typed_on_a_mac_reads_the_same() -> None:
    """Marks apart from their letters are no fault of whoever saved the file."""
    data = FORMATS["yaml"].write(bank(*one_of_each()))
    reading = read_questions("a.yaml", unicodedata.normalize("NFD", data.decode()).encode())
    assert [placed.record for placed in reading.questions] == one_of_each()
