"""Nothing changes a published table, and whoever tries in the database is noticed."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, ProtectedError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import HeadCount, Unit, User
from accounts.unit_changes import rename_unit
from contest.conduct.people import disqualify
from contest.duties import grant_organiser
from contest.erasure import erase_person
from contest.errors import ContestError, RoundIsFinal
from contest.essays import mark_essay
from contest.models import Attempt, Entry, ResultRow, Round, RoundResult
from contest.publishing import published_hashes
from contest.results.checking import Status, attempt_of, verify_attempt
from contest.results.corrections import (
    decided_since,
    drop_correction,
    open_correction,
    opening_of,
    sign_correction,
)
from contest.results.finalising import finalise_round
from contest.results.papers import paper_file
from contest.results.refusals import NoCorrection, SecondPersonRequired
from quizzes.models import QuestionVersion
from tests.contest.results.sitting import file_of, order, sit, table, verified
from tests.factories import make_person, make_round


@pytest.fixture
def hoa(commune: Unit) -> User:
    """Another organiser."""
    user = make_person("hoa", "Bế Thị Hoa", commune)
    grant_organiser(user=user)
    return user


def steps(user: User, round: Round) -> dict[str, Status]:
    """The steps of the receipt of the person's counted attempt."""
    entry = Entry.objects.get(user=user, round=round)
    assert entry.counted is not None
    return steps_of(entry.counted.receipt)


def steps_of(code: str) -> dict[str, Status]:
    attempt = attempt_of(code)
    assert attempt is not None
    found = verify_attempt(attempt, code, timezone.now())
    return {step.name: step.status for step in found.steps}


def failed(found: dict[str, Status]) -> list[str]:
    return [name for name, status in found.items() if status is Status.FAILED]


# -- R8, U6, U7 --------------------------------------------------------------------------------


def test_r8_renames_and_head_counts_change_nothing(
    result: RoundResult, over: Round, ha: User, yen: User, commune: Unit, client: Client
) -> None:
    """R8: people, units, the round and its contest get other names; file and page do not."""
    now = timezone.now()
    page = reverse("contest:results", args=[over.contest.slug, over.number])
    before, shown = file_of(result, now), client.get(page).content.decode()
    yen.full_name = "Tên Khác Hẳn"
    yen.save()
    rename_unit(
        actor=ha, unit=commune, name="Xã Tên Mới", on=timezone.localdate(now),
        reason="Nghị quyết số 1.", now=now,
    )  # fmt: skip
    HeadCount.objects.create(unit=commune, members=1)
    over.contest.title = over.title = "Tựa khác"
    over.contest.save()
    over.save()
    assert file_of(result, now) == before
    after = client.get(page).content.decode()
    assert "Tên Khác Hẳn" not in after
    assert "Xã Tên Mới" not in after
    assert after.count("Xã Trùng Khánh") == shown.count("Xã Trùng Khánh") > 0


def test_r8_decisions_are_refused(result: RoundResult, over: Round, ha: User, yen: User) -> None:
    with pytest.raises(RoundIsFinal):
        disqualify(
            entry=Entry.objects.get(user=yen, round=over), actor=ha, reason="Muộn.",
            now=timezone.now(),
        )  # fmt: skip


def test_u6_an_erased_person_leaves_an_anonymous_line(
    result: RoundResult, over: Round, yen: User, client: Client, tmp_path: Path
) -> None:
    """U6: name and salt are gone, the line, the unit's total and the tree stay."""
    now = timezone.now()
    before = file_of(result, now)
    erase_person(user=yen, now=now)
    row = table(result)[0]
    assert (row.name, row.salt) == ("", "")
    assert file_of(result, now) == before
    assert verified(before, tmp_path).returncode == 0
    assert failed(steps_of(row.receipt)) == []
    shown = client.get(reverse("contest:results", args=[over.contest.slug, over.number]))
    assert "(đã xóa thông tin)" in shown.content.decode()
    assert "Hoàng Thị Yến" not in shown.content.decode()
    assert result.unit_rows.get(name="Xã Trùng Khánh").entrants == 1


def test_u7_deleting_accounts_never_deletes_results(
    result: RoundResult, over: Round, yen: User, client: Client
) -> None:
    """U7: a row deleted by force in the administration leaves the table as it was."""
    now = timezone.now()
    before, receipt = file_of(result, now), table(result)[0].receipt
    yen.delete()
    assert file_of(result, now) == before
    assert failed(steps_of(receipt)) == []
    shown = client.get(reverse("contest:results", args=[over.contest.slug, over.number]))
    assert "Hoàng Thị Yến" not in shown.content.decode()
    assert "(đã xóa thông tin)" in shown.content.decode()


def test_u7_questions_units_and_rounds_of_results_cannot_be_deleted(
    result: RoundResult, over: Round, commune: Unit
) -> None:
    for row in (QuestionVersion.objects.get(pk=over.pools[0][0]), commune, over, over.contest):
        with pytest.raises(ProtectedError):
            row.delete()


def test_a_name_hidden_later_is_not_shown_and_still_verifies(
    result: RoundResult, over: Round, yen: User, client: Client
) -> None:
    User.objects.filter(pk=yen.pk).update(is_name_hidden=True)
    shown = client.get(reverse("contest:results", args=[over.contest.slug, over.number]))
    assert "Hoàng Thị Yến" not in shown.content.decode()
    assert failed(steps(yen, over)) == []


# -- Tampering -----------------------------------------------------------------------------------


def test_an_untouched_result_holds(result: RoundResult, over: Round, yen: User, tai: User) -> None:
    expected = [
        "Bốc đề", "Biên nhận", "Điểm sau các quyết định", "Có trong bản chốt bài thi",
        "Dòng trong bảng kết quả", "Nội dung của dòng",
    ]  # fmt: skip
    for user in (yen, tai):
        assert steps(user, over) == dict.fromkeys(expected, Status.PASSED)
    second = Attempt.objects.get(entry__user=tai, number=2)
    assert steps_of(second.receipt) == dict.fromkeys(expected[:4], Status.PASSED)


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        ({"points": 9}, "Dòng trong bảng kết quả"),
        ({"rank": 2}, "Dòng trong bảng kết quả"),
        ({"unit_code": "00000"}, "Dòng trong bảng kết quả"),
        ({"leaf": "0" * 64}, "Dòng trong bảng kết quả"),
        ({"receipt": "AAAA-BBBB-CCCC-DDDD"}, "Nội dung của dòng"),
    ],
)
def test_a_changed_row_is_noticed(
    result: RoundResult, over: Round, yen: User, tmp_path: Path,
    change: dict[str, Any], noticed: str,
) -> None:  # fmt: skip
    row = table(result)[0]
    ResultRow.objects.filter(pk=row.pk).update(**change)
    assert noticed in failed(steps(yen, over))
    if "leaf" not in change:
        assert verified(file_of(result, timezone.now()), tmp_path).returncode == 1


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        ({"points": 9}, "Điểm sau các quyết định"),
        ({"answers": {"1": ["a"]}}, "Biên nhận"),
        ({"paper": []}, "Bốc đề"),
        ({"prediction": 3}, "Biên nhận"),
        ({"submitted_at": timezone.now()}, "Có trong bản chốt bài thi"),
    ],
)
def test_a_changed_attempt_is_noticed(
    result: RoundResult, over: Round, yen: User, change: dict[str, Any], noticed: str
) -> None:
    Attempt.objects.filter(entry__user=yen).update(**change)
    assert noticed in failed(steps(yen, over))


def test_a_changed_receipt_is_found_by_the_published_one(
    result: RoundResult, over: Round, yen: User
) -> None:
    code = table(result)[0].receipt
    Attempt.objects.filter(entry__user=yen).update(receipt="AAAA-BBBB-CCCC-DDDD")
    assert "Có trong bản chốt bài thi" in failed(steps_of(code))


def test_the_command_tells_and_fails(
    result: RoundResult, over: Round, yen: User, capsys: pytest.CaptureFixture[str]
) -> None:
    code = table(result)[0].receipt
    call_command("verify_receipt", code.lower())
    assert capsys.readouterr().out.count("[ĐẠT]") == 6
    ResultRow.objects.filter(receipt=code).update(points=F("points") + 1)
    with pytest.raises(CommandError, match="không đạt"):
        call_command("verify_receipt", code)
    with pytest.raises(CommandError, match="Không có bài thi"):
        call_command("verify_receipt", "AAAA-AAAA-AAAA-AAAA")


def test_backups_compare_the_roots(result: RoundResult, over: Round) -> None:
    published = published_hashes()
    assert published[f"round:{over.pk}:result:2"] == result.root
    assert len(published[f"round:{over.pk}:result:1"]) == 64


# -- The stand-alone script over what people download ----------------------------------------------


def test_the_own_paper_passes_the_script(
    result: RoundResult, over: Round, yen: User, tai: User, tmp_path: Path
) -> None:
    content = file_of(result, timezone.now())
    for user in (yen, tai):
        attempt = Attempt.objects.get(entry__user=user, number=1)
        paper = tmp_path / "paper.json"
        paper.write_text(json.dumps(paper_file(attempt, with_identity=True)))
        done = verified(content, tmp_path, "--paper", str(paper), "--receipt", attempt.receipt)
        assert done.returncode == 0, done.stdout
        assert "trùng với đề đã làm" in done.stdout
    assert "identity" in paper_file(attempt, with_identity=True)
    assert "identity" not in paper_file(attempt, with_identity=False)


# -- Corrections -----------------------------------------------------------------------------------


def test_a_correction_needs_two_people_and_leaves_the_old_result(
    result: RoundResult, over: Round, ha: User, hoa: User, yen: User, client: Client, tmp_path: Path
) -> None:
    now = timezone.now()
    before = file_of(result, now)
    open_correction(actor=ha, round=over, reason="Sót một vi phạm.", now=now)
    disqualify(
        entry=Entry.objects.get(user=yen, round=over), actor=ha, reason="Nhờ thi hộ.", now=now
    )
    page = reverse("contest:results", args=[over.contest.slug, over.number])
    assert "Hoàng Thị Yến" in client.get(page).content.decode()
    with pytest.raises(SecondPersonRequired):
        sign_correction(actor=ha, round=over, now=now)
    with pytest.raises(ContestError, match="thu hồi"):
        drop_correction(actor=ha, round=over, reason="Thôi.")
    corrected = sign_correction(actor=hoa, round=over, now=timezone.now())
    assert (corrected.number, corrected.kind) == (3, "correction")
    assert (corrected.made_by, corrected.signed_by) == (ha, hoa)
    assert corrected.reason == "Sót một vi phạm."
    assert order(corrected) == [(1, "tai")]
    assert table(corrected)[0].prize == "Giải Nhất"
    assert file_of(result, now) == before
    for version in (result, corrected):
        assert verified(file_of(version, timezone.now()), tmp_path).returncode == 0
    over.refresh_from_db()
    assert over.reopened_at is None
    assert "Hoàng Thị Yến" not in client.get(page).content.decode()
    assert "Hoàng Thị Yến" in client.get(f"{page}?version=2").content.decode()
    with pytest.raises(NoCorrection):
        sign_correction(actor=hoa, round=over, now=now)


def test_a_correction_can_be_dropped_while_nothing_changed(
    result: RoundResult, over: Round, ha: User
) -> None:
    now = timezone.now()
    with pytest.raises(ContestError, match="lý do"):
        open_correction(actor=ha, round=over, reason=" ", now=now)
    opened = open_correction(actor=ha, round=over, reason="Xem lại.", now=now)
    opening = opening_of(opened)
    assert opening is not None
    assert opening.reason == "Xem lại."
    assert decided_since(opened) == 0
    with pytest.raises(ContestError, match="đang được lập"):
        open_correction(actor=ha, round=over, reason="Lần nữa.", now=now)
    dropped = drop_correction(actor=ha, round=over, reason="Không có sai sót.")
    assert dropped.reopened_at is None
    assert RoundResult.objects.filter(round=over).count() == 2


def test_only_a_final_round_is_corrected(over: Round, ha: User) -> None:
    with pytest.raises(ContestError, match="chưa có kết quả"):
        open_correction(actor=ha, round=over, reason="Sai.", now=timezone.now())


def test_a_correction_with_other_marks_is_not_dropped(ha: User, yen: User) -> None:
    then = timezone.now() - timedelta(days=3)
    round = make_round(ha, then, essay_prompt="Hãy viết.", essay_points=5)
    attempt = sit(yen, round, right=5, at=then, essay="Bài viết")
    mark: Any = {"actor": ha, "attempt": attempt, "reason": "Chấm lại"}
    mark_essay(points=3, now=then, **mark)
    finalise_round(actor=ha, round=round, now=timezone.now())
    opened = open_correction(actor=ha, round=round, reason="Chấm sai.", now=timezone.now())
    mark_essay(points=1, now=timezone.now(), **mark)
    with pytest.raises(ContestError, match="điểm tự luận"):
        drop_correction(actor=ha, round=opened, reason="Thôi.")
    mark_essay(points=3, now=timezone.now(), **mark)
    assert drop_correction(actor=ha, round=opened, reason="Thôi.").reopened_at is None
