"""Which tests stay together when several processes share the suite.

Tests over one installation (a server, a cluster, a machine to restore) go to one process, which
makes it once; they are handed out first because they take longest, and browser tests to two
because they mostly wait. All others go one by one to whoever is free.

Groups by pytest-xdist's own mark are lost: version 3.8 writes them where pytest 9.2 reads no ids.
"""

from __future__ import annotations

from xdist.scheduler.loadscope import LoadScopeScheduling

STAGES = {
    "tests/browser/test_exam": "browser, half of them",
    "tests/browser/test_live": "browser, half of them",
    "tests/browser/test_desk": "browser, half of them",
    "tests/browser/": "browser, the others",
    "tests/faults/": "faults",
    "tests/cluster/": "cluster",
    "tests/config/test_http_edge.py": "edge",
    "tests/config/test_serve.py": "edge",
    "tests/config/test_slow_readers.py": "edge",
    "tests/config/test_backups.py": "backups",
    "tests/config/test_rehearse.py": "rehearsals",  # they look for what each other left behind
    "tests/test_bench.py": "measurements",
}


class ByStage(LoadScopeScheduling):
    """Hands a stage's tests to one process, in their order."""

    def _split_scope(self, nodeid: str) -> str:
        return next((name for path, name in STAGES.items() if nodeid.startswith(path)), nodeid)
