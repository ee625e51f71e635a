"""Work that an employee or a unit may hold: a registry to which every app above tells its own.

It lets work be handed over, and a unit be closed, without this app knowing of customers, tickets or visits. A test walks
all models: a foreign key to the employee that is not past tense ("…_by") and is declared nowhere is refused.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.audit.actions import event, record_all
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused
from keqiao.kernel.resource import get
from keqiao.kernel.sql import hold
from keqiao.org.models import Employee, Invitation, OrgUnit

Moved = Callable[[Actor, Sequence[Any], Employee, Employee], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Work of one kind: open records that somebody is answerable for.

    They hang on an employee by the foreign key `field` and on a unit by the foreign key `unit`; either may be empty.
    `where` tells which are open; `rows(employee_id)` and `placed(unit_id)` replace them where that is not enough. A
    receiver must hold all `powers`. With `follows` the record goes to the receiver's unit. `fresh()` gives further values to write;
    `change(rows, receiver)` writes itself where that is not enough; `moved` does what else belongs to it. `verb` is how
    it is recorded, `about` the field with the customer's id, `related` what a record's title needs. What `finds_another` when
    its holder leaves can be handed over, yet keeps nobody from leaving. `url` and
    `unit_url` are addresses of lists, with {employee} or {unit} in them; empty where there is none.
    """

    name: str
    label: str | Promise
    model: type[Model]
    field: str = ""
    unit: str = ""
    where: Q = Q()  # noqa: RUF009 – never changed
    rows: Callable[[int], QuerySet[Any]] | None = None
    placed: Callable[[int], QuerySet[Any]] | None = None
    powers: tuple[str, ...] = ()
    follows: bool = False
    fresh: Callable[[], dict[str, Any]] = dict
    change: Callable[[QuerySet[Any], Employee], object] | None = None
    moved: Moved | None = None
    verb: str = ""
    about: str = ""
    url: str = ""
    unit_url: str = ""
    related: tuple[str, ...] = ()
    title: Callable[[Any], str] = str
    finds_another: bool = False

    def of(self, employee_id: int) -> QuerySet[Any]:
        """What the employee holds."""
        if self.rows is not None:
            return self.rows(employee_id)
        return self.model._default_manager.filter(self.where, **{f"{self.field}_id": employee_id})

    def address(self, actor: Actor, employee_id: int) -> str:
        """Where the employee's records are listed, empty for an actor who may not see the list."""
        resource = get(self.model._meta.label_lower)
        open_to = resource is None or resource.allowed(actor, "list", None)
        return self.url.format(employee=employee_id) if open_to else ""

    def inside(self, unit_id: int) -> QuerySet[Any]:
        """What is in the unit."""
        if self.placed is not None:
            return self.placed(unit_id)
        return self.model._default_manager.filter(self.where, **{f"{self.unit}_id": unit_id})


_works: dict[str, Work] = {}
_followers: list[Moved] = []


def register(kind: Work) -> None:
    """Make a kind known; called when the app is ready."""
    _works[kind.name] = kind


def follow(function: Moved) -> None:
    """Call `function(actor, records, giver, receiver)` after records of any kind have changed hands."""
    if function not in _followers:
        _followers.append(function)


def every() -> list[Work]:
    """All kinds that an employee may hold, in the order of declaration."""
    return [one for one in _works.values() if one.field]


def kinds() -> list[Work]:
    """All kinds, also those that only a unit holds."""
    return list(_works.values())


def named(name: str) -> Work | None:
    """The kind of that name."""
    return _works.get(name)


def key(employee_id: int) -> str:
    """What everybody waits for who gives work to an employee, or lets the employee go (kernel.sql.hold)."""
    return f"employee:{employee_id}"


def take_on(employee: Employee, field: str = "owner") -> None:
    """Refuse to give work to somebody who has left. In the transaction that gives it, so that nobody slips through."""
    hold(key(employee.pk))
    if not Employee.objects.filter(pk=employee.pk, is_active=True).exists():
        raise Refused(now_("%(name)s已离职，请选择在职员工。") % {"name": employee.name}, field=field)


def held_by(employee: Employee) -> list[tuple[Work, int]]:
    """The kinds of which the employee holds any, with how many; one query a kind."""
    counted = [(one, one.of(employee.pk).count()) for one in every()]
    return [(one, number) for one, number in counted if number]


def contents(unit: OrgUnit) -> list[tuple[str, int, str]]:
    """What stands in the way of closing a unit: (label, how many, address of the list)."""
    found: list[tuple[str, int, str]] = [
        (now_("下级组织单元"), OrgUnit.objects.filter(parent=unit, active=True).count(), ""),
        (
            now_("员工"),
            Employee.objects.filter(unit=unit, is_active=True).count(),
            f"/employees/?view=active&unit={unit.pk}",
        ),
    ]
    for one in _works.values():
        if one.unit or one.placed:
            found.append((str(one.label), one.inside(unit.pk).count(), one.unit_url.format(unit=unit.pk)))
    return [(label, number, url) for label, number, url in found if number]


def move(actor: Actor, kind: Work, giver: Employee, receiver: Employee, most: int, reference: str) -> list[Any]:
    """Give up to `most` records of the kind to the receiver and return them; none are left when fewer come back.

    Runs in a transaction. Records that somebody else gives away at the same moment are left out: each changes hands once.
    """
    # its own id list, so that what a condition says about the rows still holds while they change
    ids = list(kind.of(giver.pk).order_by("pk").values_list("pk", flat=True)[:most])
    manager = kind.model._default_manager
    rows = list(
        manager.select_related(*kind.related)
        .select_for_update(of=("self",))
        .filter(pk__in=ids, **{f"{kind.field}_id": giver.pk})
        .order_by("pk")
    )
    values = {f"{kind.field}_id": receiver.pk, **kind.fresh()}
    if kind.follows:
        values[f"{kind.unit}_id"] = receiver.unit_id
    still = manager.filter(pk__in=[row.pk for row in rows], **{f"{kind.field}_id": giver.pk})
    if kind.change is not None:
        kind.change(still, receiver)
    else:
        still.update(**values)
    for row in rows:
        for name, value in values.items():
            setattr(row, name, value)
    if kind.moved is not None:
        kind.moved(actor, rows, giver, receiver)
    for function in _followers:
        function(actor, rows, giver, receiver)
    if kind.verb:
        data = {"changes": {kind.field: [giver.name, receiver.name]}, "note": reference}
        record_all(
            event(actor, kind.verb, row, data, about=getattr(row, kind.about) if kind.about else None) for row in rows
        )
    return rows


def declare() -> None:
    """What this app itself gives to hold: the lead of units, people to answer for, and who is yet to come."""
    register(
        Work(
            name="units", label=_("负责的组织单元"), model=OrgUnit, field="leader", where=Q(active=True),
            verb="unit.changed", url="",
        )
    )  # fmt: skip
    register(
        Work(
            name="people", label=_("直接下级"), model=Employee, field="manager", where=Q(is_active=True),
            moved=not_oneself, verb="employee.changed", url="/employees/?view=active&manager={employee}",
        )
    )  # fmt: skip
    register(
        Work(
            name="invitations", label=_("待接受的邀请"), model=Invitation, unit="unit", unit_url="/invitations/",
            where=Q(accepted_at=None, withdrawn_at=None),
        )
    )  # fmt: skip


def not_oneself(actor: Actor, rows: Sequence[Any], giver: Employee, receiver: Employee) -> None:
    """A receiver who was one of the giver's people answers to the giver's own manager from now on."""
    above = giver.manager_id if giver.manager_id != receiver.pk else None
    Employee.objects.filter(pk=receiver.pk, manager_id=receiver.pk).update(manager_id=above)
