"""Sessions in the database, each with its owner, address and browser."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from keqiao.kernel.prepared import Prepared
from keqiao.org.models import Session

_by_key = Prepared(lambda key: Session.objects.filter(session_key=key), 1)


class SessionStore(DatabaseStore):
    """Keeps the employee beside the session, so that all of a person's sessions can be listed and ended."""

    @classmethod
    def get_model_class(cls) -> Any:
        return Session

    def _get_session_from_db(self) -> Session | None:  # the name is Django's
        row: Session | None = _by_key.first(self.session_key) if self.session_key else None
        if row is None or row.expire_date <= timezone.now():
            self._session_key = None
            return None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]  # of get_model_class
        employee = data.get(SESSION_KEY)
        row.employee_id = int(employee) if employee else None
        row.ip = str(data.get("ip", ""))[:45]
        row.agent = str(data.get("agent", ""))[:200]
        row.since = parse_datetime(str(data.get("since", "")))
        return row
