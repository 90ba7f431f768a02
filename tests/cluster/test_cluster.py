"""Two processes for sockets, gunicorn, nginx, PostgreSQL and Redis: together they are one site,
and what is killed comes back without anything acknowledged being lost."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import websockets

from config.rehearsal.host import tree
from config.rehearsal.http import Connection
from config.rehearsal.people import cookies
from config.rehearsal.place import ROOT
from tests.cluster.crowd import Competitor, Crowd, Watcher, watching
from tests.cluster.stage import Stage, running_cluster, until


async def boards(stage: Stage, stack: AsyncExitStack) -> list[Watcher]:
    """The board as each process for sockets shows it."""
    return [await stack.enter_async_context(watching(stage, port)) for port in stage.live_ports()]


async def settled(stack: AsyncExitStack, stage: Stage) -> tuple[list[Watcher], int]:
    """Both boards, and how many people are on them now."""
    watchers = await boards(stage, stack)
    async with Connection("127.0.0.1", stage.port, {}) as connection:
        reply = await connection.request("GET", f"/api/v1/rounds/{stage.round}/board")
    total: int = reply.json()["total"]
    for watcher in watchers:
        await watcher.until_total(total)
    return watchers, total


async def test_every_board_is_the_same_in_every_process(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        watchers, total = await settled(stack, stage)
        acknowledged = await Crowd(stage, 4).compete()
        frames = [await watcher.until_total(total + 4) for watcher in watchers]
        # The last finish changed the board once more, perhaps, without changing who is on it.
        while frames[0]["version"] != frames[1]["version"]:
            behind = min(watchers, key=lambda watcher: watcher.frame["version"])
            await behind.next()
            frames = [watcher.frame for watcher in watchers]
        assert frames[0] == frames[1]
        async with watching(stage) as through_nginx:
            while through_nginx.frame["version"] < frames[0]["version"]:
                await through_nginx.next()
            assert through_nginx.frame == frames[0]
    assert stage.missing(acknowledged) == []


async def test_sockets_of_a_killed_process_come_back_on_another(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        _, total = await settled(stack, stage)
        watchers = [await stack.enter_async_context(watching(stage)) for _ in range(6)]
        is_back = stage.signal(stage.live[0], signal.SIGKILL)
        async with asyncio.timeout(60):
            ends = [asyncio.ensure_future(watcher.closed()) for watcher in watchers]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        again = [await stack.enter_async_context(watching(stage)) for _ in range(3)]
        acknowledged = await Crowd(stage, 2).compete()
        await asyncio.sleep(0)
        cut = [end.done() for end in ends]
        assert 1 <= sum(cut) < 6  # nginx had spread them
        whole = [w for w, is_cut in zip(watchers, cut, strict=True) if not is_cut]
        for end in ends:
            end.cancel()
        for watcher in again + whole:
            await watcher.until_total(total + 2)
    await asyncio.to_thread(until, is_back, "the killed process")
    assert stage.missing(acknowledged) == []


async def test_pages_and_saves_survive_a_killed_gunicorn(stage: Stage) -> None:
    crowd = Crowd(stage, 8)
    competing = asyncio.ensure_future(crowd.compete(pause_s=0.3))
    await asyncio.sleep(1)
    [*_, master] = stage.pids("http")
    for pid in reversed(tree(master)):
        os.kill(pid, signal.SIGKILL)
    acknowledged = await competing
    assert len(stage.pids("http")) == 2
    assert stage.missing(acknowledged) == []


async def test_a_killed_nginx_comes_back_on_its_port(stage: Stage) -> None:
    is_back = stage.signal("nginx", signal.SIGKILL)
    await asyncio.to_thread(until, is_back, "nginx")
    crowd = Crowd(stage, 1)
    assert stage.missing(await crowd.compete()) == []


async def test_an_orderly_restart_of_gunicorn_is_not_noticed(stage: Stage) -> None:
    """Nobody is refused: what arrives meanwhile waits in the socket that stays open."""
    crowd = Crowd(stage, 8)
    competing = asyncio.ensure_future(crowd.compete(pause_s=0.3))
    await asyncio.sleep(1)
    is_back = stage.signal("http", signal.SIGTERM)
    acknowledged = await competing
    await asyncio.to_thread(until, is_back, "gunicorn")
    assert crowd.trouble == {}
    assert stage.missing(acknowledged) == []


async def test_a_restarted_redis_loses_nothing_and_refuses_nobody(stage: Stage) -> None:
    """It comes back empty: sessions are read from the database, boards are computed again."""
    async with AsyncExitStack() as stack:
        watchers, total = await settled(stack, stage)
        versions = [watcher.frame["version"] for watcher in watchers]
        crowd = Crowd(stage, 8)
        competing = asyncio.ensure_future(crowd.compete(pause_s=0.4))
        await asyncio.sleep(0.7)
        stage.redis.kill()
        async with Connection("127.0.0.1", stage.port, {}) as connection:
            ready = await connection.request("GET", "/readyz")
        assert (ready.status, ready.json()["database"]) == (503, "ok")
        await asyncio.sleep(1.5)
        await asyncio.to_thread(stage.redis.start)
        acknowledged = await competing
        for watcher in watchers:
            await watcher.until_total(total + 8)
        assert all(w.frame["version"] > v for w, v in zip(watchers, versions, strict=True))
    assert stage.missing(acknowledged) == []
    assert crowd.trouble == {}


async def test_an_answer_counts_from_its_arrival_at_nginx(stage: Stage) -> None:
    """However long it waits until gunicorn has a thread for it."""
    person = Competitor(stage, *stage.people(1), Counter())
    await person.start()
    pids = tree(stage.pids("http")[-1])
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        handing_in = asyncio.ensure_future(person.finish())
        await asyncio.sleep(3)
    finally:
        resumed = datetime.now(UTC)
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    done = await handing_in
    assert datetime.fromisoformat(done["submitted_at"]) < resumed
    assert person.trouble == {}


def connections_to(port: int, pids: list[int]) -> int:
    """Open connections of these processes to a port of this machine."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    open_ones = {
        fields[9]
        for fields in map(str.split, lines)
        if fields[2].endswith(f":{port:04X}") and fields[3] == "01"
    }
    held = [os.readlink(file) for pid in pids for file in Path(f"/proc/{pid}/fd").iterdir()]
    return sum(name in held for name in (f"socket:[{inode}]" for inode in open_ones))


async def test_gunicorn_holds_one_database_connection_for_each_thread(stage: Stage) -> None:
    acknowledged = await Crowd(stage, 16).compete()
    port = urlsplit(stage.env["DATABASE_URL"]).port or 5432
    pids = tree(stage.pids("http")[-1])
    workers, threads = 2, int(stage.env["HTTP_THREADS"])
    assert 1 <= connections_to(port, pids) <= workers * threads
    assert stage.missing(acknowledged) == []


async def test_sockets_are_opened_by_our_own_pages_only(stage: Stage) -> None:
    address = f"ws://127.0.0.1:{stage.port}/ws/rounds/{stage.round}/board/"
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with websockets.connect(address, origin="https://elsewhere.example"):
            pass
    assert refused.value.response.status_code == 403


async def test_files_of_a_page_are_compressed_and_immutable(stage: Stage) -> None:
    headers = cookies(stage.sessions[0])
    async with Connection("127.0.0.1", stage.port, headers) as connection:
        page = await connection.request("GET", stage.page)
        names = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.body().decode()))
        assert any(name.endswith(".css") for name in names)
        for name in names:
            assert re.search(r"\.[0-9a-f]{12}\.\w+$", name), name
            file = await connection.request("GET", name)
            assert file.status == 200
            assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
            if name.endswith((".css", ".js")):
                assert file.headers["content-encoding"] == "gzip", name


async def test_t10_the_whole_cluster_ends_in_order(stage: Stage) -> None:
    lines: list[str] = []
    with running_cluster(stage.env, lines, "--live", "1", "--workers", "1") as process:
        other = Stage(stage.env, stage.redis, process, stage.round, stage.page, [], lines)
        async with watching(other) as watcher:
            started = tree(process.pid)
            process.terminate()
            assert await watcher.closed() == 4012
        assert await asyncio.to_thread(process.wait, 60) == 0
    assert len(started) >= 6  # nginx, gunicorn and their workers, config.serve, the keeper
    assert not [pid for pid in started if Path(f"/proc/{pid}/cmdline").exists()]


@pytest.mark.parametrize("missing", ["DATABASE_URL", "REDIS_URL"])
def test_without_the_stores_it_says_what_is_missing(missing: str) -> None:
    env = {**os.environ, "DATABASE_URL": "postgres://x/y", "REDIS_URL": "redis://x", missing: ""}
    done = subprocess.run(
        [sys.executable, "-m", "config.cluster"],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert missing in done.stderr
    assert "Traceback" not in done.stderr
