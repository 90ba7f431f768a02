"""Giving people duties in the contest."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.access import ORGANISERS
from accounts.models import User
from quizzes.duties import AUTHORS, REVIEWERS, desk_permission


@transaction.atomic
def grant_organiser(*, user: User) -> None:
    """Let a person organise contests (group "organisers"); from then on they never rank.

    In a small team the organisers write and review questions too, each other's as everybody's.
    """
    group, _ = Group.objects.get_or_create(name=ORGANISERS)
    permission = Permission.objects.get(content_type__app_label="contest", codename="organise")
    group.permissions.add(permission, desk_permission(AUTHORS), desk_permission(REVIEWERS))
    user.groups.add(group)
