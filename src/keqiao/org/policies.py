"""Who sees and changes people, units and positions. Everybody at work may see the address book."""

from typing import Any

from django.db.models import QuerySet

from keqiao.kernel.actor import Actor, Kind
from keqiao.org.models import Employee, OrgUnit, Position, Session, Token
from keqiao.org.queries import has_factor


def employees(actor: Actor) -> QuerySet[Employee]:
    """The address book: every employee, to every employee."""
    return Employee.objects.all() if actor.kind in {Kind.EMPLOYEE, Kind.SYSTEM} else Employee.objects.none()


def units(actor: Actor) -> QuerySet[OrgUnit]:
    """The organisation tree, to every employee."""
    return OrgUnit.objects.all() if actor.kind in {Kind.EMPLOYEE, Kind.SYSTEM} else OrgUnit.objects.none()


def positions(actor: Actor) -> QuerySet[Position]:
    """Positions with their powers, to those who keep them."""
    return Position.objects.all() if actor.can("org.change") else Position.objects.none()


def sessions(actor: Actor) -> QuerySet[Session]:
    """One's own sessions."""
    return Session.objects.filter(employee_id=actor.id) if actor.id else Session.objects.none()


def tokens(actor: Actor) -> QuerySet[Token]:
    """One's own tokens that are not revoked."""
    return Token.objects.filter(employee_id=actor.id, revoked_at__isnull=True) if actor.id else Token.objects.none()


def may(actor: Actor, verb: str) -> bool:
    """Everybody reads the address book; only those who keep the organisation change it."""
    if verb in {"list", "view"}:
        return actor.kind in {Kind.EMPLOYEE, Kind.SYSTEM}
    return actor.can("org.change")


def may_unit(actor: Actor, verb: str, unit: OrgUnit | None) -> bool:
    """A unit in use can be closed, a closed one be taken into use again."""
    if verb in {"close", "reopen"} and unit is not None and unit.active != (verb == "close"):
        return False
    return may(actor, verb)


def may_employee(actor: Actor, verb: str, obj: Any = None) -> bool:
    """As above; nobody leaves twice; a second factor is reset for others only, and where there is one."""
    if verb == "leave" and isinstance(obj, Employee) and not obj.is_active:
        return False
    if verb == "reset_factor" and isinstance(obj, Employee):
        return may(actor, verb) and obj.pk != actor.id and has_factor(obj.pk)
    return may(actor, verb)
