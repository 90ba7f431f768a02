"""Erasing a person at their wish: their data goes, the anonymous lines of results stay.

Attempts, receipts and published tables hold nothing personal but the name beside them, so
units keep their totals and every published hash still verifies.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.access import holds_duty
from accounts.models import Affiliation, Consent, User
from contest.errors import ContestError
from contest.events import round_changed
from contest.models import (
    Appeal,
    Attempt,
    Decision,
    DeviceChange,
    Entry,
    Exclusion,
    Inquiry,
    ResultRow,
)


def reason_not_to_erase(user: User) -> str:
    """Why the account cannot be erased now, in Vietnamese; "" when it can."""
    if holds_duty(user):
        return (
            "Tài khoản đang làm nhiệm vụ của cuộc thi nên chưa xóa được. "
            "Hãy đề nghị Ban Tổ chức thu hồi nhiệm vụ trước."
        )
    if Attempt.objects.filter(entry__user=user, state=Attempt.State.IN_PROGRESS).exists():
        return "Bạn có bài thi đang làm. Hãy nộp bài rồi mới xóa tài khoản."
    open_appeals = Appeal.objects.filter(entry__user=user, status=Appeal.Status.OPEN)
    if open_appeals.exists():
        return "Bạn có đề nghị phúc khảo đang được xem xét. Hãy chờ kết luận rồi mới xóa tài khoản."
    return ""


@transaction.atomic
def erase_person(*, user: User, now: datetime) -> None:
    """Remove everything that tells who the person was, with the accounts merged into this one,
    which nobody can sign in to; raises ``ContestError`` with the reason when that cannot be done
    now. Cannot be undone."""
    accounts = _accounts_of(user)
    for account in accounts:
        if reason := reason_not_to_erase(account):
            raise ContestError(reason)
    for account in accounts:
        _erase(account, now)


def _accounts_of(user: User) -> list[User]:
    """The account and those that merges in force let count for it."""
    found = [user]
    for account in found:  # grows while it is read: merges make chains
        merges = Decision.objects.filter(
            kind=Decision.Kind.MERGE, undone_at=None, data__kept=account.pk
        )
        merged = User.objects.filter(pk__in=merges.values("user"), erased_at=None)
        found += merged.exclude(pk__in=[known.pk for known in found])
    return found


def _erase(user: User, now: datetime) -> None:
    rounds = list(Entry.objects.filter(user=user).values_list("round_id", flat=True))
    ResultRow.objects.filter(entry__user=user).update(name="", salt="")
    Attempt.objects.filter(entry__user=user).update(device="")
    DeviceChange.objects.filter(attempt__entry__user=user).update(device="")
    Decision.objects.filter(user=user, kind=Decision.Kind.HIDE_NAME).update(data={})
    Inquiry.objects.filter(user=user).delete()
    Exclusion.objects.filter(user=user).delete()
    Affiliation.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    # That consent was given and withdrawn is kept as proof; it no longer leads to a person.
    Consent.objects.filter(user=user, withdrawn_at=None).update(withdrawn_at=now)
    _make_nobody(user, now)
    for round_id in rounds:
        round_changed(round_id)


def _make_nobody(user: User, now: datetime) -> None:
    user.username = f"erased-{secrets.token_hex(8)}"
    user.full_name = user.email = ""
    user.phone = user.birth_date = None
    user.is_active = False
    user.erased_at = now
    user.last_login = None
    user.set_unusable_password()
    user.save()
