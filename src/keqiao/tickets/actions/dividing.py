"""Sharing the responsibility for a founded complaint among departments and people."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused
from keqiao.org.models import Employee, OrgUnit
from keqiao.tickets.actions.base import guard, note_deed
from keqiao.tickets.models import Complaint, Share, Ticket

MOST = 10
WHOLE = 100
Part = tuple[OrgUnit, Employee | None, int]


@transaction.atomic
def divide(*, actor: Actor, obj: Ticket, shares: Sequence[Part]) -> Ticket:
    """Say who answers for how much, in percent; together 100. The one with the most stands as the responsible one."""
    ticket = guard(actor, "divide", obj)
    parts = checked(shares)
    store(ticket, parts)
    unit, person, _percent = max(parts, key=lambda part: part[2])
    Complaint.objects.filter(pk=ticket.pk).update(responsible_unit=unit, responsible=person)
    note_deed(actor, "ticket.divided", ticket, {"note": in_words(parts), "shares": plain(parts)})
    return ticket


def checked(shares: Sequence[Part]) -> list[Part]:
    """The parts; Refused unless each is there once, somebody can answer for it, and they make 100 together."""
    parts = list(shares)
    if not parts:
        raise Refused(_("请至少填写一个责任部门和比例。"), field="shares")
    if len(parts) > MOST:
        raise Refused(_("最多划分给 %d 个部门或人员。") % MOST, field="shares")
    if len({(unit.pk, person.pk if person else None) for unit, person, _percent in parts}) != len(parts):
        raise Refused(_("同一部门、同一人员只能填写一行。"), field="shares")
    for _unit, person, percent in parts:
        if person is not None and not person.is_active:
            raise Refused(_("%s已离职，请选择在职员工。") % person.name, field="shares")
        if not 1 <= percent <= WHOLE:
            raise Refused(_("责任比例请填 1 至 100 的整数。"), field="shares")
    total = sum(percent for _unit, _person, percent in parts)
    if total != WHOLE:
        raise Refused(_("责任比例合计是 %d%%，应当正好是 100%%，请调整。") % total, field="shares")
    return parts


def store(ticket: Ticket, parts: Sequence[Part]) -> None:
    """Put these in the place of those that there were."""
    Share.objects.filter(complaint=ticket.pk).delete()
    Share.objects.bulk_create(
        [Share(complaint_id=ticket.pk, unit=unit, person=person, percent=percent) for unit, person, percent in parts]
    )


def begin_whole(ticket: Ticket, unit: OrgUnit, person: Employee | None) -> None:
    """A plan names one responsible: all of it is theirs, unless it is divided already with them among the parts."""
    there = list(Share.objects.filter(complaint=ticket.pk).values_list("unit_id", "person_id"))
    if (unit.pk, person.pk if person else None) not in there:
        store(ticket, [(unit, person, WHOLE)])


def hand_on(main: Ticket, ticket: Ticket) -> None:
    """The same for a joined matter."""
    rows = Share.objects.filter(complaint=main.pk).select_related("unit", "person")
    store(ticket, [(row.unit, row.person, row.percent) for row in rows])


def forget(ticket: Ticket) -> list[dict[str, Any]]:
    """Nobody answers for it any more: what it was, for the record."""
    rows = Share.objects.filter(complaint=ticket.pk).select_related("unit", "person")
    found = plain([(row.unit, row.person, row.percent) for row in rows])
    rows.delete()
    return found


def plain(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """The parts, JSON-safe."""
    return [
        {"unit": unit.name, "person": person.name if person else "", "percent": percent}
        for unit, person, percent in parts
    ]


def in_words(parts: Sequence[Part]) -> str:
    """The parts in one line."""
    one = "%(who)s %(percent)d%%"
    return _("、").join(
        one % {"who": f"{unit.name} {person.name}" if person else unit.name, "percent": percent}
        for unit, person, percent in parts
    )
