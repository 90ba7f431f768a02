"""The live board in real browsers: what changes reaches everybody, also over bad connections."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from tests.browser.conftest import Live

Contexts = Callable[..., BrowserContext]
SignIn = Callable[[Page, str], None]

FIRST_TWO = ["Bế Thị Lan Anh", "Lục Văn Tài"]
FIELD = {name: f'ol [data-f="{name}"]' for name in ("name", "rank", "move")}
LIVE_LINE = "#board .live"
COUNT_MOVES = """
    window.moves = 0;
    new MutationObserver((changes) => {
        for (const { target } of changes) if (target.matches(".is-moving, .is-new")) moves += 1;
    }).observe(document, { attributes: true, attributeFilter: ["class"], subtree: true });
"""


@dataclass
class Hall:
    """An open round with two blank papers handed in, and people who have not taken part yet."""

    live: Live
    round_id: int
    board: str
    ready: Callable[[str], Page]

    def submit(self, login: str) -> None:
        """Hand in a blank paper at once over HTTP, as from another device: quicker than the
        two on the board, so it comes first."""
        page = self.ready(login)
        token = next(c["value"] for c in page.context.cookies() if c["name"] == "csrftoken")
        headers = {"X-CSRFToken": token}
        attempts = f"/api/v1/rounds/{self.round_id}/attempts"
        started = page.request.post(attempts, headers=headers).json()
        done = page.request.post(
            f"/api/v1/attempts/{started['id']}/finish", headers=headers, data={"rev": 0}
        )
        assert done.ok, done.text()

    def wait_until_served(self, total: int) -> None:
        """Until HTTP serves a board of so many people: a busy server computes it less often."""
        url = f"{self.live.url}/api/v1/rounds/{self.round_id}/board"
        for _ in range(150):
            with urllib.request.urlopen(url) as answer:
                if json.load(answer)["total"] == total:
                    return
            time.sleep(0.2)
        raise AssertionError("the board was not served within 30 seconds")

    def shell(self, code: str) -> None:
        """Run code that knows the ``round``; the server learns of changes a little later."""
        self.live.shell(f"round = Round.objects.get(pk={self.round_id})\n{code}")


@pytest.fixture
def hall(live: Live, new_context: Contexts, sign_in: SignIn) -> Hall:
    code = (
        "round = open_round('Bảng trực tiếp', questions=7)\n"
        "take(person('lan-anh', 'Bế Thị Lan Anh'), round, right=0, seconds=60)\n"
        "take(person('van-tai', 'Lục Văn Tài', '01273'), round, right=0, seconds=90)\n"
        "person('hoai', 'Nông Thị Hoài'); person('du', 'Hoàng Văn Dự', '01273')\n"
        "person('pham', 'Triệu Mùi Pham'); person('my', 'Dương Thị Mỷ')\n"
        "print(round.pk, round.contest.slug, round.number)"
    )
    round_id, slug, number = live.shell(code).split()
    pages: dict[str, Page] = {}

    def ready(login: str) -> Page:
        if login not in pages:
            pages[login] = new_context().new_page()
            sign_in(pages[login], login)
        return pages[login]

    return Hall(live, int(round_id), f"/c/{slug}/{number}/board/", ready)


def names(page: Page) -> list[str]:
    return page.locator(FIELD["name"]).all_text_contents()


def is_live(page: Page) -> None:
    expect(page.locator(LIVE_LINE)).to_contain_text("Trực tiếp, cập nhật lúc")


def markup(page: Page) -> str:
    """The list as drawn, without the traces of movement."""
    html = page.locator("#board ol").inner_html()
    html = re.sub(r'<span class="mv[^>]*>.*?</span>(?=<small)', "", html)
    return re.sub(r' (style|class)=""|\s*\n\s*', "", html)


# -- News travels --------------------------------------------------------------------------------


def test_a_new_row_appears_within_two_seconds_without_reload(hall: Hall, phone: Page) -> None:
    phone.goto(hall.board)
    is_live(phone)
    assert names(phone) == FIRST_TWO
    hall.submit("hoai")
    expect(phone.locator(FIELD["name"]).first).to_have_text("Nông Thị Hoài", timeout=2_000)
    assert phone.locator(FIELD["rank"]).all_text_contents() == ["1", "2", "3"]


def test_moves_are_marked_until_the_next_change(hall: Hall, phone: Page) -> None:
    hall.shell("take(person('hoai', ''), round, right=0, seconds=300)")
    phone.goto(hall.board)
    is_live(phone)
    expect(phone.locator(FIELD["name"])).to_have_text([*FIRST_TWO, "Nông Thị Hoài"])
    hall.submit("hoai")
    rows = phone.locator("#board ol > li")
    expect(rows.first.locator(".mv")).to_have_text("2 bậc lên")
    expect(rows.last.locator(".mv")).to_have_text("1 bậc xuống")
    hall.shell("take(person('du', ''), round, right=0, seconds=300)")
    expect(rows).to_have_count(4)
    expect(rows.first.locator(".mv")).to_be_hidden()


def test_script_and_server_draw_the_same_rows(
    hall: Hall, phone: Page, new_context: Contexts
) -> None:
    hall.shell("HeadCount.objects.create(unit=Unit.objects.get(code='01477'), members=7)")
    queries = {"": "hoai", "?by=units": "du", "?screen=1": "pham", "?screen=1&by=people": "my"}
    for query, login in queries.items():
        page = new_context().new_page()
        page.goto(hall.board + query)
        version = page.locator("#board").get_attribute("data-version")
        hall.submit(login)
        page.wait_for_function(
            "async (old) => (await (await fetch(document.querySelector('#board').dataset.url))"
            ".json()).version > Number(old)",
            arg=version,
        )
        page.wait_for_timeout(2_800)  # a projector draws every two seconds
        phone.goto(hall.board + query)
        assert markup(page) == markup(phone), query


def test_units_follow_too(hall: Hall, phone: Page) -> None:
    phone.goto(hall.board + "?by=units")
    is_live(phone)
    note = phone.locator('#board ol > li[data-key="01273"] [data-f="note"]')
    expect(note).to_contain_text("1 người dự thi")
    hall.submit("du")
    expect(note).to_contain_text("2 người dự thi")


def test_those_who_hear_the_page_learn_that_it_changed_but_seldom(hall: Hall, phone: Page) -> None:
    phone.goto(hall.board)
    is_live(phone)
    said = phone.locator('#board [role="status"]')
    hall.submit("hoai")
    expect(said).to_have_text("Bảng vừa cập nhật")
    expect(said).to_have_text("")
    hall.submit("du")
    expect(phone.locator(FIELD["name"])).to_have_count(4)
    assert said.text_content() == ""


# -- Bad connections -----------------------------------------------------------------------------


def test_c3_polling_when_the_socket_is_closed_at_once(hall: Hall, phone: Page) -> None:
    """C3: WebSocket blocked by a proxy."""
    phone.route_web_socket(re.compile("/ws/"), lambda socket: socket.close())
    phone.goto(hall.board)
    hall.submit("hoai")
    expect(phone.locator(FIELD["name"]).first).to_have_text("Nông Thị Hoài", timeout=10_000)
    expect(phone.locator(LIVE_LINE)).to_contain_text("Tự cập nhật vài giây một lần")


def test_c3_polling_when_the_socket_opens_and_stays_silent(hall: Hall, phone: Page) -> None:
    """C3: a proxy that accepts the socket and passes nothing on."""
    phone.clock.install()
    phone.route_web_socket(re.compile("/ws/"), lambda socket: None)
    phone.goto(hall.board)
    hall.submit("hoai")
    hall.wait_until_served(3)
    phone.clock.fast_forward(9_000)
    expect(phone.locator(FIELD["name"]).first).to_have_text("Nông Thị Hoài")


def test_c3_polling_where_there_are_no_sockets_at_all(hall: Hall, phone: Page) -> None:
    phone.clock.install()
    phone.add_init_script("window.WebSocket = function () { throw new Error('blocked') }")
    phone.goto(hall.board)
    hall.submit("hoai")
    hall.wait_until_served(3)
    phone.clock.fast_forward(9_000)
    expect(phone.locator(FIELD["name"]).first).to_have_text("Nông Thị Hoài")


def test_c4_messages_that_were_lost_are_fetched(hall: Hall, phone: Page) -> None:
    """C4: the socket stays open, but everything after its first message is lost."""
    opened: list[float] = []

    def lossy(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        opened.append(time.monotonic())
        passed: list[str | bytes] = []

        def pass_first(message: str | bytes) -> None:
            if not passed:
                passed.append(message)
                socket.send(message)

        server.on_message(pass_first)

    phone.clock.install()
    phone.route_web_socket(re.compile("/ws/"), lossy)
    phone.goto(hall.board)
    is_live(phone)
    hall.submit("hoai")
    hall.wait_until_served(3)
    phone.wait_for_timeout(1_500)
    assert names(phone) == FIRST_TWO  # lost indeed
    phone.clock.fast_forward(34_000)
    expect(phone.locator(FIELD["name"]).first).to_have_text("Nông Thị Hoài")
    phone.clock.fast_forward(3_500)
    phone.clock.fast_forward(2_000)
    phone.wait_for_timeout(500)
    assert len(opened) == 2, "a socket that hears nothing is given up"


def test_a_page_that_comes_back_to_the_front_asks_at_once(hall: Hall, phone: Page) -> None:
    phone.clock.install()
    phone.route_web_socket(re.compile("/ws/"), lambda socket: socket.close())
    phone.add_init_script(
        "Object.defineProperty(document, 'hidden', { get: () => window.isAway === true })"
    )
    phone.goto(hall.board)
    phone.evaluate("isAway = true; document.dispatchEvent(new Event('visibilitychange'))")
    asked: list[str] = []
    phone.on("request", lambda request: "/api/" in request.url and asked.append(request.url))
    hall.submit("hoai")
    hall.wait_until_served(3)
    phone.clock.fast_forward(20_000)
    phone.wait_for_timeout(500)
    assert asked == []
    phone.evaluate("isAway = false; document.dispatchEvent(new Event('visibilitychange'))")
    expect(phone.locator(FIELD["name"]).first).to_have_text("Nông Thị Hoài", timeout=2_500)


def test_a_restarting_server_is_found_again(hall: Hall, phone: Page) -> None:
    """T10: closing with 4012 means "come back soon, not all at once"."""
    routes: list[WebSocketRoute] = []

    def remember(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        routes.append(socket)

    phone.route_web_socket(re.compile("/ws/"), remember)
    phone.goto(hall.board)
    is_live(phone)
    routes[0].close(code=4012)
    phone.wait_for_timeout(5_500)
    assert len(routes) == 2
    is_live(phone)


def test_a_board_that_is_gone_says_so_and_stops(hall: Hall, phone: Page) -> None:
    tries: list[WebSocketRoute] = []

    def gone(socket: WebSocketRoute) -> None:
        tries.append(socket)
        socket.close(code=4404)

    phone.route_web_socket(re.compile("/ws/"), gone)
    phone.goto(hall.board)
    expect(phone.locator(LIVE_LINE)).to_have_text(
        "Bảng này không còn được công bố nên đã ngừng cập nhật."
    )
    phone.wait_for_timeout(3_000)
    assert len(tries) == 1


def test_a_lost_network_is_said_and_healed(hall: Hall, phone: Page) -> None:
    phone.goto(hall.board)
    is_live(phone)
    phone.context.set_offline(True)
    expect(phone.locator(LIVE_LINE)).to_contain_text("Đang mất kết nối")
    hall.submit("hoai")
    phone.context.set_offline(False)
    expect(phone.locator(FIELD["name"]).first).to_have_text("Nông Thị Hoài", timeout=3_000)
    is_live(phone)


def test_six_tabs_do_not_starve_the_site(hall: Hall, new_context: Contexts) -> None:
    """O6."""
    context = new_context()
    tabs = [context.new_page() for _ in range(6)]
    for tab in tabs:
        tab.goto(hall.board)
        is_live(tab)
    begun = time.monotonic()
    seventh = context.new_page()
    seventh.goto("/")
    assert time.monotonic() - begun < 3
    hall.submit("hoai")
    for tab in tabs:
        tab.bring_to_front()
        expect(tab.locator(FIELD["name"]).first).to_have_text("Nông Thị Hoài")


# -- One's own place -----------------------------------------------------------------------------


def test_own_place_is_pinned_while_out_of_sight(hall: Hall) -> None:
    hall.shell("for n in range(20): take(person(f'n{n}', f'Nông Văn {n}'), round, right=6)")
    hall.submit("hoai")
    page = hall.ready("hoai")
    page.goto(hall.board)
    pin = page.get_by_role("region", name="Vị trí của bạn")
    expect(pin).to_be_visible()
    expect(pin).to_contain_text("Nông Thị Hoài Bạn")
    expect(pin).to_contain_text("trong 23 người")
    expect(pin.locator('[data-f="rank"]')).to_have_text("21")
    page.goto(hall.board + "?offset=20")
    own = page.locator("#board .brow--me")
    expect(own).to_contain_text("Nông Thị Hoài Bạn")
    own.scroll_into_view_if_needed()
    expect(pin).to_be_hidden()


def test_own_row_is_marked_once_it_enters(hall: Hall) -> None:
    page = hall.ready("hoai")
    page.clock.install()
    page.goto(hall.board)
    is_live(page)
    assert page.locator("#board .brow--me").count() == 0
    hall.submit("hoai")
    first = page.locator("#board ol > li").first
    expect(first).to_contain_text("Nông Thị Hoài")
    page.clock.fast_forward(20_000)  # one's own place is asked for seldom
    expect(first).to_have_class(re.compile("brow--me"))
    expect(first.locator(".badge--me")).to_have_text("Bạn")


def test_own_unit_is_marked_and_has_its_own_tab(hall: Hall) -> None:
    page = hall.ready("du")
    page.goto(hall.board + "?by=units")
    expect(page.locator("#board .brow--me")).to_contain_text("Đơn vị bạn")
    page.get_by_role("link", name="Đơn vị tôi").click()
    assert names(page) == ["Lục Văn Tài"]


# -- Everybody can read it -----------------------------------------------------------------------


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_motion_only_where_it_is_wanted(hall: Hall, new_context: Contexts, motion: str) -> None:
    page = new_context(reduced_motion=motion).new_page()
    page.goto(hall.board)
    is_live(page)
    page.evaluate(COUNT_MOVES)
    hall.submit("hoai")
    expect(page.locator(FIELD["name"]).first).to_have_text("Nông Thị Hoài")
    page.wait_for_timeout(600)
    moves = page.evaluate("moves")
    assert moves == 0 if motion == "reduce" else moves >= 3
    assert page.locator("#board ol > .is-moving, #board ol > .is-new").count() == 0


def test_it_reads_without_javascript(hall: Hall, new_context: Contexts) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(hall.board)
    assert names(page) == FIRST_TWO
    expect(page.locator(LIVE_LINE)).to_contain_text("Cập nhật lúc")
    page.get_by_role("link", name="Đơn vị", exact=True).click()
    assert len(names(page)) == 2


@pytest.mark.parametrize("query", ["", "?by=units", "?screen=1", "?screen=1&by=people"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_o4_nothing_serious_for_axe(
    hall: Hall, new_context: Contexts, query: str, scheme: str
) -> None:
    size = {"width": 1920, "height": 1080} if "screen" in query else {"width": 360, "height": 740}
    page = new_context(color_scheme=scheme, viewport=size, bypass_csp=True).new_page()
    page.goto(hall.board + query)
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []


def test_o4_320_pixels_and_own_place(hall: Hall) -> None:
    hall.submit("hoai")
    page = hall.ready("hoai")
    page.set_viewport_size({"width": 320, "height": 640})
    for query in ("", "?by=units", "?unit=01477", "?offset=20"):
        page.goto(hall.board + query)
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, query


def test_projector_counts_down_and_keeps_its_figures(hall: Hall, new_context: Contexts) -> None:
    page = new_context(viewport={"width": 1920, "height": 1080}).new_page()
    page.goto(hall.board + "?screen=1")
    clock = page.locator("#countdown b")
    before = clock.text_content()
    expect(clock).not_to_have_text(before or "")
    hall.submit("hoai")
    expect(page.locator("[data-figure]").first).to_have_text("3", timeout=25_000)
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080


# -- Divisions, hidden boards, boards that stand still ---------------------------------------------

DIVIDE = """
from contest.models import Division
for position, (name, unit) in enumerate([('Bảng A', '01477'), ('Bảng B', '01273')], start=1):
    Division.objects.create(contest=round.contest, position=position, code=name[-1].lower(),
                            name=name, eligibility={'units': [unit]})
round.entries.update(division=Division.objects.get(contest=round.contest, code='a'))
"""


def test_a_division_is_followed_under_its_tab(hall: Hall) -> None:
    hall.shell(DIVIDE)
    page = hall.ready("du")
    page.goto(hall.board)
    is_live(page)
    assert names(page) == FIRST_TWO
    page.get_by_role("link", name="Bảng B").click()
    is_live(page)
    hall.submit("du")
    expect(page.locator(FIELD["name"])).to_have_text(["Hoàng Văn Dự"])
    page.goto(hall.board)
    tab = page.locator('nav[aria-label="Bảng"] [aria-current]')
    expect(tab).to_have_text("Bảng B")
    expect(tab).to_be_in_viewport()


def test_a_hidden_board_says_when_it_opens(hall: Hall, phone: Page) -> None:
    phone.goto(hall.board)
    is_live(phone)
    hall.shell("Round.objects.filter(pk=round.pk).update(board_shown='after_close')")
    phone.goto(hall.board)
    expect(phone.get_by_role("main")).to_contain_text("Bảng xếp hạng mở sau khi vòng thi đóng lúc")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


def test_a_board_that_gets_hidden_stops_asking(hall: Hall, phone: Page) -> None:
    asked: list[str] = []

    def hide(socket: WebSocketRoute) -> None:
        socket.close(code=4403)

    phone.route_web_socket(re.compile("/ws/"), hide)
    phone.on("request", lambda request: "/api/" in request.url and asked.append(request.url))
    phone.goto(hall.board)
    expect(phone.locator(LIVE_LINE)).to_contain_text("Bảng xếp hạng hiện chưa mở")
    phone.wait_for_timeout(3_000)
    assert asked == []


def test_r4_a_board_that_stands_still_opens_with_the_reveal(hall: Hall, phone: Page) -> None:
    hall.shell("Round.objects.filter(pk=round.pk).update(frozen_at=timezone.now())")
    phone.goto(hall.board)
    expect(phone.locator(LIVE_LINE)).to_contain_text("Bảng đang dừng")
    note = phone.locator("[data-board-frozen]")
    expect(note).to_contain_text("Bảng dừng ở kết quả lúc")
    hall.submit("hoai")
    phone.wait_for_timeout(6_500)  # longer than the slow refresh
    assert names(phone) == FIRST_TWO
    hall.shell("Round.objects.filter(pk=round.pk).update(revealed_at=timezone.now())")
    expect(phone.locator(FIELD["name"]).first).to_have_text("Nông Thị Hoài")
    expect(note).to_be_hidden()
    is_live(phone)


# -- The ceremony --------------------------------------------------------------------------------

FINALISE = """
from contest.drafts import PrizeDraft
from contest.models import Prize
from contest.results.finalising import finalise_round
Prize.objects.create(round=round, position=1, name='Giải Nhất', count=1)
Prize.objects.create(round=round, position=2, name='Giải Nhì', count=1)
then = timezone.now() - timedelta(seconds=20)
Round.objects.filter(pk=round.pk).update(frozen_at=then, closes_at=then)
round.refresh_from_db()
organiser = User.objects.get(username='nguoi-to-chuc')
finalise_round(actor=organiser, round=round, now=timezone.now())
"""


@pytest.fixture
def ceremony(hall: Hall, new_context: Contexts, sign_in: SignIn) -> Callable[..., Page]:
    """A host's page at the ceremony of a final round with two prizes."""
    hall.shell(FINALISE)

    def host(**options: object) -> Page:
        page = new_context(**{"viewport": {"width": 1280, "height": 800}, **options}).new_page()
        sign_in(page, "nguoi-to-chuc")
        page.goto(f"/organiser/rounds/{hall.round_id}/reveal/")
        return page

    return host


def begin(page: Page) -> None:
    page.get_by_role("button", name="Bắt đầu lễ công bố").click()
    beat(page, "opening")
    page.wait_for_load_state()  # keys are heard once the script is there


def beat(page: Page, name: str) -> None:
    expect(page.locator("#scene")).to_have_attribute("data-beat", name)


def test_c6_the_ceremony_goes_by_keys_and_resumes_elsewhere(
    hall: Hall, ceremony: Callable[..., Page], phone: Page
) -> None:
    page = ceremony()
    begin(page)
    page.keyboard.press("Space")
    beat(page, "prize")
    expect(page.locator("#scene")).to_contain_text("Giải Nhì")
    assert FIRST_TWO[1] not in page.content()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".rv-big")).to_have_text(FIRST_TWO[1])
    elsewhere = ceremony()
    expect(elsewhere.locator(".rv-big")).to_have_text(FIRST_TWO[1])
    assert FIRST_TWO[0] not in elsewhere.content()
    elsewhere.locator(".rv-big").click()
    beat(elsewhere, "prize")
    expect(elsewhere.locator(".rv-list li")).to_contain_text([FIRST_TWO[1]])
    page.keyboard.press("ArrowRight")  # the other machine was quicker: the same step, not one more
    beat(page, "prize")
    page.keyboard.press("ArrowLeft")
    beat(page, "name")
    for _ in range(3):
        page.keyboard.press("PageDown")
        page.wait_for_timeout(400)
    beat(page, "end")
    page.keyboard.press("Space")
    page.wait_for_timeout(400)
    beat(page, "end")  # a key too many publishes nothing
    phone.goto(hall.board)
    expect(phone.locator(LIVE_LINE)).to_contain_text("Bảng đang dừng")
    page.get_by_role("button", name="Công bố").click()
    expect(page.get_by_role("main")).to_contain_text("Kết quả đã được công bố lúc")
    expect(phone.locator("[data-board-result]")).to_contain_text("kết quả chính thức, bản 2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_ceremony_fits_its_screen_and_is_readable(
    hall: Hall, ceremony: Callable[..., Page], scheme: str
) -> None:
    """Ten metres away: a name at least a fourteenth of the screen's height."""
    page = ceremony(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    begin(page)
    for name in ("prize", "name", "prize", "name"):
        page.keyboard.press("ArrowRight")
        beat(page, name)
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollHeight") <= 801
        assert page.evaluate("document.getAnimations().length") == 0
    size = page.locator(".rv-big").evaluate("row => parseFloat(getComputedStyle(row).fontSize)")
    assert size >= 800 / 14
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_ceremony_goes_without_javascript(hall: Hall, ceremony: Callable[..., Page]) -> None:
    page = ceremony(java_script_enabled=False)
    begin(page)
    for name in ("prize", "name"):
        page.get_by_role("button", name="Tiếp").click()
        beat(page, name)
    page.get_by_role("button", name="Lùi").click()
    beat(page, "prize")
