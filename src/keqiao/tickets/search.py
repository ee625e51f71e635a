"""What of a ticket can be found."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keqiao.customers.search import NAMED
from keqiao.kernel.pinyin import initials
from keqiao.search.registry import Doc, Searchable, register
from keqiao.tickets import policies
from keqiao.tickets.models import Ticket
from keqiao.tickets.queries import find


def documents(tickets: Iterable[Ticket]) -> Iterator[Doc]:
    """Number and subject, the customer's words, names and product."""
    for ticket in tickets:
        names = {ticket.customer.name, ticket.contact_name}
        yield Doc(
            object_id=ticket.pk,
            title=f"{ticket.number} {ticket.subject}",
            text=f"{ticket.body}\n{ticket.result}" if ticket.result else ticket.body,
            subtitle=" · ".join(part for part in (*sorted(names), ticket.product, ticket.order_number) if part),
            extra=" ".join(initials(name) for name in sorted(names)),
        )


SEARCHABLE = register(
    Searchable(
        label="tickets.ticket",
        kind=_("工单"),
        verbs=(
            "ticket.created",
            "ticket.resolved",
            "ticket.concluded",
        ),
        document=documents,
        visible=policies.visible,
        url=lambda pk: reverse("tickets:detail", args=[pk]),
        through=NAMED,
        base=Ticket.objects.select_related("customer"),
        find=find,
    )
)
