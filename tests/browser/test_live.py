"""What reaches open pages while people work: time, announcements, answers; the monitor."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Live

SignIn = Callable[..., None]
NewContext = Callable[..., BrowserContext]
NO_SOCKETS = "window.WebSocket = class { constructor() { throw new Error('blocked'); } }"
POLLED_MS = 30_000
NOW = "{'actor': ha, 'reason': 'Mất điện', 'now': timezone.now()}"
SETTING = (
    "from contest.conduct import timing\n"
    "from contest.live import announcements, inquiries\n"
    "from contest.models import Decision, Inquiry\n"
    "ha = person('nguoi-to-chuc', 'Nông Thị Thu Hà', organiser=True)\n"
)


@dataclass
class Room:
    """A round of its own with two people who work in it: what organisers do there."""

    live: Live
    round: int
    path: str
    logins: list[str]
    attempts: list[int]

    def organiser(self, code: str) -> str:
        """Run code of the organiser ``ha`` with the round as ``r`` and ``by`` for services."""
        opening = f"r = Round.objects.get(pk={self.round})\nby = {NOW}\n"
        return self.live.shell(SETTING + opening + code)

    def announce(self, text: str) -> None:
        self.organiser(
            f"announcements.announce_text(round=r, text={text!r}, actor=ha, now=timezone.now())"
        )


@pytest.fixture
def room(live: Live, request: pytest.FixtureRequest) -> Room:
    """A round that closes in ten minutes and allows fifty."""
    name = request.node.name[:30]
    made = live.shell(
        f"r = open_round('Phòng {name}', questions=5, time_limit_s=3000,\n"
        "    closes_at=timezone.now() + timedelta(minutes=10))\n"
        "print(r.pk, r.contest.slug)\n"
        "for n in range(2):\n"
        f"    u = person(f'{name.lower()}-{{n}}', 'Hoàng Thị Yến')\n"
        "    a, _ = start_attempt(user=u, round=r, now=timezone.now())\n"
        "    print(u.username, a.pk)\n"
    )
    (round, slug), *seats = [line.split() for line in made.splitlines()]
    logins, attempts = [seat[0] for seat in seats], [int(seat[1]) for seat in seats]
    return Room(live, int(round), f"/c/{slug}/1/", logins, attempts)


@pytest.fixture
def enter(new_context: NewContext, sign_in: SignIn, room: Room) -> Callable[..., Page]:
    """Open the exam of one of the two people on a phone of their own."""

    def go(who: int = 0, script: str = "") -> Page:
        page = new_context().new_page()
        if script:
            page.add_init_script(script)
        sign_in(page, room.logins[who])
        page.goto(f"/attempts/{room.attempts[who]}/")
        expect(page.locator("#question")).to_be_visible()
        return page

    return go


def minutes_left(page: Page) -> int:
    return int(page.locator("#timer").inner_text().strip().split(":")[0])


def counting_from(page: Page, minutes: int, timeout: float = 20_000) -> None:
    """The countdown stands at so many minutes, or one less."""
    shown = re.compile(rf"^({minutes:02d}|{minutes - 1:02d}):\d\d$")
    expect(page.locator("#timer span").last).to_have_text(shown, timeout=timeout)


def extend(room: Room, minutes: int) -> None:
    room.organiser(
        "timing.extend_round("
        f"round=r, closes_at=timezone.now() + timedelta(minutes={minutes}), **by)"
    )


# -- Time -----------------------------------------------------------------------------------


def test_t5_an_extension_reaches_the_open_exam_and_its_round_page(
    room: Room, enter: Callable[..., Page], new_context: NewContext
) -> None:
    exam = enter()
    outside = new_context().new_page()
    outside.goto(room.path)
    counting_from(exam, 10)
    before = outside.locator("main b").filter(has_text="đến").first.inner_text()
    extend(room, 30)
    counting_from(exam, 30)
    moved = outside.locator("main b").filter(has_text="đến").first
    expect(moved).not_to_have_text(before, timeout=20_000)


def test_t5_an_extension_missed_offline_is_known_after_reconnecting(
    room: Room, enter: Callable[..., Page]
) -> None:
    exam = enter()
    exam.context.set_offline(True)
    extend(room, 30)
    exam.context.set_offline(False)
    counting_from(exam, 30)


def test_t5_with_sockets_blocked_polling_tells(room: Room, enter: Callable[..., Page]) -> None:
    exam = enter(script=NO_SOCKETS)
    counting_from(exam, 10)
    extend(room, 30)
    room.announce("Vòng thi được gia hạn vì mất điện.")
    counting_from(exam, 30, POLLED_MS)
    expect(exam.locator("#notices")).to_contain_text("gia hạn vì mất điện", timeout=POLLED_MS)


def test_t6_extra_time_moves_only_that_persons_clock(
    room: Room, enter: Callable[..., Page]
) -> None:
    hers, his = enter(0), enter(1)
    asked: list[str] = []
    his.on("request", lambda request: asked.append(request.url))
    his.wait_for_timeout(1500)  # its socket is up
    room.organiser(
        f"entry = Attempt.objects.get(pk={room.attempts[0]}).entry\n"
        "timing.give_extra_time(entry=entry, seconds=1200, **by)"
    )
    counting_from(hers, 30)
    his.wait_for_timeout(4000)
    counting_from(his, 10)
    assert [url for url in asked if url.endswith("/clock")] == []


def test_a_pause_is_said_in_words_and_saves_go_on(room: Room, enter: Callable[..., Page]) -> None:
    exam = enter()
    room.organiser("timing.pause_round(round=r, **by)")
    expect(exam.locator("#timer span").last).to_have_text("Tạm dừng", timeout=20_000)
    expect(exam.locator("#notices")).to_contain_text("Tạm dừng, thời gian sẽ được bù")
    expect(exam.locator("#timer")).to_have_attribute("aria-label", "Tạm dừng, thời gian sẽ được bù")
    exam.locator(".choice").first.click()
    expect(exam.locator("#save-text")).to_have_text(re.compile("^Đã lưu lúc"))
    exam.reload()
    expect(exam.locator("#timer span").last).to_have_text("Tạm dừng")
    room.organiser("timing.resume_round(round=r, **by)")
    counting_from(exam, 10)
    expect(exam.locator("#notices")).to_be_empty()


# -- Announcements and questions ---------------------------------------------------------------


def test_an_announcement_stays_until_dismissed_and_in_the_list(
    room: Room, enter: Callable[..., Page], new_context: NewContext
) -> None:
    exam = enter()
    outside = new_context().new_page()
    outside.goto(room.path)
    room.announce("Loa phòng thi sẽ thử lúc 9 giờ.")
    bar = exam.locator("#notices")
    expect(bar).to_contain_text("Loa phòng thi", timeout=20_000)
    expect(bar).to_have_attribute("role", "status")
    expect(outside.locator("#hoi-dap")).to_contain_text("Loa phòng thi", timeout=20_000)
    exam.reload()
    expect(bar).to_contain_text("Loa phòng thi")
    bar.get_by_role("button", name="Đã hiểu").click()
    expect(bar).to_be_empty()
    exam.reload()
    expect(exam.locator("#talk-open")).to_contain_text("(1)")
    expect(bar).to_be_empty()
    exam.locator("#talk-open").click()
    expect(exam.locator("#talk")).to_contain_text("Loa phòng thi")


def test_a_private_answer_arrives_only_at_the_asker(room: Room, enter: Callable[..., Page]) -> None:
    hers, his = enter(0), enter(1)
    hers.locator("#talk-open").click()
    hers.locator("#ask").fill("Mất mạng thì bài có còn không?")
    hers.get_by_role("button", name="Gửi câu hỏi").click()
    expect(hers.locator("#talk")).to_contain_text("Đang chờ Ban Tổ chức trả lời")
    hers.get_by_role("button", name="Làm bài tiếp").click()
    hers.reload()
    room.organiser(
        "inquiries.answer_privately(inquiry=Inquiry.objects.get(round=r),\n"
        "    text='Bài vẫn còn trên máy.', actor=ha, now=timezone.now())"
    )
    expect(hers.locator("#notices")).to_contain_text("Bài vẫn còn trên máy", timeout=20_000)
    his.wait_for_timeout(2000)
    expect(his.locator("#notices")).to_be_empty()
    his.locator("#talk-open").click()
    expect(his.locator("#talk")).not_to_contain_text("Bài vẫn còn")


def test_the_round_page_asks_and_hears_the_answer(room: Room, phone: Page, sign_in: SignIn) -> None:
    sign_in(phone, room.logins[0])
    phone.goto(room.path)
    phone.get_by_text("Hỏi Ban Tổ chức").click()
    phone.locator("#ask").fill("Có được dùng tài liệu không?")
    phone.get_by_role("button", name="Gửi câu hỏi").click()
    expect(phone.locator("#hoi-dap")).to_contain_text("Đang chờ Ban Tổ chức trả lời")
    room.organiser(
        "inquiries.answer_everybody(inquiry=Inquiry.objects.get(round=r), text='Được.',\n"
        "    quote='Có được dùng tài liệu không?', actor=ha, now=timezone.now())"
    )
    own = phone.locator("[data-f=inquiries]")
    expect(own).to_contain_text("Được.", timeout=20_000)
    expect(phone.locator("[data-f=announcements]")).to_contain_text("Hỏi: “Có được dùng")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_o4_axe_finds_nothing_with_an_announcement_and_its_list(
    room: Room, enter: Callable[..., Page], scheme: str
) -> None:
    exam = enter()
    exam.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    room.announce("Thông báo dài. " * 30)
    expect(exam.locator("#notices")).to_contain_text("Thông báo dài", timeout=20_000)
    _no_faults(exam)
    exam.get_by_role("button", name="Đọc hết").click()
    _no_faults(exam)
    exam.set_viewport_size({"width": 320, "height": 640})
    assert exam.evaluate("document.documentElement.scrollWidth") == 320


def _no_faults(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(f["id"], [n["html"][:120] for n in f["nodes"]]) for f in found] == []


# -- The monitor --------------------------------------------------------------------------------


def test_the_monitor_follows_the_round(
    room: Room, new_context: NewContext, sign_in: SignIn
) -> None:
    desk = new_context(viewport={"width": 1280, "height": 800}, has_touch=False).new_page()
    sign_in(desk, "nguoi-to-chuc")
    desk.goto(f"/organiser/rounds/{room.round}/monitor/")
    answering = desk.locator("[data-f=answering]")
    expect(answering).to_have_text("2")
    expect(desk.locator("[data-f=health]")).to_contain_text("Mọi việc bình thường.")
    expect(desk.locator("[data-f=state]")).to_contain_text("Trực tiếp")
    expect(desk.locator(".chart svg")).to_have_count(2)
    room.live.shell(
        f"a = Attempt.objects.get(pk={room.attempts[0]})\n"
        "finish_attempt(attempt=a, rev=0, answers={}, prediction=None, now=timezone.now())"
    )
    expect(answering).to_have_text("1")
    expect(desk.locator("[data-f=finished]")).to_have_text("1")
    expect(desk.locator("[data-f=units] td").first).to_have_text("1")
    for scheme in ("light", "dark"):
        desk.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        _no_faults(desk)
    desk.set_viewport_size({"width": 320, "height": 640})
    assert desk.evaluate("document.documentElement.scrollWidth") == 320


def test_with_sockets_blocked_the_monitor_polls(room: Room, phone: Page, sign_in: SignIn) -> None:
    sign_in(phone, "nguoi-to-chuc")
    phone.add_init_script(NO_SOCKETS)
    phone.goto(f"/organiser/rounds/{room.round}/monitor/?q=trung+khanh")
    expect(phone.locator("[data-f=state]")).to_contain_text("Tự cập nhật", timeout=POLLED_MS)
    expect(phone.locator("[data-f=units] th")).to_have_text("Xã Trùng Khánh")


def test_the_result_page_hears_announcements(room: Room, phone: Page, sign_in: SignIn) -> None:
    room.live.shell(
        f"a = Attempt.objects.get(pk={room.attempts[0]})\n"
        "finish_attempt(attempt=a, rev=0, answers={}, prediction=None, now=timezone.now())"
    )
    sign_in(phone, room.logins[0])
    phone.goto(f"/attempts/{room.attempts[0]}/")
    expect(phone.locator("#hoi-dap")).to_contain_text("Chưa có thông báo nào.")
    room.announce("Kết quả sẽ công bố ngày mai.")
    expect(phone.locator("#hoi-dap")).to_contain_text("công bố ngày mai", timeout=20_000)
    expect(phone.locator("#ask")).to_have_count(0)
