"""A simulated crowd in a place of its own: what ``manage.py rehearse`` and ``bench/`` share."""
