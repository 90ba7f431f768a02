"""Signing up: one short page, nothing lost, one account a person."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import registration
from accounts.forms import SignupForm
from accounts.models import Affiliation, Consent, Unit, User
from accounts.registration import Contact, ContactTaken, UnitGone, parse_contact, register
from accounts.unit_changes import merge_unit
from tests.accounts.conftest import Form
from tests.factories import make_person

URL = "/accounts/signup/"
BAD_NAME = "Họ và tên không được chứa địa chỉ trang web hoặc dấu <, >."
REPEATED = "Mật khẩu không được trùng số điện thoại hoặc e-mail."


def sign_up(client: Client, form: Form, **changes: str) -> Any:
    return client.post(URL, {**form, **changes})


def errors_of(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200
    return dict(answer.context["form"].errors)


def test_the_page(client: Client, db: None) -> None:
    answer = client.get(URL)
    assertContains(answer, "Số điện thoại hoặc e-mail")
    assertContains(answer, 'name="consent" required id="id_consent">')  # not ticked
    assertNotContains(answer, "checked")
    assertNotContains(answer, "Password")


def test_a_person_joins(client: Client, form: Form) -> None:
    before = timezone.now()
    answer = sign_up(client, form)

    assertRedirects(answer, "/", fetch_redirect_response=False)
    user = User.objects.get()
    assert (user.full_name, user.phone, user.email) == ("Nông Thị Hoài", "+84912345678", "")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert [
        (a.unit.code, a.role, a.is_primary, a.until)
        for a in user.affiliations.order_by("-is_primary").select_related("unit")
    ] == [
        ("01273", Affiliation.Role.MEMBER, True, None),
        ("tinh-doan", Affiliation.Role.YOUTH_MEMBER, False, None),
    ]
    consent = Consent.objects.get(user=user)
    assert consent.wording_version == registration.CONSENT_WORDING
    assert consent.given_at >= before
    assert "912345678" not in user.username


@pytest.mark.parametrize("wording", ["2026-11", ""])
def test_agreeing_to_a_wording_that_was_not_shown_is_asked_again(
    client: Client, form: Form, wording: str
) -> None:
    """The page was loaded before the wording changed; nothing typed is lost."""
    answer = sign_up(client, form, wording=wording)
    assert errors_of(answer) == {
        "consent": ["Nội dung này vừa được sửa. Hãy đọc lại rồi đánh dấu."]
    }
    assertContains(answer, f'name="wording" value="{registration.CONSENT_WORDING}"')
    assertContains(answer, "Nông Thị Hoài")
    assertNotContains(answer, 'name="consent" required aria-invalid="true" checked')
    assert "consent" not in answer.context["form"].data
    assert not User.objects.exists()
    assertRedirects(sign_up(client, form), "/", fetch_redirect_response=False)


def test_a_union_member_with_an_e_mail(client: Client, form: Form) -> None:
    form.pop("is_youth_member")
    sign_up(client, form, contact=" Hoai.Nong@Example.VN ", is_trade_union_member="on")
    user = User.objects.get()
    assert (user.phone, user.email) == (None, "hoai.nong@example.vn")
    assert user.username.startswith("hoai.nong-")
    union = user.affiliations.get(is_primary=False)
    assert (union.unit.code, union.role) == ("lien-doan-lao-dong-tinh", "trade_union_member")


def test_back_to_where_one_came_from(client: Client, form: Form) -> None:
    assertRedirects(
        sign_up(client, form, next="/c/thi/1/"), "/c/thi/1/", fetch_redirect_response=False
    )


def test_never_to_a_foreign_site(client: Client, form: Form) -> None:
    answer = sign_up(client, form, next="https://evil.example/")
    assertRedirects(answer, "/", fetch_redirect_response=False)


@pytest.mark.parametrize("name", ["Ê", "Vàng A Páo", "Lý Thị Ê", "Nguyễn Thị " + "Lan " * 40])
def test_names_of_any_length(client: Client, form: Form, name: str) -> None:
    sign_up(client, form, full_name=name)
    assert User.objects.get().full_name == name.strip()


def test_a_name_is_measured_as_it_is_stored(client: Client, form: Form) -> None:
    sign_up(client, form, full_name=unicodedata.normalize("NFD", "ề" * 200))
    assert User.objects.get().full_name == "ề" * 200


def test_the_e_mail_is_no_password(client: Client, form: Form) -> None:
    answer = sign_up(client, form, contact="hoai@example.vn", password1="Hoai@Example.VN")
    assert errors_of(answer) == {"password1": [REPEATED]}
    assertNotContains(answer, "Hoai@Example.VN")


def test_folding_may_make_a_name_longer(client: Client, form: Form) -> None:
    sign_up(client, form, full_name="ß" * 200)
    assert User.objects.get().full_name == "ß" * 200


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("full_name", "", "Hãy viết họ và tên."),
        ("full_name", " \u200b ", "Hãy viết họ và tên."),
        ("full_name", "...", "Hãy viết họ và tên."),
        ("full_name", "\u200b", "Hãy viết họ và tên."),
        ("full_name", "H" * 201, "Chỉ viết được tối đa 200 ký tự (đang có 201)."),
        ("full_name", "Trúng thưởng http://x.vn", BAD_NAME),
        ("full_name", "Hoài W\u200bWW.x.vn", BAD_NAME),
        ("full_name", "<b Hoài", BAD_NAME),
        ("full_name", "Hoài >", BAD_NAME),
        ("contact", f"{'h' * 250}@x.vn", "Chỉ viết được tối đa 254 ký tự (đang có 255)."),
        ("contact", "09123\x0045678", "Có ký tự không dùng được. Hãy gõ lại phần này."),
        ("contact", "", "Hãy nhập số điện thoại hoặc e-mail."),
        ("contact", "Hoài", "Hãy nhập số điện thoại hoặc e-mail."),
        ("contact", "0912 34", "Số điện thoại cần đủ 10 chữ số."),
        ("contact", "hoai@", "E-mail chưa đúng. Hãy xem lại phần trước và sau dấu @."),
        ("password1", "", "Hãy đặt mật khẩu."),
        ("password1", "ngắn", "Mật khẩu cần ít nhất 8 ký tự."),
        (
            "password1",
            "password123",
            "Mật khẩu này quá dễ đoán. Hãy dùng một câu ngắn chỉ bạn biết.",
        ),
        ("password1", "0912345678", REPEATED),
        ("password1", "+84 912.345.678", REPEATED),
        ("password1", " " * 8, "Mật khẩu không được chỉ gồm khoảng trắng."),
        ("consent", "", "Cần bạn đồng ý thì Ban Tổ chức mới nhận đăng ký được."),
    ],
)
def test_a_field_to_correct(
    client: Client, form: Form, field: str, value: str, message: str
) -> None:
    answer = sign_up(client, form, **{field: value})
    assert errors_of(answer) == {field: [message]}
    assertContains(answer, "Còn 1 chỗ cần sửa")
    assertContains(answer, f'<a href="#id_{field}">{message}</a>', html=True)
    assertContains(answer, 'aria-invalid="true"')
    assert not User.objects.exists()


def test_what_was_entered_stays(client: Client, form: Form) -> None:
    answer = sign_up(client, form, consent="", contact="0912 34")
    assertContains(answer, "Còn 2 chỗ cần sửa")
    assertContains(answer, 'value="Nông Thị Hoài"')
    assertContains(answer, 'value="0912 34"')
    assertContains(answer, 'name="unit_code" value="01273"')
    assertContains(answer, 'value="một câu ngắn dễ nhớ"')
    assertContains(answer, "checked", count=1)
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_a_refused_password_does_not_come_back(client: Client, form: Form) -> None:
    assertNotContains(sign_up(client, form, password1="password123"), "password123")


# -- the unit without JavaScript -----------------------------------------------------------------


def test_a_text_that_names_one_unit_is_enough(client: Client, form: Form) -> None:
    sign_up(client, form, unit="thuc phan", unit_code="", unit_for="")
    assert User.objects.get().affiliations.get(is_primary=True).unit.code == "01273"


def test_a_text_that_names_several_comes_back_with_a_choice(client: Client, form: Form) -> None:
    answer = sign_up(client, form, unit="Hưng Đạo", unit_code="", unit_for="")
    assert errors_of(answer) == {"unit": ["Hãy chọn đơn vị trong danh sách; tên cũ cũng tìm được."]}
    for code in ("01351", "01273", "01774"):
        assertContains(answer, f'type="radio" name="unit_code" value="{code}"')
    assertContains(answer, "Xã Hưng Đạo (huyện Nguyên Bình) nay thuộc đơn vị này")

    sign_up(client, form, unit="Hưng Đạo", unit_code="01774", unit_for="Hưng Đạo")
    assert User.objects.get().affiliations.get(is_primary=True).unit.code == "01774"


def test_a_choice_does_not_outlive_its_text(client: Client, form: Form) -> None:
    answer = sign_up(client, form, unit="Bảo Lâm", unit_code="01774", unit_for="Hưng Đạo")
    assert answer.status_code == 302
    assert User.objects.get().affiliations.get(is_primary=True).unit.name == "Xã Bảo Lâm"


@pytest.mark.parametrize(
    ("unit", "code", "message"),
    [
        ("", "", "Hãy chọn đơn vị trong danh sách; tên cũ cũng tìm được."),
        (
            "xyz",
            "",
            "Không thấy “xyz”. Thử gõ tên xã cũ, hoặc báo Ban Tổ chức bổ sung.",
        ),
        ("", "no-such-code", "Hãy chọn đơn vị trong danh sách; tên cũ cũng tìm được."),
        ("", "khoi-xa-phuong", "Hãy chọn đơn vị trong danh sách; tên cũ cũng tìm được."),
    ],
)
def test_no_unit(client: Client, form: Form, unit: str, code: str, message: str) -> None:
    answer = sign_up(client, form, unit=unit, unit_code=code, unit_for=unit)
    assert errors_of(answer) == {"unit": [message]}
    assert not User.objects.exists()


def test_what_people_type_is_escaped(client: Client, form: Form) -> None:
    answer = sign_up(client, form, unit="<b>x</b>", unit_code="", unit_for="")
    assertNotContains(answer, "<b>x</b>")


# -- one account a person ------------------------------------------------------------------------


@pytest.mark.parametrize("again", ["0912345678", "+84 912 345 678", "84912345678", "912.345.678"])
def test_a_number_in_use(client: Client, form: Form, again: str) -> None:
    sign_up(client, form)
    answer = sign_up(Client(), form, contact=again, full_name="Người khác")
    assert errors_of(answer) == {
        "contact": ["Số điện thoại này đã có tài khoản. Nếu là của bạn, hãy đăng nhập."]
    }
    assertContains(answer, '<a href="/accounts/login/">Đăng nhập</a>', html=True)
    assertContains(answer, 'value="Người khác"')
    assert User.objects.count() == 1


def test_an_e_mail_in_use_whatever_its_case(client: Client, form: Form) -> None:
    sign_up(client, form, contact="hoai@example.vn")
    answer = sign_up(Client(), form, contact="HOAI@Example.vn")
    assert errors_of(answer) == {
        "contact": ["E-mail này đã có tài khoản. Nếu là của bạn, hãy đăng nhập."]
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("contact", "what"), [("0912 345 678", "Số điện thoại"), ("hoai@example.vn", "E-mail")]
)
def test_several_at_the_same_moment(form: Form, contact: str, what: str) -> None:
    """All find the contact free; the database lets one in, the others lose nothing."""
    together = Barrier(5)

    def arrive(number: int) -> Any:
        try:
            together.wait()
            return sign_up(Client(), form, contact=contact, full_name=f"Người thứ {number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as hall:
        answers = list(hall.map(arrive, range(5)))

    user = User.objects.get()
    assert user.affiliations.count() == 2
    refused = [answer for answer in answers if answer.status_code != 302]
    assert len(refused) == 4
    for answer in refused:
        assert errors_of(answer) == {
            "contact": [f"{what} này đã có tài khoản. Nếu là của bạn, hãy đăng nhập."]
        }
        assertContains(answer, 'value="Người thứ ')


def test_the_form_was_valid_but_somebody_was_faster(form: Form, client: Client) -> None:
    checked = SignupForm(data=form)
    assert checked.is_valid()
    sign_up(client, form)
    with pytest.raises(ContactTaken):
        checked.save(RequestFactory().post(URL))
    assert checked.contact_taken
    assert "contact" in checked.errors


def test_u2_the_form_was_valid_but_the_unit_has_just_been_merged(
    form: Form, client: Client, noon: datetime
) -> None:
    checked = SignupForm(data=form)
    assert checked.is_valid()
    merge_unit(
        actor=make_person("ha", "Nông Thị Thu Hà"),
        unit=Unit.objects.get(code="01273"),
        into=Unit.objects.get(code="01279"),
        on=noon.date(),
        reason="NQ 1",
        now=noon,
    )
    with pytest.raises(UnitGone):
        checked.save(RequestFactory().post(URL))
    assert "unit" in checked.errors
    assert [hit.unit.code for hit in checked.matches] == ["01279"]
    assert not User.objects.exclude(username="ha").exists()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"phone": "+84912345678"}, {"phone": "+84912345678"}),
        ({"email": "hoai@example.vn"}, {"email": "HOAI@example.vn"}),
        ({"username": "Hoài"}, {"username": "hoài"}),
        ({"username": "Hoài"}, {"username": unicodedata.normalize("NFD", "Hoài")}),
        ({"username": "hoai"}, {"username": "HOAI"}),
    ],
)
@pytest.mark.django_db
def test_the_database_is_the_last_wall(first: dict[str, str], second: dict[str, str]) -> None:
    User.objects.create(**{"username": "mot", "full_name": "Một", **first})
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(**{"username": "hai", "full_name": "Hai", **second})


def test_two_people_of_one_name_are_two(client: Client, form: Form) -> None:
    sign_up(client, form)
    sign_up(
        Client(),
        form,
        contact="0987654321",
        full_name=unicodedata.normalize("NFD", "Nông Thị Hoài"),
    )
    first, second = User.objects.order_by("pk")
    assert first.full_name == second.full_name == "Nông Thị Hoài"
    assert first.username != second.username
    assert first.phone != second.phone


def test_all_or_nothing(register_of_units: None, noon: datetime) -> None:
    Unit.objects.filter(code=registration.YOUTH_UNION_CODE).update(code="renamed")
    with pytest.raises(Unit.DoesNotExist):
        register(
            full_name="Nông Thị Hoài",
            contact=Contact(phone="+84912345678"),
            password="một câu ngắn dễ nhớ",
            unit=Unit.objects.get(code="01273"),
            is_youth_member=True,
            is_trade_union_member=False,
            now=noon,
        )
    assert not User.objects.exists()
    assert not Consent.objects.exists()


def test_the_service_refuses_a_taken_contact(register_of_units: None, noon: datetime) -> None:
    details = {
        "full_name": "Hoài",
        "contact": Contact(email="hoai@example.vn"),
        "password": "một câu ngắn dễ nhớ",
        "unit": Unit.objects.get(code="01273"),
        "is_youth_member": False,
        "is_trade_union_member": False,
        "now": noon,
    }
    user = register(**details)  # type: ignore[arg-type]
    assert user.affiliations.get().since == noon
    with pytest.raises(ContactTaken):
        register(**details)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("raw", "contact"),
    [
        ("0912 345 678", Contact(phone="+84912345678")),
        (" HOAI@example.vn", Contact(email="hoai@example.vn")),
        ("hoai", None),
        ("@", None),
        ("0912@", None),
    ],
)
def test_parse_contact(raw: str, contact: Contact | None) -> None:
    assert parse_contact(raw) == contact
