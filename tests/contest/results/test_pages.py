"""Results through HTTP: the table, receipts, proofs, files, and the console."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit, User
from contest.attempts import start_attempt
from contest.duties import grant_organiser
from contest.models import Attempt, Round, RoundResult
from contest.results.finalising import finalise_round
from contest.results.reading import PAGE, pages, share
from contest.results.sealing import seal_round
from contest.visibility import Shown
from tests.contest.results.sitting import person, sit, table, verified
from tests.factories import make_person, make_round


def text(response: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", unescape(plain))


def at(round: Round, name: str, *more: int) -> str:
    return reverse(f"contest:{name}", args=[round.contest.slug, round.number, *more])


@pytest.fixture
def desk(client: Client, ha: User) -> Client:
    client.force_login(ha)
    return client


# -- The table -----------------------------------------------------------------------------------


def test_the_final_table_is_for_everybody(result: RoundResult, over: Round, client: Client) -> None:
    shown = client.get(at(over, "results"))
    said = text(shown)
    for part in (
        "Hoàng Thị Yến", "Lục Văn Tài", "Giải Nhất", "5 điểm so với 4 điểm.",
        "Giá trị đúng: 2", "Đúng tất cả các câu 1 50%", "Xã Trùng Khánh", result.root,
    ):  # fmt: skip
        assert part in said
    assert shown.status_code == 200


def test_nothing_is_shown_before_it_is_final(over: Round, client: Client) -> None:
    shown = client.get(at(over, "results"))
    assert (shown.status_code, "Kết quả chưa công bố" in text(shown)) == (404, True)
    assert "Yến" not in text(shown)


def test_nothing_is_shown_before_a_frozen_board_is_revealed(
    result: RoundResult, over: Round, client: Client, opened: datetime
) -> None:
    Round.objects.filter(pk=over.pk).update(frozen_at=opened)
    code = table(result)[0].receipt
    assert client.get(at(over, "results")).status_code == 404
    assert client.get(at(over, "result_file", 2)).status_code == 404
    assert client.get(at(over, "result_file", 1)).status_code == 404
    assert result.root not in text(client.get(at(over, "proof")))
    said = text(client.get(reverse("contest:verify", args=[code])))
    assert "Biên nhận này có thật" in said
    assert "chưa được công khai" in said
    assert "5/5" not in said
    assert "Yến" not in said
    Round.objects.filter(pk=over.pk).update(revealed_at=timezone.now())
    assert client.get(at(over, "results")).status_code == 200


@pytest.mark.parametrize("query", ["?version=9", "?version=x", "?division=x", "?page=2", "?page=0"])
def test_parts_there_are_not(result: RoundResult, over: Round, client: Client, query: str) -> None:
    assert client.get(at(over, "results") + query).status_code == 404


def test_fifty_people_a_page(ha: User, commune: Unit, client: Client, opened: datetime) -> None:
    round = make_round(ha, opened)
    for number in range(PAGE + 1):
        user = make_person(f"nguoi-{number}", f"Người Thứ {number}", commune)
        sit(user, round, right=1, at=opened, took_s=60 + number)
    finalise_round(actor=ha, round=round, now=timezone.now())
    first, second = (text(client.get(at(round, "results") + f"?page={n}")) for n in (1, 2))
    assert "Người Thứ 49" in first
    assert "Người Thứ 50" not in first
    assert "Người Thứ 50" in second
    assert "Người Thứ 49" not in second


def test_pages_and_shares() -> None:
    assert list(pages(1, 1)) == [1]
    assert list(pages(5, 20)) == [1, 3, 4, 5, 6, 7, 20]
    assert [share(5, 8), share(0, 3), share(1, 3), share(0, 0)] == ["62,5%", "0%", "33,3%", "–"]


# -- Receipts ------------------------------------------------------------------------------------


def test_a_receipt_explains_itself(result: RoundResult, over: Round, client: Client) -> None:
    code = table(result)[0].receipt
    typed = code.replace("-", " ").lower()
    shown = client.get(reverse("contest:verify_form"), {"code": typed}, follow=True)
    said = text(shown)
    assert shown.status_code == 200
    assert said.count("ĐẠT") == 6
    assert "KHÔNG ĐẠT" not in said
    for part in ("Khớp.", "5 điểm, đúng 5/5 câu", "hạng 1", "Hoàng Thị Yến", result.root):
        assert part in said
    assert "<svg" in shown.content.decode()


def test_a_receipt_of_an_attempt_that_does_not_count_names_nobody(
    result: RoundResult, over: Round, tai: User, client: Client
) -> None:
    second = Attempt.objects.get(entry__user=tai, number=2)
    said = text(client.get(reverse("contest:verify", args=[second.receipt])))
    assert "chỉ lượt được tính" in said
    assert "Tài" not in said


def test_a_receipt_before_results_are_shown(ha: User, yen: User, client: Client) -> None:
    now = timezone.now()
    round = make_round(ha, now, results_shown=Shown.AFTER_FINAL)
    attempt = sit(yen, round, right=5, at=now - timedelta(minutes=9))
    said = text(client.get(reverse("contest:verify", args=[attempt.receipt])))
    assert "chưa được công khai" in said
    assert "5/5" not in said
    assert "ĐẠT" not in said


def test_receipts_there_are_not(client: Client, db: None) -> None:
    wrong = client.get(reverse("contest:verify_form"), {"code": "7QKM-XXX1"})
    assert (wrong.status_code, 'value="7QKM-XXX1"' in wrong.content.decode()) == (422, True)
    assert "16 chữ và số" in text(client.get(reverse("contest:verify_form")))
    unknown = client.get(reverse("contest:verify", args=["AAAA-AAAA-AAAA-AAAA"]))
    assert (unknown.status_code, "Không có bài thi nào" in text(unknown)) == (404, True)
    assert client.get(reverse("contest:verify", args=["x"])).status_code == 404


def test_a_failed_step_is_told(result: RoundResult, over: Round, yen: User, client: Client) -> None:
    Attempt.objects.filter(entry__user=yen).update(points=3)
    said = text(client.get(reverse("contest:verify", args=[table(result)[0].receipt])))
    assert "Không khớp." in said
    assert "KHÔNG ĐẠT" in said


# -- Proofs and files ----------------------------------------------------------------------------


def test_the_proof_page_reveals_the_secret_after_the_seal(over: Round, client: Client) -> None:
    before = text(client.get(at(over, "proof")))
    assert over.secret not in before
    assert "Chưa công bố" in before
    seal = seal_round(round=over, now=timezone.now())
    assert seal is not None
    after = text(client.get(at(over, "proof")))
    assert over.secret in after
    assert seal.root in after


@pytest.mark.parametrize("version", [1, 2])
def test_anybody_can_download_and_check(
    result: RoundResult, over: Round, client: Client, tmp_path: Path, version: int
) -> None:
    response: Any = client.get(at(over, "result_file", version))
    content = b"".join(response.streaming_content)
    assert "attachment" in response["Content-Disposition"]
    receipt = table(result)[0].receipt
    done = verified(content, tmp_path, "--receipt", receipt)
    assert done.returncode == 0, done.stdout
    assert "Yến" not in content.decode()
    assert client.get(at(over, "result_file", 9)).status_code == 404


def test_the_own_paper_is_for_its_owner(
    result: RoundResult, over: Round, yen: User, tai: User, client: Client
) -> None:
    attempt = Attempt.objects.get(entry__user=yen)
    address = reverse("contest:paper_file", args=[attempt.pk])
    assert client.get(address).status_code == 302
    client.force_login(tai)
    assert client.get(address).status_code == 404
    client.force_login(yen)
    content = json.loads(client.get(address).content)
    assert content["canonical"]["points"] == 5
    assert content["identity"]["name"] == "Hoàng Thị Yến"


def test_no_paper_before_solutions(ha: User, yen: User, client: Client) -> None:
    now = timezone.now()
    round = make_round(ha, now)
    attempt = sit(yen, round, right=5, at=now - timedelta(minutes=9))
    client.force_login(yen)
    assert client.get(reverse("contest:paper_file", args=[attempt.pk])).status_code == 403


# -- The console ---------------------------------------------------------------------------------


def console(round: Round, name: str = "console_results") -> str:
    return reverse(f"contest:{name}", args=[round.pk])


def test_strangers_do_not_enter(over: Round, yen: User, client: Client) -> None:
    assert client.get(console(over)).status_code == 302
    client.force_login(yen)
    for name in ("finalise", "open_correction", "sign_correction", "drop_correction"):
        assert client.post(console(over, name)).status_code == 403
    assert client.get(console(over)).status_code == 403
    assert not RoundResult.objects.exists()


def test_finalising_through_the_console(over: Round, desk: Client) -> None:
    assert "Mọi câu trả lời đã đến." in text(desk.get(console(over)))
    unconfirmed = desk.post(console(over, "finalise"), {"finalise-reason": "Đủ điều kiện."})
    assert unconfirmed.status_code == 422
    assert "Đủ điều kiện." in text(unconfirmed)
    assert "Hãy đánh dấu" in text(unconfirmed)
    done = desk.post(
        console(over, "finalise"),
        {"finalise-reason": "Đủ điều kiện.", "finalise-confirmed": "on"},
        follow=True,
    )
    assert "Đã chốt kết quả" in text(done)
    made = RoundResult.objects.get(kind="final")
    assert (made.reason, made.root in text(done)) == ("Đủ điều kiện.", True)


def test_the_console_says_what_is_missing(ha: User, yen: User, desk: Client) -> None:
    now = timezone.now()
    round = make_round(ha, now)
    start_attempt(user=yen, round=round, now=now)
    page = text(desk.get(console(round)))
    assert "Vòng thi chưa đóng" in page
    assert "Còn 1 bài đang làm" in page
    refused = desk.post(console(round, "finalise"), {"finalise-confirmed": "on"})
    assert (refused.status_code, "Vòng thi chưa đóng" in text(refused)) == (409, True)
    assert not RoundResult.objects.exists()


def test_a_correction_through_the_console(
    result: RoundResult, over: Round, desk: Client, commune: Unit
) -> None:
    assert desk.post(console(over, "open_correction"), {}).status_code == 422
    opened = desk.post(console(over, "open_correction"), {"open-reason": "Sai tên."}, follow=True)
    assert "Bạn là người mở" in text(opened)
    confirmed = {"sign-confirmed": "on"}
    assert desk.post(console(over, "sign_correction"), confirmed).status_code == 409
    other = person("Bế Thị Hoa", commune)
    grant_organiser(user=other)
    desk.force_login(other)
    signed = desk.post(console(over, "sign_correction"), confirmed, follow=True)
    assert "Đã công bố kết quả đính chính, bản 3" in text(signed)
    desk.post(console(over, "open_correction"), {"open-reason": "Nhầm."})
    dropped = desk.post(console(over, "drop_correction"), {"drop-reason": "Thôi."}, follow=True)
    assert "Đã bỏ bản đính chính" in text(dropped)


def test_finalising_by_command(
    over: Round, ha: User, yen: User, capsys: pytest.CaptureFixture[str]
) -> None:
    for login, says in (("nobody", "Không tìm thấy"), ("yen", "không có quyền")):
        with pytest.raises(CommandError, match=says):
            call_command("finalise_round", over.pk, "--as", login)
    call_command("finalise_round", over.pk, "--as", "ha", "--reason", "Đủ điều kiện.")
    made = RoundResult.objects.get(kind="final")
    assert made.root in capsys.readouterr().out
    with pytest.raises(CommandError, match="không thay đổi được"):
        call_command("finalise_round", over.pk, "--as", "ha")
