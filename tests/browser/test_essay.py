"""The essay of an exam in a real browser: written, kept over a reload, handed in."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Live

SignIn = Callable[[Page, str], None]
TEXT = "Rừng là vàng.\nGiữ rừng là giữ nước, giữ đất và giữ cuộc sống của bản làng."


def test_an_essay_loses_nothing_and_is_handed_in(live: Live, phone: Page, sign_in: SignIn) -> None:
    """What was typed while nothing could be sent is there after a reload, and arrives."""
    login, attempt = live.shell(
        "r = open_round('Vòng có tự luận', questions=3, prediction_target='percent',\n"
        "    essay_prompt='Viết cảm nghĩ của bạn về rừng.', essay_points=10)\n"
        "u = person('nguoi-viet', 'Hoàng Thị Yến')\n"
        "a, _ = start_attempt(user=u, round=r, now=timezone.now())\n"
        "print(u.username, a.pk)\n"
    ).split()
    sign_in(phone, login)
    phone.goto(f"/attempts/{attempt}/")
    essay = f"**/api/v1/attempts/{attempt}/essay"

    def lose(route: Route) -> None:
        route.abort()

    phone.route(essay, lose)
    to_the_essay(phone)
    phone.locator("#essay textarea").fill(TEXT)
    expect(phone.locator("[data-part=essay-news]")).to_contain_text("Đang giữ trên máy này")
    phone.wait_for_timeout(4500)  # it tried, and could not
    phone.reload()
    to_the_essay(phone)
    expect(phone.locator("#essay textarea")).to_have_value(TEXT)
    phone.unroute(essay, lose)
    phone.locator("#essay textarea").press("End")
    phone.locator("#essay textarea").press_sequentially("!")
    expect(phone.locator("[data-part=essay-news]")).to_have_text("Đã lưu")
    phone.locator("#next").click()
    phone.locator("[data-part=prediction]").fill("12,34567")
    phone.locator("[data-part=submit]").click()
    expect(phone.locator("h1")).to_have_text("Đã nộp bài")
    kept = live.shell(
        f"a = Attempt.objects.get(pk={attempt}); print(a.state, a.prediction, a.essay)"
    )
    assert kept.startswith("finished 12.34567 ")
    assert sorted(kept.removeprefix("finished 12.34567 ")) == sorted(TEXT + "!")


def test_an_essay_alone_opens_at_once_and_says_when_it_is_blank(
    live: Live, phone: Page, sign_in: SignIn
) -> None:
    login, attempt = live.shell(
        "r = open_round('Chung kết viết', lines=[], prediction_target='',\n"
        "    essay_prompt='Viết cảm nghĩ của bạn về rừng.', essay_points=100)\n"
        "u = person('nguoi-viet', 'Hoàng Thị Yến')\n"
        "a, _ = start_attempt(user=u, round=r, now=timezone.now())\n"
        "print(u.username, a.pk)\n"
    ).split()
    sign_in(phone, login)
    phone.goto(f"/attempts/{attempt}/")
    expect(phone.locator("#essay")).to_be_visible()
    expect(phone.locator("#question")).to_be_hidden()
    phone.locator("#next").click()
    expect(phone.locator("[data-part=news]")).to_have_text("Bài tự luận còn để trống.")
    phone.locator("[data-part=cancel]").click()
    phone.locator("#essay textarea").fill(TEXT)
    phone.locator("#next").click()
    phone.locator("[data-part=submit]").click()
    expect(phone.locator("h1")).to_have_text("Đã nộp bài")
    assert TEXT in live.shell(f"print(Attempt.objects.get(pk={attempt}).essay)")


def to_the_essay(page: Page) -> None:
    expect(page.locator("#question")).to_be_visible()
    page.locator("#strip button").last.click()
    page.locator("#next").click()
    expect(page.locator("#essay")).to_be_visible()
