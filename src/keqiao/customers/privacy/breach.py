"""Whose data somebody or something touched in a span of time: what has to be told after a leak (PIPL 57)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit import wording
from keqiao.audit.models import Event
from keqiao.customers import masking
from keqiao.customers import policies as customers
from keqiao.customers.models import Customer
from keqiao.customers.privacy.policies import SHOWN
from keqiao.customers.requests.policies import oversees
from keqiao.exports.models import Export
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import resources
from keqiao.org.models import Employee

CHUNK = 500
TAKEN = ("document.printed", "privacy.copied")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who, from when to when; `everything` also counts what was merely opened or worked on, not only seen whole or taken."""

    since: datetime
    until: datetime
    employee: Employee | None = None
    export: int | None = None
    everything: bool = False

    @classmethod
    def days(cls, first: date, last: date, **more: Any) -> "Asked":
        """From the first day to the last, both included."""
        zone = timezone.get_default_timezone()
        after = datetime.combine(last + timedelta(days=1), time(), tzinfo=zone)
        return cls(datetime.combine(first, time(), tzinfo=zone), after, **more)


def touched(asked: Asked) -> dict[int, set[str]]:
    """Ids of the customers, each with the deeds by which the data were touched."""
    found: dict[int, set[str]] = defaultdict(set)
    if asked.export is not None:
        of_exports(Export.objects.filter(pk=asked.export), found)
        return found
    events = Event.objects.filter(at__gte=asked.since, at__lt=asked.until)
    exports = Export.objects.filter(downloads__gt=0, ready_at__gte=asked.since, ready_at__lt=asked.until)
    if asked.employee is not None:
        events = events.filter(actor_id=asked.employee.pk)
        exports = exports.filter(requested_by=asked.employee)
    lists = {f"{one.name}.exported": one.label for one in resources()}
    wanted = Q(verb__in=[*sorted(SHOWN), *TAKEN, *lists])
    for verb, about, data in (
        events.filter(Q() if asked.everything else wanted).values_list("verb", "about_id", "data").iterator(2000)
    ):
        if about is not None:
            found[about].add(verb)
        for pk in data.get("customers", ()) if isinstance(data, dict) else ():
            found[int(pk)].add(verb)
        if verb in lists and isinstance(data, dict):
            for pk in customers_of(lists[verb], data.get("ids", ())):
                found[pk].add(verb)
    of_exports(exports, found)
    return found


def of_exports(exports: Iterable[Export], found: dict[int, set[str]]) -> None:
    """The customers in the files of these exports."""
    for export in exports:
        for pk in customers_of(export.label, export.rows_taken()):
            found[pk].add("export.downloaded")


def customers_of(label: str, ids: Iterable[int]) -> list[int]:
    """The customers whom the records with these ids are about."""
    keys = [int(pk) for pk in ids]
    if label == "customers.customer":
        return keys
    try:
        model = apps.get_model(label)
        model._meta.get_field("customer")
    except (LookupError, FieldDoesNotExist):  # a list whose records are about nobody
        return []
    found: list[int] = []
    for at in range(0, len(keys), CHUNK):
        rows = model._base_manager.filter(pk__in=keys[at : at + CHUNK], customer__isnull=False)
        found += rows.values_list("customer_id", flat=True)
    return found


def within(actor: Actor, found: dict[int, set[str]]) -> dict[int, set[str]]:
    """All of them to those who watch over the whole house; to others the customers within sight."""
    if oversees(actor):
        return found
    keys, seen = sorted(found), set()
    for at in range(0, len(keys), CHUNK):
        seen |= set(customers.visible(actor).filter(pk__in=keys[at : at + CHUNK]).values_list("pk", flat=True))
    return {pk: found[pk] for pk in keys if pk in seen}


def named(ids: Iterable[int]) -> dict[int, Customer]:
    """The archives, also those that were merged away meanwhile; who was erased cannot be told any more."""
    keys, found = sorted(ids), {}
    for at in range(0, len(keys), CHUNK):
        found.update(Customer.objects.select_related("merged_into", "owner").in_bulk(keys[at : at + CHUNK]))
    return found


def head() -> list[str]:
    """What `lines` gives of each."""
    return [_("客户编号"), _("客户"), _("电话"), _("怎样接触")]


def lines(actor: Actor, found: Mapping[int, set[str]]) -> list[tuple[str, str, str, str]]:
    """Number, name, phone as the actor sees it, and how the data were touched."""
    known = named(found)
    return [
        (one.number, one.name, masking.main_phone(actor, one), _("、").join(sorted(wording.verb(verb) for verb in found[pk])))
        for pk, one in sorted(known.items())
    ]  # fmt: skip
