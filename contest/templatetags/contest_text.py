"""Filters over contest/wording.py, and the few values that scripts read from the page."""

from __future__ import annotations

import json
import re
from datetime import datetime
from decimal import Decimal

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from contest import audit_words, wording
from contest.models import Round

register = template.Library()

register.filter("clock", wording.clock)
register.filter("day", wording.day)
register.filter("at", wording.at)
register.filter("span", wording.span)
register.filter("minutes", wording.minutes)
register.filter("stopwatch", wording.stopwatch)
register.filter("in_words", wording.in_words)
register.filter("deed", audit_words.deed)
register.filter("headline", stringfilter(wording.headline))

_DOCREF = re.compile(r"\b\d{2}-(?:CTr|KH)/TU\b")


@register.filter
def at_short(moment: datetime) -> str:
    """ "08:00 thứ Hai, 16/03": without the year."""
    return wording.at(moment, year=False)


@register.filter
def to_minute(moment: datetime) -> datetime:
    """The moment without seconds, for what was done at some time of the day."""
    return moment.replace(second=0, microsecond=0)


@register.filter
def figure(value: int | Decimal | None) -> str:
    """ "1.234"; nothing for None."""
    return "" if value is None else wording.number(value)


@register.filter
def window(round: Round) -> str:
    """When the round opens and closes."""
    return wording.window(round.opens_at, round.closes_at)


@register.filter
def dates(round: Round) -> str:
    """The days of the round, for narrow columns."""
    return wording.dates(round.opens_at, round.closes_at)


@register.filter
def until(moment: datetime, now: datetime) -> str:
    """How long it is from ``now`` to the moment."""
    return wording.span(moment - now)


@register.filter
def ms(moment: datetime) -> str:
    """Milliseconds since 1970 as plain digits, for scripts."""
    return str(int(moment.timestamp() * 1_000))


@register.filter
def local_part(moment: datetime, part: str) -> str:
    """ "day", "month" or "iso" of the moment as a calendar in Vietnam shows it."""
    local = moment.astimezone(wording.VIETNAM)
    return {"day": f"{local.day:02d}", "month": str(local.month), "iso": local.isoformat()}[part]


@register.filter
def docrefs(text: str) -> SafeString:
    """The text, escaped, with document numbers such as 03-CTr/TU kept on one line."""
    escaped = str(conditional_escape(text))
    return mark_safe(_DOCREF.sub(r'<span class="docref">\g<0></span>', escaped))


@register.filter
def as_json(value: object) -> str:
    """Compact JSON for a data attribute; escaping is the template's business."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
