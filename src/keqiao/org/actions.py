"""Every write to people, units, positions and the ways they are logged in."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.kernel import powers, sight
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.sql import hold
from keqiao.org import passwords, work
from keqiao.org import scopes as token_scopes
from keqiao.org.models import (
    Appointment,
    Employee,
    OrgUnit,
    PasswordRules,
    PersonalLink,
    Position,
    Scope,
    Session,
    Token,
    TrustedDevice,
)
from keqiao.org.queries import token_digest

REVEALS_A_DAY = 50


def demand(actor: Actor, power: str) -> None:
    """Raise NotAllowed unless the actor holds the power."""
    if not actor.can(power):
        raise NotAllowed(_("您没有这项权限。如工作需要，请联系管理员。"))


@transaction.atomic
def create_unit(*, actor: Actor, name: str, kind: str, parent: OrgUnit | None = None) -> OrgUnit:
    """Add a unit below `parent`, or a company at the top."""
    demand(actor, "org.change")
    if parent is not None:
        in_use(parent, "parent")
    unit = OrgUnit.objects.create(name=name, kind=kind, parent=parent, path="")
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    OrgUnit.objects.filter(pk=unit.pk).update(path=unit.path)
    refresh_access()
    record(actor, "unit.created", unit)
    return unit


@transaction.atomic
def change_unit(
    *, actor: Actor, unit: OrgUnit, name: str, kind: str, parent: OrgUnit | None, leader: Employee | None = None
) -> OrgUnit:
    """Rename, lead or move a unit with all that is below it. Refused when it would hang below itself."""
    demand(actor, "org.change")
    unit = OrgUnit.objects.select_for_update().get(pk=unit.pk)
    if parent is not None and parent.path.startswith(unit.path):
        raise Refused(_("不能把组织单元移到它自己下面。"), field="parent")
    if parent is not None and parent.pk != unit.parent_id:
        in_use(parent, "parent")
    after = {"name": name, "kind": kind, "parent": parent, "leader": leader}
    changed = changes({key: getattr(unit, key) for key in after}, after)
    old, new = unit.path, f"{parent.path if parent else '/'}{unit.pk}/"
    OrgUnit.objects.filter(pk=unit.pk).update(**after)
    if old != new:
        OrgUnit.objects.filter(path__startswith=old).update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    refresh_access()
    unit.refresh_from_db()
    record(actor, "unit.changed", unit, {"changes": changed})
    return unit


def in_use(unit: OrgUnit, field: str) -> None:
    """Refuse a unit that was closed. Whoever puts something into it and whoever closes it stand in one line."""
    hold(f"unit:{unit.pk}")
    if not OrgUnit.objects.filter(pk=unit.pk, active=True).exists():
        raise Refused(_("“%s”已撤销，请选择在用的组织单元。") % unit.name, field=field)


@transaction.atomic
def create_position(
    *, actor: Actor, name: str, scope: str, powers: Iterable[str], purpose: str = "",
    reveals_a_day: int = REVEALS_A_DAY, second_factor: bool = False,
) -> Position:  # fmt: skip
    """Add a position with its powers and how far they reach."""
    demand(actor, "org.change")
    position = Position.objects.create(
        name=name, scope=scope, powers=known(powers), purpose=purpose, reveals_a_day=reveals_a_day,
        second_factor=second_factor,
    )  # fmt: skip
    record(actor, "position.created", position, {"scope": scope, "powers": position.powers})
    return position


@transaction.atomic
def change_position(
    *, actor: Actor, position: Position, name: str, scope: str, powers: Iterable[str], purpose: str = "",
    reveals_a_day: int | None = None, second_factor: bool | None = None,
) -> Position:  # fmt: skip
    """Change what a position may do; everybody who holds it feels it with the next request."""
    demand(actor, "org.change")
    after: dict[str, Any] = {"name": name, "scope": scope, "powers": known(powers), "purpose": purpose}
    after["reveals_a_day"] = position.reveals_a_day if reveals_a_day is None else reveals_a_day
    after["second_factor"] = position.second_factor if second_factor is None else second_factor
    changed = changes({key: getattr(position, key) for key in after}, after)
    Position.objects.filter(pk=position.pk).update(**after)
    refresh_access(Employee.objects.filter(positions=position).values_list("pk", flat=True))
    position.refresh_from_db()
    record(actor, "position.changed", position, {"changes": changed})
    return position


@transaction.atomic
def set_sight(*, actor: Actor, levels: Mapping[int, Mapping[str, str]]) -> list[Position]:
    """Say which personal fields positions (by id) see in full, masked or not at all; returns those that changed."""
    demand(actor, "org.change")
    changed = []
    for position in Position.objects.select_for_update().filter(pk__in=levels).order_by("pk"):
        after = sight.kept(levels[position.pk])
        if after == position.sight:
            continue
        told = {field.code: str(after.get(field.code, sight.Level.MASKED)) for field in sight.every()}
        before = {field.code: str(position.sight.get(field.code, sight.Level.MASKED)) for field in sight.every()}
        Position.objects.filter(pk=position.pk).update(sight=after)
        refresh_access(Employee.objects.filter(positions=position).values_list("pk", flat=True))
        position.sight = after
        record(actor, "position.sight_changed", position, {"changes": changes(before, told)})
        changed.append(position)
    return changed


def known(codes: Iterable[str]) -> list[str]:
    """The codes, sorted; refused when one is not declared by any app."""
    codes = sorted(set(codes))
    unknown = set(codes) - {power.code for power in powers.every()}
    if unknown:
        raise Refused(_("没有这样的权限：%s") % "、".join(sorted(unknown)), field="powers")
    return codes


def refresh_access(employee_ids: Iterable[int] | None = None) -> None:
    """Make kept powers of these employees, or of all, be read anew."""
    employees = Employee.objects.all()
    if employee_ids is not None:
        employees = employees.filter(pk__in=list(employee_ids))
    employees.update(access_version=F("access_version") + 1)


@transaction.atomic
def create_employee(
    *,
    actor: Actor,
    username: str,
    name: str,
    unit: OrgUnit,
    positions: Iterable[Position] = (),
    password: str | None = None,
    phone: str = "",
    email: str = "",
    joined_on: date | None = None,
    manager: Employee | None = None,
) -> Employee:
    """Add an employee. Without a password nobody can log in as them until one is set."""
    demand(actor, "org.change")
    in_use(unit, "unit")
    employee = Employee(
        username=username.strip().lower(), name=name, unit=unit, phone=phone, email=email, joined_on=joined_on,
        manager=manager, must_change_password=password is not None and actor is not SYSTEM,
    )  # fmt: skip
    if password is None:
        employee.set_unusable_password()
    else:
        check_password(password, employee)
        employee.set_password(password)
        employee.password_set_at = timezone.now()
    employee.save()
    Appointment.objects.bulk_create(Appointment(employee=employee, position=position) for position in positions)
    record(actor, "employee.created", employee, {"positions": [str(position) for position in positions]})
    return employee


@transaction.atomic
def change_employee(
    *, actor: Actor, employee: Employee, positions: Iterable[Position] | None = None, **fields: Any
) -> Employee:
    """Change name, unit, phone, email, manager, joined_on and the positions held."""
    demand(actor, "org.change")
    if fields.get("unit") is not None and fields["unit"].pk != employee.unit_id:
        in_use(fields["unit"], "unit")
    if fields.get("manager") is not None:
        answerable(employee, fields["manager"])
    before = {key: getattr(employee, key) for key in fields} | {"positions": employee.positions.all()}
    Employee.objects.filter(pk=employee.pk).update(**fields)
    after = dict(fields)
    if positions is not None:
        positions = list(positions)
        after["positions"] = positions
        changed = changes(before, after)
        employee.appointments.exclude(position__in=positions).delete()
        Appointment.objects.bulk_create(
            [Appointment(employee=employee, position=position) for position in positions], ignore_conflicts=True
        )
    else:
        changed = changes(before, after)
    refresh_access([employee.pk])
    record(actor, "employee.changed", employee, {"changes": changed})
    employee.refresh_from_db()
    return employee


def answerable(employee: Employee, manager: Employee) -> None:
    """Refuse a line manager who is the employee, or who answers to the employee."""
    above: Employee | None = manager
    seen: set[int] = set()
    while above is not None and above.pk not in seen:
        if above.pk == employee.pk:
            raise Refused(_("直接上级不能是本人，也不能是本人的下级。"), field="manager")
        seen.add(above.pk)
        above = above.manager


@transaction.atomic
def deactivate_employee(
    *, actor: Actor, employee: Employee, left_on: date | None = None, handed_over: bool = False
) -> Employee:
    """A leaver: cannot log in any more, every session and token ends at once.

    Refused while the employee holds anything, unless the caller hands that over in this transaction.
    """
    demand(actor, "org.change")
    if employee.pk == actor.id:
        raise Refused(_("不能停用自己的账号。"))
    hold(work.key(employee.pk))
    held = [] if handed_over else [one for one in work.held_by(employee) if not one[0].finds_another]
    if held:
        said = _("、").join(f"{holding.label} {number}" for holding, number in held)
        raise Refused(
            _("%(name)s名下还有：%(what)s。请用“移交工作”，离职和移交一次办完。")
            % {"name": employee.name, "what": said}
        )
    left = left_on or timezone.localdate()
    rows = Employee.objects.filter(pk=employee.pk, is_active=True).update(is_active=False, left_on=left)
    if rows != 1:
        raise Refused(_("该员工已经离职。"))
    end_everything(employee)
    employee.refresh_from_db()
    record(actor, "employee.left", employee, {"left_on": left.isoformat()})
    return employee


def end_everything(employee: Employee) -> None:
    """End all sessions and trusted devices, revoke all tokens, and make void what was mailed."""
    Session.objects.filter(employee=employee).delete()
    TrustedDevice.objects.filter(employee=employee).delete()
    PersonalLink.objects.filter(employee=employee).delete()
    Token.objects.filter(employee=employee, revoked_at__isnull=True).update(revoked_at=timezone.now())


def check_password(password: str, employee: Employee) -> None:
    """Raise Refused with what is wrong with a new password."""
    try:
        validate_password(password, employee)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="new_password") from error


@transaction.atomic
def change_password(*, actor: Actor, employee: Employee, password: str, must_change: bool = False) -> None:
    """Set a new password; all sessions end and all tokens are revoked, so a thief is thrown out too."""
    if employee.pk != actor.id:
        demand(actor, "org.change")
    check_password(password, employee)
    passwords.keep_old(employee)
    employee.set_password(password)
    employee.must_change_password = must_change
    employee.password_set_at = timezone.now()
    employee.save(update_fields=["password", "must_change_password", "password_set_at"])
    end_everything(employee)
    record(actor, "employee.password_changed", employee)


@transaction.atomic
def expire_password(*, actor: Actor, employee: Employee) -> None:
    """The password has grown older than the rules allow: it opens only the page on which it is changed."""
    employee.must_change_password = True
    employee.save(update_fields=["must_change_password"])
    record(actor, "employee.password_expired", employee)


@transaction.atomic
def note_login(*, actor: Actor, way: str = "") -> None:
    """Put a successful login on record, with the way where it was not by password alone."""
    employee = Employee.objects.get(pk=actor.id or 0)
    record(actor, "employee.logged_in", employee, {"note": way} if way else None)


@transaction.atomic
def change_password_rules(*, actor: Actor, obj: PasswordRules, **values: Any) -> PasswordRules:
    """Set what new passwords must be like and how long they are good; a password in use is not looked at again."""
    demand(actor, "org.change")
    fresh = PasswordRules.objects.select_for_update().get(pk=obj.pk)
    before = {name: getattr(fresh, name) for name in values}
    for name, value in values.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=list(values))
    record(actor, "password_rules.changed", fresh, {"changes": changes(before, values)})
    return fresh


@transaction.atomic
def end_session(*, actor: Actor, session: Session) -> None:
    """End one of one's own sessions."""
    if session.employee_id != actor.id:
        raise NotAllowed(_("只能结束自己的登录。"))
    session.delete()
    record(actor, "session.ended", session.employee, {"ip": session.ip})


@transaction.atomic
def create_token(
    *,
    actor: Actor,
    employee: Employee,
    name: str,
    scopes: Iterable[str] | None = None,
    expires_at: datetime | None = None,
) -> str:
    """Make an API token and return it; it can be shown this once only.

    Without `scopes` it opens all that its owner may do. Raises Refused for a scope that does not exist.
    """
    if employee.pk != actor.id:
        demand(actor, "org.change")
    opened = token_scopes.everything() if scopes is None else token_scopes.known(scopes)
    plain = "kq_" + secrets.token_urlsafe(32)
    token = Token.objects.create(
        employee=employee, name=name, digest=token_digest(plain), hint=plain[:7] + "…",
        scopes=opened, expires_at=expires_at,
    )  # fmt: skip
    record(actor, "token.created", employee, {"name": name, "hint": token.hint, "scopes": opened})
    return plain


@transaction.atomic
def revoke_token(*, actor: Actor, token: Token) -> None:
    """End a token at once."""
    if token.employee_id != actor.id:
        demand(actor, "org.change")
    Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    record(actor, "token.revoked", token.employee, {"name": token.name})


@transaction.atomic
def bootstrap(*, username: str, name: str, password: str, company: str = "我的公司") -> Employee:
    """The first employee of a new installation, with a position that carries every power."""
    unit = OrgUnit.objects.filter(parent=None).first() or create_unit(
        actor=SYSTEM, name=company, kind=OrgUnit.Kind.COMPANY
    )
    every = [power.code for power in powers.every()]
    position = Position.objects.filter(name="系统管理员").first() or create_position(
        actor=SYSTEM, name="系统管理员", scope=Scope.ALL, powers=every
    )
    return create_employee(
        actor=SYSTEM, username=username, name=name, unit=unit, positions=[position], password=password
    )
