"""nginx for this machine, over the very files that ``deploy/nginx/`` ships."""

from __future__ import annotations

import os
import pwd
import resource
import shutil
from pathlib import Path

SHIPPED = Path(__file__).resolve().parent.parent.parent / "deploy" / "nginx"
MIME_TYPES = Path("/etc/nginx/mime.types")

_MAIN = """\
{user}daemon off;
worker_processes {processes};
worker_rlimit_nofile {files};
worker_shutdown_timeout 15s;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections {connections}; }}
http {{
    include {mime_types};
    default_type application/octet-stream;
    sendfile on;
    tcp_nopush on;
    server_tokens off;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include contest/http.conf;
    geo $contest_staff {{ default 0; {staff} 1; }}
    upstream contest_http {{ server unix:{http_socket}; }}
    upstream contest_live {{
        zone contest_live 64k;
        least_conn;
        {live}
    }}
    server {{
        listen {listen} backlog=4096;
        set $contest_static {static};
        include contest/site.conf;
    }}
}}
"""


def executable() -> str | None:
    """Where nginx is installed; people's PATH often lacks the folders of system programs."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


def write_configuration(
    folder: Path,
    *,
    listen: str,
    http_socket: Path,
    live_ports: list[int],
    static: Path,
    staff: str = "127.0.0.0/8",
) -> Path:
    """Write ``nginx.conf`` and what it includes into ``folder`` and give its path.

    ``listen`` is ``host:port``, ``staff`` the network that may reach the admin. nginx writes no
    file outside ``folder``.
    """
    shutil.copytree(SHIPPED / "contest", folder / "contest", dirs_exist_ok=True)
    # As root, nginx would give its processes to "nobody", who may not enter the folder.
    user = f"user {pwd.getpwuid(0).pw_name};\n" if os.geteuid() == 0 else ""
    files = min(65_536, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    file = folder / "nginx.conf"
    file.write_text(
        _MAIN.format(
            user=user,
            processes=min(4, os.cpu_count() or 1),
            files=files,
            connections=files // 4,
            folder=folder,
            mime_types=MIME_TYPES,
            http_socket=http_socket,
            live="\n        ".join(f"server 127.0.0.1:{p} fail_timeout=2s;" for p in live_ports),
            listen=listen,
            static=static,
            staff=staff,
        )
    )
    return file
