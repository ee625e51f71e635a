"""A leader's people: who has how much, what nobody has, and how it could be shared out."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from keqiao.kernel.actor import Actor
from keqiao.org.models import Employee
from keqiao.reports.figures import links
from keqiao.tickets import policies as tickets
from keqiao.tickets.models import Ticket
from keqiao.visits import policies as visits
from keqiao.workspace.queries.mine import due_today

MOST_PEOPLE = 60
MOST_SHARED = 100  # tickets in one go


@dataclass(frozen=True, slots=True)
class Load:
    """What one person has open; each figure with the list behind it."""

    employee: Employee
    open: int = 0
    late: int = 0
    today: int = 0
    visits: int = 0
    urls: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shared:
    """What one person would get."""

    employee: Employee
    has: int
    tickets: list[Ticket]


def people(actor: Actor) -> QuerySet[Employee]:
    """Those at work to whom the actor may give tickets."""
    reach = actor.reach("ticket.assign")
    rows = Employee.objects.filter(is_active=True).select_related("unit").order_by("unit__path", "pk")
    if reach is None:
        return rows.none()
    return rows if reach.everything else rows.filter(unit_id__in=reach.units)


def loads(actor: Actor) -> list[Load]:
    """Load per person of the actor's units, the busiest first. Three queries.

    Whoever reaches the whole company sees only people who have something.
    """
    reach = actor.reach("ticket.assign")
    counted = tickets.visible(actor).filter(open=True, owner__isnull=False).order_by().values_list("owner_id")
    rows = {
        pk: found
        for pk, *found in counted.annotate(
            every=Count("pk"), overdue=Count("pk", filter=Q(late=True)), today=Count("pk", filter=due_today())
        )
    }
    calls = dict(
        visits.visible(actor)
        .filter(open=True, assignee__isnull=False)
        .order_by()
        .values_list("assignee_id")
        .annotate(n=Count("pk"))
    )
    found = [made_load(one, rows.get(one.pk, [0, 0, 0]), calls.get(one.pk, 0)) for one in people(actor)]
    if reach and reach.everything:
        found = [load for load in found if load.open or load.visits]
    return sorted(found, key=lambda load: (-load.open, -load.visits, load.employee.pk))[:MOST_PEOPLE]


def made_load(employee: Employee, counts: list[int], calls: int) -> Load:
    """One person's figures with their links."""
    today = links.due_on(timezone.localdate())
    return Load(
        employee, open=counts[0], late=counts[1], today=counts[2], visits=calls,
        urls={
            "open": links.tickets("open", owner=employee.pk),
            "late": links.tickets("open", owner=employee.pk, late=1),
            "today": links.tickets("open", owner=employee.pk, **today),
            "visits": links.listing("visits", "open", assignee=employee.pk),
        },
    )  # fmt: skip


def unassigned(actor: Actor) -> QuerySet[Ticket]:
    """Open tickets within sight that nobody owns, due first."""
    return tickets.visible(actor).filter(open=True, owner=None).order_by("due_at", "pk")


def shares(actor: Actor, wanted: Iterable[Ticket], chosen: Iterable[Employee]) -> list[Shared]:
    """Each ticket, due first, to whoever has the fewest then: what everybody would get. Two queries."""
    receivers = list(chosen)
    rows = tickets.visible(actor).filter(open=True, owner__in=receivers).order_by()
    has = dict(rows.values_list("owner_id").annotate(n=Count("pk")))
    found = {one.pk: Shared(one, has.get(one.pk, 0), []) for one in receivers}
    for ticket in wanted:
        least = min(found.values(), key=lambda one: (one.has + len(one.tickets), one.employee.pk))
        least.tickets.append(ticket)
    return list(found.values())
