"""The dossier of a round read from the database, its page and its files (O3, T12)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import docx
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import HeadCount, Unit, User
from contest.conduct.people import (
    disqualify,
    hide_name,
    merge_accounts,
    take_back_disqualification,
)
from contest.conduct.timing import declare_outage, extend_round, give_extra_time, pause_round
from contest.dossier import exporting
from contest.dossier.content import Dossier, ResultKind
from contest.dossier.decided import Decided
from contest.dossier.exporting import attachment, file_name
from contest.dossier.reading import Paperwork, dossier_of
from contest.drafts import LineDraft, PrizeDraft
from contest.duties import grant_organiser
from contest.eligibility import Eligibility
from contest.erasure import erase_person
from contest.models import Appeal, Attempt, AuditRecord, Division, Entry, Round, RoundResult
from contest.ordering import POINTS
from contest.regrading.services import apply_regrade, proposal, take_back_regrade
from contest.results.corrections import open_correction, sign_correction
from contest.results.finalising import finalise_round
from contest.rulings import CREDIT, DROP
from quizzes.models import QuestionVersion
from tests.contest.results.sitting import OVER, person, sit
from tests.factories import make_contest, make_person, make_pool, make_programme, make_round

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def five(commune: Unit, ward: Unit) -> dict[str, User]:
    names = ["Hoàng Thị An", "Lý Văn Bình", "Nông Thị Chi", "Bế Văn Dũng", "Đàm Thị Én"]
    people = [person(name, ward if place % 2 else commune) for place, name in enumerate(names)]
    return dict(zip("abcde", people, strict=True))


@pytest.fixture
def thach(commune: Unit) -> User:
    """Another organiser, who signs corrections."""
    user = make_person("thach", "Hoàng Văn Thạch", commune)
    grant_organiser(user=user)
    return user


def entry(user: User, round: Round) -> Entry:
    return Entry.objects.get(user=user, round=round)


def final(actor: User, round: Round, now: datetime, **options: Any) -> RoundResult:
    return finalise_round(actor=actor, round=round, now=now, **options)


def read(result: RoundResult, now: datetime) -> Dossier:
    fresh = RoundResult.objects.select_related("round__contest").get(pk=result.pk)
    return dossier_of(fresh, Paperwork(), now)


@dataclass
class Busy:
    """A round in which everything was decided once, its result, and who made it."""

    round: Round
    result: RoundResult
    people: dict[str, User]


@pytest.fixture
def busy(ha: User, five: dict[str, User], noon: datetime) -> Busy:
    """a 5, b 5 (extra time), c 2 (disqualified, cleared), d disqualified, e merged into b.

    One of the questions that c left blank is credited to everybody."""
    pool = make_pool(make_programme(), size=5)
    round = make_round(
        ha, noon, ranking_keys=[POINTS], lines=[LineDraft(pool, "", 5, 1)],
        prizes=[PrizeDraft("Giải Nhất", 1), PrizeDraft("Giải Nhì", 1)],
    )  # fmt: skip
    sat = [sit(five["a"], round, right=5, at=noon, predicts=4)]
    sit(five["b"], round, right=5, at=noon, predicts=3)
    blank = [item["v"] for item in sit(five["c"], round, right=2, at=noon).paper[2:]]
    sit(five["d"], round, right=5, at=noon)
    sit(five["e"], round, right=1, at=noon)
    said: dict[str, Any] = {"actor": ha}
    after = iter(noon + 10 * MINUTE + timedelta(seconds=n) for n in range(30))
    closes = round.closes_at + timedelta(hours=1)
    extend_round(round=round, closes_at=closes, reason="Mưa lũ.", now=next(after), **said)
    declare_outage(
        round=round, starts=noon + 5 * MINUTE, ends=noon + 8 * MINUTE, reason="Mất mạng",
        now=next(after), **said,
    )  # fmt: skip
    give_extra_time(
        entry=entry(five["b"], round), seconds=300, reason="Khuyết tật", now=next(after), **said
    )
    disqualify(entry=entry(five["d"], round), reason="Thi hộ", now=next(after), **said)
    wrong = disqualify(entry=entry(five["c"], round), reason="Nghi ngờ", now=next(after), **said)
    take_back_disqualification(decision=wrong, reason="Đã rõ", now=next(after), **said)
    merge_accounts(
        contest=round.contest, kept=five["b"], merged=five["e"], reason="Cùng một người",
        now=next(after), **said,
    )  # fmt: skip
    hide_name(user=five["a"], reason="Đề nghị của người ấy", now=next(after), **said)
    versions = list(QuestionVersion.objects.filter(type="single", pk__in=blank).order_by("pk"))
    credit = proposal(round=round, version=versions[0], verdict=CREDIT, accepted=[])
    apply_regrade(round=round, proposed=credit, reason="Sai đáp án", now=next(after), **said)
    drop = proposal(round=round, version=versions[1], verdict=DROP, accepted=[])
    dropped = apply_regrade(round=round, proposed=drop, reason="Nhầm", now=next(after), **said)
    take_back_regrade(decision=dropped, reason="Câu không sai", now=next(after), **said)
    _appeal(sat[0], round, noon, Appeal.Status.REJECTED)
    result = final(ha, round, noon + OVER + timedelta(hours=1))
    round.refresh_from_db()
    return Busy(round, result, five)


def _appeal(attempt: Attempt, round: Round, noon: datetime, status: str) -> None:
    Appeal.objects.create(
        round=round,
        entry=attempt.entry,
        attempt=attempt,
        version_id=attempt.paper[0]["v"],
        question_number=1,
        clause_code="1",
        text="Đáp án khác.",
        made_at=noon + OVER,
        status=status,
        decided_at=noon + OVER,
    )


# -- Reading -------------------------------------------------------------------------------------


def test_o3_everything_that_was_decided_is_told(busy: Busy, noon: datetime) -> None:
    """O3: who, when and why of each decision, with those taken back."""
    told = read(busy.result, noon + 2 * OVER)
    extension, outage = told.window.extensions[0], told.window.outages[0]
    assert extension.closes_after - extension.closes_before == timedelta(hours=1)
    assert (extension.ruling.by, extension.ruling.reason) == ("Nông Thị Thu Hà", "Mưa lũ.")
    assert told.window.closes_at == extension.closes_after
    assert outage.ended_at - outage.began_at == 3 * MINUTE
    cancelled, cleared = told.disqualifications
    assert (cancelled.person, cancelled.unit) == ("Bế Văn Dũng", "Phường Thục Phán")
    assert (cancelled.ruling.reason, cancelled.ruling.undone) == ("Thi hộ", None)
    assert cleared.ruling.undone is not None
    assert cleared.ruling.undone.reason == "Đã rõ"
    credited, dropped = told.questions
    assert credited.decision == "Cộng điểm cho mọi người có câu này"
    assert credited.changed == sum(_blank(busy, name, credited.code) for name in "abcde")
    assert dropped.ruling.undone is not None
    assert (told.appeals.count, told.appeals.rejected, told.appeals.pending) == (1, 1, 0)
    assert told.rules.number == busy.result.rules_number > 1
    assert told.rules.amendments[0].ruling.reason == "Mưa lũ."
    assert len(told.rules.amendments) == told.rules.number - 1


def _blank(busy: Busy, name: str, code: str) -> bool:
    """Whether the person left this question blank: they answered the first ones only."""
    answered = {"a": 5, "b": 5, "c": 2, "d": 5, "e": 1}[name]
    attempt = Attempt.objects.get(entry__user=busy.people[name])
    rest = [item["v"] for item in attempt.paper[answered:]]
    return QuestionVersion.objects.filter(pk__in=rest, question__code=code).exists()


def test_who_was_cleared_helped_or_hidden_is_not_named(busy: Busy, noon: datetime) -> None:
    told = read(busy.result, noon + 2 * OVER)
    assert (told.disqualifications[1].person, told.disqualifications[1].unit) == (
        "Một người dự thi",
        "",
    )
    assert [incident.what for incident in told.incidents] == [
        "Thêm 5 phút làm bài cho một người dự thi",
        "Gộp hai tài khoản của một người dự thi, kết quả tính như của một người",
        "Ẩn tên của một người dự thi ở mọi nơi công khai",
    ]
    said = f"{told.disqualifications} {told.incidents} {told.ties} {told.prizes}"
    for name in ("Hoàng Thị An", "Nông Thị Chi", "Đàm Thị Én"):
        assert name not in said


def test_the_table_prizes_and_ties(busy: Busy, noon: datetime) -> None:
    told = read(busy.result, noon + 2 * OVER)
    rows = list(told.rows())
    assert [(row.rank, row.name) for row in rows] == [
        (1, "(tên đã ẩn)"),
        (1, "Lý Văn Bình"),
        (3, "Nông Thị Chi"),
    ]
    assert list(told.rows()) == rows, "every document reads them anew"
    assert [w.name for w in told.prizes[0].winners] == ["(tên đã ẩn)", "Lý Văn Bình"]
    assert [w.reason for w in told.prizes[0].winners[:1]] == [""]
    assert [(tie.rank, tie.names) for tie in told.ties] == [(1, ("(tên đã ẩn)", "Lý Văn Bình"))]
    assert "cùng nhận Giải Nhất" in told.ties[0].resolution
    assert (told.figures.entrants, told.figures.bands.people, told.figures.units) == (3, 3, 2)
    assert told.prediction is not None
    assert (told.prediction.truth, told.prediction.counted_on[:7]) == (Decimal(3), "3 người")
    assert told.draw.secret == busy.round.secret
    assert [root.leaves for root in told.roots] == [5, 3]
    assert told.version.kind is ResultKind.FINAL


def test_ties_without_a_prize_are_left_out(ha: User, five: dict[str, User], noon: datetime) -> None:
    round = make_round(ha, noon, ranking_keys=[POINTS], prizes=[PrizeDraft("Giải Nhất", 1)])
    for name, right in zip("abcd", (5, 4, 4, 3), strict=True):
        sit(five[name], round, right=right, at=noon)
    told = read(final(ha, round, noon + OVER), noon + 2 * OVER)
    assert [row.rank for row in told.rows()] == [1, 2, 2, 4]
    assert told.ties == ()
    assert [w.reason for w in told.prizes[0].winners] == ["5 điểm so với 4 điểm."]


def test_an_old_version_says_what_it_said(
    busy: Busy, ha: User, thach: User, noon: datetime
) -> None:
    """A correction with another decision leaves the dossier of the first result as it was."""
    later = noon + 3 * OVER
    before = replace(read(busy.result, later), rows=list)
    open_correction(actor=ha, round=busy.round, reason="Phát hiện gian lận", now=later)
    busy.round.refresh_from_db()
    chi = entry(busy.people["c"], busy.round)
    disqualify(entry=chi, actor=ha, reason="Có bằng chứng", now=later + MINUTE)
    corrected = sign_correction(actor=thach, round=busy.round, now=later + 2 * MINUTE)
    assert replace(read(busy.result, later), rows=list) == replace(before, rows=list)
    told = read(corrected, later)
    assert (told.version.kind, told.version.signed_off_by) == (
        ResultKind.CORRECTION,
        "Hoàng Văn Thạch",
    )
    assert told.version.reason == "Phát hiện gian lận"
    assert len(told.disqualifications) == 3
    assert len(list(told.rows())) == 2
    client = Client()
    client.force_login(ha)
    for asked, number, rows in (("", 3, 2), ("2", 2, 3)):
        got = take(client, busy.round, result=asked, format="csv")
        assert f"bản {number}.csv" in unquote(got["Content-Disposition"])
        assert len(body(got).splitlines()) == 1 + rows


def test_erased_people_leave_a_line_without_a_name(busy: Busy, noon: datetime) -> None:
    """U6: erased after publication, gone from every file made from then on."""
    erase_person(user=busy.people["b"], now=noon + 2 * OVER)
    erase_person(user=busy.people["d"], now=noon + 2 * OVER)
    told = read(busy.result, noon + 3 * OVER)
    assert [row.name for row in told.rows()][:2] == ["(tên đã ẩn)", "(đã xóa thông tin)"]
    assert told.disqualifications[0].person == "(đã xóa thông tin)"


def test_a_pause_that_goes_on_is_no_outage_yet(
    ha: User, yen: User, round: Round, noon: datetime
) -> None:
    pause_round(round=round, actor=ha, reason="Sự cố", now=noon)
    assert Decided(RoundResult(round=round, made_at=noon + MINUTE)).outages() == ()


def test_prizes_of_divisions_of_all_and_of_units(
    ha: User, commune: Unit, ward: Unit, noon: datetime
) -> None:
    contest = make_contest(ha)
    for place, (unit, name) in enumerate(((commune, "Bảng xã"), (ward, "Bảng phường")), start=1):
        Division.objects.create(
            contest=contest, position=place, code=f"b{place}", name=name,
            eligibility=Eligibility(units=(unit.code,)).to_json(),
        )  # fmt: skip
    first, second = contest.divisions.order_by("position")
    HeadCount.objects.create(unit=commune, members=8, as_of=noon.date())
    round = make_round(
        ha, noon, contest=contest, ranking_keys=[POINTS],
        prizes=[
            PrizeDraft("Giải Nhất", 1),
            PrizeDraft("Giải Nhất", 1, division=first),
            PrizeDraft("Giải Nhất", 1, division=second),
            PrizeDraft("Cờ phong trào", 1, measure="rate"),
            PrizeDraft("Đơn vị đông nhất", 1, measure="entrants"),
        ],
    )  # fmt: skip
    for number, (unit, right) in enumerate(((commune, 5), (commune, 4), (ward, 3), (ward, 2))):
        sit(make_person(f"p{number}", f"Người {number}", unit), round, right=right, at=noon)
    told = read(final(ha, round, noon + OVER), noon + 2 * OVER)
    assert [(p.title, [(w.rank, w.name) for w in p.winners]) for p in told.prizes] == [
        ("Toàn vòng thi", [(1, "Người 0")]),
        ("Bảng xã", [(2, "Người 1")]),
        ("Bảng phường", [(1, "Người 2")]),
        (
            "Giải tập thể",
            [(None, "Xã Trùng Khánh"), (None, "Xã Trùng Khánh"), (None, "Phường Thục Phán")],
        ),
    ]
    figures = [w.figure for w in told.prizes[-1].winners]
    assert figures == ["25,0% (2 trên 8 người)", "2 người dự thi", "2 người dự thi"]
    assert told.divisions == ("Bảng xã", "Bảng phường")
    assert told.prizes[0].winners[0].reason == "", "its reason is about its division"


def test_who_already_won_is_passed_over_and_said(
    ha: User, five: dict[str, User], noon: datetime
) -> None:
    contest = make_contest(ha)
    contest.one_prize_per_person = True
    contest.save()
    prizes = [PrizeDraft("Giải Nhất", 1)]
    for number in range(2):
        start = noon + number * 3 * OVER
        round = make_round(ha, start, contest=contest, prizes=prizes)
        sit(five["a"], round, right=5, at=start)
        sit(five["b"], round, right=4, at=start)
        result = final(ha, round, start + OVER)
    told = read(result, noon + 9 * OVER)
    assert [w.name for w in told.prizes[0].winners] == ["Lý Văn Bình"]
    assert told.prizes[0].passed == (
        "Hạng 1, Hoàng Thị An: Đã nhận giải ở vòng 1 nên giải này dành cho người kế tiếp.",
    )


def test_a_seal_of_attempts_has_no_dossier(busy: Busy) -> None:
    with pytest.raises(ValueError, match="ranked"):
        dossier_of(busy.round.results.get(kind="close"), Paperwork())


# -- The page and its files ----------------------------------------------------------------------


@pytest.fixture
def desk(client: Client, ha: User) -> Client:
    client.force_login(ha)
    return client


def page(round: Round) -> str:
    return reverse("contest:dossier", args=[round.pk])


def take(client: Client, round: Round, **fields: str) -> Any:
    asked = {"format": "docx", "profile": "party", "result": ""} | fields
    return client.post(reverse("contest:dossier_file", args=[round.pk]), asked)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_before_the_result_is_final_the_page_says_what_to_do(desk: Client, round: Round) -> None:
    shown = desk.get(page(round))
    assert shown.status_code == 200
    assert "Hãy chốt kết quả trước" in shown.content.decode()
    assert take(desk, round).status_code == 404


def test_the_page_says_what_is_inside(desk: Client, busy: Busy) -> None:
    said = desk.get(page(busy.round)).content.decode()
    for part in ("Kết quả chính thức, bản 2", "Biên bản (DOCX)", "CÁC QUYẾT ĐỊNH CỦA BAN TỔ CHỨC"):
        assert part in said
    assert desk.get(page(busy.round) + "?result=1").status_code == 404, "a seal, no table"


def test_strangers_get_nothing(client: Client, busy: Busy) -> None:
    client.force_login(busy.people["a"])
    assert client.get(page(busy.round)).status_code == 403
    assert take(client, busy.round).status_code == 403
    assert not AuditRecord.objects.filter(action="export_dossier").exists()


def test_the_minutes_carry_what_was_filled_in(desk: Client, busy: Busy, ha: User) -> None:
    got = take(
        desk, busy.round, profile="state", number="5", dated="2026-03-18",
        head="Hoàng Văn Thạch", members="Đàm Văn Eng\n\nLý Thị Ê", recipients="Các xã",
    )  # fmt: skip
    document = docx.Document(io.BytesIO(body(got)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(p.text for p in document.paragraphs), *cells])
    assert "ngày 18 tháng 3 năm 2026" in text
    for part in ("05/BB-BTC", "CỘNG HÒA XÃ HỘI", "Hoàng Văn Thạch", "Lý Thị Ê", "- Các xã;"):
        assert part in text
    name = unquote(got["Content-Disposition"].split("UTF-8''")[1])
    assert name == "Biên bản kết quả vòng 1, Cuộc thi Tìm hiểu Nghị quyết, bản 2.docx"
    written = AuditRecord.objects.get(action="export_dossier")
    assert (written.actor, written.subject) == (ha, f"round:{busy.round.pk}")
    assert (written.after["format"], written.after["result"], written.after["number"]) == (
        "docx",
        2,
        "5",
    )
    again = desk.get(page(busy.round)).content.decode()
    assert 'value="Hoàng Văn Thạch"' in again
    assert 'value="2026-03-18"' in again


def test_t12_the_table_is_in_vietnams_time(desk: Client, busy: Busy) -> None:
    """T12: handed in at 12:01 in Vietnam, whatever zone the server runs in."""
    got = take(desk, busy.round, format="csv")
    content = body(got)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0]["Nộp bài lúc"] == "09/03/2026 12:01:00,000"
    assert [row["Họ và tên"] for row in rows] == ["(tên đã ẩn)", "Lý Văn Bình", "Nông Thị Chi"]
    sheet = load_workbook(io.BytesIO(body(take(desk, busy.round, format="xlsx"))))["Kết quả"]
    headings = [cell.value for cell in sheet[1]]
    assert sheet[2][headings.index("Nộp bài lúc")].value == datetime(2026, 3, 9, 12, 1)


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("number", "05-BB", "Số văn bản chỉ gồm chữ số"),
        ("dated", "32/13/2026", "Ngày văn bản chưa đúng"),
        ("profile", "army", "Hãy chọn thể thức văn bản."),
    ],
)
def test_bad_input_is_said_and_kept(
    desk: Client, busy: Busy, field: str, typed: str, says: str
) -> None:
    shown = take(desk, busy.round, head="Bà Trưởng Ban", **{field: typed})
    said = shown.content.decode()
    assert shown.status_code == 422
    assert says in said
    assert 'value="Bà Trưởng Ban"' in said
    assert not AuditRecord.objects.filter(action="export_dossier").exists()


def test_a_large_table_is_left_to_the_command(
    desk: Client, busy: Busy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for module in ("exporting", "views"):
        monkeypatch.setattr(f"contest.dossier.{module}.MOST_ROWS_AT_ONCE", 2)
    assert take(desk, busy.round, format="xlsx").status_code == 422
    assert "manage.py write_dossier" in desk.get(page(busy.round)).content.decode()
    said = io.StringIO()
    call_command("write_dossier", busy.round.pk, tmp_path / "hs", login="ha", stdout=said)
    files = {path.suffix: path for path in (tmp_path / "hs").iterdir()}
    assert set(files) == {".docx", ".xlsx", ".csv"}
    assert sorted(said.getvalue().split("\n")[:-1]) == sorted(str(path) for path in files.values())
    assert len(files[".csv"].read_text("utf-8-sig").splitlines()) == 4
    assert AuditRecord.objects.filter(action="export_dossier").count() == 3


def test_the_command_asks_for_an_organiser(busy: Busy, tmp_path: Path) -> None:
    for login in ("an", "khong-co"):
        with pytest.raises(CommandError):
            call_command("write_dossier", busy.round.pk, tmp_path / "hs", login=login)
    assert not (tmp_path / "hs").exists()


def test_file_names_are_safe(busy: Busy, noon: datetime) -> None:
    told = read(busy.result, noon + 2 * OVER)
    odd = replace(told, contest_title='A/B: "C" ' + "rất dài " * 40)
    name = file_name(odd, "csv")
    assert name.endswith("…, bản 2.csv")
    assert len(name) <= 130
    assert not set('/\\:"\r\n') & set(name)
    assert attachment("Kết quả 1.csv") == (
        "attachment; filename=\"ket-qua-1.csv\"; filename*=UTF-8''K%E1%BA%BFt%20qu%E1%BA%A3%201.csv"
    )


def test_dates_of_paperwork_survive_the_audit(busy: Busy, ha: User) -> None:
    paperwork = Paperwork(dated=date(2026, 3, 18))
    wanted = exporting.Export(busy.result, "docx", "party", paperwork)
    exporting.record_export(actor=ha, export=wanted)
    assert exporting.last_paperwork(busy.round)["dated"] == "2026-03-18"
