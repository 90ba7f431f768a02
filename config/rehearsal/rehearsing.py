"""A rehearsal from beginning to end: the copy, its server, the crowd, and what was found."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings

from config.rehearsal import host
from config.rehearsal.copying import CannotRehearse, copied
from config.rehearsal.crowd import Crowd, Plan
from config.rehearsal.figures import Findings, Found
from config.rehearsal.people import Target
from config.rehearsal.place import fresh_place, running_server, staged
from contest.models import Round
from contest.plans import paper_size
from contest.visibility import Board

INSIDE = "config.rehearsal.inside"
# Each person's page and socket are two files on either side; some are needed for other things.
FILES_EACH, FILES_KEPT = 2, 500
# The server of a rehearsal is spoken to directly and on this machine only.
OWN = {
    "ALLOWED_HOSTS": "127.0.0.1",
    "BEHIND_TLS": "0",
    "PROXY_COUNT": "0",
    "ARRIVAL_FROM_PROXY": "0",
    "CSRF_TRUSTED_ORIGINS": "",
    "EMAIL_HOST": "",
    # Made anew in the folder of the copy: its sessions are worth nothing to the real server.
    "SECRET_KEY": "",
}

Tell = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the organiser asked for."""

    people: int
    watchers: int
    minutes: float


def rehearse(*, round: Round, wish: Wish, now: datetime, tell: Tell) -> Findings:
    """Rehearse a published round; everything made for it is removed again, whatever happens.

    ``tell`` hears what is being done. Raises ``CannotRehearse``.
    """
    rows = copied(round, now)
    plan = plan_for(round, wish, host.more_files())
    with _ends_in_order(), _place() as env:
        tell("Đang chuẩn bị bản sao tạm và những người diễn tập...")
        filled = staged(env, INSIDE, "fill", {"rows": rows, "people": plan.newcomers})
        if refusal := filled.get("refusal"):
            raise CannotRehearse(refusal)
        free_mb = host.free_memory_mb()
        with running_server(env, pinned=False) as (url, pid):
            minutes = f"{wish.minutes:g}".replace(".", ",")
            tell(f"Đang diễn tập, khoảng {minutes} phút...")
            crowd, parts = asyncio.run(_gathered(round, filled["sessions"], plan, url, pid, env))
        tell("Đang đối chiếu với cơ sở dữ liệu của bản sao...")
        checked = staged(env, INSIDE, "check", crowd.kept)
        return _findings(plan, crowd, parts, checked | {
            "grown": checked["bytes"] - filled["bytes"], "free_mb": free_mb})  # fmt: skip


def plan_for(round: Round, wish: Wish, files: int) -> Plan:
    """The plan for a round: its paper answered in half of its time, one save a question."""
    size = paper_size(round)
    steps = max(1, size.questions)
    is_shown = round.board_shown == Board.ALWAYS
    return Plan(
        people=wish.people,
        watchers=wish.watchers if is_shown else 0,
        pace_s=min(60.0, max(2.0, round.time_limit_s / 2 / steps)),
        minutes=wish.minutes,
        stay=max(10, min(wish.people * 2, (files - FILES_KEPT - wish.watchers) // FILES_EACH)),
    )


async def _gathered(
    round: Round, sessions: list[str], plan: Plan, url: str, pid: int, env: dict[str, str]
) -> tuple[Crowd, tuple[Found, Found, Found]]:
    parts = urlsplit(url)
    page = f"/c/{round.contest.slug}/{round.number}/"
    target = Target(parts.hostname or "127.0.0.1", parts.port or 80, round.pk, page)
    crowd = Crowd(target, sessions, plan, pid, env)
    try:
        return crowd, await crowd.run()
    finally:
        crowd.leave()


def _findings(
    plan: Plan,
    crowd: Crowd,
    parts: tuple[Found, Found, Found],
    checked: dict[str, Any],
) -> Findings:
    return Findings(
        people=plan.people,
        watchers=plan.watchers,
        start=parts[0],
        work=parts[1],
        finish=parts[2],
        acknowledged=crowd.acknowledged,
        recorded=checked["recorded"],
        frames=crowd.frames,
        watchers_lost=crowd.watchers_lost,
        server_mb=crowd.server_mb,
        free_mb=checked["free_mb"],
        disk_free_mb=None if settings.DATABASE_URL else _disk_free_mb(),
        grown_mb=max(0, checked["grown"]) / 1e6,
        attempts=checked["attempts"],
        threads=settings.HTTP_THREADS,
        machine_cores=len(host.CORES),
        is_server_mode=bool(settings.REDIS_URL),
    )


def _disk_free_mb() -> int:
    return shutil.disk_usage(settings.DATA_DIR).free // 1_000_000


@contextmanager
def _place() -> Iterator[dict[str, str]]:
    """The environment of an empty installation of the same kind. Raises ``CannotRehearse``."""
    with ExitStack() as stack:
        try:
            env = stack.enter_context(fresh_place("config.rehearsal.settings", "rehearsal"))
        except psycopg.errors.InsufficientPrivilege:
            raise CannotRehearse(
                "Tài khoản cơ sở dữ liệu chưa có quyền tạo cơ sở dữ liệu tạm. Nhờ người quản trị "
                "PostgreSQL chạy một lần: ALTER ROLE tên_tài_khoản CREATEDB; rồi diễn tập lại. "
                "Diễn tập xong có thể thu lại bằng NOCREATEDB."
            ) from None
        except psycopg.Error as fault:
            raise CannotRehearse(f"Không tạo được cơ sở dữ liệu tạm: {fault}") from fault
        yield env | OWN


@contextmanager
def _ends_in_order() -> Iterator[None]:
    """Being told to stop, or losing the terminal, unwinds like an exception: all is removed."""

    def stop(signum: int, _: FrameType | None) -> None:
        for again in before:
            signal.signal(again, signal.SIG_IGN)  # cleaning up is not interrupted
        if signum == signal.SIGINT:
            raise KeyboardInterrupt
        sys.exit(128 + signum)

    before: dict[signal.Signals, Any] = {}
    for told in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        before[told] = signal.signal(told, stop)
    try:
        yield
    finally:
        for told, handler in before.items():
            signal.signal(told, handler)
