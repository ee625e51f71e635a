"""What waits for a department: dispatches to answer, corrective actions, rectifications."""

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.reports.figures import links
from keqiao.tickets import policies as tickets
from keqiao.tickets.models import CorrectiveAction, Dispatch
from keqiao.visits import policies as visits
from keqiao.visits.models import Rectification
from keqiao.visits.tables import remaining
from keqiao.workspace.queries.mine import Figure

NEXT = 6
SHORT = 4


def waiting(actor: Actor) -> QuerySet[Dispatch]:
    """Dispatches that the actor's units have not answered."""
    return tickets.dispatched_to(actor).filter(open=True)


def figures(actor: Actor) -> list[Figure]:
    """Counts with their lists. Three queries."""
    status = Dispatch.Status
    found = waiting(actor).aggregate(
        waiting=Count("pk", filter=Q(status=status.WAITING)),
        accepted=Count("pk", filter=Q(status=status.ACCEPTED)),
        overdue=Count("pk", filter=Q(late=True)),
    )
    open_ = CorrectiveAction.Status.OPEN
    correct = tickets.visible_corrections(actor).filter(status=open_).count()
    rectify = visits.rectifications(actor).filter(open=True).count()

    def listed(**query: object) -> str:
        return links.listing("dispatches", "waiting", **query)

    return [
        Figure(
            _("待接收"),
            found["waiting"],
            listed(status=status.WAITING.value),
            "inbox",
            "warning" if found["waiting"] else "neutral",
        ),
        Figure(_("已接收待答复"), found["accepted"], listed(status=status.ACCEPTED.value), "reply"),
        Figure(_("答复超时"), found["overdue"], listed(late=1), "late", "danger" if found["overdue"] else "neutral"),
        Figure(_("整改中"), correct, links.listing("corrections", "open"), "rules"),
        Figure(_("回访整改"), rectify, links.listing("rectifications", "open"), "suggestion"),
    ]


def dispatches(actor: Actor) -> list[tuple[Dispatch, str, str]]:
    """The next dispatches to answer, each with its address and how long is left."""
    rows = waiting(actor).select_related("ticket", "unit", "handler").order_by("due_at", "pk")[:NEXT]
    return [(row, reverse("dispatches:detail", args=[row.pk]), remaining(row.due_at)) for row in rows]


def corrections(actor: Actor) -> list[tuple[CorrectiveAction, str]]:
    """The next corrective actions due."""
    rows = (
        tickets.visible_corrections(actor).filter(status=CorrectiveAction.Status.OPEN).select_related("owner", "unit")
    )
    return [(row, reverse("corrections:detail", args=[row.pk])) for row in rows.order_by("due_on", "pk")[:SHORT]]


def rectifications(actor: Actor) -> list[tuple[Rectification, str, str]]:
    """The next rectifications due."""
    rows = (
        visits.rectifications(actor).filter(open=True).select_related("visit", "unit", "owner").order_by("due_at", "pk")
    )
    return [(row, reverse("rectifications:detail", args=[row.pk]), remaining(row.due_at)) for row in rows[:SHORT]]
