"""Figures of one measurement, medians of several, and their table."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from config.rehearsal.figures import percentile as percentile
from config.rehearsal.host import Usage
from config.rehearsal.people import SAVES, Tally

Figures = dict[str, Any]


def call_figures(seconds: Sequence[float], wall_s: float) -> Figures:
    """Count, rate, and latencies in milliseconds of one kind of call."""
    return {
        "count": len(seconds),
        "per_s": round(len(seconds) / wall_s, 1),
        "p50_ms": round(percentile(seconds, 0.50) * 1000, 1),
        "p95_ms": round(percentile(seconds, 0.95) * 1000, 1),
        "p99_ms": round(percentile(seconds, 0.99) * 1000, 1),
    }


def journey_figures(tally: Tally, used: Usage, rss_mb: float, knows_server: bool) -> Figures:
    """Everything about one run. CPU in milliseconds a journey; None where it is not known."""
    journeys = max(tally.journeys, 1)

    def each(seconds: float) -> float:
        return round(seconds * 1000 / journeys, 2)

    calls = {name: call_figures(s, used.wall) for name, s in tally.seconds.items()}
    everything = [s for seconds in tally.seconds.values() for s in seconds]
    return {
        "calls": {**calls, "all": call_figures(everything, used.wall)},
        "errors": dict(tally.errors),
        "journeys": tally.journeys,
        "wall_s": round(used.wall, 2),
        "journeys_per_s": round(tally.journeys / used.wall, 1),
        "server_cpu_ms": each(used.server) if knows_server else None,
        "server_cores": round(used.server / used.wall, 2) if knows_server else None,
        "database_cpu_ms": each(used.database),
        "redis_cpu_ms": each(used.redis),
        "client_cpu_ms": each(used.client),
        "server_rss_mb": round(rss_mb) if knows_server else None,
        "foreign_cores": round(used.foreign_cores, 2) if knows_server else None,
    }


def steady_figures(seconds: Sequence[float], used: Usage, errors: int) -> Figures:
    """Steady load of one kind of request: CPU in microseconds a request."""
    return {
        **call_figures(seconds, used.wall),
        "errors": errors,
        "server_cpu_us": round(used.server * 1e6 / max(len(seconds), 1)),
        "database_cpu_us": round(used.database * 1e6 / max(len(seconds), 1)),
        "foreign_cores": round(used.foreign_cores, 2),
    }


def medians(runs: Sequence[Figures]) -> Figures:
    """Figure by figure the median of several runs; error counts and texts of the last."""
    first = runs[-1]
    found: Figures = {}
    for name, value in first.items():
        several = [run[name] for run in runs if name in run]
        if isinstance(value, dict) and name != "errors":
            found[name] = medians(several)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found[name] = round(statistics.median(several), 2)
        else:
            found[name] = value
    return found


def table(figures: Figures) -> str:
    """The figures for people to read."""
    lines = [f"{'call':<12}{'count':>8}{'req/s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}"]
    for name, call in figures["calls"].items():
        lines.append(
            f"{name:<12}{call['count']:>8.0f}{call['per_s']:>9}"
            f"{call['p50_ms']:>9}{call['p95_ms']:>9}{call['p99_ms']:>9}"
        )
    lines += [
        f"errors: {figures['errors'] or 'none'}",
        f"journeys: {figures['journeys']:.0f} in {figures['wall_s']} s,"
        f" {figures['journeys_per_s']}/s ({4 + SAVES} requests each)",
        f"CPU ms/journey: server {figures['server_cpu_ms']}, database"
        f" {figures['database_cpu_ms']}, redis {figures['redis_cpu_ms']},"
        f" client {figures['client_cpu_ms']}",
        f"server: {figures['server_cores']} cores, {figures['server_rss_mb']} MB;"
        f" others on this machine: {figures['foreign_cores']} cores",
        f"acknowledged: {figures['acknowledged']}, recorded: {figures['recorded']}",
    ]
    for name, call in figures.get("each", {}).items():
        lines.append(
            f"{name:<17} CPU us: server {call['server_cpu_us']:>6}, database"
            f" {call['database_cpu_us']:>5}; {call['per_s']:>6}/s, p99 {call['p99_ms']} ms"
            + (f", {call['errors']} errors" if call["errors"] else "")
        )
    for name, ratio in figures.get("ratios", {}).items():
        lines.append(f"server CPU of {name} / of one update: {ratio}")
    return "\n".join(lines)
