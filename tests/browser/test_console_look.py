"""Every page of the organisers' console on a phone, in both schemes and by keyboard.

One round that runs and one that is final, with something of every kind in them, so that no page
is looked at empty; an upcoming one and a draft for what can still be changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Live

STAGE = """
import json
from contest.conduct.people import disqualify, merge_accounts
from contest.conduct.timing import give_extra_time
from contest.drafts import LineDraft, PrizeDraft, RoundDraft
from contest.essays import save_essay
from contest.integrity.services import find_irregularities
from contest.live.announcements import announce_text
from contest.live.inquiries import ask
from contest.models import Appeal
from contest.regrading.appeals import clauses_to_cite, make_appeal, question_at
from contest.regrading.services import apply_regrade, proposal
from contest.results.finalising import finalise_round
from contest.rounds import create_round, publish_round

now, day, minute = timezone.now(), timedelta(days=1), timedelta(minutes=1)
long = "Tôn Nữ Công Tằng Nguyễn Khoa Diệu Huyền Trân Thị Phương Thảo"
people = [person(f"ngam-{n}", f"{long} {n}" if n == 1 else f"Lục Thị Ngắm {n}") for n in range(4)]

open = open_round("Ngắm bàn điều hành lúc vòng thi đang mở", essay_prompt="Vì sao?", essay_points=5,
                  solutions_shown="at_once", attempts_allowed=1)
ha, contest = User.objects.get(username="nguoi-to-chuc"), open.contest
taken = [take(user, open, right=7, seconds=2) for user in people[:2]]
running, _ = start_attempt(user=people[2], round=open, now=now)
written, _ = start_attempt(user=people[3], round=open, now=now)
save_essay(attempt=written, text="Vì đường mới. " * 40, now=now)
finish_attempt(attempt=Attempt.objects.get(pk=written.pk), rev=1, answers={}, prediction=None,
               now=now)
announce_text(round=open, text="Hệ thống đã hoạt động trở lại.", actor=ha, now=now)
ask(user=people[2], round=open, text="Mất điện giữa chừng thì sao?", now=now)
question = question_at(taken[0], 1)
appeal = make_appeal(attempt=taken[0], number=1, clause=clauses_to_cite(question)[0].code,
                     text="Đáp án này trái với văn bản, đề nghị xem lại.", now=now)
disqualify(entry=taken[1].entry, actor=ha, reason="Nhờ người thi hộ", now=now)
give_extra_time(entry=running.entry, seconds=300, actor=ha, reason="Máy hỏng", now=now)
credit = proposal(round=open, version=question, verdict="credit", accepted=[])
apply_regrade(actor=ha, round=open, proposed=credit, reason="Thiếu phương án", now=now)
find_irregularities(round=open, now=now)

programme = Programme.objects.earliest("position")
def further(title, opens, closes, **changes):
    draft = RoundDraft(title=title, opens_at=opens, closes_at=closes, time_limit_s=600,
                       attempts_allowed=1, prediction_target="", prizes=[PrizeDraft("Giải Nhất")],
                       lines=[LineDraft(programme, "", 5, 1)], **changes)
    return create_round(actor=ha, contest=contest, draft=draft)
final = further("Vòng chờ lễ công bố", now - 3 * day, now - day, frozen_at=now - 2 * day)
final = publish_round(actor=ha, round=final, now=now - 4 * day)
for user in people:
    sitting, _ = start_attempt(user=user, round=final, now=now - 2 * day)
    finish_attempt(attempt=sitting, rev=1, answers=right_answers(sitting.paper, 3),
                   prediction=None, now=now - 2 * day + minute)
finalise_round(actor=ha, round=final, now=now)
soon = publish_round(actor=ha, round=further("Vòng sắp mở", now + day, now + 2 * day), now=now)
draft = further("Vòng nháp", now + day, now + 2 * day)
print(json.dumps({"slug": contest.slug, "open": open.pk, "final": final.pk, "soon": soon.pk,
                  "draft": draft.pk, "entry": running.entry_id, "appeal": appeal.pk,
                  "version": question.pk}))
"""
ADDRESSES = """
/organiser/ new/ coverage/ audit/?verify=1 appeals/ c/{slug}/settings/ c/{slug}/new-round/
rounds/{open}/ rounds/{open}/rules/ rounds/{open}/change/ rounds/{open}/monitor/
rounds/{open}/conduct/?entry={entry}&other=ngam rounds/{open}/notices/ rounds/{open}/regrades/
rounds/{open}/regrades/{version}/ rounds/{open}/appeals/ rounds/{open}/appeals/{appeal}/
rounds/{open}/essays/ rounds/{open}/irregularities/ rounds/{open}/results/ rounds/{open}/dossier/
rounds/{draft}/ rounds/{draft}/edit/ rounds/{soon}/change/ rounds/{soon}/notices/
rounds/{final}/results/ rounds/{final}/dossier/ rounds/{final}/reveal/?manage=1
"""
UNFOLD = "document.querySelectorAll('main details').forEach(each => each.open = true)"
# What a thumb has to hit: lower than 44 px; links within sentences may be as high as the line.
LOW = """() => [...document.querySelectorAll(
  '.btn, button, select, summary, .tabs > a, .console-nav a, .pagination a, .tap, label.check,' +
  'input:not([type=hidden], [type=checkbox], [type=radio])')]
  .filter(each => each.checkVisibility() && !each.closest('.vh') && !each.matches('.vh'))
  .filter(each => each.getBoundingClientRect().height < 43.5)
  .map(each => 'low: ' + each.outerHTML.slice(0, 80))"""
# What has the focus and does not show it, or only within a box that cuts its ring off.
UNSEEN = """() => [...document.querySelectorAll(
  'main :is(a[href], button, select, textarea, summary, [tabindex="0"])')]
  .filter(each => each.checkVisibility() && !each.matches('.vh')).filter(each => {
    each.focus();
    const look = getComputedStyle(each), ring = each.getBoundingClientRect();
    const out = parseFloat(look.outlineWidth) + parseFloat(look.outlineOffset);
    const box = each.parentElement.closest('.scroll, .tiles, .tabs');
    return look.outlineStyle === 'none' ||
      box && box.getBoundingClientRect().left > ring.left - out + 1;
  }).map(each => 'unseen focus: ' + each.outerHTML.slice(0, 80))"""
SKIPPED = """() => [...document.querySelectorAll('h1, h2, h3, h4')].map(each => +each.tagName[1])
  .flatMap((level, place, all) => level > (all[place - 1] ?? 0) + 1 ? ['heading skipped'] : [])"""


@pytest.fixture
def console(
    new_context: Callable[..., BrowserContext], sign_in: Callable[[Page, str], None], live: Live
) -> tuple[Page, dict[str, Any]]:
    """An organiser on a phone in the dark, and what is on the stage."""
    staged = json.loads(live.shell(STAGE))
    page = new_context(color_scheme="dark", reduced_motion="reduce").new_page()
    sign_in(page, "nguoi-to-chuc")
    return page, staged


def _serious(page: Page, **options: Any) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"], **options})
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:120]}"
        for v in found.response["violations"]
        if v["impact"] in ("serious", "critical")
    ]


def _faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands, in the dark and then in the light."""
    faults = _serious(page)
    for check in (LOW, UNSEEN, SKIPPED):
        faults += page.evaluate(check)
    page.emulate_media(color_scheme="light")
    faults += _serious(page, runOnly=["color-contrast"])
    page.emulate_media(color_scheme="dark")
    for width in (320, 360):
        page.set_viewport_size({"width": width, "height": 740})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"wider than {width} px")
    return faults


def test_o4_every_console_page_on_a_phone(console: tuple[Page, dict[str, Any]]) -> None:
    page, staged = console
    faults: list[str] = []
    for part in ADDRESSES.format(**staged).split():
        address = part if part.startswith("/") else f"/organiser/{part}"
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        page.evaluate(UNFOLD)
        faults += [f"{address} {fault}" for fault in _faults(page)]
    assert not faults, "\n".join(faults)


def test_what_was_refused_is_named_where_the_keyboard_stands(
    console: tuple[Page, dict[str, Any]],
) -> None:
    page, staged = console
    round = f"/organiser/rounds/{staged['open']}"
    page.goto(f"{round}/notices/")
    page.get_by_role("button", name="Gửi thông báo").click()
    problems = page.locator("#problems")
    expect(problems).to_be_focused()
    expect(problems).to_contain_text("Chưa gửi thông báo")
    assert _faults(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Nội dung")).to_be_in_viewport()

    page.goto(f"{round}/irregularities/")
    page.evaluate(UNFOLD)
    page.get_by_role("button", name="Ghi kết luận").first.click()
    expect(problems).to_be_focused()
    problems.get_by_role("link").first.click()
    expect(page.get_by_label("Lý do").first).to_be_in_viewport()
