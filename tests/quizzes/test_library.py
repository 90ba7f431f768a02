"""The library: open to everybody, found without marks."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.text import fold, nfc
from quizzes.library import readings as library
from quizzes.library.finding import excerpt, has_words
from quizzes.loading import load_banks
from quizzes.models import Clause, Document, Passage
from tests.factories import make_programme
from tests.quizzes import samples

NOTE = "Giữ vườn là gốc của mọi việc. " * 6
TEXT = "Tập trung tuyên truyền nhiệm vụ: trồng mận trước, lê sau, giữ đường vào vườn."


@pytest.fixture
def shelf(db: None, noon: datetime) -> None:
    raw = samples.sample()
    raw["clauses"][0]["note"] = NOTE
    other = samples.sample_of("31-KH/TU", "KS")
    other["programme"]["kind"] = "breakthrough"
    load_banks(banks=[samples.bank_of(raw), samples.bank_of(other, "31-KH-TU.yaml")])
    document = Document.objects.create(title="Bản gốc", uploaded_at=noon, state="accepted")
    clause = Clause.objects.get(code="03-CTr/TU:2")
    Passage.objects.create(document=document, clause=clause, text="Cũ.", is_current=False)
    newer = Document.objects.create(title="Bản mới", uploaded_at=noon, state="accepted")
    Passage.objects.create(document=newer, clause=clause, text=TEXT)


def _html(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_everybody_reads_the_shelf(shelf: None, client: Client) -> None:
    page = _html(client, "/library/")
    assert "Vườn mẫu" in page
    assert "/library/03-CTr-TU/1/" in page
    assert "/library/03-CTr-TU/2.i/" not in page  # items stand on their document's page


def test_a_document_shows_its_clauses_with_notes(shelf: None, client: Client) -> None:
    page = _html(client, "/library/03-ctr-tu/")
    assert "Giữ vườn là gốc của mọi việc." in page
    assert "/library/03-CTr-TU/2.i/" in page
    assert "ngày 28/11/2025" in page


def test_a_clause_shows_the_text_in_force_and_the_way_on(shelf: None, client: Client) -> None:
    page = _html(client, "/library/03-CTr-TU/2/")
    assert TEXT in page
    assert "Cũ." not in page
    assert "/library/03-CTr-TU/1/" in page
    assert "/library/03-CTr-TU/2.i/" in page
    assert "chưa được đưa lên" in _html(client, "/library/03-CTr-TU/1/")
    assert 'aria-label="Mã QR của trang này"' in page
    assert "http://testserver/library/03-CTr-TU/2/" in page


@pytest.mark.parametrize("address", ["/library/99-CTr-TU/", "/library/03-CTr-TU/9/"])
def test_what_is_not_there_is_not_found(shelf: None, client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


SEARCHES = [
    ("trong man TRUOC", ["03-CTr/TU:2"]),
    ("giữ vườn là gốc", ["03-CTr/TU:1"]),
    ("03-ctr/tu nhiem vu", ["03-CTr/TU:2"]),
    ("nhiem vu", ["03-CTr/TU:2", "31-KH/TU:2"]),
    ("duong vao vuon", ["03-CTr/TU:2"]),
    ("ờn mậ", []),
    ("không có đâu", []),
    ("((", []),
]


@pytest.mark.parametrize(("query", "codes"), SEARCHES)
def test_search_forgives_case_and_marks(shelf: None, query: str, codes: list[str]) -> None:
    assert [hit.reading.clause.code for hit in library.search(query)] == codes


def test_a_search_shows_where_the_words_stand(shelf: None, client: Client) -> None:
    page = _html(client, "/library/?q=trong+man")
    assert "<mark>trồng</mark> <mark>mận</mark>" in page
    assert "Không có mục nào có “zzz”" in _html(client, "/library/?q=zzz")
    assert "&lt;b&gt;" in _html(client, "/library/?q=<b>")


def test_nothing_of_a_question_is_in_the_library(shelf: None, client: Client) -> None:
    for address in ("/library/", "/library/03-CTr-TU/", "/library/03-CTr-TU/1/"):
        page = _html(client, address)
        assert "nhiệm vụ gì" not in page
        assert "giữ vườn là nhiệm vụ nền tảng" not in page


@given(st.text("aăâđê ớửABĐ,.–ß", max_size=80), st.lists(st.sampled_from("abcde"), max_size=2))
def test_an_excerpt_says_nothing_else_than_the_text(text: str, words: list[str]) -> None:
    text = nfc(text)
    joined = "".join(piece for piece, _ in excerpt(text, words))
    assert joined.removeprefix("… ").removesuffix(" …") in text
    if words and has_words(text, words):
        hits = [fold(piece) for piece, is_hit in excerpt(text, words) if is_hit]
        assert set(hits) <= set(words)
        assert hits


@pytest.mark.parametrize(
    ("code", "address"),
    [("12-NQ/ĐU", "/library/12-NQ-DU/"), ("7-QĐ/TW", "/library/7-QD-TW/")],
)
def test_a_document_with_marks_in_its_number_has_an_address(
    shelf: None, client: Client, code: str, address: str
) -> None:
    Clause.objects.create(
        programme=make_programme(code, position=9), code=f"{code}:1", title="Mục", position=1
    )
    assert address in _html(client, "/library/")
    assert address in _html(client, "/")
    assert code in _html(client, f"{address}1/")
