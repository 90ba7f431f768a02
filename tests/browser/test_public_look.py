"""What a competitor touches on a phone is of a thumb's height, on every page of a round."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Live
from tests.browser.test_console_look import LOW, STAGE

ADDRESSES = """
/ /c/ /c/{slug}/ /c/{slug}/1/ /c/{slug}/1/rules/ /c/{slug}/2/ /c/{slug}/2/results/
/c/{slug}/2/proof/ /c/{slug}/2/appeals/ /attempts/ /attempts/{open}/ /attempts/{final}/
/accounts/me/ /accounts/me/erase/
"""
UNFOLD = "document.querySelectorAll('main details').forEach(each => each.open = true)"
# Links alone on their line, or beside a heading: nothing keeps them from being high.
ALONE = """() => [...document.querySelectorAll('main :is(p > a:only-child, h2 > a, br + a)')]
  .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 43.5 &&
    (each.parentElement.tagName !== 'P' ||
      each.textContent.trim() === each.parentElement.textContent.trim()))
  .map(each => 'low link: ' + each.outerHTML.slice(0, 120))"""
# The stage of the console, its ceremony over, and the numbers of a competitor's attempts.
OVER = """
import json
from contest.reveal import finish_reveal
final, ha = Round.objects.get(pk=staged["final"]), User.objects.get(username="nguoi-to-chuc")
finish_reveal(round=final, actor=ha, now=timezone.now(), reason="Không tổ chức lễ")
mine = Attempt.objects.filter(entry__user__username="ngam-0")
print(json.dumps({each: mine.filter(entry__round=staged[each]).latest("pk").pk
                  for each in ("open", "final")}))
"""


def _low(page: Page) -> list[str]:
    found: list[str] = page.evaluate(LOW) + page.evaluate(ALONE)
    if page.evaluate("document.documentElement.scrollWidth") > 360:
        found.append("wider than 360 px")
    return found


def test_whatever_a_competitor_touches_is_of_a_thumbs_height(
    new_context: Callable[..., BrowserContext], sign_in: Callable[[Page, str], None], live: Live
) -> None:
    staged = json.loads(live.shell(STAGE))
    attempts = json.loads(live.shell(f"staged = {staged!r}\n{OVER}"))
    page = new_context(reduced_motion="reduce").new_page()
    sign_in(page, "ngam-0")
    low: list[str] = []
    for address in ADDRESSES.format(**staged | attempts).split():
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        page.evaluate(UNFOLD)
        low += [f"{address} {each}" for each in _low(page)]
    assert not low, "\n".join(low)


def test_the_exam_too(
    new_context: Callable[..., BrowserContext], sign_in: Callable[[Page, str], None], live: Live
) -> None:
    address = live.shell(
        'r = open_round("Bài thi vừa ngón tay"); u = person("vua-ngon", "Lý Thị Ê");'
        "a, _ = start_attempt(user=u, round=r, now=timezone.now()); print(f'/attempts/{a.pk}/')"
    )
    page = new_context().new_page()
    sign_in(page, "vua-ngon")
    page.goto(address)
    expect(page.locator("#flag")).to_be_visible()
    assert [each for each in _low(page) if "flagb" in each] == []
