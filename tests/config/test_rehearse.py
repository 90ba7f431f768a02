"""The rehearsal: a crowd against a copy, what is said about it, and that nothing is left."""

from __future__ import annotations

import io
import os
import signal
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Affiliation, Unit, User
from config.management.commands.rehearse import Command
from config.rehearsal import host
from config.rehearsal.copying import CannotRehearse, copied, open_rounds
from config.rehearsal.crowd import Crowd, Deeds, Plan
from config.rehearsal.figures import Findings, Found, Wave, next_rate
from config.rehearsal.invented import invite, parts
from config.rehearsal.people import Target
from config.rehearsal.rehearsing import Wish, plan_for
from config.rehearsal.words import about, report, verdict
from contest.models import Attempt, Contest, Decision, Division, Entry, Round
from tests import factories

# -- what is said -----------------------------------------------------------------------------


def wave(rate: float = 20, p99_s: float = 0.4, seconds: float = 10, **more: object) -> Wave:
    return Wave(rate=rate, seconds=seconds, people=int(rate * seconds), p50_s=0.1, p99_s=p99_s,
                cores=0.3, **more)  # type: ignore[arg-type]  # fmt: skip


def found(rate: float, span_s: float, needed: int = 200) -> Found:
    return Found(needed, span_s, (wave(rate),), wave(rate))


ALL_WELL = Findings(
    people=200, watchers=50, start=found(20, 10), work=found(10, 20), finish=found(4, 60),
    acknowledged=900, recorded=900, frames=400, watchers_lost=0, server_mb=120.4, free_mb=8_000,
    disk_free_mb=50_000, grown_mb=1.24, attempts=240, threads=8, machine_cores=2,
    is_server_mode=False,
)  # fmt: skip
NOT_HELD = Found(200, 10, (wave(20, 9.0),), None)


@pytest.mark.parametrize(
    ("findings", "is_enough", "said"),
    [
        (
            ALL_WELL,
            True,
            [
                "Máy chủ này giữ được ít nhất 200 người cùng bấm Bắt đầu trong 10 giây, ít nhất "
                "200 người cùng làm bài và ít nhất 200 người nộp bài trong phút cuối.",
                "Với 200 người dự kiến: ĐỦ. Lúc nặng nhất máy chủ dùng 30% một nhân.",
            ],
        ),
        (
            replace(ALL_WELL, work=Found(200, 20, (), replace(wave(10), cores=0.85))),
            True,
            ["Với 200 người dự kiến: ĐỦ, nhưng sát: lúc nặng nhất máy chủ đã dùng 85% một nhân"],
        ),
        (
            replace(ALL_WELL, start=found(12.34, 10)),
            False,
            [
                "khoảng 120 người cùng bấm Bắt đầu trong 10 giây",
                "Với 200 người dự kiến: CHƯA ĐỦ.",
                "mỗi đợt không quá 120 người trong 10 giây",
            ],
        ),
        (
            replace(ALL_WELL, start=NOT_HELD),
            False,
            [
                "Chưa mức nào đã thử được giữ trọn khi mọi người cùng bấm Bắt đầu trong 10 giây.",
                "CHƯA ĐỦ",
            ],
        ),
        (
            replace(ALL_WELL, finish=found(2, 60), is_server_mode=True),
            False,
            ["khoảng 120 người nộp bài trong phút cuối", "Nên chạy thêm tiến trình máy chủ"],
        ),
        (
            replace(ALL_WELL, work=found(5, 20)),
            False,
            ["khoảng 100 người cùng làm bài", "chuyển sang chế độ máy chủ"],
        ),
        (
            replace(ALL_WELL, recorded=899),
            False,
            ["KHÔNG dùng được", "1 lượt đã báo “đã lưu” hoặc “đã nộp”", "Đừng mở vòng thi"],
        ),
        (replace(ALL_WELL, free_mb=100), True, ["Bộ nhớ trống ít hơn"]),
        (replace(ALL_WELL, disk_free_mb=400), True, ["Đĩa sắp đầy"]),
    ],
)
def test_the_verdict_says_what_was_measured_and_what_to_do(
    findings: Findings, is_enough: bool, said: list[str]
) -> None:
    text = "\n".join(verdict(findings))
    assert [part for part in said if part not in text] == []
    assert findings.is_enough is is_enough


def test_the_report_tells_figures_and_how_far_they_can_be_trusted() -> None:
    failed = wave(40, 0.6, seconds=3, errors={"bắt đầu: 503": 7}, others=0.9)
    start = Found(200, 10, (failed, wave(20)), wave(20))
    text = "\n".join(report(replace(ALL_WELL, start=start, is_server_mode=True, watchers=0)))
    for part in (
        "mức 400 người, thử 3 giây: một nửa chờ dưới 0,1 giây, 99% chờ dưới 0,6 giây; "
        "lỗi: bắt đầu: 503 (7 lần); máy chủ dùng 30% một nhân: không giữ được",
        "mức 200 người, thử 10 giây",
        "Đã báo lưu hoặc nộp: 900 lượt; cơ sở dữ liệu có 900; mất 0.",
        "Không có người xem bảng xếp hạng.",
        "Bộ nhớ: máy chủ dùng nhiều nhất 120 MB, máy còn trống 8.000 MB.",
        "Bản sao tạm lớn thêm 1,2 MB với 240 lượt thi; đĩa còn trống 50.000 MB.",
        "Chỉ đo MỘT tiến trình máy chủ",
        "các chương trình khác trên máy cũng bận",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("people", "said"), [(7, 7), (99, 99), (123, 120), (1_987, 1_900), (43_210, 43_000)]
)
def test_figures_are_told_as_exactly_as_they_are_known(people: int, said: int) -> None:
    assert about(people) == said


def test_a_short_wave_is_judged_more_strictly_than_a_long_one() -> None:
    assert wave(p99_s=1.4).is_held
    assert not wave(p99_s=1.6).is_held
    assert not wave(p99_s=1.4, seconds=3).is_held
    assert wave(p99_s=0.5, seconds=0.1).is_held
    assert not wave(errors={"lưu bài: 500": 1}).is_held


@pytest.mark.parametrize("holds", [1_000, 60, 9, 1, 0])
@pytest.mark.parametrize("most", [500, 200, 6, 0.5])
def test_the_search_comes_near_what_is_held_in_few_waves(holds: float, most: float) -> None:
    tried: list[Wave] = []
    while (rate := next_rate(tried, most)) is not None:
        tried.append(wave(rate, 0.1 if rate <= holds else 3, seconds=3))
    best = max((w.rate for w in tried if w.is_held), default=0)
    assert len(tried) <= 8
    assert best <= most
    assert best >= min(most, holds) / 1.5 or holds <= 1


class Scripted(Crowd):
    """A crowd whose long waves are held up to a lower rate than its short ones."""

    def __init__(self, minutes: float = 2) -> None:
        plan = Plan(people=1_000, watchers=0, pace_s=20, minutes=minutes, stay=100)
        super().__init__(Target("127.0.0.1", 1, 1, "/"), [], plan, 0, {})

    async def _wave(self, rate: float, seconds: float, deeds: Deeds) -> Wave:
        return wave(rate, 0.1 if rate <= (40 if seconds < 10 else 25) else 3, seconds)


@pytest.mark.parametrize("left", [1_000, 100, 5])
async def test_only_what_a_long_wave_confirms_is_told(left: int) -> None:
    """And nothing is searched that there are not enough people for."""
    deeds = Deeds(lambda: None, lambda: left)
    found = await Scripted()._search(1_000, 20, deeds, time.monotonic() + 100)
    if left == 5:
        assert (found.held, found.people, found.tried) == (None, 0, ())
        return
    assert found.held is not None
    assert found.held.is_held
    assert found.held.rate <= 25
    assert found.people == round(found.held.rate * 20) < 1_000
    assert not found.is_enough


# -- the copy ---------------------------------------------------------------------------------


def test_the_copy_is_open_now_and_holds_nobody(round: Round, yen: User, noon: datetime) -> None:
    """Also of a round that was frozen, limited to hours of the day, or is over."""
    factories.make_entry(
        yen, round, Unit.objects.get(code="01477"), points=5, elapsed_ms=1, at=noon
    ).save()
    Round.objects.filter(pk=round.pk).update(
        frozen_at=noon, daily_from=clock_time(8), daily_to=clock_time(9), weekdays=[1],
        paused_at=noon, decisions_rev=4, admits_from="table", admits_top=3, finalised_at=noon,
        time_limit_s=60,
    )  # fmt: skip
    now = timezone.now()
    rows = [item.object for item in serializers.deserialize("json", copied(round, now))]
    [copy] = [row for row in rows if isinstance(row, Round)]
    before = Round.objects.get(pk=round.pk)
    assert copy.opens_at < now < copy.closes_at
    assert copy.hours is None
    assert (copy.frozen_at, copy.paused_at, copy.finalised_at) == (None, None, None)
    assert (copy.decisions_rev, copy.admits_top) == (0, None)
    assert copy.secret != before.secret
    assert copy.pools == before.pools != []
    assert (before.paused_at, before.time_limit_s) == (noon, 60)
    assert not {User, Affiliation, Entry, Attempt, Decision} & {type(row) for row in rows}


def test_only_rounds_in_which_people_may_be_working_are_in_the_way(
    round: Round, noon: datetime
) -> None:
    assert open_rounds(noon) == [round]
    assert open_rounds(noon - timedelta(hours=2)) == []
    assert open_rounds(noon + timedelta(days=3)) == []
    Round.objects.filter(pk=round.pk).update(answers_until=noon + timedelta(days=4))
    assert open_rounds(noon + timedelta(days=3)) == [round]
    Round.objects.filter(pk=round.pk).update(published_at=None)
    assert open_rounds(noon) == []


def test_invented_people_are_such_as_the_round_admits(commune: Unit, ward: Unit) -> None:
    school = factories.make_unit("truong-thpt", "Trường THPT", kind=Unit.Kind.SCHOOL)
    contest = Contest.objects.create(
        slug="c", title="C", eligibility={"min_age": 16}, excluded_units=[ward.code]
    )
    young = Division(contest=contest, position=1, code="tre", eligibility={"max_age": 18})
    staff = Division(contest=contest, position=2, code="can-bo",
                     eligibility={"min_age": 19, "kinds": ["commune"]})  # fmt: skip
    Division.objects.bulk_create([young, staff])
    chosen = parts(contest)
    assert {part.unit for part in chosen} == {commune, school}
    assert {part.age for part in chosen if part.unit == school} == {16, 18}
    assert {part.age for part in chosen if part.unit == commune} == {16, 18, 19, 30}
    assert len(set(invite(contest, 30))) == 30
    assert Affiliation.objects.filter(is_primary=True).count() == 30
    Contest.objects.update(eligibility={"min_age": 17, "kinds": ["armed_force"]})
    with pytest.raises(CannotRehearse):
        parts(Contest.objects.get())


def test_hidden_boards_have_no_watchers_and_pages_fit_the_open_files(round: Round) -> None:
    wish = Wish(people=1_000, watchers=100, minutes=2)
    assert plan_for(round, wish, 20_000).watchers == 100
    assert plan_for(round, wish, 20_000).stay == 2_000
    assert plan_for(round, wish, 1_024).stay == 212
    round.board_shown = Round.BoardShown.AFTER_CLOSE
    assert plan_for(round, wish, 20_000).watchers == 0


# -- the command ------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and output of the command over the test's database."""
    out = io.StringIO()
    try:
        call_command("rehearse", *arguments, stdout=out)
    except CommandError as refusal:
        return refusal.returncode, str(refusal)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def remains() -> set[str]:
    """Folders, databases and keys that rehearsals made, on this machine."""
    found = {str(path) for path in Path(tempfile.gettempdir()).glob("rehearsal-*")}
    if settings.DATABASE_URL:
        with psycopg.connect(settings.DATABASE_URL) as connection:
            rows = connection.execute("SELECT datname FROM pg_database").fetchall()
        found |= {name for [name] in rows if name.startswith("rehearsal_")}
    if settings.REDIS_URL:
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            found |= {key.decode().split(":")[0] for key in client.scan_iter("rehearsal_*")}
    return found


@pytest.fixture
def nothing_remains() -> Iterator[None]:
    """Another test process may be rehearsing at the same time: what it has is given time."""
    yield
    end = time.monotonic() + 60
    while (left := remains()) and time.monotonic() < end:
        time.sleep(0.5)
    assert left == set()


def rows_by_table() -> dict[str, int]:
    return {model._meta.db_table: model._default_manager.count() for model in apps.get_models()}


@pytest.fixture
def coming_round(ha: User) -> Round:
    """A published round that opens tomorrow, with divisions and every type of answer."""
    programme = factories.make_pool()
    for type, answer in (("order", "badc"), ("match", "abcd"), ("fill", "b")):
        factories.make_question(programme, type, type=type, answer=tuple(answer))
    contest = factories.make_contest(ha)
    for position, code in enumerate(("xa", "khac"), start=1):
        who = {"kinds": ["commune"]} if code == "xa" else {}
        Division.objects.create(
            contest=contest, position=position, code=code, name=code, eligibility=who
        )
    tomorrow = timezone.now() + timedelta(days=1, hours=1)
    lines = [replace(factories.make_draft(programme, tomorrow).lines[0], count=11)]
    return factories.make_round(
        ha, tomorrow, contest=contest, lines=lines, requires_all=True,
        prediction_target=Round.PredictionTarget.PERCENT,
    )  # fmt: skip


@pytest.mark.usefixtures("nothing_remains")
def test_a_small_crowd_goes_through_and_leaves_nothing(coming_round: Round, ward: Unit) -> None:
    """In the mode that the environment names; the real rows stay as they are."""
    before = rows_by_table()
    code, text = run(
        "--round", str(coming_round.pk), "--people", "12", "--watchers", "3", "--minutes", "0.1"
    )  # fmt: skip
    assert code in {0, 1}, text  # whether a busy machine holds twelve people is not the point
    assert "lỗi:" not in text
    assert "chưa thử được" not in text
    assert "; mất 0." in text
    assert "Người xem bảng xếp hạng: 3," in text
    assert "mất kết nối 0" in text
    assert "Với 12 người dự kiến:" in text
    assert ("MỘT tiến trình" in text) is bool(settings.REDIS_URL)
    assert rows_by_table() == before


class Interrupting(io.StringIO):
    """Output that has the process told to stop, twice, soon after the crowd set off."""

    def write(self, text: str) -> int:
        if "Đang diễn tập" in text:
            for wait_s in (1.5, 1.51):
                threading.Timer(wait_s, os.kill, (os.getpid(), signal.SIGTERM)).start()
        return super().write(text)


@pytest.mark.usefixtures("nothing_remains")
def test_a_rehearsal_that_is_stopped_takes_everything_away(coming_round: Round) -> None:
    handler = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as ended:
        call_command(
            "rehearse", "--round", str(coming_round.pk), "--people", "20", stdout=Interrupting()
        )  # fmt: skip
    assert ended.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) == handler
    assert children() == []


def children() -> list[str]:
    """What processes this one started that are still there (a server, a preparation)."""
    mine = host.tree(os.getpid())[1:]
    lines = [Path(f"/proc/{pid}/cmdline").read_bytes().decode() for pid in mine]
    return [line for line in lines if "config." in line]


@pytest.mark.django_db
def test_an_unknown_round_and_a_draft_are_refused(round: Round) -> None:
    assert run("--round", "404404", "--people", "20") == (2, "Không có vòng thi số 404404.")
    Round.objects.filter(pk=round.pk).update(published_at=None)
    code, said = run("--round", str(round.pk), "--people", "20")
    assert code == 2
    assert "còn là bản nháp" in said


def test_nothing_is_rehearsed_beside_an_open_round(coming_round: Round, ha: User) -> None:
    factories.make_round(ha, timezone.now(), title="Đang thi thật")
    code, said = run("--round", str(coming_round.pk), "--people", "20")
    assert code == 2
    assert "Đang thi thật" in said
    assert "--even-now" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--people", "20"], "--round"),
        (["--round", "1", "--people", "9"], "cần một số từ 10 đến 5.000"),
        (["--round", "1", "--people", "5001"], "cần một số từ 10 đến 5.000"),
        (["--round", "1", "--people", "nhiều"], "cần một số từ 10 đến 5.000"),
        (["--round", "1", "--people", "20", "--minutes", "0"], "cần một số từ 0,1 đến 30"),
        (["--round", "1", "--people", "20", "--watchers", "-1"], "cần một số từ 0 đến 2.000"),
    ],
)
def test_wrong_use_is_said_clearly(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = Command()
    command._called_from_command_line = True
    parser = command.create_parser("manage.py", "rehearse")
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.fixture
def powerless_url() -> Iterator[str]:
    """DATABASE_URL of somebody who may not make databases."""
    if not settings.DATABASE_URL:
        pytest.skip("only PostgreSQL asks for a right")
    role = f"powerless_{uuid.uuid4().hex[:8]}"
    parts = urlsplit(settings.DATABASE_URL)
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{role}'".encode())
        try:
            yield urlunsplit(parts._replace(netloc=f"{role}:{role}@{parts.netloc.split('@')[-1]}"))
        finally:
            connection.execute(f"DROP ROLE {role}".encode())


@pytest.mark.usefixtures("nothing_remains")
def test_without_the_right_to_make_a_database_the_remedy_is_told(
    coming_round: Round, powerless_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", powerless_url)
    code, said = run("--round", str(coming_round.pk), "--people", "20")
    assert code == 2
    assert "ALTER ROLE" in said
    assert "CREATEDB" in said
