"""The server mode on one machine: nginx, gunicorn and several ``config.serve``, kept running."""
