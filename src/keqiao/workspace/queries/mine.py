"""What a person has to do: own tickets, visits and to-dos, counted and due first."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import day_bounds
from keqiao.notices import policies as notices
from keqiao.notices.models import Todo
from keqiao.reports.figures import links
from keqiao.tickets import policies as tickets
from keqiao.tickets.models import Ticket
from keqiao.tickets.tables import due as ticket_due
from keqiao.visits import policies as visits
from keqiao.visits.models import Visit
from keqiao.visits.queries import mine as my_visits
from keqiao.visits.tables import remaining

NEXT = 10
FAR = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Figure:
    """A count, its name and the list of exactly what it counts."""

    label: str
    count: int
    url: str
    icon: str
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do."""

    at: datetime
    icon: str
    title: str
    sub: str
    url: str
    badge: str


def due_today() -> Q:
    """Due in the rest of today and not late yet."""
    start, after = day_bounds(timezone.localdate())
    return Q(due_at__gte=start, due_at__lt=after, late=False)


def own(actor: Actor) -> QuerySet[Ticket]:
    """Open tickets that the person owns."""
    return tickets.visible(actor).filter(owner_id=actor.id, open=True)


def figures(actor: Actor) -> list[Figure]:
    """The counts for the top of the page. Three queries."""
    found = own(actor).aggregate(
        every=Count("pk"), overdue=Count("pk", filter=Q(late=True)), today=Count("pk", filter=due_today())
    )
    to_visit = my_visits(visits.visible(actor), actor).count()
    todos = notices.todos(actor).count()
    today = links.due_on(timezone.localdate())
    tickets = [
        Figure(_("我的在办工单"), found["every"], links.tickets("mine"), "ticket"),
        Figure(
            _("今日到期"),
            found["today"],
            links.tickets("mine", **today),
            "clock",
            "warning" if found["today"] else "neutral",
        ),
        Figure(
            _("已超时"),
            found["overdue"],
            links.tickets("mine", late=1),
            "late",
            "danger" if found["overdue"] else "neutral",
        ),
    ]
    calls = [Figure(_("待我回访"), to_visit, links.listing("visits", "mine"), "visit")]
    return [
        *(tickets if actor.can("ticket.view") or actor.can("dispatch.answer") else []),  # each opens its list
        *(calls if actor.can("visit.view") else []),
        Figure(_("待办"), todos, reverse("notices:todos"), "todo"),
    ]


def upcoming(actor: Actor) -> list[Line]:
    """The next things due: own tickets, own visits, and to-dos about anything else. Three queries."""
    lines = [ticket_line(one, actor) for one in own(actor).order_by("due_at", "pk")[:NEXT]]
    rows = my_visits(visits.visible(actor), actor).select_related("customer").order_by("due_at", "pk")
    lines += [visit_line(one) for one in rows[:NEXT]]
    others = (
        notices.todos(actor)
        .exclude(label="visits.visit")
        .exclude(label="tickets.ticket", object_id__in=own(actor).values("pk"))
    )
    lines += [todo_line(one) for one in others.order_by("due_at", "pk")[:NEXT]]
    return sorted(lines, key=lambda line: line.at)[:NEXT]


def ticket_line(one: Ticket, actor: Actor) -> Line:
    """An own ticket."""
    sub = f"{one.number} · {one.get_stage_display()} · {one.contact_name}"
    return Line(
        one.due_at, "ticket", one.subject, sub, reverse("tickets:detail", args=[one.pk]), ticket_due(one, actor)
    )


def visit_line(one: Visit) -> Line:
    """A visit to make."""
    sub = f"{one.number} · {one.get_status_display()} · {one.customer.name}"
    return Line(one.due_at, "visit", one.matter, sub, reverse("visits:detail", args=[one.pk]), remaining(one.due_at))


def todo_line(one: Todo) -> Line:
    """Anything else that was asked."""
    badge = remaining(one.due_at) if one.due_at else ""
    return Line(one.due_at or FAR, "todo", one.title, _("待办"), one.url, badge)
