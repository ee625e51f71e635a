"""How complete an archive is, which are stale, and what a person is to do about it today.

Nothing is stored: the score follows every way in which an archive changes, and a new weight counts at once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keqiao.audit.models import Event
from keqiao.customers import policies
from keqiao.customers.models import (
    Address,
    ArchiveSettings,
    Contact,
    ContactPoint,
    Customer,
    CustomerRole,
    IdentityNumber,
    ImportantDate,
)
from keqiao.customers.presence import parts_of
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import day_bounds

MONTH = timedelta(days=365.25 / 12)
SHOWN = 50
# deeds about a customer that leave the archive as it was
NO_WORK = (
    "customer.revealed", "customer.identity_revealed", "customer.assigned", "customer.picked", "customer.released",
    "customer.given_back", "customer.contacted", "customer.territory_set",
)  # fmt: skip
# item → what to call it when it is missing, and the kind of customer that it is asked of ("" for all)
ITEMS: dict[str, tuple[str | Promise, str]] = {
    "phone": (_("电话"), ""),
    "address": (_("地址"), ""),
    "account": (_("邮箱或微信"), ""),
    "channel": (_("首选联系渠道"), ""),
    "role": (_("客户身份"), ""),
    "gender": (_("性别"), "person"),
    "birthday": (_("生日"), "person"),
    "contact": (_("联系人"), "company"),
    "identity": (_("证件"), ""),
}


# item → the verb of the customers' resource by which it is added, "" where the profile itself has it
WAYS = {
    "phone": "contact", "account": "contact", "address": "address", "role": "roles", "contact": "person",
    "identity": "identity",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Score:
    """0 to 100, and what is missing, the weightiest first."""

    percent: int
    missing: list[str]


@dataclass(frozen=True, slots=True)
class Today:
    """A person's day: how many archives are asked for, how many are done, and which come next."""

    quota: int
    done: int
    lines: list[tuple[Customer, Score, bool]]

    @property
    def left(self) -> int:
        """How many are still to do."""
        return max(self.quota - self.done, 0)


def settings() -> ArchiveSettings:
    """The department's row, with the defaults where nobody has set anything."""
    return ArchiveSettings.objects.first() or ArchiveSettings()


def has() -> dict[str, Any]:
    """The condition of each item, as the database reads it."""

    def some(model: Any, **more: Any) -> Exists:
        return Exists(model.objects.filter(customer=OuterRef("pk"), **more))

    return {
        "phone": ~Q(phone_masked=""),
        "address": some(Address),
        "account": some(ContactPoint, kind__in=("email", "wechat", "wecom")),
        "channel": ~Q(preferred_channel=""),
        "role": some(CustomerRole),
        "gender": ~Q(gender=""),
        "birthday": Q(birthday__isnull=False) | some(ImportantDate, kind="birthday"),
        "contact": some(Contact),
        "identity": some(IdentityNumber),
    }


def asked(rules: ArchiveSettings, kind: str) -> dict[str, int]:
    """Item → weight for customers of a kind; items of no weight are not asked for."""
    return {item: weight for item, (_l, of) in ITEMS.items() if of in ("", kind) and (weight := getattr(rules, item))}


def total(rules: ArchiveSettings, kind: str) -> int:
    """What a full archive of the kind weighs."""
    return sum(asked(rules, kind).values())


def with_items(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    """The rows with a column has_… for every item."""
    yes_or_no = {
        f"has_{item}": Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
        for item, condition in has().items()
    }
    return rows.annotate(**yes_or_no)


def held(customer: Customer, parts: Collection[str]) -> set[str]:
    """The items that a customer has whose `parts` are known: the same as `has`, without asking the database."""
    there = {
        "phone": customer.phone_masked != "",
        "address": "addresses" in parts,
        "account": "account" in parts,
        "channel": customer.preferred_channel != "",
        "role": "roles" in parts,
        "gender": customer.gender != "",
        "birthday": customer.birthday is not None or "birthday" in parts,
        "contact": "contacts" in parts,
        "identity": "identities" in parts,
    }
    return {item for item, yes in there.items() if yes}


def score(customer: Any, rules: ArchiveSettings) -> Score:
    """The score of a customer read by with_items."""
    return weighed(customer.kind, {item for item in ITEMS if getattr(customer, f"has_{item}")}, rules)


def weighed(kind: str, items: Collection[str], rules: ArchiveSettings) -> Score:
    """The score of a customer of that kind who has these items."""
    weights = asked(rules, kind)
    lacking = sorted((item for item in weights if item not in items), key=lambda one: -weights[one])
    whole = sum(weights.values())
    points = whole - sum(weights[item] for item in lacking)
    return Score(points * 100 // whole if whole else 100, [str(ITEMS[item][0]) for item in lacking])


def ways(found: Score) -> list[tuple[str, str]]:
    """What is missing, and the verb that adds it; "" is the profile's own form."""
    items = {str(label): item for item, (label, _of) in ITEMS.items()}
    return [(label, WAYS.get(items[label], "")) for label in found.missing]


def score_of(customer: Customer, parts: Collection[str] | None = None) -> Score:
    """The score of one customer. Two queries; one where the `parts` are known already (presence.parts_of)."""
    known = parts_of(customer) if parts is None else parts
    return weighed(customer.kind, held(customer, known), settings())


def incomplete(rows: QuerySet[Customer], rules: ArchiveSettings | None = None) -> QuerySet[Customer]:
    """Those whose score is below what is enough."""
    rules = rules or settings()
    conditions, wanted = has(), Q(pk__in=())
    for kind in Customer.Kind.values:
        weights, whole = asked(rules, kind), total(rules, kind)
        points: Any = Value(0)
        for item, weight in weights.items():
            points = points + Case(
                When(conditions[item], then=Value(weight)), default=Value(0), output_field=IntegerField()
            )
        rows = rows.alias(**{f"points_{kind}": points})
        # the same as percent < enough with percent rounded down
        least = -(-rules.enough * whole // 100)
        wanted |= Q(kind=kind, **{f"points_{kind}__lt": least})
    return rows.filter(wanted)


def stale_before(rules: ArchiveSettings) -> datetime:
    """Archives that nobody has touched or verified since then are stale."""
    return timezone.now() - rules.stale_months * MONTH


def stale(rows: QuerySet[Customer], rules: ArchiveSettings | None = None) -> QuerySet[Customer]:
    """Those that nobody has touched or verified for long."""
    since = stale_before(rules or settings())
    return rows.filter(Q(verified_at=None) | Q(verified_at__lt=since), updated_at__lt=since)


def is_stale(customer: Customer, rules: ArchiveSettings) -> bool:
    """Whether that one is."""
    since = stale_before(rules)
    return customer.updated_at < since and (customer.verified_at is None or customer.verified_at < since)


def done_today(actor: Actor, rules: ArchiveSettings) -> int:
    """Archives on which the person did something today and that are now complete. One query."""
    start, after = day_bounds(timezone.localdate())
    deeds = Event.objects.filter(at__gte=start, at__lt=after, actor_id=actor.id, verb__startswith="customer.")
    deeds = deeds.exclude(verb__in=NO_WORK)
    touched = Customer.objects.filter(pk__in=deeds.values("about_id"), erased=False)
    return touched.exclude(pk__in=incomplete(touched, rules).values("pk")).count()


def progress(actor: Actor) -> Today:
    """The person's day without the archives that come next. Two queries."""
    rules = settings()
    return Today(rules.quota, done_today(actor, rules), [])


def today(actor: Actor) -> Today:
    """The person's own archives that lack something or are stale, those that nobody has looked at longest first."""
    rules = settings()
    own = policies.visible(actor).filter(owner_id=actor.id, erased=False)
    lacking, old = incomplete(own, rules), stale(own, rules)
    rows = with_items(own.filter(Q(pk__in=lacking.values("pk")) | Q(pk__in=old.values("pk"))))
    found = [(one, score(one, rules), is_stale(one, rules)) for one in rows.order_by("updated_at", "pk")[:SHOWN]]
    return Today(rules.quota, done_today(actor, rules), found)


def as_json(found: Score) -> Mapping[str, Any]:
    """A score for JSON."""
    return {"percent": found.percent, "missing": found.missing}
