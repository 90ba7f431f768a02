"""The server: ``python -m config.serve [--host H] [--port N]``.

Daphne with an orderly end: on SIGTERM it stops listening, lets running requests finish, closes
sockets with 4012 (clients come back after a random pause) and exits 0. Also closes overdue
attempts every few seconds, so that no page needs to be open when somebody's time runs out.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
from collections.abc import Generator
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# daphne.server installs Twisted's asyncio reactor and must be imported before anything of Twisted.
from daphne.server import Server  # isort: skip
from twisted.internet import defer, reactor, task

from config.asgi import application  # isort: skip  # sets Django up

from django.core.management import call_command
from django.db import connections

from config.closing_turns import Turns
from config.collecting import collect_rarely
from config.edge.requests import RequestFactory
from config.edge.sockets import Socket, SocketFactory

CLOSE_RESTARTING = 4012
GRACE_S = 10.0


class EdgeServer(Server):
    """Daphne with our requests and sockets, that ends without cutting anybody off."""

    # daphne builds its factories inside run(); ours take their place.
    http_factory = property(lambda self: self._requests, lambda self, _: None)
    ws_factory = property(lambda self: self._sockets, lambda self, _: None)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._requests = RequestFactory(self)
        self._sockets = SocketFactory(self, server=self.server_name)

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        address = port.getHost()
        print(f"Ready: http://{address.host}:{address.port}", flush=True)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Give the HTTP bridge the body as a file, and a way to see how the client fares."""
        if scope["type"] == "http":
            scope |= {"body": protocol.body, "room": protocol.room}
            protocol.scope = scope
        return super().create_application(protocol, scope)

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """Pass an answer on; texts for open sockets without daphne's detours (they are many)."""
        if message["type"] == "websocket.send" and protocol.state == Socket.STATE_OPEN:
            protocol.handle_reply(message)
        else:
            await super().handle_reply(protocol, message)

    @defer.inlineCallbacks
    def kill_all_applications(self) -> Generator[defer.Deferred[Any], Any, None]:
        """Drain; called once, before the reactor ends."""
        for listener in self.listeners:
            port = getattr(listener, "result", listener)
            if hasattr(port, "stopListening"):
                yield defer.maybeDeferred(port.stopListening)
        self._requests.drain()
        for protocol in list(self.connections):
            if isinstance(protocol, Socket):
                protocol.go_away(CLOSE_RESTARTING)
        end = time.monotonic() + GRACE_S
        while time.monotonic() < end and self._is_busy():
            yield task.deferLater(reactor, 0.05, lambda: None)
        for protocol in [p for p, d in self.connections.items() if "application_instance" not in d]:
            del self.connections[protocol]
        yield defer.maybeDeferred(super().kill_all_applications)

    def _is_busy(self) -> bool:
        return any("disconnected" not in details for details in self.connections.values())


def main(arguments: list[str]) -> None:
    """Serve until told to stop; exit code 0 after an orderly end, 1 when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m config.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args(arguments)
    call_command("check", databases=["default"], stdout=io.StringIO())
    connections.close_all()  # this thread only serves; it needs none
    server = EdgeServer(
        application,
        endpoints=[f"tcp:port={options.port}:interface={options.host}"],
        server_name="",
        websocket_max_message_size=64 * 1024,
        websocket_max_frame_size=64 * 1024,
    )
    collect_rarely()
    turns = Turns()
    turns.start()
    server.run()
    turns.stop()
    sys.stdout.flush()
    # Unfinished tasks crash the interpreter's own shutdown under daphne 4.2 (exit code -11).
    os._exit(0 if server.listening_addresses else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
