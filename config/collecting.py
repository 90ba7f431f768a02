"""When Python looks for garbage in cycles: rarely, and not among what lives for ever."""

from __future__ import annotations

import gc

# New objects between two looks at the youngest, looks at the youngest between two at the middle,
# and of those between two at everything.
THRESHOLDS = (20_000, 50, 10)


def collect_rarely() -> None:
    """Call once everything is loaded, in each server process.

    By Python's defaults a process with a thousand sockets stood still for a tenth of a second
    again and again, while the collector walked through all of Django and every socket.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
