"""Signing in and out, passwords."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail.backends.console import EmailBackend as ConsoleBackend
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.mail import can_send_mail
from accounts.models import User

URL = "/accounts/login/"
PASSWORD = "một câu ngắn dễ nhớ"
MISMATCH = "Số điện thoại, e-mail hoặc mật khẩu chưa đúng. Hãy kiểm tra rồi thử lại."


@pytest.fixture
def hoai(db: None) -> User:
    return User.objects.create_user(
        "hoai",
        email="Hoai@example.vn",
        password=PASSWORD,
        full_name="Nông Thị Hoài",
        phone="+84912345678",
    )


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(URL, {"login": login, "password": password, **more})


@pytest.mark.parametrize(
    "login",
    [
        "0912345678",
        "+84912345678",
        "84 912 345 678",
        "912.345.678",
        "hoai@example.vn",
        " HOAI@Example.VN ",
        "hoai",
        "HOAI",
    ],
)
def test_by_phone_e_mail_and_username(client: Client, hoai: User, login: str) -> None:
    assertRedirects(sign_in(client, login), "/", fetch_redirect_response=False)
    assert client.session["_auth_user_id"] == str(hoai.pk)
    assert client.session.get_expiry_age() == 30 * 24 * 3600


def test_a_password_typed_on_another_keyboard(client: Client, hoai: User) -> None:
    assert sign_in(client, "hoai", unicodedata.normalize("NFD", PASSWORD)).status_code == 302


def test_back_to_where_one_came_from(client: Client, hoai: User) -> None:
    answer = sign_in(client, "hoai", next="/c/thi/1/")
    assertRedirects(answer, "/c/thi/1/", fetch_redirect_response=False)
    answer = sign_in(Client(), "hoai", next="//evil.example/")
    assertRedirects(answer, "/", fetch_redirect_response=False)


def test_the_way_to_sign_up_keeps_the_destination(client: Client, db: None) -> None:
    answer = client.get(URL, {"next": "/c/thi/1/"})
    assertContains(answer, "/accounts/signup/?next=%2Fc%2Fthi%2F1%2F")


@pytest.mark.parametrize("login", ["hoai", "0912345678", "hoai@example.vn", "nobody", "0900000000"])
def test_one_message_for_every_mismatch(client: Client, hoai: User, login: str) -> None:
    answer = sign_in(client, login, "sai mật khẩu rồi")
    assertContains(answer, MISMATCH)
    assertNotContains(answer, "chỗ cần sửa")


def test_empty_fields(client: Client, hoai: User) -> None:
    answer = sign_in(client, "", "")
    assertContains(answer, "Còn 2 chỗ cần sửa")
    assertContains(answer, "Hãy nhập số điện thoại, e-mail hoặc tên đăng nhập.")
    assertContains(answer, "Hãy nhập mật khẩu.")


def test_the_page_names_all_ways_in(client: Client, db: None) -> None:
    assertContains(client.get(URL), "Số điện thoại, e-mail hoặc tên đăng nhập")


def test_a_character_no_database_takes(client: Client, hoai: User) -> None:
    answer = sign_in(client, "ho\0ai")
    assertContains(answer, "Có ký tự không dùng được. Hãy gõ lại phần này.")


def test_failures_are_counted_per_account_in_every_spelling(client: Client, hoai: User) -> None:
    spellings = ["0912345678", "+84912345678", "84912345678", "0912 345 678", "0912-345-678"]
    for login in spellings * 2:
        assertContains(sign_in(client, login, "sai mật khẩu rồi"), MISMATCH)
    assertContains(sign_in(client, "0912.345.678"), "Mật khẩu sai quá nhiều lần.")
    # Somebody else behind the same address is not held up.
    User.objects.create_user("tai", password=PASSWORD, full_name="Lục Văn Tài")
    assert sign_in(Client(), "tai").status_code == 302


def test_a_hall_behind_one_address_signs_in(hoai: User) -> None:
    for _ in range(60):
        assert sign_in(Client(), "hoai").status_code == 302


def test_a_locked_account(client: Client, hoai: User) -> None:
    User.objects.filter(pk=hoai.pk).update(is_active=False)
    answer = client.post(URL, {"login": "hoai", "password": PASSWORD}, follow=True)
    assertContains(answer, "Tài khoản đang tạm khóa")
    assert "_auth_user_id" not in client.session


def test_signing_out_needs_a_button(client: Client, hoai: User) -> None:
    client.force_login(hoai)
    assertContains(client.get("/accounts/logout/"), "Đang đăng nhập: <b>Nông Thị Hoài</b>")
    assert "_auth_user_id" in client.session
    answer = client.post("/accounts/logout/")
    assertRedirects(answer, "/", fetch_redirect_response=False)
    assert "_auth_user_id" not in client.session


# -- passwords -----------------------------------------------------------------------------------


def test_changing_the_password(client: Client, hoai: User) -> None:
    client.force_login(hoai)
    url = "/accounts/password/change/"
    assertNotContains(client.get(url), "Password")
    wrong = {"oldpassword": "khong phai", "password1": "ngắn", "password2": ""}
    answer = client.post(url, wrong)
    assertContains(answer, "Mật khẩu hiện nay chưa đúng.")
    assertContains(answer, "Mật khẩu cần ít nhất 8 ký tự.")
    assertContains(answer, "Hãy nhập lại mật khẩu mới.")
    answer = client.post(
        url,
        {"oldpassword": PASSWORD, "password1": "câu mới dễ nhớ", "password2": "câu mới dễ quên"},
    )
    assert dict(answer.context["form"].errors) == {"password2": ["Hai lần nhập chưa giống nhau."]}
    new = "câu mới dễ nhớ"
    answer = client.post(url, {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assertRedirects(answer, "/accounts/me/", fetch_redirect_response=False)
    assert "_auth_user_id" in client.session
    assert sign_in(Client(), "hoai", new).status_code == 302


REPEATED = "Mật khẩu không được trùng số điện thoại hoặc e-mail."
BLANK = "Mật khẩu không được chỉ gồm khoảng trắng."
REFUSED = [
    ("0912345678", REPEATED),
    ("+84 912-345.678", REPEATED),
    (" HOAI@Example.vn ", REPEATED),
    (" " * 8, BLANK),
    ("\u200b" * 8, BLANK),
]


@pytest.mark.parametrize(("new", "message"), REFUSED)
def test_a_new_password_anybody_could_guess(
    client: Client, hoai: User, new: str, message: str
) -> None:
    client.force_login(hoai)
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    answer = client.post("/accounts/password/change/", typed)
    assert answer.context["form"].errors["password1"] == [message]

    Client().post("/accounts/password/reset/", {"email": "hoai@example.vn"})
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert link is not None
    stranger = Client()
    target = stranger.get(link[1], follow=True).redirect_chain[-1][0]
    answer = stranger.post(target, {"password1": new, "password2": new})
    assert answer.context["form"].errors["password1"] == [message]
    hoai.refresh_from_db()
    assert hoai.check_password(PASSWORD)


def test_a_number_of_somebody_else_is_a_password_like_any(client: Client, hoai: User) -> None:
    client.force_login(hoai)
    new = "0987612345"
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", typed).status_code == 302


def test_resetting_the_password_by_e_mail(client: Client, hoai: User) -> None:
    url = "/accounts/password/reset/"
    assertContains(client.get(url), "Hãy nhờ Ban Tổ chức cấp lại mật khẩu")
    answer = client.post(url, {"email": "HOAI@example.vn"}, follow=True)
    assertContains(answer, "Đã gửi đường dẫn đặt lại mật khẩu")
    (letter,) = mail.outbox
    assert letter.subject == "Đặt lại mật khẩu, Tìm hiểu Nghị quyết tỉnh Cao Bằng"
    assert letter.to == ["hoai@example.vn"]
    assert letter.body.startswith("Chào bạn,\n")
    assert "Hoài" not in letter.body  # whoever signs up chooses the name, another gets the letter
    link = re.search(r"http://testserver(\S+)", letter.body)
    assert link is not None

    page = client.get(link[1], follow=True)
    assertContains(page, "Đặt mật khẩu mới")
    assertNotContains(page, "Password")
    target = page.redirect_chain[-1][0]
    new = "câu mới dễ nhớ"
    done = client.post(target, {"password1": new, "password2": new}, follow=True)
    assertContains(done, "Đã đặt mật khẩu mới")
    assert sign_in(Client(), "hoai", new).status_code == 302
    assertContains(Client().get(link[1], follow=True), "Đường dẫn đã hết hạn")
    assert not EmailAddress.objects.exists()  # the user is the one place for the address


@pytest.mark.parametrize(
    ("email", "message"),
    [
        ("", "Hãy nhập e-mail đã đăng ký."),
        ("0912345678", "E-mail chưa đúng."),
        ("nobody@example.vn", "Chưa có tài khoản nào dùng e-mail này."),
    ],
)
def test_no_reset(client: Client, hoai: User, email: str, message: str) -> None:
    assertContains(client.post("/accounts/password/reset/", {"email": email}), message)
    assert mail.outbox == []


def test_without_a_mail_server_only_the_organisers_help(
    client: Client, hoai: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ConsoleBackend, "send_messages", lambda *args: pytest.fail("sent"))
    settings.EMAIL_HOST = ""
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    url = "/accounts/password/reset/"
    posted = client.post(url, {"email": "hoai@example.vn"}, follow=True)
    assert posted.redirect_chain == [(url, 302)]
    for page in (client.get(url), posted):
        assertContains(page, "Hãy nhờ Ban Tổ chức cấp lại mật khẩu")
        assertNotContains(page, 'type="email"')
        assertNotContains(page, "đường dẫn")


@pytest.mark.parametrize(
    ("host", "backend", "can"),
    [("", "console", False), ("mail.example.vn", "console", True), ("", "locmem", True)],
)
def test_can_send_mail(settings: Any, host: str, backend: str, can: bool) -> None:
    settings.EMAIL_HOST = host
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    assert can_send_mail() is can


def test_a_mail_server_that_is_down(
    client: Client, hoai: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    answer = client.post("/accounts/password/reset/", {"email": "hoai@example.vn"})
    assertContains(answer, "Chưa gửi được thư. Hãy thử lại sau ít phút.")


def test_setting_a_first_password(client: Client, hoai: User) -> None:
    hoai.set_unusable_password()
    hoai.save()
    client.force_login(hoai)
    answer = client.get("/accounts/password/change/", follow=True)
    assertContains(answer, "Đặt mật khẩu")
    assertNotContains(answer, "Password")


@pytest.mark.parametrize(
    "path",
    ["email/", "confirm-email/", "reauthenticate/", "login/code/", "login/code/confirm/", ""],
)
def test_pages_we_do_not_offer_do_not_exist(client: Client, hoai: User, path: str) -> None:
    client.force_login(hoai)
    assert client.get(f"/accounts/{path}").status_code == 404
