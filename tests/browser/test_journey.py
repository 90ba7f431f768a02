"""The main job in a real browser: from sign-up to the board, with the network gone half-way."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Live

QUESTIONS = 7


def answer_and_go_on(page: Page) -> None:
    """Tick the first choice of the question shown, then the main button."""
    page.locator("#choices .choice").first.click()
    page.locator("#next").click()


def test_from_sign_up_to_a_live_board(
    live: Live, new_context: Callable[..., BrowserContext]
) -> None:
    board_path = live.shell(
        'r = open_round("Hành trình");'
        'take(person("truoc", "Bế Thị Lan Anh", "01558"), r, right=0, seconds=800);'
        "print(f'/c/{r.contest.slug}/{r.number}/board/')"
    )
    watcher = new_context(viewport={"width": 1280, "height": 800}).new_page()
    watcher.goto(board_path)
    expect(watcher.locator(".board .brow")).to_have_count(1)
    watcher.evaluate("window.stayed = true")

    device = new_context()
    page = device.new_page()
    round_path = board_path.removesuffix("board/")

    # Sign up on the way into the round; the unit is typed without marks, under its old name.
    page.goto(f"/accounts/signup/?next={round_path}")
    page.fill("[name=full_name]", "Vàng A Páo")
    page.fill("[name=contact]", "0912 345 678")
    page.locator("[data-unit-picker] [name=unit]").press_sequentially("hung dao", delay=30)
    options = page.locator("[role=option]")
    expect(options.filter(has_text="Phường Thục Phán")).to_contain_text("Hưng Đạo")
    options.filter(has_text="Phường Thục Phán").click()
    page.get_by_label("Đoàn viên thanh niên").check()
    page.locator("[name=password1]").fill("suối Lê Nin trong xanh")
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="Đăng ký và vào thi").click()
    page.wait_for_url(f"**{round_path}")

    # Start, answer three questions, see that they are saved.
    page.get_by_role("button", name="Vào thi vòng 1").click()
    page.wait_for_url("**/attempts/*/")
    expect(page.locator("#number")).to_contain_text(f"/ {QUESTIONS}")
    for _ in range(3):
        answer_and_go_on(page)
    expect(page.locator("#save-text")).to_have_text(re.compile("Đã lưu lúc"))

    # The network goes; answers stay on the phone, and the page says so.
    device.set_offline(True)
    for _ in range(2):
        answer_and_go_on(page)
    expect(page.locator("#banner")).to_contain_text("Mất mạng")
    expect(page.locator("#banner")).to_contain_text("giữ trên máy này")
    assert (
        live.shell("print(len(Attempt.objects.get(entry__user__full_name='Vàng A Páo').answers))")
        == "3"
    )

    # It comes back; nothing was lost.
    device.set_offline(False)
    expect(page.locator("#banner")).to_contain_text("Đã có mạng trở lại", timeout=15_000)
    expect(page.locator("#save-text")).to_have_text(re.compile("Đã lưu lúc"))
    assert (
        live.shell("print(len(Attempt.objects.get(entry__user__full_name='Vàng A Páo').answers))")
        == "5"
    )

    # The last two, then hand in with a prediction; the sheet names what is unanswered.
    page.locator("#choices .choice").first.click()
    page.locator("#next").click()
    expect(page.locator("#next-text")).to_have_text("Xem lại và nộp bài")
    page.locator("#next").click()
    expect(page.locator("#sheet")).to_contain_text("Còn 1 câu chưa trả lời (câu 7)")
    page.fill("#prediction", "61.500")
    page.locator("#sheet [data-part=submit]").click()

    # The result with its receipt; the other browser's board has the row without a reload.
    expect(page.locator("h1")).to_have_text("Đã nộp bài")
    row = watcher.locator(".board .brow").filter(has_text="Vàng A Páo")
    expect(row).to_be_visible(timeout=2_000)
    expect(row).to_contain_text("Phường Thục Phán")
    assert watcher.evaluate("window.stayed") is True
    expect(page.locator("#receipt")).to_have_text(re.compile(r"^\w{4}(-\w{4}){3}$"))
    expect(page.locator("main")).to_contain_text("61.500")

    # On to the board, where the own place is marked.
    page.get_by_role("link", name="Bảng xếp hạng", exact=True).last.click()
    page.wait_for_url("**/board/")
    expect(page.locator(".badge--me").first).to_be_visible()


def test_an_organiser_opens_a_round_a_competitor_takes(
    live: Live,
    new_context: Callable[..., BrowserContext],
    sign_in_by_form: Callable[[Page, str], None],
) -> None:
    """From nothing to an open round by hand, in the console."""
    live.shell(
        'person("to-chuc-1", "Nông Thị Thu Hà", organiser=True); person("thi-1", "Lý Thị Ê")'
    )
    desk = new_context(viewport={"width": 1280, "height": 800}).new_page()
    sign_in_by_form(desk, "to-chuc-1")
    desk.goto("/organiser/new/")
    desk.get_by_label("Tên cuộc thi").fill("Cuộc thi lập bằng tay")
    desk.get_by_label("Tên vòng thi").fill("Bảy văn bản")
    hour_ago = "timezone.localtime() - timedelta(hours=1)"
    desk.get_by_label("Mở lúc").fill(live.shell(f"print(f'{{{hour_ago}:%Y-%m-%dT%H:%M}}')"))
    desk.get_by_role("button", name="Chia đều bảy văn bản, 20 câu").click()
    expect(desk.locator("main")).to_contain_text("20 câu, 20 điểm")
    desk.get_by_role("button", name="Lưu bản nháp").click()
    desk.get_by_role("button", name=re.compile("Công bố")).first.click()
    expect(desk.locator("main")).to_contain_text("Đang mở")

    phone = new_context().new_page()
    sign_in_by_form(phone, "thi-1")
    phone.goto("/c/cuoc-thi-lap-bang-tay/1/")
    phone.get_by_role("button", name="Vào thi vòng 1").click()
    expect(phone.locator("#number")).to_contain_text("/ 20")
