"""Every write to the reception register."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.customers.actions import create_customer
from keqiao.customers.models import Customer
from keqiao.customers.policies import visible as visible_customers
from keqiao.customers.queries import recognised
from keqiao.kernel import phones
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.sql import hold
from keqiao.kernel.state import move
from keqiao.kernel.text import single_line
from keqiao.notices.actions import close_todos, notify, open_todo
from keqiao.org.models import Employee
from keqiao.org.work import take_on
from keqiao.reception import policies
from keqiao.reception.models import TRANSITIONS, Entry, Word
from keqiao.runtime import counters

LABEL = "reception.entry"
CUSTOMER_SOURCE = {Entry.Way.CALL: "phone", Entry.Way.WALK_IN: "counter"}
OLDEST = timedelta(days=7)  # how late something may still be entered
FURTHEST = 366  # days ahead of a follow-up


def demand(actor: Actor, verb: str, entry: Entry | None = None) -> None:
    """Raise NotAllowed unless the actor may do that."""
    if not policies.allowed(actor, verb, entry):
        raise NotAllowed(_("现在不能这样处理这条接待登记：权限不够，或状态已经变化。"))


def url_of(entry: Entry) -> str:
    """Where an entry is shown."""
    return f"/reception/{entry.pk}/"


@transaction.atomic
def register(
    *,
    actor: Actor,
    way: str,
    name: str = "",
    phone: str = "",
    customer: Customer | None = None,
    source: Word | None = None,
    interest: Word | None = None,
    matter: str = "",
    at: datetime | None = None,
    follower: Employee | None = None,
    follow_on: date | None = None,
    follow_note: str = "",
) -> Entry:
    """Register a call or a walk-in by a name or a phone.

    Without `customer` a full phone number recognises its one owner, whoever may see him, so that nobody is filed
    twice; everybody else becomes a new customer. Raises Refused with the field that is wrong.
    """
    demand(actor, "create")
    if actor.id is None or actor.unit_id is None:
        raise NotAllowed(_("只有员工可以登记来电来访。"))
    moment = checked_moment(at)
    caller, number = single_line(name, 100), checked_phone(phone)
    if customer is None and number:
        hold(f"customer:{number}")  # the same new caller at two desks is filed once
    known = customer or (recognised(number) if number else None)
    if known is None:
        known, caller = new_customer(actor, caller, number, way)
    entry = Entry(
        way=checked_way(way),
        customer=known,
        caller=caller or called(actor, known, number),
        phone_masked=phones.mask(number) if number else known.phone_masked,
        source=source,
        interest=interest,
        matter=matter.strip()[:500],
        at=moment,
        received_by_id=actor.id,
        unit_id=actor.unit_id,
    )
    store(entry)
    data = {"way": entry.way, "first": entry.first, "note": entry.matter}
    record(actor, "reception.registered", entry, data, about=known.pk)
    tell_owner(actor, entry, known)
    if follower is not None or follow_on is not None:
        return hand_over(actor=actor, obj=entry, follower=follower, follow_on=follow_on, note=follow_note)
    return entry


def called(actor: Actor, customer: Customer, number: str) -> str:
    """What to call a recognised customer: the name only to those who may see him."""
    if visible_customers(actor).filter(pk=customer.pk).exists():
        return customer.name
    return unnamed(number)


def unnamed(number: str) -> str:
    """What to call somebody who left only a phone."""
    return _("未留姓名（尾号 %(tail)s）") % {"tail": number.partition("-")[0][-4:]}


def checked_moment(at: datetime | None) -> datetime:
    """Now, or an instant of the last days; Refused for the future and what is too old for the ledger."""
    now = timezone.now()
    if at is None:
        return now
    if at > now + timedelta(minutes=5):
        raise Refused(_("接待时间不能在将来。"), field="at")
    if at < now - OLDEST:
        raise Refused(_("只能补登最近 %(n)s 天的接待。") % {"n": OLDEST.days}, field="at")
    return at


def checked_way(way: str) -> str:
    """One of the two ways."""
    if way not in Entry.Way.values:
        raise Refused(_("请选择来电或来访。"), field="way")
    return way


def checked_phone(raw: str) -> str:
    """The phone in its one spelling, empty for none; Refused for what is none."""
    if not raw.strip():
        return ""
    number = phones.normalise(raw)
    if number is None:
        raise Refused(_("“%(raw)s”不是有效的电话号码，请核对。") % {"raw": raw[:40]}, field="phone")
    return number


def new_customer(actor: Actor, name: str, number: str, way: str) -> tuple[Customer, str]:
    """A customer written down on the fly, owned by whoever receives, and what to call him."""
    if not name and not number:
        raise Refused(_("请至少填写姓名或电话，才能认出下次来访。"), field="phone")
    name = name or unnamed(number)
    owner = Employee.objects.get(pk=actor.id or 0)
    made = create_customer(
        actor=actor, name=name, phone=number, owner=owner, source=CUSTOMER_SOURCE.get(Entry.Way(checked_way(way)), "")
    )
    return made, name


def store(entry: Entry) -> None:
    """Insert the entry; of two at the same moment one is the first, which the constraint decides."""
    entry.first = not Entry.objects.filter(customer_id=entry.customer_id, first=True).exists()
    entry.number = counters.number("JD", timezone.localdate(entry.at))
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        if not entry.first:
            raise
        entry.first, entry.pk = False, None
        entry.save(force_insert=True)


def tell_owner(actor: Actor, entry: Entry, customer: Customer) -> None:
    """The owner hears that his customer called or came to somebody else."""
    if customer.owner_id and customer.owner_id != actor.id:
        title = _("您的客户%(name)s%(way)s，由%(by)s接待") % {
            "name": customer.name, "way": entry.get_way_display(), "by": actor.name,
        }  # fmt: skip
        url = f"/customers/{customer.pk}/"
        notify(actor=actor, to=[customer.owner_id], title=title, url=url, kind="reception", key=f"reception:{entry.pk}")


@transaction.atomic
def change(*, actor: Actor, obj: Entry, way: str, source: Word | None = None, interest: Word | None = None,
           matter: str = "") -> Entry:  # fmt: skip
    """Put right how, whence and why somebody came; who came stays as it is: void the entry and register anew."""
    demand(actor, "correct", obj)
    fresh = Entry.objects.select_for_update().get(pk=obj.pk)
    values = {"way": checked_way(way), "source": source, "interest": interest, "matter": matter.strip()[:500]}
    before = {name: getattr(fresh, name) for name in values}
    changed = changes(before, values)
    if not changed:
        return fresh
    if Entry.objects.filter(pk=fresh.pk).exclude(status=Entry.Status.VOID).update(**values) != 1:
        raise Refused(_("这条登记已作废，不能再修改。"))
    fresh.refresh_from_db()
    record(actor, "reception.changed", fresh, {"changes": changed}, about=fresh.customer_id)
    return fresh


@transaction.atomic
def hand_over(
    *, actor: Actor, obj: Entry, follower: Employee | None = None, follow_on: date | None = None, note: str = ""
) -> Entry:
    """Give somebody the task of following up by a day, oneself where nobody is named; opens his to-do."""
    demand(actor, "hand_over", obj)
    if follow_on is None:
        raise Refused(_("请填写跟进日期。"), field="follow_on")
    first = today()
    if not first <= follow_on <= first + timedelta(days=FURTHEST):
        raise Refused(_("跟进日期须在今天之后一年之内。"), field="follow_on")
    if follower is not None:
        take_on(follower, "follower")
    follower_id = follower.pk if follower is not None else actor.id
    moved = move(
        obj, Entry.Status.WAITING, field="status", transitions=TRANSITIONS, follower_id=follower_id,
        follow_on=follow_on, follow_note=single_line(note, 300), result="", followed_at=None,
    )  # fmt: skip
    moved = Entry.objects.select_related("follower").get(pk=moved.pk)
    close_todos(LABEL, moved.pk)
    due = datetime.combine(follow_on, time(18), tzinfo=timezone.get_default_timezone())
    title = _("跟进来客：%(name)s %(note)s") % {"name": moved.caller, "note": moved.follow_note or moved.matter}
    open_todo(
        label=LABEL,
        object_id=moved.pk,
        kind="follow",
        title=title,
        url=url_of(moved),
        employee_id=follower_id,
        due_at=due,
    )
    if follower_id is not None:
        key = f"reception.follow:{moved.pk}:{follower_id}:{follow_on}"
        notify(actor=actor, to=[follower_id], title=title, url=url_of(moved), kind="reception", key=key)
    data = {"follower": moved.follower.name if moved.follower else "", "day": follow_on.isoformat(), "note": note}
    record(actor, "reception.handed_over", moved, data, about=moved.customer_id)
    return moved


@transaction.atomic
def follow(*, actor: Actor, obj: Entry, result: str) -> Entry:
    """Record what came of the follow-up; the to-do closes."""
    demand(actor, "follow", obj)
    words = result.strip()[:500]
    if not words:
        raise Refused(_("请填写跟进结果。"), field="result")
    moved = move(
        obj, Entry.Status.FOLLOWED, field="status", transitions=TRANSITIONS, result=words, followed_at=timezone.now()
    )
    close_todos(LABEL, moved.pk)
    record(actor, "reception.followed", moved, {"note": words}, about=moved.customer_id)
    return moved


@transaction.atomic
def turn(*, actor: Actor, obj: Entry, into: models.Model, number: str) -> Entry:
    """Note the record of an app above that the entry became; a second one is refused, and with it its creation."""
    demand(actor, "turn", obj)
    moved = move(
        obj, Entry.Status.TURNED, field="status", transitions=TRANSITIONS, turned_label=into._meta.label_lower,
        turned_id=into.pk, turned_number=number,
    )  # fmt: skip
    close_todos(LABEL, moved.pk)
    record(actor, "reception.turned", moved, {"number": number}, about=moved.customer_id)
    return moved


@transaction.atomic
def void(*, actor: Actor, obj: Entry, reason: str) -> Entry:
    """Take a mistaken entry out of the counts; it stays readable. The customer's next entry becomes the first."""
    demand(actor, "void", obj)
    words = single_line(reason, 200)
    if len(words) < 2:
        raise Refused(_("请写明作废原因。"), field="reason")
    moved = move(obj, Entry.Status.VOID, field="status", transitions=TRANSITIONS, reason=words, first=False)
    close_todos(LABEL, moved.pk)
    others = Entry.objects.filter(customer_id=moved.customer_id).exclude(status=Entry.Status.VOID)
    heir = None if others.filter(first=True).exists() else others.order_by("at", "pk").first()
    if heir is not None:
        Entry.objects.filter(pk=heir.pk).update(first=True)
    record(actor, "reception.voided", moved, {"note": words}, about=moved.customer_id)
    return moved


@transaction.atomic
def keep_word(
    *, actor: Actor, kind: str, name: str, position: int = 0, active: bool = True, obj: Word | None = None
) -> Word:
    """Add a word to choose from, or change one."""
    if not actor.can("reception.manage"):
        raise NotAllowed(_("您没有维护接待选项的权限。"))
    word = obj or Word()
    values: dict[str, Any] = {"kind": kind, "name": single_line(name, 20), "position": position, "active": active}
    changed = changes({key: getattr(word, key) for key in values}, values)
    for key, value in values.items():
        setattr(word, key, value)
    try:
        with transaction.atomic():
            word.save()
    except IntegrityError as error:
        raise Refused(_("已有同名的选项。"), field="name") from error
    record(actor, "reception_word.changed" if obj else "reception_word.created", word, {"changes": changed})
    return word
