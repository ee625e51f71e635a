"""The clock of first contact: warnings before the day, back into the public pool after it. Safe to run again."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record_many
from keqiao.customers.models import Customer, Holding, ShareOut
from keqiao.customers.owning import holding, limits
from keqiao.customers.sharing import contact
from keqiao.kernel.actor import SYSTEM
from keqiao.notices.actions import notify
from keqiao.org.models import Employee
from keqiao.org.queries import leaders_of
from keqiao.runtime import jobs
from keqiao.runtime.turns import Turns

CHUNK = 500
NAMED = 3
DRAFTS = timedelta(days=2)
FALLEN_URL = "/holdings/?view=fallen"


@jobs.every("5 9-17 * * *")
def hourly() -> None:
    """In the hours in which people are at work, so that nobody is told in the night."""
    run()


def run() -> tuple[int, int]:
    """Warn and take back; returns how many of each."""
    turns, warned, fallen = Turns(), 0, 0
    while some := warn():
        warned += some
        turns.give()
    while some := fall_back():
        fallen += some
        turns.give()
    return warned, fallen


@jobs.every("25 3 * * *")
def forget_drafts() -> None:
    """Plans that nobody carried out are no longer true."""
    old = ShareOut.objects.filter(state=ShareOut.State.DRAFT, made_at__lt=timezone.now() - DRAFTS)
    old.update(state=ShareOut.State.DROPPED)
    for one in ShareOut.objects.filter(state=ShareOut.State.DROPPED, lines__isnull=False).distinct()[:50]:
        one.lines.all().delete()


@transaction.atomic
def warn() -> int:
    """Tell owners whose day is near, some at a time; each holding is warned of once."""
    now, rules = timezone.now(), limits.settings()
    near = Holding.objects.filter(ended_at=None, contacted_at=None, warned_at=None)
    near = near.filter(due_at__lte=now + timedelta(days=rules.warn_days))
    rows = list(near.select_related("customer").order_by("due_at", "pk")[:CHUNK])
    Holding.objects.filter(pk__in=[one.pk for one in rows]).update(warned_at=now)
    spoken = contact.since_given(rows)
    note_contacts(rows, spoken)
    left: dict[int, list[Holding]] = defaultdict(list)
    for one in rows:
        if one.pk not in spoken and stands(one, one.customer):
            left[one.owner_id].append(one)
    for owner_id, some in left.items():
        title = _("%(names)s还没有首次联系，最晚 %(day)s，逾期退回公海") % {
            "names": names([one.customer for one in some]), "day": limits.day_of(min(one.due_at for one in some if one.due_at)),
        }  # fmt: skip
        key = f"holding.warned:{some[0].pk}"
        notify(actor=SYSTEM, to=[owner_id], title=title, url=contact.WAITING_URL, kind="holding.warned", key=key)
    contact.remind(left)
    return len(rows)


@transaction.atomic
def fall_back() -> int:
    """Put customers whose day has passed into the public pool, some at a time; owner and superior are told."""
    late = Holding.objects.filter(ended_at=None, contacted_at=None, due_at__lte=timezone.now())
    found = list(late.order_by("due_at", "pk")[:CHUNK])
    customers = Customer.objects.select_for_update().order_by("pk").in_bulk([one.customer_id for one in found])
    # again under lock: somebody may have spoken with the customer, or taken it, a moment ago
    rows = list(late.filter(pk__in=[one.pk for one in found]))
    spoken = contact.since_given(rows)
    note_contacts(rows, spoken)
    gone = [one for one in rows if not stands(one, customers.get(one.customer_id))]
    Holding.objects.filter(pk__in=[one.pk for one in gone]).update(ended_at=timezone.now(), end=Holding.End.MOVED)
    skipped = {one.pk for one in gone} | set(spoken)
    by_owner: dict[int, list[Customer]] = defaultdict(list)
    for one in rows:
        if one.pk not in skipped:
            by_owner[one.owner_id].append(customers[one.customer_id])
    rules = limits.settings()
    for owner in Employee.objects.filter(pk__in=by_owner).order_by("pk"):
        take(owner, by_owner[owner.pk], rules.cool_days, rules.contact_days)
    contact.remind(by_owner)
    return len(found)


def stands(one: Holding, customer: Customer | None) -> bool:
    """Whether the customer is still that owner's."""
    return (
        customer is not None
        and customer.owner_id == one.owner_id
        and customer.merged_into_id is None
        and not customer.erased
    )


def note_contacts(rows: Sequence[Holding], spoken: dict[int, datetime]) -> None:
    """What the reader of events has not come to yet."""
    heard = [one for one in rows if one.pk in spoken]
    for one in heard:
        one.contacted_at = one.last_contact_at = spoken[one.pk]
    Holding.objects.bulk_update(heard, ["contacted_at", "last_contact_at"], batch_size=200)


def take(owner: Employee, customers: Sequence[Customer], cool: int, days: int) -> None:
    """From one owner, with one notice to him and one to who answers for him."""
    holding.take_away(customers, Holding.End.FALLEN, cool=cool)
    change = {"changes": {"owner": [owner.name, None]}, "days": days}
    record_many(
        SYSTEM, "customer.fell_back", Customer, [(one.pk, one.name, change) for one in customers], about=True
    )  # fmt: skip
    said = {"names": names(customers), "days": days, "owner": owner.name}
    key = f"holding.fallen:{customers[0].pk}:{timezone.now().isoformat()}"
    mine = _("%(names)s超过 %(days)s 天没有首次联系，已退回公海") % said
    notify(actor=SYSTEM, to=[owner.pk], title=mine, url=FALLEN_URL, kind="holding.fallen", key=key)
    theirs = _("%(owner)s的%(names)s超过 %(days)s 天没有首次联系，已退回公海") % said
    notify(
        actor=SYSTEM, to=leaders_of(owner.pk), title=theirs, url=FALLEN_URL, kind="holding.fallen", key=f"{key}:leader"
    )  # fmt: skip


def names(customers: Sequence[Customer]) -> str:
    """The first few customers by name, and how many there are."""
    first = _("、").join(one.name for one in customers[:NAMED])
    if len(customers) <= NAMED:
        return _("客户%(names)s") % {"names": first}
    return _("%(names)s等 %(n)d 位客户") % {"names": first, "n": len(customers)}
