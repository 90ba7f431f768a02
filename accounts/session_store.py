"""Sessions in the cache and in the database, as Django keeps them in both."""

from __future__ import annotations

from django.contrib.sessions.backends import cached_db
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.statements import Prepared, columns, models_of

_session = Prepared(
    lambda key: Session.objects.filter(session_key=key).order_by().values_list(*columns(Session)),
    texts=["key"],
)


class SessionStore(cached_db.SessionStore):
    """Reads with a prepared statement what the cache has not: at the opening that is everybody,
    and composing Django's own read took up to a millisecond."""

    def _get_session_from_db(self) -> Session | None:
        row = _session.first(key=self.session_key)
        found: Session | None = models_of(row, Session)[0] if row else None
        if found is not None and found.expire_date > timezone.now():
            return found
        self._session_key = None
        return None
