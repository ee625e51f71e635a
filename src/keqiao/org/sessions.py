"""Sessions in the database, each with its owner, address and browser."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.dateparse import parse_datetime

from keqiao.org.models import Session


class SessionStore(DatabaseStore):
    """Keeps the employee beside the session, so that all of a person's sessions can be listed and ended."""

    @classmethod
    def get_model_class(cls) -> Any:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]  # of get_model_class
        employee = data.get(SESSION_KEY)
        row.employee_id = int(employee) if employee else None
        row.ip = str(data.get("ip", ""))[:45]
        row.agent = str(data.get("agent", ""))[:200]
        row.since = parse_datetime(str(data.get("since", "")))
        return row
