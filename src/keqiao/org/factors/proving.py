"""Asking again: a code at login, password and code before something is taken away. Every try counts, wrong ones are kept."""

from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused
from keqiao.org import backends
from keqiao.org.factors.actions import use_code
from keqiao.org.models import Employee
from keqiao.org.queries import has_factor


def check_code(actor: Actor, employee: Employee, code: str) -> None:
    """Raise Refused unless the code is right; tries count together with those at the password."""
    backends.count(employee.username)
    if not use_code(actor=actor, employee=employee, code=code):
        raise Refused(_("验证码不对或已用过，请等手机上出现新的六位数字再试。"), field="code")


def prove(actor: Actor, employee: Employee, password: str, code: str | None = None) -> None:
    """Ask a person who is logged in for the password again, and for a code unless it is None; an open screen is not enough.

    Call it outside the transaction of the deed: a refused try must count. Who logs in by another system has no password.
    """
    backends.count(employee.username)
    if employee.has_usable_password() and not employee.check_password(password):
        raise Refused(_("现在的密码不对。"), field="password")
    if code is not None and not use_code(actor=actor, employee=employee, code=code):
        raise Refused(_("验证码不对或已用过，请等手机上出现新的六位数字再试。"), field="code")
    if code is not None or not has_factor(employee.pk):
        backends.succeeded(employee.username)
