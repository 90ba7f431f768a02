"""The exchange page: who may use it, the import of 300 rows, the downloads."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from quizzes.duties import AUTHORS, REVIEWERS, grant_desk_duty
from quizzes.exchange.formats import FORMATS, read_questions
from quizzes.exchange.own_sheet import DIFFICULTY_NAMES, HEADINGS, TYPE_NAMES
from quizzes.exchange.sheets import new_sheet, put_line, saved
from quizzes.models import Clause, Programme, Question, QuestionVersion
from tests.factories import make_programme, make_question

PAGE, EXPORT, TEMPLATE = "quizzes:exchange", "quizzes:exchange_export", "quizzes:exchange_template"
Lines = Sequence[Sequence[str | int]]


@pytest.fixture
def forest(db: None) -> Programme:
    programme = make_programme()
    Clause.objects.create(programme=programme, code="03-CTr/TU:1", title="Mục 1", position=1)
    return programme


@pytest.fixture
def author(yen: User) -> Client:
    grant_desk_duty(user=yen, duty=AUTHORS)
    client = Client()
    client.force_login(yen)
    return client


def workbook(lines: Lines) -> bytes:
    book, sheet = new_sheet("Câu hỏi", [])
    for number, line in enumerate([HEADINGS, *lines], start=1):
        put_line(sheet, number, line)
    return saved(book)


def line(
    number: int, *, type: str = "Một đáp án", stem: str = "", answer: str = "B"
) -> list[str | int]:
    stem = stem or f"Câu thứ {number} hỏi gì?"
    choices = [f"{word} {number}" for word in ("Một", "Hai", "Ba", "Bốn")]
    blanks = [""] * 5
    return [f"NH-{number:03d}", type, "Dễ", "03-CTr/TU:1", stem, *blanks, *choices, "", answer]


def send(client: Client, data: bytes, name: str = "cau-hoi.xlsx", **fields: str) -> HttpResponse:
    upload = SimpleUploadedFile(name, data)
    form = {"programme": "03-CTr/TU", "do": "import", "file": upload, **fields}
    return client.post(reverse(PAGE), form)  # type: ignore[return-value]


def test_three_hundred_rows_with_four_bad_ones(author: Client, forest: Programme) -> None:
    lines = [line(number) for number in range(1, 301)]
    lines[11] = line(12, answer="F")
    lines[56] = line(57, type="Trắc nghiệm")
    lines[198][12] = lines[198][11]
    lines[299][4] = ""
    response = send(author, workbook(lines))
    assert response.status_code == 422
    page = response.content.decode()
    assert "Chưa nhập câu nào: còn 4 chỗ cần sửa" in page
    assert [(fault.place, fault.reason) for fault in response.context["faults"]] == [  # type: ignore[attr-defined]
        ("dòng 13, cột P (Đáp án)", "đáp án “f” không phải là phương án nào"),
        (
            "dòng 58, cột B (Loại câu hỏi)",
            f"“Trắc nghiệm” không hợp lệ; chọn: {', '.join(TYPE_NAMES.values())}",
        ),
        ("dòng 200, cột L (Phương án B)", "phương án b và phương án c trùng nhau"),
        ("dòng 301, cột E (Câu hỏi)", "câu dẫn (stem) trống"),
    ]
    assert "dòng 58, cột B (Loại câu hỏi)" in page
    assert Question.objects.count() == 0

    whole = workbook([line(number) for number in range(1, 301)])
    assert send(author, whole).status_code == 302
    assert QuestionVersion.objects.filter(status="draft", origin="imported").count() == 300
    again = author.get(send(author, whole)["Location"])
    assert "Đã nhập: 300 câu đã có, giữ nguyên." in again.content.decode()
    assert Question.objects.count() == QuestionVersion.objects.count() == 300


def test_checking_writes_nothing(author: Client, forest: Programme) -> None:
    response = send(author, workbook([line(1)]), do="check")
    assert response.status_code == 200
    assert "1 câu mới" in response.content.decode()
    assert Question.objects.count() == 0


def test_faults_of_the_programme_stand_beside_those_of_the_file(
    author: Client, forest: Programme
) -> None:
    good = "Câu một?\nA. 1\nB. 2\nC. 3\nD. 4\nANSWER: A\n\n"
    bad = "Câu hai?\nA. 1\nB. 2\nC. 3\nD. 4\nANSWER: E\n"
    response = send(author, (good + bad).encode(), "a.txt")
    assert [fault.place for fault in response.context["faults"]] == ["dòng 13, cột 9", "dòng 1"]  # type: ignore[attr-defined]
    assert send(author, good.encode(), "a.txt", default_clause="03-CTr/TU:1").status_code == 302


def test_a_clause_of_another_document_is_no_default(author: Client, forest: Programme) -> None:
    other = make_programme("04-CTr/TU", 2)
    Clause.objects.create(programme=other, code="04-CTr/TU:1", title="Mục 1", position=1)
    response = send(author, workbook([line(1)]), default_clause="04-CTr/TU:1")
    assert response.status_code == 422
    assert "Mục này không thuộc văn bản 03-CTr/TU." in response.content.decode()


@pytest.mark.parametrize("key", FORMATS)
def test_a_download_comes_back_whole(key: str, author: Client, forest: Programme) -> None:
    make_question(forest, "KR-001")
    make_question(forest, "KR-002", status="draft")
    response = author.get(
        reverse(EXPORT), {"programme": forest.code, "format": key, "status": "approved"}
    )
    assert f"cau-hoi-03-CTr-TU-{key}-" in response["Content-Disposition"]
    reading = read_questions("tep", response.content, key)
    assert [placed.record.stem for placed in reading.questions] == ["Câu hỏi KR-001?"]


def test_a_file_name_keeps_its_vietnamese_letters(author: Client, forest: Programme) -> None:
    make_question(forest, "KR-001")
    Programme.objects.update(code="12-NQ/ĐU")
    chosen = {"programme": "12-NQ/ĐU", "format": "yaml", "status": "approved"}
    name = author.get(reverse(EXPORT), chosen)["Content-Disposition"]
    assert name.startswith("attachment; filename*=utf-8''cau-hoi-12-NQ-%C4%90U-yaml-")


def test_what_a_format_loses_is_named_first(author: Client, forest: Programme) -> None:
    make_question(forest, "KR-001")
    make_question(forest, "KR-002", type="multiple", answer=("a", "b"))
    chosen = {"programme": forest.code, "format": "aiken", "status": "approved"}
    page = author.get(reverse(EXPORT), chosen).content.decode()
    assert "Aiken chỉ ghi được câu có đúng một đáp án" in page
    assert "Tải 1 câu còn lại" in page
    assert (
        "Câu hỏi KR-001?" in author.get(reverse(EXPORT), chosen | {"anyway": "1"}).content.decode()
    )


def test_the_template_is_read_as_ours(author: Client) -> None:
    response = author.get(reverse(TEMPLATE))
    assert [f.reason for f in read_questions("a.xlsx", response.content).faults] == [
        "tệp không có câu hỏi nào"
    ]


def test_names_in_the_sheet_are_those_of_the_desk() -> None:
    assert dict(QuestionVersion.Type.choices) == TYPE_NAMES
    assert dict(QuestionVersion.Difficulty.choices) == DIFFICULTY_NAMES


def test_a_stranger_gets_nothing(yen_client: Client, forest: Programme) -> None:
    export = f"{reverse(EXPORT)}?programme=03-CTr/TU&format=gift&status=approved"
    for address in (reverse(PAGE), export, reverse(TEMPLATE)):
        assert yen_client.get(address).status_code == 403
        assert Client().get(address).status_code == 302
    assert send(yen_client, workbook([line(1)])).status_code == 403
    assert Question.objects.count() == 0


def test_a_reviewer_exports_but_does_not_import(tai: User, forest: Programme) -> None:
    grant_desk_duty(user=tai, duty=REVIEWERS)
    client = Client()
    client.force_login(tai)
    page = client.get(reverse(PAGE))
    assert (page.status_code, "Chỉ kiểm tra tệp" in page.content.decode()) == (200, False)
    assert send(client, workbook([line(1)])).status_code == 403
