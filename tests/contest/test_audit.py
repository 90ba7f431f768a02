"""The audit is appended to, chained, and outlives the accounts it names (O3, U6)."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from accounts.models import User
from contest.audit import broken_links, record
from contest.models import AuditRecord

pytestmark = pytest.mark.django_db


def written(actor: User, count: int = 3) -> list[AuditRecord]:
    return [
        record(
            actor=actor,
            action="disqualify",
            subject=f"round:{number}",
            reason="Dùng hai tài khoản",
            before={"rank": 1},
            after={"rank": None},
        )
        for number in range(count)
    ]


def in_order() -> list[AuditRecord]:
    return list(AuditRecord.objects.order_by("id"))


def test_o3_a_record_says_who_when_why_before_and_after(ha: User) -> None:
    one = written(ha, 1)[0]
    stored = AuditRecord.objects.get(pk=one.pk)
    assert (stored.actor, stored.actor_name, stored.reason) == (ha, str(ha), "Dùng hai tài khoản")
    assert (stored.before, stored.after) == ({"rank": 1}, {"rank": None})
    assert stored.at is not None


def test_records_follow_from_each_other(ha: User) -> None:
    written(ha)
    assert broken_links(in_order()) == []
    assert len({r.digest for r in in_order()}) == 3


@pytest.mark.parametrize("column", ["reason", "subject", "action"])
def test_a_changed_record_shows(ha: User, column: str) -> None:
    second = written(ha)[1]
    with connection.cursor() as cursor:
        cursor.execute(
            f"update contest_auditrecord set {column} = 'khác' where id = %s", [second.pk]
        )
    assert broken_links(in_order()) == [second.pk]


def test_a_removed_record_shows(ha: User) -> None:
    _, second, third = written(ha)
    with connection.cursor() as cursor:
        cursor.execute("delete from contest_auditrecord where id = %s", [second.pk])
    assert broken_links(in_order()) == [third.pk]


def test_records_are_neither_changed_nor_deleted(ha: User) -> None:
    one = written(ha, 1)[0]
    for forbidden in (
        one.save,
        one.delete,
        AuditRecord.objects.all().delete,
        lambda: AuditRecord.objects.update(reason=""),
    ):
        with pytest.raises(TypeError):
            forbidden()


def test_u6_the_chain_holds_when_the_account_is_gone(ha: User) -> None:
    written(ha)
    get_user_model().objects.filter(pk=ha.pk).delete()
    assert broken_links(in_order()) == []
    assert {r.actor for r in in_order()} == {None}
