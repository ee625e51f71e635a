"""May a customer be contacted? One question that everybody asks who calls, writes or visits.

Service follows from the contract and needs no consent, but a refusal holds. Marketing, surveys, handing data on and
sensitive data need a consent. The latest word counts, whether it was about one channel or about all of them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.calendars.queries import is_quiet, next_contact_time
from keqiao.customers.models import Consent, Customer, CustomerTag, RestWish
from keqiao.kernel.dates import clock
from keqiao.kernel.prepared import Prepared

NO_CONTACT = "请勿联系"  # a customer who carries this tag is left alone
Purpose, Channel = Consent.Purpose, Consent.Channel
BY_CONTRACT = {Purpose.CONTACT, Purpose.SERVICE}
DAYS = 3  # how far a time to contact is looked for


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the customer may be contacted, why not, and from when on where only the hour is wrong."""

    allowed: bool
    reason: str = ""
    after: datetime | None = None

    def __bool__(self) -> bool:
        return self.allowed


YES = Verdict(True)


_marked = Prepared(lambda customer: CustomerTag.objects.filter(customer=customer, tag__name=NO_CONTACT)[:1], 1)
_words = Prepared(lambda customer: Consent.objects.filter(customer=customer).order_by("at", "pk"), 1)
_wish = Prepared(lambda customer: RestWish.objects.filter(customer=customer)[:1], 1)


class Standing:
    """What stands against contacting one customer. Each of tag, consents and rest wish is asked for when needed, once.

    A page that asks several questions about the same customer keeps one of these.
    """

    def __init__(self, customer: Customer) -> None:
        self.customer = customer

    @cached_property
    def left_alone(self) -> bool:
        """Whether the customer carries the tag."""
        return _marked.first(self.customer.pk) is not None

    @cached_property
    def words(self) -> list[Consent]:
        """The words that count, of every purpose and channel the last one."""
        return latest(_words.all(self.customer.pk))

    @cached_property
    def wish(self) -> RestWish | None:
        """The customer's own rest times."""
        return _wish.first(self.customer.pk)

    def may_contact(self, purpose: str, channel: str = "", at: datetime | None = None) -> Verdict:
        """Whether the customer may be contacted for that purpose by that channel at that time, now if none is given."""
        word = self.refusal(purpose, channel)
        if word:
            return Verdict(False, word)
        moment = at or timezone.now()
        free = self.free_from(moment)
        if free > moment:
            return Verdict(False, _("现在是客户休息时间，请在 %(at)s 以后联系。") % {"at": clock(free)}, free)
        return YES

    def refusal(self, purpose: str, channel: str = "") -> str:
        """Why the customer may not be contacted whatever the hour; empty when nothing stands against it."""
        if self.customer.erased or self.customer.merged_into_id is not None:
            return _("这份档案已经删除或并入别的档案。")
        if self.left_alone:
            return _("客户要求不再联系。")
        if not said(self.words, Purpose.CONTACT, channel, otherwise=True):
            return _("客户要求不要用这种方式联系。") if channel else _("客户要求不再联系。")
        if not said(self.words, purpose, channel, otherwise=purpose in BY_CONTRACT):
            label = Purpose(purpose).label
            if any(one.purpose == purpose and not one.given for one in self.words):
                return _("客户不同意“%(purpose)s”。") % {"purpose": label}
            return _("客户还没有同意“%(purpose)s”。") % {"purpose": label}
        return ""

    def free_from(self, at: datetime) -> datetime:
        """The instant itself, or the first one after it at which neither the region nor the customer rests."""
        region = self.customer.region or None
        moment = at
        for _turn in range(2 * DAYS):
            if is_quiet(moment, region):
                moment = next_contact_time(moment, region)
            elif self.wish is not None and inside(moment, self.wish.start, self.wish.end):
                moment = ending(moment, self.wish.end)
            else:
                return moment
        return moment


def may_contact(customer: Customer, purpose: str, channel: str = "", at: datetime | None = None) -> Verdict:
    """Whether the customer may be contacted, where that is all that is asked. Three queries."""
    return Standing(customer).may_contact(purpose, channel, at)


def refusal(customer: Customer, purpose: str, channel: str = "") -> str:
    """Why the customer may not be contacted whatever the hour, where that is all that is asked. Two queries."""
    return Standing(customer).refusal(purpose, channel)


def free_from(customer: Customer, at: datetime) -> datetime:
    """From when on the customer may be contacted, where that is all that is asked. One query."""
    return Standing(customer).free_from(at)


def latest(rows: Iterable[Consent]) -> list[Consent]:
    """The words that count, of every purpose and channel the last one; the rows come as they were said."""
    return list({(row.purpose, row.channel): row for row in rows}.values())


def said(words: Iterable[Consent], purpose: str, channel: str, *, otherwise: bool) -> bool:
    """What the customer's latest word about a purpose comes to, by one channel or, with "", by all of them."""
    about = [one for one in words if one.purpose == purpose and one.channel in {"", channel}]
    last = max(about, key=lambda one: (one.at, one.pk), default=None)
    return otherwise if last is None else last.given


def contactable(rows: QuerySet[Customer], purpose: str, channel: str = "") -> QuerySet[Customer]:
    """Those of the customers against whom nothing stands, whatever the hour: `refusal` for very many in one query."""
    marked = Exists(CustomerTag.objects.filter(customer=OuterRef("pk"), tag__name=NO_CONTACT))
    rows = rows.filter(erased=False, merged_into=None).exclude(marked)
    rows = rows.exclude(pk__in=with_word(Purpose.CONTACT, channel, given=False))
    if purpose == Purpose.CONTACT:
        return rows
    if purpose in BY_CONTRACT:
        return rows.exclude(pk__in=with_word(purpose, channel, given=False))
    return rows.filter(pk__in=with_word(purpose, channel, given=True))


def with_word(purpose: str, channel: str, *, given: bool) -> QuerySet[Consent, Any]:
    """Ids of the customers whose latest word about the purpose, by that channel, was yes or no."""
    about = Consent.objects.filter(purpose=purpose, channel__in=["", channel])
    last = about.filter(customer=OuterRef("customer")).order_by("-at", "-pk").values("pk")[:1]
    return about.filter(given=given, pk=Subquery(last)).values("customer_id")


def inside(at: datetime, start: time, end: time) -> bool:
    """Whether the clock on the wall stands in the span, which may go over midnight."""
    wall = timezone.localtime(at, timezone.get_default_timezone()).time()
    return start <= wall < end if start < end else wall >= start or wall < end


def ending(at: datetime, end: time) -> datetime:
    """When the clock on the wall next shows the end."""
    zone = timezone.get_default_timezone()
    wall = timezone.localtime(at, zone)
    day = wall.date() if wall.time() < end else wall.date() + timedelta(days=1)
    return datetime.combine(day, end, tzinfo=zone)


def card(customer: Customer, parts: Collection[str]) -> dict[str, Any]:
    """What the customer's page shows: every purpose with its words, the rest times, and the history.

    `parts` says whether there is anything to ask for (presence.parts_of).
    """
    every: list[Consent] = []
    if "consents" in parts:
        every += Consent.objects.filter(customer=customer).select_related("by").order_by("at", "pk")
    words = list({(row.purpose, row.channel): row for row in every}.values())
    rows = []
    for purpose in Purpose:
        about = [row for row in words if row.purpose == purpose]
        if about:
            rows.append((purpose.label, [word_of(row) for row in sorted(about, key=lambda one: one.channel)]))
    alone = not said(words, Purpose.CONTACT, "", otherwise=True)
    return {
        "rows": rows,
        "alone": _("客户要求不再联系。") if alone else "",
        "rest": str(RestWish.objects.filter(customer=customer).first() or "") if "rest" in parts else "",
        "history": [(sentence(row), origin(row)) for row in reversed(every)],
    }


def word_of(row: Consent) -> tuple[str, str, str]:
    """The badge of one word: what it says, its tone, and when it was said."""
    yes = _("同意") if row.given else _("不同意")
    where = row.get_channel_display() if row.channel else ""
    text = f"{where} {yes}".strip()
    return text, "success" if row.given else "danger", f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}"


def sentence(row: Consent) -> str:
    """One word of the customer as a line of the history."""
    text = _("同意%(purpose)s（%(channel)s）") if row.given else _("不同意%(purpose)s（%(channel)s）")
    return text % {"purpose": row.get_purpose_display(), "channel": row.get_channel_display()}


def origin(row: Consent) -> str:
    """When, how, by what evidence, and who wrote it down."""
    who = row.by.name if row.by else _("客户本人") if row.how == Consent.How.LINK else _("系统")
    parts = [f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}", str(row.get_how_display()), row.evidence, who]
    return " · ".join(part for part in parts if part)


def as_json(customer: Customer) -> list[dict[str, Any]]:
    """The words that count, as JSON."""
    return [
        {
            "purpose": row.purpose, "channel": row.channel, "given": row.given, "how": row.how, "evidence": row.evidence,
            "at": timezone.localtime(row.at).isoformat(),
        }
        for row in latest(_words.all(customer.pk))
    ]  # fmt: skip
