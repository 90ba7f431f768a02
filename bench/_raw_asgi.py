"""The anchor of broadcasts: the least that this ASGI server can do. ``python -m bench._raw_asgi``.

``POST /fan`` sends its body, as one prebuilt event, to every open WebSocket in slices of eight.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from daphne.server import Server  # isort: skip  # must come before anything of Twisted

SLICE = 8
sends: dict[Any, None] = {}


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Sockets are kept; a request is broadcast."""
    if scope["type"] == "websocket":
        await watch(receive, send)
        return
    body = b""
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    if scope["path"] == "/fan":
        await fan_out(json.loads(body))
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
    )
    await send({"type": "http.response.body", "body": b"ok"})


async def watch(receive: Any, send: Any) -> None:
    """Accept, and wait for the end."""
    await receive()
    await send({"type": "websocket.accept"})
    sends[send] = None
    while (await receive())["type"] != "websocket.disconnect":
        pass
    del sends[send]


async def fan_out(text: str) -> None:
    """The text to everybody."""
    event = {"type": "websocket.send", "text": text}
    for place, send in enumerate(list(sends), start=1):
        await send(event)
        if place % SLICE == 0:
            await asyncio.sleep(0)


class Announcing(Server):
    """Says where it listens."""

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        address = port.getHost()
        print(f"Ready: http://{address.host}:{address.port}", flush=True)


if __name__ == "__main__":
    Announcing(application, endpoints=["tcp:port=0:interface=127.0.0.1"], server_name="").run()
    sys.exit(0)
