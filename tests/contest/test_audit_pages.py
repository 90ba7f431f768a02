"""The audit as people read it: names, search, chain, file (O3, T12)."""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Unit, User
from contest.audit import broken_links, look_through, record
from contest.audit_search import Wanted, found_ids
from contest.audit_words import (
    ACTION_NAMES,
    FIELD_NAMES,
    NOTHING,
    People,
    action_name,
    deed,
    fields_of,
    in_words,
)
from contest.conduct.people import disqualify
from contest.conduct.timing import declare_outage, pause_round, resume_round, take_back_outage
from contest.drafts import PrizeDraft, settings_of
from contest.duties import grant_organiser
from contest.forms.ranking import KEY_NAMES
from contest.models import AuditHead, AuditRecord, Decision, Entry, Round
from contest.rules.contests import contest_draft_of
from tests.contest.results.sitting import sit
from tests.factories import make_person, make_round

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
APPS = ["contest", "leaderboard", "config"]
ADDRESS = "/organiser/audit/"


def write(actor: User, **changes: Any) -> AuditRecord:
    fields: dict[str, Any] = {
        "actor": actor,
        "action": "disqualify",
        "subject": "round:1",
        "reason": "Dùng hai tài khoản",
        "before": {"rank_key": "00123"},
        "after": {"rank_key": ""},
    }
    return record(**fields | changes)


def moved(written: AuditRecord, at: datetime) -> None:
    """Give a record another time, behind the back of the model."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update contest_auditrecord set at = %s where id = %s",
            [at.replace(tzinfo=None) if connection.vendor == "sqlite" else at, written.pk],
        )


def removed(written: AuditRecord) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from contest_auditrecord where id = %s", [written.pk])


# -- Names ---------------------------------------------------------------------------------------


def recorded_actions() -> Iterator[str]:
    """Every action that code writes down by name: first the calls of ``record(action=...)``."""
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if "contest.audit import" in text and path.name != "audit.py":
                yield from _actions_in(ast.parse(text))


def _actions_in(tree: ast.Module) -> Iterator[str]:
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            continue
        for said in _said(call) if call.func.id in ("record", "_record") else ():
            value = constants.get(said.id) if isinstance(said, ast.Name) else None
            if isinstance(said, ast.Constant):
                value = said.value
            if isinstance(value, str):
                yield value


def _said(call: ast.Call) -> Iterator[ast.expr]:
    """What stands for the action: both sides of a condition, nothing for a composed text."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == "action"]
    for said in given or call.args[1:2]:
        if isinstance(said, ast.IfExp):
            yield from (said.body, said.orelse)
        else:
            yield said


def test_o3_every_action_has_a_name() -> None:
    """O3: nothing the staff does stands in the audit as a code only, and no name is spare."""
    kinds = {str(kind) for kind in Decision.Kind.values}
    decided = kinds | {f"undo_{kind}" for kind in kinds}
    found = set(recorded_actions())
    assert {"publish_round", "accept_appeal", "reject_appeal", "open_correction"} <= found
    assert found | decided == set(ACTION_NAMES)
    assert all(name[0].isupper() for name in ACTION_NAMES.values())


def test_decisions_are_called_as_their_kinds() -> None:
    for kind in Decision.Kind:
        assert action_name(kind) == kind.label
        assert action_name(f"undo_{kind}") == f"Thu hồi: {kind.label}"


def test_o3_a_pause_is_named_as_it_happened(ha: User, round: Round, noon: datetime) -> None:
    """O3: pauses and outages declared afterwards are decisions of one kind, not one deed."""

    def when(minutes: int) -> dict[str, Any]:
        at = noon + timedelta(minutes=minutes)
        return {"actor": ha, "reason": "Mất điện", "now": at}

    pause_round(round=round, **when(0))
    resumed = resume_round(round=round, **when(5))
    take_back_outage(decision=resumed, **when(6))
    take_back_outage(decision=pause_round(round=round, **when(7)), **when(8))
    starts, ends = noon, noon + timedelta(minutes=2)
    take_back_outage(
        decision=declare_outage(round=round, starts=starts, ends=ends, **when(9)), **when(10)
    )
    said = AuditRecord.objects.filter(reason="Mất điện").order_by("pk")
    assert [deed(each) for each in said] == [
        "Tạm dừng vòng thi",
        "Tiếp tục vòng thi",
        "Thu hồi: Bù thời gian gián đoạn",
        "Tạm dừng vòng thi",
        "Thu hồi: Tạm dừng vòng thi",
        "Bù thời gian gián đoạn",
        "Thu hồi: Bù thời gian gián đoạn",
    ]
    paused = [each.pk for each in said if deed(each) == "Tạm dừng vòng thi"]
    assert set(paused) < set(found_ids(Wanted(words="tạm dừng vòng thi")))


def test_the_page_and_the_file_name_a_pause(desk: Client, ha: User) -> None:
    span = {"starts": "2026-03-09T05:00:00+00:00", "ends": None}
    write(ha, action="outage", before={}, after=span)
    page = desk.get(ADDRESS, {"action": "outage"}).content.decode()
    assert '<h2 class="h3">Tạm dừng vòng thi</h2>' in page
    assert "Bù thời gian gián đoạn; tạm dừng vòng thi</option>" in page
    answer = desk.post(reverse("contest:audit_export"), {"action": "outage"})
    file = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert ";Tạm dừng vòng thi;" in file


def test_every_setting_has_a_name(ha: User, noon: datetime) -> None:
    round = make_round(ha, noon, prizes=[PrizeDraft("Giải Nhất", 1)])
    settings = settings_of(round)
    contest = contest_draft_of(round.contest)
    keys = {*settings, *settings["lines"][0], *settings["prizes"][0]}
    keys |= set(type(contest).__dataclass_fields__)
    assert keys - set(FIELD_NAMES) == set()


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("closes_at", "2026-03-15T15:00:00+00:00", "22:00 Chủ nhật, 15/03/2026"),
        ("daily_from", "07:30:00", "07:30"),
        ("dated", "2026-03-18", "18/03/2026"),
        ("seconds", 300, "5 phút"),
        ("rank_key", "", "Không"),
        ("rank_key", "0012", "Có"),
        ("has_table", False, "Không"),
        ("attempts_allowed", None, NOTHING),
        ("prediction_target", "", "Không có câu dự đoán"),
        ("results_shown", "after_final", "Sau khi công bố kết quả chính thức"),
        ("weekdays", [0, 6], "Thứ Hai, Chủ nhật"),
        (
            "ranking_keys",
            ["points", "elapsed"],
            f"{KEY_NAMES['points']} → {KEY_NAMES['elapsed']}",
        ),
        ("verdict", "drop", "Không tính câu này"),
        ("status", "confirmed", "Xác nhận bất thường"),
        ("kind", "shared_devices", "Nhiều tài khoản trên một thiết bị"),
        ("entry", 7, "7 (Hoàng Thị Yến)"),
        ("entry", 8, "8"),
        ("points", 12_345, "12.345"),
        ("number", "1234567", "1234567"),
        ("lines", [{"programme": "03-CTr/TU", "count": 5}], "Văn bản: 03-CTr/TU; Số lượng: 5"),
        ("anything", ["a", "b"], "a, b"),
    ],
)
def test_t12_values_are_read_in_vietnamese(key: str, value: Any, said: str) -> None:
    """T12: moments in Vietnam's time; choices, lengths and people in words."""
    assert in_words(key, value, People(entries={7: "Hoàng Thị Yến"})) == said


def test_what_stayed_the_same_is_left_out() -> None:
    one = AuditRecord(
        before={"title": "A", "place": "Cao Bằng", "attempt": 5},
        after={"title": "B", "place": "Cao Bằng", "attempt": 5, "worth": "1"},
    )
    said = [(field.name, field.before, field.after) for field in fields_of(one, People())]
    assert said == [("Tên", "A", "B"), ("Bài thi số", "5", "5"), ("Giá trị", NOTHING, "1")]


# -- The chain -----------------------------------------------------------------------------------


def test_the_chain_holds_as_long_as_nobody_touches_it(ha: User) -> None:
    assert look_through().is_whole
    for _ in range(3):
        write(ha)
    chain = look_through()
    assert (chain.records, chain.broken, chain.is_whole) == (3, (), True)


def test_the_last_record_missing_shows(ha: User) -> None:
    """Nothing follows it, so only the head knows."""
    write(ha)
    removed(write(ha))
    chain = look_through()
    assert (chain.broken, chain.ends_at_head, chain.is_whole) == ((), False, False)


def test_all_records_missing_shows(ha: User) -> None:
    removed(write(ha))
    assert not look_through().is_whole


def test_a_head_that_is_missing_shows(ha: User) -> None:
    write(ha)
    AuditHead.objects.all().delete()
    assert not look_through().is_whole


def test_a_record_without_digest_cannot_be_slipped_in(ha: User) -> None:
    """Records from before the chain have none; after it began every one has."""
    written = [write(ha), write(ha)]
    slipped = AuditRecord(pk=written[0].pk, actor_name="Ai đó", action="merge", subject="round:1")
    assert broken_links([slipped, *written]) == []
    assert broken_links([written[0], slipped, written[1]]) == [slipped.pk]


def test_the_command_says_whether_it_holds(ha: User) -> None:
    first = write(ha)
    write(ha)
    said = io.StringIO()
    call_command("verify_audit", stdout=said)
    assert "Chuỗi nhật ký nguyên vẹn: 2 bản ghi." in said.getvalue()
    removed(first)
    wrong = io.StringIO()
    with pytest.raises(CommandError, match="không nguyên vẹn"):
        call_command("verify_audit", stderr=wrong)
    assert f"số {first.pk + 1} " in wrong.getvalue()


# -- Searching -----------------------------------------------------------------------------------


@pytest.fixture
def three(ha: User, ward: Unit) -> list[AuditRecord]:
    thach = make_person("thach", "Hoàng Văn Thạch", ward)
    return [
        write(ha, subject="round:1", reason="Dùng hai tài khoản"),
        write(thach, action="announce", subject="round:2", reason="", after={"text": "Mất điện"}),
        write(ha, action="extend", subject="round:2", reason="Mưa lũ"),
    ]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [2, 1, 0]),
        ({"words": "hai tai khoan"}, [0]),
        ({"words": "MẤT điện"}, [1]),
        ({"words": "gia han"}, [2]),
        ({"words": "hoang van thach"}, [1]),
        ({"words": "hai mưa"}, []),
        ({"action": "extend"}, [2]),
        ({"subject": "round:2"}, [2, 1]),
        ({"subject": "round:2", "words": "lũ"}, [2]),
    ],
)
def test_records_are_found(
    three: list[AuditRecord], wanted: dict[str, Any], found: list[int]
) -> None:
    assert found_ids(Wanted(**wanted)) == [three[place].pk for place in found]


def test_records_are_found_by_person(three: list[AuditRecord]) -> None:
    assert found_ids(Wanted(person=three[1].actor_number)) == [three[1].pk]


def test_t12_days_are_those_of_vietnam(three: list[AuditRecord]) -> None:
    """T12: 17:00 UTC is midnight in Vietnam; both days of the period count."""
    midnight = datetime(2026, 3, 8, 17, tzinfo=UTC)
    for written, at in zip(three, (-1, 0, 24 * 3600 - 1), strict=True):
        moved(written, midnight + timedelta(seconds=at))
    day = datetime(2026, 3, 9).date()
    assert found_ids(Wanted(since=day, until=day)) == [three[2].pk, three[1].pk]
    assert found_ids(Wanted(until=day - timedelta(days=1))) == [three[0].pk]


# -- The page ------------------------------------------------------------------------------------


@pytest.fixture
def desk(client: Client, ha: User) -> Client:
    client.force_login(ha)
    return client


def test_only_organisers_see_it(client: Client, yen: User) -> None:
    assert client.get(ADDRESS).status_code == 302
    client.force_login(yen)
    for answer in (
        client.get(ADDRESS),
        client.get(ADDRESS + "?verify=1"),
        client.post(reverse("contest:audit_export")),
    ):
        assert answer.status_code == 403


def test_o3_the_page_says_who_when_why_before_and_after(
    desk: Client, ha: User, yen: User, round: Round, noon: datetime
) -> None:
    """O3 on a decision that moves a score."""
    sit(yen, round, right=5, at=noon)
    entry = Entry.objects.get(user=yen)
    disqualify(entry=entry, actor=ha, reason="Nhờ người thi hộ", now=noon + timedelta(hours=1))
    said = desk.get(ADDRESS, {"action": "disqualify"}).content.decode()
    for part in (
        "Hủy kết quả",
        "Nông Thị Thu Hà",
        "Nhờ người thi hộ",
        f"{entry.pk} (Hoàng Thị Yến)",
        "Có trên bảng xếp hạng</th><td>Có</td><td>Không</td>",
        "Vòng 1: Kinh tế rừng, Tìm hiểu Nghị quyết",
    ):
        assert part in said
    assert "Công bố vòng thi</h2>" not in said


def test_fifty_a_page(desk: Client, ha: User) -> None:
    for number in range(51):
        write(ha, reason=f"Lý do thứ {number}.")
    first, second = (desk.get(ADDRESS, {"page": n}).content.decode() for n in (1, 2))
    assert first.count('<li id="ban-ghi-') == 50
    assert second.count('<li id="ban-ghi-') == 1
    assert "Lý do thứ 0." in second
    assert "51 bản ghi" in first


def test_the_page_looks_through_the_chain(desk: Client, ha: User) -> None:
    written = [write(ha) for _ in range(3)]
    assert "nguyên vẹn" not in desk.get(ADDRESS).content.decode()
    assert "Chuỗi nhật ký nguyên vẹn" in desk.get(ADDRESS + "?verify=1").content.decode()
    removed(written[1])
    said = desk.get(ADDRESS + "?verify=1").content.decode()
    assert "Chuỗi nhật ký không nguyên vẹn" in said
    assert f"số {written[2].pk}." in said


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"since": "hôm qua"}, "Từ ngày: ngày chưa đúng"),
        ({"since": "2026-03-10", "until": "2026-03-09"}, "phải từ ngày bắt đầu"),
        ({"action": "khong-co"}, "hãy chọn trong danh sách"),
    ],
)
def test_bad_questions_are_said(desk: Client, ha: User, asked: dict[str, str], says: str) -> None:
    write(ha)
    answer = desk.get(ADDRESS, {"q": "giữ lại", **asked})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert says in said
    assert 'value="giữ lại"' in said
    assert "<li id=" not in said
    assert desk.post(reverse("contest:audit_export"), asked).status_code == 422


def test_t12_the_file_has_what_was_found(desk: Client, ha: User, round: Round) -> None:
    """T12: in Vietnam's time; UTF-8 with its mark, and no formula in it."""
    subject = f"round:{round.pk}"
    found = write(ha, subject=subject, reason='=HYPERLINK("x")\r\nhai dòng')
    moved(found, datetime(2026, 3, 9, 18, 0, 5, tzinfo=UTC))
    asked = {"action": "disqualify", "subject": subject, "person": str(ha.pk)}
    answer = desk.post(reverse("contest:audit_export"), asked)
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(rows) == 1
    assert rows[0]["Lúc (giờ Việt Nam)"] == "10/03/2026 01:00:05,000"
    assert rows[0]["Lý do"] == '\'=HYPERLINK("x") hai dòng'
    assert (rows[0]["Việc"], rows[0]["Trước"], rows[0]["Sau"]) == (
        "Hủy kết quả",
        "Có trên bảng xếp hạng: Có",
        "Có trên bảng xếp hạng: Không",
    )
    assert unquote(answer["Content-Disposition"].split("UTF-8''")[1]).startswith("Nhật ký ")
    taken = AuditRecord.objects.get(action="export_audit")
    assert taken.after == {"count": 1, "person": ha.pk, "action": "disqualify", "subject": subject}


def test_the_page_costs_the_same_however_long_the_audit(
    desk: Client, ha: User, django_assert_max_num_queries: Any
) -> None:
    grant_organiser(user=ha)
    for number in range(60):
        write(ha, subject=f"round:{number}", after={"entry": number})
    with django_assert_max_num_queries(16):
        desk.get(ADDRESS)
