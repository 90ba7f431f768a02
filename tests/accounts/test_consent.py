"""What people agree to: the wording in force, older ones as evidence, and asking again."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Consent, User
from accounts.registration import (
    CONSENT_WORDING,
    WordingChanged,
    consent_to_renew,
    renew_consent,
)
from contest.models import Attempt
from tests.accounts.conftest import Form
from tests.contest.test_concurrency import at_once
from tests.factories import make_round

ME, ASK = "/accounts/me/", "/accounts/me/consent/"
OLD = "2026-11"
GIVEN = datetime(2026, 11, 5, 20, 0, tzinfo=UTC)  # already the next day in Vietnam
ASKED = "Tôi đã đọc và đồng ý với nội dung trên."
WORDINGS = settings.BASE_DIR / "templates" / "accounts" / "consent"
# Of every wording that people were asked to agree to. Never changed: a new text is a new file.
AS_AGREED = {
    "2026-11": "7ffcdb4428598f6641e438b0b26f5159c48e9b92ca4b850bc1b03a758b4ea1dd",
    "2026-11-23": "b96b45440502f3fc8bf785b5574b0c52f466738ce9e41d02d2a42d61af56a460",
}


@pytest.fixture
def older(yen: User) -> Consent:
    """Yến agreed to the first wording."""
    return Consent.objects.create(
        user=yen, purpose=Consent.Purpose.CONTEST, wording_version=OLD, given_at=GIVEN
    )


def agreed(user: User) -> list[tuple[str, bool]]:
    """``(wording, whether it was withdrawn)`` in the order given."""
    rows = Consent.objects.filter(user=user).order_by("pk")
    return [(row.wording_version, row.withdrawn_at is not None) for row in rows]


def words_of(version: str) -> str:
    return re.sub(r"<[^>]+>", "", (WORDINGS / f"{version}.html").read_text())


# -- The wordings --------------------------------------------------------------------------------


def test_every_wording_is_kept_as_it_was_agreed_to() -> None:
    found = {p.stem: sha256(p.read_bytes()).hexdigest() for p in WORDINGS.glob("*.html")}
    assert found == AS_AGREED
    assert CONSENT_WORDING in found


def test_the_wording_in_force_names_everything_that_is_kept() -> None:
    text = words_of(CONSENT_WORDING)
    for data in (
        "họ tên", "số điện thoại", "e-mail", "đơn vị", "tổ chức đoàn thể", "Ngày sinh", "bài làm",
        "kết quả", "câu hỏi", "mã ngẫu nhiên", "nhật ký truy cập", "địa chỉ mạng",
    ):  # fmt: skip
        assert data in text, data
    for right in ("xem", "sửa", "nhận bản sao", "xóa thông tin", "rút lại sự đồng ý"):
        assert right in text


def test_who_joins_reads_and_agrees_to_the_wording_in_force(client: Client, form: Form) -> None:
    assertContains(client.get("/accounts/signup/"), words_of(CONSENT_WORDING).splitlines()[1])
    client.post("/accounts/signup/", form)
    assert agreed(User.objects.get()) == [(CONSENT_WORDING, False)]
    assertNotContains(client.get(ME), ASKED)


# -- Asking again --------------------------------------------------------------------------------


def test_who_agreed_to_an_older_wording_is_asked_without_a_tick(
    yen_client: Client, older: Consent
) -> None:
    page = yen_client.get(ME)
    assertContains(page, "Nội dung bạn đồng ý ngày 06/11/2026")
    assertContains(page, words_of(CONSENT_WORDING).splitlines()[0])
    assertContains(page, 'type="checkbox" name="consent" required id="id_consent">')
    assertNotContains(page, "checked")


def test_agreeing_is_kept_with_wording_and_time_beside_the_older_one(
    yen_client: Client, yen: User, older: Consent
) -> None:
    before = timezone.now()
    answer = yen_client.post(ASK, {"consent": "on", "wording": CONSENT_WORDING}, follow=True)
    assertRedirects(answer, ME)
    assertContains(answer, "Đã ghi nhận sự đồng ý của bạn.")
    assertNotContains(answer, ASKED)
    assert agreed(yen) == [(OLD, False), (CONSENT_WORDING, False)]
    assert before <= Consent.objects.latest("pk").given_at <= timezone.now()
    older.refresh_from_db()
    assert (older.wording_version, older.given_at) == (OLD, GIVEN)


def test_agreeing_again_changes_nothing(yen_client: Client, yen: User, older: Consent) -> None:
    for _ in "ab":
        yen_client.post(ASK, {"consent": "on", "wording": CONSENT_WORDING})
    assert len(agreed(yen)) == 2


def test_without_a_tick_nothing_is_agreed_to(yen_client: Client, yen: User, older: Consent) -> None:
    answer = yen_client.post(ASK, {"wording": CONSENT_WORDING})
    assert answer.status_code == 422
    assertContains(answer, "Chưa đồng ý thì bạn không cần làm gì.", status_code=422)
    assertContains(answer, yen.full_name, status_code=422)
    assert agreed(yen) == [(OLD, False)]


@pytest.mark.parametrize("wording", [OLD, "", "2027-01"])
def test_only_to_what_was_shown(
    yen_client: Client, yen: User, older: Consent, wording: str
) -> None:
    answer = yen_client.post(ASK, {"consent": "on", "wording": wording}, follow=True)
    assertContains(answer, "Hãy đọc lại rồi trả lời.")
    assertContains(answer, ASKED)
    assert agreed(yen) == [(OLD, False)]
    with pytest.raises(WordingChanged):
        renew_consent(user=yen, wording=wording, now=GIVEN)


def test_nobody_is_shut_out_of_an_open_round(yen_client: Client, ha: User, older: Consent) -> None:
    round = make_round(ha, timezone.now())
    answer = yen_client.post(f"/c/{round.contest.slug}/{round.number}/start/")
    assert answer["Location"] == f"/attempts/{Attempt.objects.get().pk}/"


def test_who_agreed_to_nothing_or_withdrew_is_not_asked(
    yen_client: Client, yen: User, older: Consent
) -> None:
    Consent.objects.update(withdrawn_at=GIVEN)
    assertNotContains(yen_client.get(ME), ASKED)
    yen_client.post(ASK, {"consent": "on", "wording": CONSENT_WORDING})
    assert agreed(yen) == [(OLD, True)]
    older.delete()
    assertNotContains(yen_client.get(ME), ASKED)


def test_it_is_posted_by_who_is_signed_in(client: Client, yen_client: Client, yen: User) -> None:
    assert yen_client.get(ASK)["Location"] == ME
    assert client.post(ASK, {"consent": "on"})["Location"].startswith("/accounts/login/")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(yen)
    assert strict.post(ASK, {"consent": "on", "wording": CONSENT_WORDING}).status_code == 403
    assert not Consent.objects.exists()


def test_only_the_own_consent_is_asked_for(older: Consent, tai: User) -> None:
    assert consent_to_renew(tai) is None
    assert consent_to_renew(older.user) == older


@pytest.mark.django_db(transaction=True)
def test_a_double_tap_is_one_consent(yen: User, older: Consent) -> None:
    def agree() -> None:
        renew_consent(user=yen, wording=CONSENT_WORDING, now=GIVEN)

    at_once([agree, agree, agree])
    assert agreed(yen) == [(OLD, False), (CONSENT_WORDING, False)]
