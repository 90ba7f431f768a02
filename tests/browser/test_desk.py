"""The desk from the official text as received to a question on somebody's paper."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Live

# An invented text in the form such letters come in: broken lines, a glued word, a page number.
OFFICIAL = """NỘI DUNG TUYÊN TRUYỀN

I. Đối với Chương trình số 03-CTr/TU, ngày 28/11/2025 của Ban Chấp hành

Đảng bộ tỉnh về giữ vườn mẫu giai đoạn 2025 - 2030

1. Khẳng định việc giữ vườn mẫu là nhiệm vụ nền tảng, gắn làm vườn với bảo vệ

nguồn nước sạch, giảm nghèo bền vững, ổn định đời sống bản làng và giữ gìn nếp

3

sống xưa; thực hiệnNghị quyết của tổ vườn.

II. Đối với Chương trình số 04-CTr/TU, ngày 28/11/2025 của Ban Chấp hành

Đảng bộ tỉnh về mở chợ phiên giai đoạn 2025 - 2030

1. Chợ phiên là hướng đi chiến lược, gắn họp chợ với mở rộng giao thương, nâng

cao thu nhập người bán, đầu tư mái che kiên cố và bảo đảm vệ sinh thực phẩm.

III. Đối với Kế hoạch số 31-KH/TU, ngày 28/11/2025 của Ban Chấp hành Đảng

bộ tỉnh về phòng máy của bản giai đoạn 2025 - 2030

1. Máy tính là khâu đột phá quan trọng. Các nhiệm vụ cụ thể: phát triển kỹ năng số

cơ bản; xây dựng phòng máy cộng đồng; thu hút thanh niên hướng dẫn; đổi mới cách

dạy tin học.
"""
CLAUSE = "03-CTr/TU:1"


@pytest.fixture
def desk(
    live: Live, new_context: Callable[..., BrowserContext], sign_in: Callable[[Page, str], None]
) -> Callable[[str], Page]:
    """A page of the console at a desk's size, signed in."""
    live.shell('grant_desk_duty(user=person("bien-soan-1", "Đàm Ngọc Lan"), duty=AUTHORS)')
    live.shell('grant_desk_duty(user=person("tham-dinh-1", "Bế Văn Đức"), duty=REVIEWERS)')

    def sit(login: str) -> Page:
        page = new_context(viewport={"width": 1280, "height": 800}).new_page()
        sign_in(page, login)
        return page

    return sit


def _faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {v['nodes'][0]['html']}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def test_from_the_official_text_to_a_question_on_a_paper(
    live: Live,
    desk: Callable[[str], Page],
    phone: Page,
    sign_in: Callable[[Page, str], None],
) -> None:
    author = desk("bien-soan-1")

    # The text as received becomes a draft; its glued word is split by hand; then it is accepted.
    author.goto("/organiser/documents/")
    author.get_by_role("link", name="Nạp văn bản").first.click()
    author.get_by_label("Tệp văn bản").set_input_files(
        {"name": "cong-van.txt", "mimeType": "text/plain", "buffer": OFFICIAL.encode()}
    )
    author.get_by_role("button", name="Nạp và xem trước").click()
    expect(author.locator("main")).to_contain_text("3 văn bản · 3 mục")
    expect(author.locator("mark")).to_have_text("hiệnNghị")
    assert _faults(author) == []
    author.get_by_role("button", name="Tách: hiện Nghị").click()
    expect(author.locator("main")).to_contain_text("không còn chỗ nghi dính chữ")
    author.get_by_role("link", name="So sánh và chấp nhận").first.click()
    author.get_by_role("button", name="Chấp nhận văn bản").click()
    expect(author.locator("main")).to_contain_text("Đã chấp nhận")

    # Candidates from the clause; one is kept, finished and handed in.
    author.goto(f"/organiser/questions/derive/{CLAUSE}/")
    card = author.locator("fieldset:has-text('Điền') .deed").first
    stem = card.locator("b").first.inner_text()
    assert _faults(author) == []
    card.get_by_role("checkbox").check()
    author.get_by_role("button", name="Lưu các câu đã chọn thành bản nháp").click()
    author.goto("/organiser/questions/?status=draft")
    author.get_by_role("link", name=stem.split("[")[0].strip()[:30]).first.click()
    author.get_by_role("link", name="Sửa bản nháp").click()
    author.get_by_label("Lời giải thích").fill("Tổ vườn mẫu kể việc này trong danh sách của mình.")
    shown = author.locator("[data-preview] .choice")
    expect(shown).to_have_count(4)
    author.get_by_label("Phương án A", exact=True).fill("nuôi ong lấy mật dưới tán cây")
    expect(shown.first).to_contain_text("nuôi ong lấy mật")
    assert _faults(author) == []
    author.get_by_role("button", name="Lưu bản nháp").click()
    author.get_by_role("button", name="Gửi thẩm định").click()
    expect(author.locator("main")).to_contain_text("Đang thẩm định")
    expect(author.get_by_role("button", name="Duyệt câu hỏi")).to_have_count(0)
    address = author.url

    # A second person sees the quote in the official text and approves.
    reviewer = desk("tham-dinh-1")
    reviewer.goto(address)
    expect(reviewer.locator(".official mark")).to_be_visible()
    assert _faults(reviewer) == []
    reviewer.get_by_role("button", name="Duyệt câu hỏi").click()
    expect(reviewer.locator("main")).to_contain_text("Đã duyệt")

    # It is drawn in a round.
    live.shell('whole_round("Cả một văn bản", "03-CTr/TU"); person("thi-desk", "Lý Thị Ê")')
    sign_in(phone, "thi-desk")
    phone.goto("/c/ca-mot-van-ban/1/")
    phone.get_by_role("button", name="Vào thi vòng 1").click()
    phone.wait_for_url("**/attempts/*/")
    paper = phone.evaluate("JSON.parse(document.getElementById('attempt').textContent).paper")
    number = next(item["number"] for item in paper if item["stem"] == stem)
    phone.locator("#strip").get_by_role("button", name=re.compile(rf"^Câu {number}\b")).click()
    phone.locator(".choice", has_text="nuôi ong lấy mật dưới tán cây").click()
    expect(phone.locator("#save")).to_contain_text("Đã lưu")
