"""First contact: what a person enters about a customer. Higher apps say with `counts` which of their deeds are one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.audit.models import Event
from keqiao.audit.readers import reader
from keqiao.customers.actions import demand, locked
from keqiao.customers.life_cycle import signals
from keqiao.customers.models import Customer, Holding
from keqiao.customers.owning import holding
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused
from keqiao.kernel.text import single_line
from keqiao.notices.actions import close_todos, open_todo

READER = "customers.first_contact"
OWN = "customer.contacted"
EMPLOYEE = "org.employee"
TODO = "first_contact"
WAITING_URL = "/holdings/?view=waiting"
_verbs: set[str] = set()


def counts(*verbs: str) -> None:
    """Let these deeds, where a person did them and they name the customer, count as contact. Called from ready."""
    _verbs.update(verbs)
    reader(READER, *sorted(_verbs))(follow)


def verbs() -> list[str]:
    """Every deed that counts."""
    return sorted(_verbs)


@transaction.atomic
def record_contact(*, actor: Actor, obj: Customer, way: str, note: str) -> Customer:
    """Write down that one has spoken with the customer, how, and what came of it."""
    demand(actor, "contacted", obj)
    words = single_line(note, 300)
    if len(words) < 2:
        raise Refused(_("请写明联系的结果。"), field="note")
    customer = locked(obj)
    record(actor, OWN, customer, {"way": way, "note": words}, about=customer.pk)
    touch({customer.pk: [timezone.now()]})
    return customer


def follow(events: list[Event]) -> None:
    """Customers with whom somebody has spoken."""
    times: dict[int, list[datetime]] = defaultdict(list)
    for event in events:
        if event.about_id is not None and event.actor_id is not None:
            times[event.about_id].append(event.at)
    touch(times)


def touch(times: dict[int, list[datetime]]) -> None:
    """Note first and last contact of those who have the customer now."""
    if not times:
        return
    kept = []
    for one in Holding.objects.filter(customer__in=list(times), ended_at=None).select_for_update():
        since = [at for at in times[one.customer_id] if at >= one.given_at]
        if since:
            one.contacted_at = min([*since, *([one.contacted_at] if one.contacted_at else [])])
            one.last_contact_at = max([*since, *([one.last_contact_at] if one.last_contact_at else [])])
            kept.append(one)
    Holding.objects.bulk_update(kept, ["contacted_at", "last_contact_at"], batch_size=200)
    remind({one.owner_id for one in kept if one.warned_at})


def since_given(rows: Sequence[Holding]) -> dict[int, datetime]:
    """Of these holdings those with contact since they were given, and when it was; straight from what happened."""
    oldest = min((one.given_at for one in rows), default=None)
    if oldest is None:
        return {}
    events = Event.objects.filter(
        about_id__in=[one.customer_id for one in rows], verb__in=_verbs, actor_id__isnull=False, at__gte=oldest
    )
    times: dict[int, list[datetime]] = defaultdict(list)
    for about, at in events.values_list("about_id", "at"):
        times[about].append(at)
    found = {one.pk: [at for at in times.get(one.customer_id, ()) if at >= one.given_at] for one in rows}
    return {pk: min(several) for pk, several in found.items() if several}


def remind(owners: Iterable[int]) -> None:
    """Bring the to-do of each of these people up to date: how many warned customers are left, and by when."""
    wanted = set(owners)
    rows = holding.waiting().filter(owner__in=wanted, warned_at__isnull=False).order_by().values_list("owner_id")
    left = {pk: (number, due) for pk, number, due in rows.annotate(n=Count("pk"), due=Min("due_at"))}
    for pk in wanted:
        if pk not in left:
            close_todos(EMPLOYEE, pk, TODO)
            continue
        title = _("还有 %(n)d 位客户没有首次联系，逾期将退回公海") % {"n": left[pk][0]}
        open_todo(
            label=EMPLOYEE, object_id=pk, kind=TODO, title=title, url=WAITING_URL, employee_id=pk, due_at=left[pk][1]
        )


def last_recorded(ids: Sequence[int]) -> dict[int, datetime]:
    """When each customer was last spoken with, as far as somebody wrote it down by itself."""
    rows = Event.objects.filter(about_id__in=ids, verb=OWN).order_by().values("about_id")
    return dict(rows.annotate(last=Max("at")).values_list("about_id", "last"))


def declare() -> None:
    """Called when the app is ready."""
    counts(OWN)
    signals.count_contacts(last_recorded)
