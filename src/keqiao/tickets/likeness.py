"""Which matters look like another one: by customer, phone, order number and likeness of their words.

Words are compared by the pairs of characters that the search index is made of (kernel.text.bigrams). Everything is
bounded: the newest texts of the index, a few hundred candidates, six queries whatever the number of tickets.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.text import bigrams
from keqiao.search.queries import alike as texts_alike
from keqiao.tickets.models import Ticket
from keqiao.tickets.policies import visible

LABEL = "tickets.ticket"
DAYS = 90  # how far back a repetition is looked for
ALIKE = 0.4  # likeness of words that counts by itself
RELATED = 0.15  # the same where the customer is the same
OF_PRODUCT = 0.2  # the same where the product is the same
OWN = 20  # candidates of one customer, phone or order
TEXTS = 200  # candidates by their words
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Matter:
    """What is known of a matter, entered or being entered."""

    kind: str
    words: str
    customer_id: int | None = None
    phone_reversed: str = ""
    order_number: str = ""
    product: str = ""
    pk: int | None = None

    @classmethod
    def of(cls, ticket: Ticket) -> "Matter":
        """A ticket."""
        return cls(
            ticket.kind, words_of(ticket), ticket.customer_id, ticket.phone_reversed, ticket.order_number,
            ticket.product, ticket.pk,
        )  # fmt: skip


@dataclass(slots=True)
class Alike:
    """A ticket that may be the same matter, how much speaks for it, and what."""

    ticket: Ticket
    score: float
    reasons: list[str] = field(default_factory=list)


def words_of(ticket: Ticket) -> str:
    """What a ticket says."""
    return f"{ticket.subject}\n{ticket.body}"


def pairs_of(text: str) -> frozenset[str]:
    """The pairs of characters and the words of a text."""
    return frozenset(token for token in bigrams(text).split(" ") if len(token) > 1)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two texts have in common, 0–1: the coefficient of Dice (1945) over their pairs of characters."""
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 0.0


def look(actor: Actor, matter: Matter) -> list[Alike]:
    """The tickets within the actor's sight that may be the same matter, the most alike first; at most five."""
    rows = candidates(visible(actor).filter(kind=matter.kind), matter)
    mine = pairs_of(matter.words)
    found = [one for one in (judged(row, matter, mine) for row in rows) if one is not None]
    ranked = sorted(found, key=lambda one: (-one.score, -one.ticket.pk))
    mains = {one.ticket.pk for one in found}
    # what is joined already is shown by its main matter
    return [one for one in ranked if one.ticket.main_id not in mains][:SHOWN]


def candidates(rows: QuerySet[Ticket], matter: Matter) -> Iterable[Ticket]:
    """Tickets worth comparing."""
    ids: set[int] = set(texts_alike(LABEL, matter.words, TEXTS))
    since = timezone.now() - timedelta(days=DAYS)
    same = {
        "customer": matter.customer_id, "phone_reversed": matter.phone_reversed, "order_number": matter.order_number,
    }  # fmt: skip
    for name, value in same.items():
        if value:
            ids |= set(rows.filter(**{name: value}).order_by("-pk").values_list("pk", flat=True)[:OWN])
    fitting = rows.filter(pk__in=ids, accepted_at__gte=since).exclude(stage=Ticket.Stage.WITHDRAWN)
    return fitting.exclude(pk=matter.pk or 0).order_by("-pk")


def judged(ticket: Ticket, matter: Matter, mine: frozenset[str]) -> Alike | None:
    """What speaks for a candidate; None where it is too little."""
    text = likeness(mine, pairs_of(words_of(ticket)))
    order = bool(matter.order_number) and ticket.order_number == matter.order_number
    phone = bool(matter.phone_reversed) and ticket.phone_reversed == matter.phone_reversed
    customer = matter.customer_id is not None and ticket.customer_id == matter.customer_id
    product = bool(matter.product) and ticket.product == matter.product
    known = (customer or phone) and (ticket.open or product or text >= RELATED)
    if not (order or known or text >= (OF_PRODUCT if product else ALIKE)):
        return None
    reasons = [
        _("同一客户") if customer else _("同一电话") if phone else "",
        _("同一订单") if order else "",
        _("同一产品") if product else "",
        _("内容相似 %d%%") % round(text * 100) if text >= RELATED else "",
    ]
    score = text + order * 1.0 + (customer or phone) * 0.5 + product * 0.1
    return Alike(ticket, score, [reason for reason in reasons if reason])
