"""Checking a password, with a lock-out that parallel guesses and changing addresses cannot get around."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest

from keqiao.audit.actions import record
from keqiao.kernel.actor import NOBODY
from keqiao.kernel.prepared import Prepared
from keqiao.org.models import Employee
from keqiao.runtime import throttle

# Ten wrong passwords lock one user name for a quarter of an hour, wherever they come from; others are unaffected.
GUESSES = 10
LOCKED = timedelta(minutes=15)
_at_work = Prepared(lambda pk: Employee.objects.select_related("unit").filter(pk=pk, is_active=True), 1)


def count(username: str) -> None:
    """Count one try at a password or a code of this user name; raises TooMany while it is locked.

    Counted before the check, so that parallel guesses cannot all slip in below the limit.
    """
    throttle.hit(f"login:{username}", limit=GUESSES, window=LOCKED)


def succeeded(username: str) -> None:
    """Forget the tries, after all that was asked for has been given."""
    throttle.clear(f"login:{username}")


class EmployeeBackend:
    """Logs employees in by user name and password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_rest: Any
    ) -> Employee | None:
        """The active employee with that password, or None. Raises TooMany while the user name is locked."""
        username = (username or "").strip().lower()
        count(username)
        employee = Employee.objects.filter(username=username).first()
        if employee is None:
            make_password(password)  # takes as long as for a known name
            return None
        if not check_password(password or "", employee.password) or not employee.is_active:
            self.refuse(employee, request)
            return None
        return employee  # the count is cleared when the whole login is done, with the second factor

    def refuse(self, employee: Employee, request: HttpRequest | None) -> None:
        """Put the failed attempt on record."""
        actor = NOBODY.at(request.META.get("REMOTE_ADDR", "") if request else "")
        with transaction.atomic():
            record(actor, "employee.login_failed", employee)

    def get_user(self, user_id: int) -> Employee | None:
        """The employee of a session; a leaver is nobody."""
        return _at_work.first(user_id)
