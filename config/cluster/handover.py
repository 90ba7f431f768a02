"""``python -m config.cluster.handover FD COMMAND...``: become the command, with an open listening
socket handed over the way systemd does it (the third descriptor, LISTEN_FDS, LISTEN_PID)."""

from __future__ import annotations

import os
import sys

FIRST = 3


def main(fd: str, *command: str) -> None:
    """Never returns; raises ``OSError`` when the command cannot be started."""
    os.dup2(int(fd), FIRST)
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
