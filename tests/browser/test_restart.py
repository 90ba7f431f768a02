"""T10 in a real browser: the server ends in the middle of somebody's exam and comes back.

A second server over the stage's database is ended and started again, on one port of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, WebSocket, expect

from bench._restarts import Restartable
from tests.browser.conftest import Live
from tests.browser.test_exam import Seat, hand_in, pick, saved

SignIn = Callable[..., None]
BACK_MS = 25_000  # longest pause of the page plus a slow machine


@pytest.fixture
def second(live: Live) -> Iterator[Restartable]:
    """A server that may be ended: the one of the other tests stays."""
    with Restartable(live.env) as server:
        yield server


@pytest.fixture
def sitting(live: Live, request: pytest.FixtureRequest) -> Seat:
    """A person with a started attempt of seven questions."""
    login = "may-chu-" + re.sub(r"\W", "-", request.node.name)[-20:]
    made = live.shell(
        f"r = open_round('Máy chủ khởi động lại {login}', questions=7, time_limit_s=3000)\n"
        f"u = person({login!r}, 'Hoàng Thị Yến')\n"
        "a, _ = start_attempt(user=u, round=r, now=timezone.now())\n"
        "print(u.username, a.pk)\n"
    )
    name, attempt = made.split()
    return Seat(live, name, int(attempt))


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_t10_an_exam_survives_a_restart_of_its_server(
    second: Restartable, sitting: Seat, phone: Page, sign_in: SignIn, how: str
) -> None:
    sockets: list[WebSocket] = []
    phone.on("websocket", lambda socket: sockets.append(socket))
    sign_in(phone, sitting.login)
    phone.goto(second.url + sitting.path)
    expect(phone.locator("#question")).to_be_visible()
    phone.evaluate("window.isTheSamePage = true")
    pick(phone, 1)
    saved(phone)
    heard(sockets, 1, phone)

    getattr(second, how)()
    for question in (2, 3):
        pick(phone, question, 1)
    banner = phone.locator("#banner")
    expect(banner).to_contain_text("1 câu đã lưu, 2 câu giữ trên máy này.")
    expect(phone.locator("#strip .held")).to_have_count(2)
    before = phone.locator("#timer").inner_text()
    expect(phone.locator("#timer")).not_to_have_text(before)  # the clock goes on

    second.start()
    expect(banner).to_contain_text("Cả 3 câu đã lưu.", timeout=BACK_MS)
    saved(phone)
    expect(phone.locator("#strip .held")).to_have_count(0)
    assert list(answers_of(phone, second, sitting)) == ["1", "2", "3"]
    heard(sockets, 2, phone)
    pick(phone, 4)
    saved(phone)
    assert phone.evaluate("window.isTheSamePage"), "the page was loaded again"

    hand_in(phone)
    expect(phone.locator("#question")).to_be_hidden(timeout=BACK_MS)
    state = phone.request.get(f"{second.url}/api/v1/attempts/{sitting.attempt}").json()
    assert (state["state"], len(state["answers"])) == ("finished", 4)


def test_t10_a_hand_in_during_the_restart_is_kept_and_arrives(
    second: Restartable, sitting: Seat, phone: Page, sign_in: SignIn
) -> None:
    sign_in(phone, sitting.login)
    phone.goto(second.url + sitting.path)
    pick(phone, 1)
    saved(phone)
    second.kill()
    pick(phone, 2)
    hand_in(phone)
    expect(phone.locator("#sheet")).to_contain_text(re.compile("[Mm]ất mạng|tự nộp|tự gửi"))
    second.start()
    expect(phone.locator("#question")).to_be_hidden(timeout=BACK_MS)
    state = phone.request.get(f"{second.url}/api/v1/attempts/{sitting.attempt}").json()
    assert (state["state"], len(state["answers"])) == ("finished", 2)


def test_t10_a_thousand_pages_do_not_come_back_in_one_instant(live: Live, phone: Page) -> None:
    """The page's own code, a thousand times, after sockets were closed with 4012."""
    phone.clock.install(time=0)
    phone.goto(live.url + "/healthz")
    phone.clock.pause_at(60)  # from here on time passes only when told to
    phone.evaluate(
        """async () => {
            let seed = 7; // every run the same
            Math.random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
            window.opened = [];
            window.WebSocket = class {
                constructor() { opened.push([Date.now(), this]); }
                close() {}
            };
            const { keepSocket } = await import('/static/js/board/socket.js');
            const quiet = { onText() {}, onDown() {}, onGone() {} };
            for (let n = 0; n < 1000; n += 1) keepSocket('/ws/', quiet).open();
            window.first = opened.splice(0);
            window.began = Date.now();
            first.forEach(([, socket]) => socket.onclose({ code: 4012 }));
        }"""
    )
    phone.clock.run_for(6_000)
    waited = phone.evaluate("opened.map(([at]) => at - began)")
    assert len(waited) == 1000
    assert max(waited) <= 5_100
    by_tenth = [sum(n * 100 <= ms < (n + 1) * 100 for ms in waited) for n in range(51)]
    assert max(by_tenth) < 50, "more than one in twenty within a tenth of a second"


def heard(sockets: list[WebSocket], count: int, page: Page) -> None:
    """So many sockets were opened, and the last one is open now."""
    for _ in range(int(BACK_MS / 250)):
        if len(sockets) >= count and not sockets[-1].is_closed():
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{len(sockets)} sockets, the last one closed; wanted {count} and open")


def answers_of(page: Page, server: Restartable, seat: Seat) -> dict[str, list[str]]:
    """What is stored, asked of the server that was ended."""
    found = page.request.get(f"{server.url}/api/v1/attempts/{seat.attempt}").json()
    return dict(sorted(found["answers"].items()))
