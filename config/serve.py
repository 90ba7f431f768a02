"""The server: ``python -m config.serve [--host H] [--port N]``.

Daphne with an orderly end: on SIGTERM it stops listening, lets running requests finish, closes
sockets with 4012 (clients come back after a random pause) and exits 0. Also closes overdue
attempts every few seconds, so that no page needs to be open when somebody's time runs out.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
import time
from collections.abc import Generator
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# daphne.server installs Twisted's asyncio reactor and must be imported before anything of Twisted.
from daphne.server import Server  # isort: skip
from daphne.ws_protocol import WebSocketProtocol  # isort: skip
from twisted.internet import defer, reactor, task, threads

from config.asgi import application  # isort: skip  # sets Django up

from django.core.management import call_command
from django.db import close_old_connections, connections
from django.utils import timezone

from contest.attempts import close_overdue

log = logging.getLogger("config.serve")

CLOSE_RESTARTING = 4012
GRACE_S = 10.0
CLOSE_OVERDUE_EVERY_S = 10.0


class DrainingServer(Server):
    """Daphne that ends without cutting anybody off."""

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        address = port.getHost()
        print(f"Ready: http://{address.host}:{address.port}", flush=True)

    @defer.inlineCallbacks
    def kill_all_applications(self) -> Generator[defer.Deferred[Any], Any, None]:
        for listener in self.listeners:
            port = getattr(listener, "result", listener)
            if hasattr(port, "stopListening"):
                yield defer.maybeDeferred(port.stopListening)
        for protocol in list(self.connections):
            if isinstance(protocol, WebSocketProtocol):
                protocol.serverClose(code=CLOSE_RESTARTING)
        end = time.monotonic() + GRACE_S
        while time.monotonic() < end and self._is_busy():
            yield task.deferLater(reactor, 0.05, lambda: None)
        for protocol in [p for p, d in self.connections.items() if "application_instance" not in d]:
            del self.connections[protocol]
        yield defer.maybeDeferred(super().kill_all_applications)

    def _is_busy(self) -> bool:
        return any("disconnected" not in details for details in self.connections.values())


def close_overdue_once() -> None:
    """One round of closing; a database that is away is tried again next time."""
    close_old_connections()
    try:
        close_overdue(now=timezone.now())
    except Exception:
        log.exception("closing overdue attempts")


def main(arguments: list[str]) -> None:
    """Serve until told to stop; exit code 0 after an orderly end, 1 when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m config.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args(arguments)
    call_command("check", databases=["default"], stdout=io.StringIO())
    server = DrainingServer(
        application,
        endpoints=[f"tcp:port={options.port}:interface={options.host}"],
        server_name="",
        websocket_max_message_size=64 * 1024,
        websocket_max_frame_size=64 * 1024,
    )
    worker = task.LoopingCall(lambda: threads.deferToThread(close_overdue_once))
    worker.start(CLOSE_OVERDUE_EVERY_S)
    server.run()
    connections.close_all()
    sys.stdout.flush()
    # Unfinished tasks crash the interpreter's own shutdown under daphne 4.2 (exit code -11).
    os._exit(0 if server.listening_addresses else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
