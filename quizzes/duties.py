"""Giving people duties at the desk."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.models import User

AUTHORS, REVIEWERS = "authors", "reviewers"
_CODENAMES = {AUTHORS: "write_questions", REVIEWERS: "review_questions"}


@transaction.atomic
def grant_desk_duty(*, user: User, duty: str) -> None:
    """Let a person write (``AUTHORS``) or review (``REVIEWERS``) questions.

    Whoever has seen the questions before the round competes no more: duties never rank.
    """
    group, _ = Group.objects.get_or_create(name=duty)
    group.permissions.add(desk_permission(duty))
    user.groups.add(group)


def desk_permission(duty: str) -> Permission:
    """The permission behind a duty of the desk."""
    return Permission.objects.get(content_type__app_label="quizzes", codename=_CODENAMES[duty])
