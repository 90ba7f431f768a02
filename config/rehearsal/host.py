"""What Linux tells about processes: CPU time, memory, cores. Everything from /proc."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
# Read once: a process that is pinned hands its one core down to those it starts, and a server
# started by a pinned client would end up beside it.
CORES = sorted(os.sched_getaffinity(0))


def pin(pid: int, place: int) -> int | None:
    """Keep a process (0 is this one) on the ``place``-th core we may use; None with one core."""
    if len(CORES) < 2:
        return None
    os.sched_setaffinity(pid, {CORES[place]})
    return CORES[place]


def more_files() -> int:
    """Let this process, and those it starts, open as many files as the system allows it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def free_memory_mb() -> int:
    """Megabytes that programs can still get without swapping."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    kept = next(line for line in lines if line.startswith("MemAvailable:"))
    return int(kept.split()[1]) // 1024


def tree(pid: int) -> list[int]:
    """The process and all its descendants that are alive."""
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, children.read_text().split())
    return found


def cpu_s(pids: Iterable[int]) -> float:
    """User and system seconds that living processes have used; ended ones count nothing."""
    total = 0.0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / TICKS_PER_S
    return total


def rss_mb(pids: Iterable[int]) -> float:
    """Resident megabytes of living processes."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def machine_busy_s() -> float:
    """Seconds of CPU the whole machine has spent since it started, idle and waiting excluded."""
    user, nice, system, _, _, irq, softirq, *_ = map(
        int, Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    )
    return (user + nice + system + irq + softirq) / TICKS_PER_S


def postgres_backends(database_url: str) -> list[int]:
    """Process ids that serve this database; empty when they are not on this machine."""
    query = (
        "SELECT pid FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(database_url) as connection:
        pids = [row[0] for row in connection.execute(query)]
    return [pid for pid in pids if _command(pid).startswith("postgres")]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return ""


def redis_cpu_s(url: str) -> float:
    """Seconds of CPU the Redis server has used, for everybody who uses it."""
    with redis.Redis.from_url(url) as client:
        facts = client.info("cpu")
    return float(facts["used_cpu_sys"]) + float(facts["used_cpu_user"])


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds by whom, at one instant or between two (``later - earlier``)."""

    wall: float
    server: float
    client: float
    database: float
    redis: float
    machine: float

    def __sub__(self, earlier: Usage) -> Usage:
        return Usage(*(getattr(self, n) - getattr(earlier, n) for n in self.__slots__))

    @property
    def foreign_cores(self) -> float:
        """Cores that others kept busy meanwhile."""
        ours = self.server + self.client + self.database + self.redis
        return max(0.0, (self.machine - ours) / self.wall) if self.wall else 0.0


def usage(server: int | None, env: dict[str, str]) -> Usage:
    """The CPU used so far by the server's processes, this one, and the stores behind."""
    database_url, redis_url = env.get("DATABASE_URL"), env.get("REDIS_URL")
    return Usage(
        wall=time.perf_counter(),
        server=cpu_s(tree(server)) if server else 0.0,
        client=time.process_time(),
        database=cpu_s(postgres_backends(database_url)) if database_url else 0.0,
        redis=redis_cpu_s(redis_url) if redis_url else 0.0,
        machine=machine_busy_s(),
    )
