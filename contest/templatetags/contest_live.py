"""What pages of a round show beside everything else: announcements, and the own questions."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.utils import timezone

from accounts.access import Visitor
from accounts.models import User
from contest.live import announcements, inquiries
from contest.live.inquiries import MOST_CHARACTERS, MOST_OPEN
from contest.models import Announcement, Inquiry, Round

register = template.Library()


@dataclass(frozen=True, slots=True)
class Talk:
    """``announcements`` and the visitor's ``own`` questions, newest first; ``open``: how many of
    those are not answered yet; ``may_ask``: whether this visitor may ask one more, ``is_full``:
    not before one of those is answered."""

    announcements: list[Announcement]
    own: list[Inquiry]
    open: int
    may_ask: bool = False
    is_full: bool = False
    most: int = MOST_CHARACTERS


@register.simple_tag
def talk_of(round: Round, visitor: Visitor) -> Talk:
    """What was announced in the round, and what this visitor asked."""
    told = announcements.in_force(round)
    if not isinstance(visitor, User):
        return Talk(told, [], 0)
    own = inquiries.own_inquiries(visitor, round)
    waiting = sum(each.answered_at is None for each in own)
    is_full = waiting >= MOST_OPEN
    may_ask = not is_full and inquiries.may_ask(round, timezone.now())
    return Talk(told, own, waiting, may_ask, is_full)
