"""gunicorn for pages and JSON: `gunicorn --config deploy/gunicorn.conf.py`.

The socket it listens on is handed over by whoever starts it (systemd's contest-http.socket,
`make serve-cluster`) and stays open while it is restarted: requests wait there meanwhile.
"""

import os
from pathlib import Path

wsgi_app = "config.wsgi:application"
proc_name = "contest-http"

# HTTP_WORKERS processes of HTTP_THREADS threads; each thread keeps one database connection.
workers = int(os.environ.get("HTTP_WORKERS") or os.cpu_count() or 1)
threads = int(os.environ.get("HTTP_THREADS") or 8)
worker_class = "gthread"
# A process takes only what it has a thread for. The rest waits in the socket's queue, from which
# any process takes it, also the one that starts after this one was told to stop.
worker_connections = threads
backlog = 4096
# No connection outlives its request, so none can be closed while nginx is writing the next one.
keepalive = 0

# Load once, then fork: the processes share what they have in common, and a fault shows at once.
preload_app = True
# Reading an official document takes up to 40 s.
graceful_timeout = 45
timeout = 60

loglevel = "warning"
control_socket_disable = True
if Path("/dev/shm").is_dir():
    worker_tmp_dir = "/dev/shm"  # the sign of life must not wait for a disk


def when_ready(server):
    """Before the fork: addresses and views are otherwise loaded by each process for itself."""
    from django.urls import get_resolver

    from config.collecting import collect_rarely

    _ = get_resolver().url_patterns
    collect_rarely()  # it would also write into pages that the processes share
