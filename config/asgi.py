"""One process for everything: HTTP through Django's WSGI handler in a fixed pool of threads,
sockets through Channels.

Django's own ASGI handler starts two threads and opens a database connection per request; the
pool is several times cheaper, bounded, and keeps its connections (docs/decisions/0001).
"""

import os
import time
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.wsgi import get_wsgi_application

wsgi_application = get_wsgi_application()  # sets Django up; what follows needs it

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402
from servestatic.asgi import ServeStaticASGI  # noqa: E402

from config.edge.bridge import Bridge  # noqa: E402
from leaderboard.routing import websocket_urlpatterns  # noqa: E402

pooled = Bridge(wsgi_application, threads=settings.HTTP_THREADS)


async def http(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Stamp the arrival before a request waits for a thread: an answer counts from when it
    reached the server (contest/clock.py)."""
    scope["arrived_at"] = time.time()
    await pooled(scope, receive, send)


# Static files never reach Django. As a middleware servestatic is asynchronous, and Django would
# bridge every request through extra threads to reach it and come back.
static_or_http = ServeStaticASGI(
    cast(Any, http),
    root=settings.STATIC_ROOT,
    prefix=settings.STATIC_URL,
    immutable_file_test=r"\.[0-9a-f]{12}\.[^/]+$",  # named by content hash
    allow_all_origins=False,
)

application = ProtocolTypeRouter(
    {
        "http": static_or_http,
        "websocket": AllowedHostsOriginValidator(URLRouter(websocket_urlpatterns)),
    }
)
