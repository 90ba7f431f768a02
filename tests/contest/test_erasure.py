"""Erasing a person: the data goes, the anonymous line and the unit's total stay (U6, U7)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Affiliation, Unit, User
from contest.attempts import finish_attempt, start_attempt
from contest.closing import canonical_result
from contest.conduct.people import merge_accounts
from contest.duties import grant_organiser
from contest.erasure import erase_person
from contest.errors import ContestError
from contest.models import Attempt, Entry, Inquiry, Round
from contest.scoring import receipt
from tests.factories import make_person, right_answers

pytestmark = pytest.mark.django_db


def take(user: User, round: Round, now: datetime) -> Attempt:
    attempt, _ = start_attempt(user=user, round=round, now=now, device="may-1")
    return finish_attempt(
        attempt=attempt,
        rev=1,
        answers=right_answers(attempt.paper),
        prediction=Decimal(10),
        now=now + timedelta(minutes=2),
    )


def test_u6_the_person_goes_and_the_line_stays(
    yen: User, commune: Unit, round: Round, noon: datetime
) -> None:
    attempt = take(yen, round, noon)
    Inquiry.objects.create(round=round, user=yen, text="Tôi là Yến", asked_at=noon)
    erase_person(user=yen, now=noon)

    gone = User.objects.get(pk=yen.pk)
    personal = (gone.full_name, gone.phone, gone.email, gone.birth_date, gone.search_text)
    assert personal == ("", None, "", None, "")
    assert "yen" not in gone.username
    assert not gone.is_active
    assert gone.erased_at == noon
    assert not Affiliation.objects.filter(user=yen).exists()
    assert not Inquiry.objects.filter(text__contains="Yến").exists()

    entry = Entry.objects.get(round=round, user=yen)
    assert entry.rank_key
    assert entry.unit == commune
    kept = Attempt.objects.select_related("entry__round").get(pk=attempt.pk)
    columns = {c: getattr(kept, c) for c in ("points", "correct", "elapsed_ms", "submitted_at")}
    assert receipt(canonical_result(kept, columns)) == attempt.receipt
    assert kept.device == ""


def test_u6_accounts_merged_into_the_erased_one_go_with_it(
    yen: User, tai: User, commune: Unit, ha: User, round: Round, noon: datetime
) -> None:
    """The same person, who cannot sign in there to ask for it."""
    first = make_person("yen0", "Hoàng Thị Yến", commune)
    for kept, merged in ((yen, first), (tai, yen)):
        merge_accounts(
            contest=round.contest, kept=kept, merged=merged, actor=ha, reason="Một người", now=noon
        )
    erase_person(user=tai, now=noon)
    names = User.objects.filter(pk__in=[first.pk, yen.pk, tai.pk]).values_list("full_name")
    assert list(names) == [("",)] * 3


def test_nobody_vanishes_from_a_running_attempt(yen: User, round: Round, noon: datetime) -> None:
    start_attempt(user=yen, round=round, now=noon)
    with pytest.raises(ContestError, match="bài thi đang làm"):
        erase_person(user=yen, now=noon)
    assert User.objects.get(pk=yen.pk).full_name == "Hoàng Thị Yến"


def test_people_on_duty_are_not_erased(tai: User) -> None:
    grant_organiser(user=tai)
    with pytest.raises(ContestError, match="nhiệm vụ"):
        erase_person(user=tai, now=datetime.now().astimezone())


def test_the_page_asks_for_password_and_intent(yen: User, yen_client: Client) -> None:
    page = yen_client.post("/accounts/me/erase/", {"password": "sai", "is_meant": "on"})
    assert page.status_code == 422
    assert "Mật khẩu chưa đúng" in page.content.decode()
    page = yen_client.post("/accounts/me/erase/", {"password": "mat-khau-thu"})
    assert "Hãy đánh dấu để xác nhận" in page.content.decode()
    assert User.objects.get(pk=yen.pk).full_name

    done = yen_client.post("/accounts/me/erase/", {"password": "mat-khau-thu", "is_meant": "on"})
    assert done.status_code == 302
    assert User.objects.get(pk=yen.pk).full_name == ""
    assert yen_client.get("/accounts/me/").status_code == 302


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    assert client.get("/accounts/me/erase/").status_code == 302
