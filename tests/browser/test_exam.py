"""Taking an attempt in a real browser: what the phone keeps, the server gets, the person reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import Live

SignIn = Callable[..., None]
NewContext = Callable[..., BrowserContext]
TWO_HOURS_WRONG = """(() => {
    const Real = Date, shift = %d * 3600e3;
    const now = () => Real.now() + shift;
    window.Date = new Proxy(Real, {
        construct: (target, args) => args.length ? new Real(...args) : new Real(now()),
        get: (target, name) => name === 'now' ? now : Reflect.get(target, name),
    });
})()"""


@dataclass
class Seat:
    """A started attempt of 20 questions and 50 minutes, and the person who sits it."""

    live: Live
    login: str
    attempt: int

    @property
    def path(self) -> str:
        return f"/attempts/{self.attempt}/"

    def stored(self, page: Page) -> dict[str, Any]:
        """The attempt as the server has it now."""
        answer = page.request.get(f"/api/v1/attempts/{self.attempt}")
        assert answer.ok
        return answer.json()

    def ends_in(self, seconds: int) -> None:
        """Move the deadline, as only the server can."""
        self.live.shell(
            f"Attempt.objects.filter(pk={self.attempt})"
            f".update(deadline=timezone.now() + timedelta(seconds={seconds}))"
        )


@pytest.fixture(scope="package")
def seats(live: Live) -> Iterator[Seat]:
    """More seats than there are tests, made in one go because a process start takes seconds."""
    made = live.shell(
        "r = open_round('Vòng thử bài thi', questions=20, time_limit_s=3000)\n"
        "for n in range(40):\n"
        "    u = person(f'thi-sinh-{n}', 'Hoàng Thị Yến')\n"
        "    a, _ = start_attempt(user=u, round=r, now=timezone.now())\n"
        "    print(u.username, a.pk)\n"
    )
    return iter([Seat(live, *_seat(line)) for line in made.splitlines()])


def _seat(line: str) -> tuple[str, int]:
    login, attempt = line.split()
    return login, int(attempt)


@pytest.fixture
def seat(seats: Iterator[Seat]) -> Seat:
    """A fresh person with a fresh attempt."""
    return next(seats)


def open_exam(page: Page, seat: Seat) -> None:
    page.goto(seat.path)
    expect(page.locator("#question")).to_be_visible()


@pytest.fixture
def exam(phone: Page, seat: Seat, sign_in: SignIn) -> Page:
    sign_in(phone, seat.login)
    open_exam(phone, seat)
    return phone


def pick(page: Page, question: int, choice: int = 0) -> None:
    """Go to a question and tap one of its choices."""
    page.locator("#strip button").nth(question - 1).click()
    page.locator(".choice").nth(choice).click()


def ticked(page: Page) -> list[int]:
    return page.locator(".choice input").evaluate_all(
        "all => all.map((input, place) => input.checked ? place : -1).filter(p => p >= 0)"
    )


def seconds_left(page: Page) -> int:
    minutes, seconds = page.locator("#timer").inner_text().strip().split(":")
    return int(minutes) * 60 + int(seconds)


def true_seconds_left(page: Page, seat: Seat) -> float:
    state = seat.stored(page)
    ends, now = (datetime.fromisoformat(state[name]) for name in ("deadline", "server_time"))
    return (ends - now).total_seconds()


def answers(page: Page, seat: Seat) -> dict[str, list[str]]:
    return dict(sorted(seat.stored(page)["answers"].items()))


def hand_in(page: Page) -> None:
    page.locator("#strip button").last.click()
    page.locator("#next").click()
    page.locator("[data-part=prediction]").fill("61.500")
    page.locator("[data-part=submit]").click()


def saved(page: Page) -> None:
    expect(page.locator("#save-text")).to_have_text(re.compile(r"^Đã lưu lúc \d\d:\d\d:\d\d$"))


# -- saving -----------------------------------------------------------------------------------


def test_an_answer_is_saved_and_says_so(exam: Page, seat: Seat) -> None:
    pick(exam, 1, 1)
    saved(exam)
    expect(exam.locator(".choice.is-saved")).to_contain_text("Đã lưu")
    expect(exam.locator("#strip button").first).to_have_attribute(
        "aria-label", "Câu 1: đã trả lời, đã lưu"
    )
    assert answers(exam, seat) == {"1": ["b"]}


def test_a_choice_can_be_taken_back(exam: Page, seat: Seat) -> None:
    number = next(n for n in range(1, 21) if _type_of(exam, n) == "radio")
    pick(exam, number)
    saved(exam)
    exam.get_by_role("button", name="Bỏ chọn").click()
    expect(exam.locator("#strip button").nth(number - 1)).to_have_attribute(
        "aria-label", f"Câu {number}: chưa trả lời"
    )
    saved(exam)
    assert answers(exam, seat) == {}


def _type_of(page: Page, question: int) -> str:
    page.locator("#strip button").nth(question - 1).click()
    return str(page.locator(".choice input").first.get_attribute("type"))


def test_c5_answers_given_offline_are_held_and_sent_on_return(exam: Page, seat: Seat) -> None:
    pick(exam, 1)
    saved(exam)
    exam.context.set_offline(True)
    for question in (2, 3, 4):
        pick(exam, question)
    banner = exam.locator("#banner")
    expect(banner).to_contain_text("1 câu đã lưu, 3 câu giữ trên máy này.")
    expect(banner).to_contain_text("Mất mạng. Cứ làm tiếp, đồng hồ vẫn chạy.")
    expect(exam.locator("#save-text")).to_contain_text("3 câu chưa gửi")
    expect(exam.locator("#strip .held")).to_have_count(3)
    exam.context.set_offline(False)
    expect(banner).to_contain_text("Đã có mạng trở lại. Cả 4 câu đã lưu.")
    assert list(answers(exam, seat)) == ["1", "2", "3", "4"]


def test_d2_a_save_whose_answer_got_lost_is_recognised(exam: Page, seat: Seat) -> None:
    bodies: list[Any] = []

    def lose_the_first(route: Route) -> None:
        bodies.append(route.request.post_data_json)
        if len(bodies) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    exam.route("**/answers", lose_the_first)
    pick(exam, 1)
    saved(exam)
    assert bodies[0] == bodies[1]
    assert seat.stored(exam)["rev"] == 1


def test_a_busy_server_is_waited_for(exam: Page, seat: Seat) -> None:
    exam.route("**/answers", lambda route: route.fulfill(status=503, body="busy"))
    pick(exam, 1)
    expect(exam.locator("#save-text")).to_have_text(
        re.compile(
            "Đang đông người vào thi. Bài của bạn vẫn an toàn; trang tự thử lại sau \\d+ giây."
        )
    )
    exam.unroute("**/answers")
    exam.get_by_role("button", name="Thử ngay").click()
    saved(exam)
    assert list(answers(exam, seat)) == ["1"]


def test_an_ended_session_keeps_the_answers(exam: Page, seat: Seat, sign_in: SignIn) -> None:
    exam.context.clear_cookies()
    pick(exam, 1)
    expect(exam.locator("#banner")).to_contain_text("1 câu đang giữ trên máy này.")
    expect(exam.get_by_role("link", name="Đăng nhập ở thẻ khác")).to_be_visible()
    other = exam.context.new_page()
    sign_in(other, seat.login)
    exam.bring_to_front()
    exam.get_by_role("button", name="Thử ngay").click()
    saved(exam)
    assert list(answers(exam, seat)) == ["1"]


# -- coming back ------------------------------------------------------------------------------


def test_c1_reload_returns_to_question_choice_and_time(exam: Page) -> None:
    pick(exam, 6, 1)
    exam.get_by_role("button", name="Xem lại sau").click()
    saved(exam)
    before = seconds_left(exam)
    exam.reload()
    expect(exam.locator("#number")).to_have_text("Câu 6 / 20")
    assert ticked(exam) == [1]
    expect(exam.locator("#strip button").nth(5)).to_have_attribute(
        "aria-label", "Câu 6: đã trả lời, đã lưu, xem lại"
    )
    assert before - 10 <= seconds_left(exam) <= before


def test_unsent_answers_survive_a_reload(exam: Page, seat: Seat) -> None:
    exam.route("**/answers", lambda route: route.abort())
    pick(exam, 3, 1)
    expect(exam.locator("#save-text")).to_contain_text("1 câu chưa gửi")
    exam.unroute("**/answers")
    exam.reload()
    expect(exam.locator("#number")).to_have_text("Câu 3 / 20")
    assert ticked(exam) == [1]
    saved(exam)
    assert answers(exam, seat) == {"3": ["b"]}


@pytest.mark.parametrize("hours", [2, -2])
def test_t1_the_devices_clock_does_not_matter(
    phone: Page, seat: Seat, sign_in: SignIn, hours: int
) -> None:
    phone.add_init_script(TWO_HOURS_WRONG % hours)
    sign_in(phone, seat.login)
    open_exam(phone, seat)
    assert abs(seconds_left(phone) - true_seconds_left(phone, seat)) < 5
    phone.evaluate(TWO_HOURS_WRONG % 5)  # and changed in the middle
    pick(phone, 1)
    saved(phone)
    assert abs(seconds_left(phone) - true_seconds_left(phone, seat)) < 5


def test_t7_a_page_that_wakes_learns_the_true_time(exam: Page, seat: Seat) -> None:
    seat.ends_in(200)
    exam.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(exam.locator("#timer")).to_have_class(re.compile("is-soon"))
    assert seconds_left(exam) <= 200


# -- two tabs, two devices ----------------------------------------------------------------------


def test_d4_an_older_tab_of_this_device_stands_back(exam: Page, seat: Seat) -> None:
    pick(exam, 1)
    saved(exam)
    newer = exam.context.new_page()
    open_exam(newer, seat)
    expect(exam.get_by_role("dialog")).to_contain_text("Bài này đang mở ở một thẻ khác")
    pick(newer, 2)
    saved(newer)
    exam.get_by_role("button", name="Làm tiếp ở thẻ này").click()
    expect(exam.locator("#strip .did")).to_have_count(2)
    expect(newer.get_by_role("dialog")).to_contain_text("Bài này đang mở ở một thẻ khác")
    pick(exam, 3)
    expect(exam.locator("#strip .did")).to_have_count(3)
    assert list(answers(exam, seat)) == ["1", "2", "3"]


@pytest.fixture
def second(new_context: NewContext, seat: Seat, sign_in: SignIn) -> Page:
    """The same person on another device."""
    page = new_context().new_page()
    sign_in(page, seat.login)
    return page


def test_d6_the_device_that_goes_on_says_so_until_something_is_saved(
    exam: Page, second: Page, seat: Seat
) -> None:
    (name,) = (c["value"] for c in exam.context.cookies() if c["name"] == "device")
    seat.live.shell(f"Attempt.objects.filter(pk={seat.attempt}).update(device='{name}')")
    pick(exam, 1, 0)
    saved(exam)
    open_exam(second, seat)
    banner = second.locator("#banner")
    expect(banner).to_contain_text("Trước đó bài này mở ở máy hoặc trình duyệt khác.")
    expect(second.locator("#strip .did")).to_have_count(1)
    top = second.locator("#stem").bounding_box()["y"]
    assert top >= second.locator(".exam-top").bounding_box()["height"]  # not below the banner
    assert Axe().run(second).violations_count == 0
    second.get_by_role("button", name="Đã hiểu").click()
    expect(banner).to_be_empty()
    pick(second, 2, 0)
    saved(second)
    open_exam(second, seat)
    expect(second.locator("#strip .did")).to_have_count(2)
    expect(banner).to_be_empty()
    pick(exam, 3, 0)  # the first one did not see what the second one saved
    expect(exam.locator("#banner")).to_contain_text("Bài này đang mở trên một máy khác.")


def test_d4_a_stale_device_is_refused_and_reloads(exam: Page, second: Page, seat: Seat) -> None:
    open_exam(second, seat)
    pick(exam, 1, 0)
    saved(exam)
    pick(exam, 2, 0)
    saved(exam)
    pick(second, 1, 1)  # answered differently on the first device: that answer stands
    banner = second.locator("#banner")
    expect(banner).to_contain_text("Bài này đang mở trên một máy khác.")
    expect(banner).to_contain_text("Đã tải lại câu trả lời mới nhất.")
    expect(banner).to_contain_text("Câu 1 giữ theo câu trả lời đã lưu; hãy xem lại.")
    assert ticked(second) == [0]
    expect(second.locator("#strip .did")).to_have_count(2)
    second.get_by_role("button", name="Đã hiểu").click()
    expect(banner).to_be_empty()
    pick(second, 3, 0)
    saved(second)
    assert answers(exam, seat) == {"1": ["a"], "2": ["a"], "3": ["a"]}


def test_d4_an_untouched_question_is_kept_when_devices_meet(
    exam: Page, second: Page, seat: Seat
) -> None:
    open_exam(second, seat)
    second.context.set_offline(True)
    pick(second, 9, 1)
    pick(exam, 1, 0)
    saved(exam)
    second.context.set_offline(False)
    expect(second.locator("#banner")).to_contain_text("Bài này đang mở trên một máy khác.")
    saved(second)
    assert answers(exam, seat) == {"1": ["a"], "9": ["b"]}


def test_d5_after_handing_in_no_other_window_changes_anything(
    exam: Page, second: Page, seat: Seat
) -> None:
    open_exam(second, seat)
    pick(exam, 1, 0)
    saved(exam)
    hand_in(exam)
    expect(exam.locator("h1")).to_have_text("Đã nộp bài")
    pick(second, 5, 0)
    dialog = second.get_by_role("dialog")
    expect(dialog).to_contain_text("Bài thi đã đóng")
    expect(dialog).to_contain_text("câu 5")
    second.get_by_role("button", name="Xem kết quả").click()
    expect(second.locator("h1")).to_have_text("Đã nộp bài")
    assert answers(exam, seat) == {"1": ["a"]}


# -- the end ----------------------------------------------------------------------------------


def test_handing_in_asks_and_shows_the_result(exam: Page, seat: Seat) -> None:
    for question in range(1, 19):
        pick(exam, question)
    exam.locator("#strip button").last.click()
    exam.get_by_role("button", name="Xem lại và nộp bài").click()
    sheet = exam.get_by_role("dialog")
    expect(sheet).to_contain_text("Còn 2 câu chưa trả lời (câu 19 và câu 20).")
    sheet.get_by_role("button", name="Nộp bài").click()
    expect(sheet).to_contain_text("Bạn chưa trả lời câu dự đoán.")
    sheet.get_by_label("Theo bạn").fill("sáu mươi")
    sheet.get_by_role("button", name="Nộp bài").click()
    expect(sheet).to_contain_text("Số dự đoán cần là số nguyên")
    sheet.get_by_label("Theo bạn").fill("61500")
    sheet.get_by_role("button", name="Nộp bài").click()
    expect(exam.locator("h1")).to_have_text("Đã nộp bài")
    expect(exam.locator(".score")).to_contain_text("61.500 người dự thi")
    state = seat.stored(exam)
    expect(exam.locator("#receipt")).to_have_text(state["result"]["receipt"])
    assert (len(state["answers"]), state["prediction"]) == (18, 61500)
    assert exam.evaluate("Object.keys(localStorage).filter(k => k.startsWith('exam.'))") == []


def test_handing_in_waits_for_the_network(exam: Page, seat: Seat) -> None:
    exam.context.set_offline(True)
    pick(exam, 1)
    hand_in(exam)
    sheet = exam.get_by_role("dialog")
    expect(sheet).to_contain_text("Mất mạng. Trang tự nộp bài ngay khi có mạng trở lại.")
    expect(sheet.get_by_role("button", name="Đang nộp bài…")).to_be_visible()
    exam.context.set_offline(False)
    expect(exam.locator("h1")).to_have_text("Đã nộp bài")
    state = seat.stored(exam)
    assert (list(state["answers"]), state["prediction"]) == (["1"], 61500)


def test_going_back_to_work_calls_the_hand_in_off(exam: Page, seat: Seat) -> None:
    exam.context.set_offline(True)
    pick(exam, 1)
    hand_in(exam)
    exam.get_by_role("button", name="Quay lại làm tiếp").click()
    exam.context.set_offline(False)
    saved(exam)
    assert seat.stored(exam)["state"] == "in_progress"


def test_time_up_hands_in_what_is_there(phone: Page, seat: Seat, sign_in: SignIn) -> None:
    sign_in(phone, seat.login)
    seat.ends_in(12)
    open_exam(phone, seat)
    expect(phone.locator("#timer")).to_have_class(re.compile("is-last"))
    pick(phone, 1)
    pick(phone, 2)
    expect(phone.locator("h1")).to_have_text("Hết giờ", timeout=20_000)
    expect(phone.locator("main")).to_contain_text("Hệ thống đã nộp bài với 2 câu đã lưu.")
    state = seat.stored(phone)
    assert state["result"]["submitted_at"] == state["deadline"]


def test_c5_answers_after_the_deadline_are_refused_with_an_explanation(
    exam: Page, seat: Seat
) -> None:
    pick(exam, 1)
    saved(exam)
    exam.context.set_offline(True)
    pick(exam, 7)
    pick(exam, 8)
    seat.ends_in(-6)
    exam.context.set_offline(False)
    dialog = exam.get_by_role("dialog")
    expect(dialog).to_contain_text("thay đổi ở câu 7 và câu 8")
    expect(dialog).to_contain_text("không được tính. Các câu đã lưu trước đó vẫn được tính.")
    dialog.get_by_role("button", name="Xem kết quả").click()
    expect(exam.locator("main")).to_contain_text("Hệ thống đã nộp bài với 1 câu đã lưu.")


def test_c5_the_result_page_explains_what_a_closed_browser_still_held(
    exam: Page, seat: Seat
) -> None:
    exam.route("**/answers", lambda route: route.abort())
    pick(exam, 7)
    expect(exam.locator("#save-text")).to_contain_text("1 câu chưa gửi")
    seat.ends_in(-6)
    exam.reload()
    expect(exam.locator("h1")).to_have_text("Hết giờ")
    expect(exam.locator("#late")).to_contain_text("thay đổi ở câu 7")
    exam.reload()
    expect(exam.locator("#late")).to_be_hidden()


# -- putting in order, matching, filling a gap -------------------------------------------------


@pytest.fixture(scope="package")
def sequences(live: Live) -> str:
    """Id of a round with one question of each of these types."""
    return live.shell("print(sequence_round('Vòng thử các loại câu').pk)")


@pytest.fixture
def typed(live: Live, sequences: str, phone: Page, sign_in: SignIn) -> Seat:
    """A seat in that round, its exam open on the phone."""
    made = live.shell(
        f"r = Round.objects.get(pk={sequences})\n"
        "u = person(f'xep-{r.entries.count()}', 'Hoàng Thị Yến')\n"
        "a, _ = start_attempt(user=u, round=r, now=timezone.now())\n"
        "print(u.username, a.pk)"
    )
    seat = Seat(live, *_seat(made))
    sign_in(phone, seat.login)
    open_exam(phone, seat)
    return seat


def go_to(page: Page, seat: Seat, type: str) -> int:
    """Go to the question of the type; returns its number."""
    paper = seat.stored(page)["paper"]
    number = next(int(item["number"]) for item in paper if item["type"] == type)
    page.locator("#strip button").nth(number - 1).click()
    return number


def cell(page: Page, number: int) -> Any:
    return expect(page.locator("#strip button").nth(number - 1))


RIGHT_ORDER = ["Rà soát diện tích", "Lập hồ sơ", "Đánh giá tại hiện trường", "Cấp chứng chỉ"]
RIGHT_PAIRS = ["Kinh tế rừng", "Kinh tế cửa khẩu", "Kết cấu hạ tầng", "Đội ngũ cán bộ"]


def test_an_order_is_tapped_taken_back_and_finished_by_keyboard(phone: Page, typed: Seat) -> None:
    number = go_to(phone, typed, "order")
    choice = {text: phone.locator(".choice").filter(has_text=text) for text in RIGHT_ORDER}
    first, second, third, last = RIGHT_ORDER
    for text in (last, first, second):
        choice[text].click()
    said = expect(phone.locator("#question, main").locator("[data-say]").first)
    said.to_contain_text(f"Đã xếp thứ 3: {second}.")
    expect(choice[second].locator(".key")).to_have_text("Thứ 3")
    saved(phone)
    cell(phone, number).to_have_attribute("aria-label", f"Câu {number}: chưa trả lời đủ, đã lưu")
    choice[last].click()  # out, and only it: the later ones move up
    expect(choice[last].locator(".key")).to_have_text("Chưa xếp:")
    expect(choice[first].locator(".key")).to_have_text("Thứ 1")
    expect(choice[second].locator(".key")).to_have_text("Thứ 2")
    for text in (third, last):
        phone.locator("#stem").focus()
        while text not in str(phone.evaluate("document.activeElement.textContent")):
            _tab_to(phone, ".choice")
        phone.keyboard.press("Space")
    said.to_contain_text("Đã xếp đủ.")
    saved(phone)
    cell(phone, number).to_have_attribute("aria-label", f"Câu {number}: đã trả lời, đã lưu")
    phone.reload()
    for place, text in enumerate(RIGHT_ORDER, start=1):
        expect(choice[text].locator(".key")).to_have_text(f"Thứ {place}")
        expect(choice[text]).to_have_attribute("aria-pressed", "true")
    phone.get_by_role("button", name="Bỏ chọn").click()
    cell(phone, number).to_have_attribute("aria-label", f"Câu {number}: chưa trả lời")
    saved(phone)
    assert answers(phone, typed) == {}


def test_pairs_are_made_moved_restored_and_solved(phone: Page, typed: Seat) -> None:
    number = go_to(phone, typed, "match")
    row = phone.locator(".pair")
    names = [re.compile(f"^[A-D]: {text}") for text in RIGHT_PAIRS]
    button = [[row.nth(p).get_by_role("button", name=name) for name in names] for p in range(4)]
    button[0][1].click()
    button[1][1].click()  # wanted elsewhere: it moves
    expect(phone.locator("main [data-say]")).to_contain_text("từ vế 1 sang vế 2: Kinh tế cửa khẩu.")
    expect(row.nth(0).locator(".mate")).to_have_text("Chưa ghép")
    expect(row.nth(1).locator(".mate")).to_have_text("Kinh tế cửa khẩu")
    saved(phone)
    cell(phone, number).to_have_attribute("aria-label", f"Câu {number}: chưa trả lời đủ, đã lưu")
    assert answers(phone, typed)[str(number)][0] == ""
    phone.locator("#next").focus()
    for place in (3, 2, 0):
        button[place][place].focus()
        phone.keyboard.press("Enter")
    saved(phone)
    cell(phone, number).to_have_attribute("aria-label", f"Câu {number}: đã trả lời, đã lưu")
    phone.reload()
    for place, text in enumerate(RIGHT_PAIRS):
        expect(row.nth(place).locator(".mate")).to_contain_text(text)
        expect(button[place][place]).to_have_attribute("aria-pressed", "true")
    go_to(phone, typed, "order")
    phone.locator(".choice").first.click()
    saved(phone)
    phone.locator("#strip button").last.click()
    phone.locator("#next").click()
    expect(phone.get_by_role("dialog")).to_contain_text("Còn 2 câu chưa trả lời đủ")
    phone.locator("[data-part=prediction]").fill("61.500")
    phone.locator("[data-part=submit]").click()
    expect(phone.locator(".score")).to_contain_text("1/3 câu đúng")


def test_the_gap_of_a_stem_shows_the_chosen_phrase(phone: Page, typed: Seat) -> None:
    go_to(phone, typed, "fill")
    expect(phone.locator("#stem .slot")).to_have_text("chỗ trống")
    phone.locator(".choice").filter(has_text="đa giá trị").click()
    expect(phone.locator("#stem .slot")).to_have_text("đa giá trị")
    phone.reload()
    expect(phone.locator("#stem")).to_contain_text("theo hướng đa giá trị, gắn với")
    phone.get_by_role("button", name="Bỏ chọn").click()
    expect(phone.locator("#stem .slot")).to_have_text("chỗ trống")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_o4_axe_finds_nothing_in_sequences(phone: Page, typed: Seat, scheme: Any) -> None:
    phone.emulate_media(color_scheme=scheme)
    for type in ("order", "match", "fill"):
        go_to(phone, typed, type)
        phone.locator(".choice, .letters button").first.click()
        saved(phone)
        _no_faults(phone)
        phone.set_viewport_size({"width": 320, "height": 640})
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320
        phone.set_viewport_size({"width": 360, "height": 740})


# -- for everybody ------------------------------------------------------------------------------


def test_o4_a_whole_attempt_by_keyboard(exam: Page, seat: Seat) -> None:
    keys = exam.keyboard
    exam.locator("#stem").focus()
    for _ in range(20):
        _tab_to(exam, "input")
        keys.press("Space")
        _tab_to(exam, "#next")
        keys.press("Enter")
    expect(exam.get_by_role("dialog")).to_contain_text("Đã trả lời cả 20 câu.")
    _tab_to(exam, "[data-part=prediction]")
    keys.type("500")
    _tab_to(exam, "[data-part=submit]")
    keys.press("Enter")
    expect(exam.locator("h1")).to_have_text("Đã nộp bài")
    assert len(answers(exam, seat)) == 20


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"Tab never reached {selector}")


def test_o4_focus_and_words_follow_the_question(exam: Page) -> None:
    exam.get_by_role("button", name="Câu sau").click()
    expect(exam.locator("#stem")).to_be_focused()
    expect(exam.locator("#stem")).to_contain_text("Câu 2 trong 20.")
    assert exam.title().startswith("Câu 2 trong 20")
    expect(exam.locator("#strip [aria-current=step]")).to_have_text("2")


def test_o4_the_focused_choice_is_never_behind_the_bars(exam: Page) -> None:
    exam.set_viewport_size({"width": 320, "height": 640})
    exam.locator("#stem").focus()
    for _ in range(12):
        exam.keyboard.press("Tab")
        box = exam.evaluate(
            """() => {
                const it = document.activeElement.getBoundingClientRect();
                const top = document.querySelector('.exam-top').getBoundingClientRect().bottom;
                const foot = document.querySelector('.exam-bot').getBoundingClientRect().top;
                const inside = document.activeElement.closest('main');
                return !inside || (it.top >= top - 1 && it.bottom <= foot + 1)
                    || it.height > foot - top;
            }"""
        )
        assert box, exam.evaluate("document.activeElement.outerHTML")


@pytest.mark.parametrize("height", [640, 1400])
def test_a_banner_does_not_move_the_choices_under_a_finger(exam: Page, height: int) -> None:
    """On the high screen the question leaves nothing to scroll."""
    exam.set_viewport_size({"width": 320, "height": height})
    top = "document.querySelector('.choice').getBoundingClientRect().top"
    before = exam.evaluate(top)
    exam.context.set_offline(True)
    expect(exam.locator(".conn")).to_be_visible()
    assert abs(exam.evaluate(top) - before) <= 1
    exam.context.set_offline(False)
    expect(exam.locator(".conn.back")).to_be_visible()
    assert abs(exam.evaluate(top) - before) <= 1


def test_o4_nothing_is_wider_than_320_pixels(exam: Page) -> None:
    exam.set_viewport_size({"width": 320, "height": 640})
    for question in (1, 8, 20):
        exam.locator("#strip button").nth(question - 1).click()
        assert exam.evaluate("document.documentElement.scrollWidth") <= 320
    exam.locator("#next").click()
    assert exam.evaluate("document.querySelector('#sheet').scrollWidth") <= 320
    exam.get_by_role("button", name="Quay lại làm tiếp").click()
    hand_in(exam)
    expect(exam.locator("h1")).to_have_text("Đã nộp bài")
    assert exam.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_o4_axe_finds_nothing(exam: Page, scheme: Any) -> None:
    exam.emulate_media(color_scheme=scheme)
    pick(exam, 1)
    saved(exam)
    _no_faults(exam)
    exam.context.set_offline(True)
    pick(exam, 2)
    expect(exam.locator(".conn")).to_be_visible()
    _no_faults(exam)
    exam.context.set_offline(False)
    expect(exam.locator(".conn.back")).to_be_visible()
    exam.locator("#strip button").last.click()
    exam.locator("#next").click()
    _no_faults(exam)
    exam.locator("[data-part=cancel]").click()
    hand_in(exam)
    expect(exam.locator("h1")).to_have_text("Đã nộp bài")
    _no_faults(exam)


def _no_faults(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(f["id"], [n["html"][:120] for n in f["nodes"]]) for f in found] == []


def test_the_first_load_is_below_56_kb_and_from_this_host(
    new_context: NewContext, seat: Seat, sign_in: SignIn
) -> None:
    context = new_context()
    sign_in(context.new_page(), seat.login)
    fresh = new_context(storage_state=context.storage_state())  # signed in, nothing cached
    page = fresh.new_page()
    wire = fresh.new_cdp_session(page)
    sizes: dict[str, float] = {}
    addresses: dict[str, str] = {}
    wire.on(
        "Network.requestWillBeSent",
        lambda e: addresses.update({e["requestId"]: e["request"]["url"]}),
    )
    wire.on(
        "Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]})
    )
    wire.send("Network.enable")
    open_exam(page, seat)
    page.wait_for_load_state("networkidle")
    assert {url.split("/")[2] for url in addresses.values() if url[:5] != "data:"} == {
        seat.live.url.split("/")[2]
    }
    total = sum(sizes.values())
    print(
        {addresses[i].rsplit("/", 1)[1]: int(size) for i, size in sizes.items() if i in addresses}
    )
    assert 5_000 < total < 56_000, total


def test_without_storage_the_exam_still_works(phone: Page, seat: Seat, sign_in: SignIn) -> None:
    phone.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked'); }})"
    )
    sign_in(phone, seat.login)
    open_exam(phone, seat)
    pick(phone, 4)
    saved(phone)
    hand_in(phone)
    expect(phone.locator("h1")).to_have_text("Đã nộp bài")
    assert list(answers(phone, seat)) == ["4"]
