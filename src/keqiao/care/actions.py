"""Every write to care: plans, drafts, and what came of them."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.calendars.queries import next_quiet_time
from keqiao.care import policies
from keqiao.care.candidates import Candidate, candidates
from keqiao.care.models import TRANSITIONS, CarePlan, Greeting
from keqiao.care.models.care import consent_channel
from keqiao.care.words import filled, unknown
from keqiao.customers.consenting.actions import token_of
from keqiao.customers.consents import may_contact
from keqiao.customers.models import Customer, Tag
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.kernel.state import move
from keqiao.kernel.text import single_line
from keqiao.mailing import actions as mailing
from keqiao.mailing import queries as mail_queue
from keqiao.mailing.letters import Body
from keqiao.mailing.letters import address as whole_address
from keqiao.notices.actions import notify
from keqiao.org.models import Employee
from keqiao.org.queries import company_name
from keqiao.org.work import take_on
from keqiao.runtime import counters

WINDOW = 7  # days ahead for which drafts are made
BATCH = 200
STATUS = Greeting.Status
Festival, Occasion = CarePlan.Festival, CarePlan.Occasion


def demand(actor: Actor, verb: str, greeting: Greeting | None = None) -> None:
    """Raise NotAllowed unless the actor may do that."""
    if not policies.allowed(actor, verb, greeting):
        raise NotAllowed(_("现在不能这样处理这条关怀：权限不够，或状态已经变化。"))


@transaction.atomic
def keep_plan(
    *,
    actor: Actor,
    name: str,
    occasion: str,
    words: str,
    channel: str,
    festival: str = "",
    day_kind: str = "",
    tier: str = "",
    tag: Tag | None = None,
    ahead_days: int = 0,
    purpose: str = CarePlan.Purpose.SERVICE,
    active: bool = True,
    obj: CarePlan | None = None,
) -> CarePlan:
    """Add a plan, or change one; drafts that are already made stay as they are."""
    if not actor.can("care.plan"):
        raise NotAllowed(_("您没有维护关怀计划的权限。"))
    strange = unknown(words)
    if strange:
        raise Refused(_("话术里的{%(name)s}不认识，请从可用的词里选。") % {"name": strange[0]}, field="words")
    if occasion == Occasion.FESTIVAL and not festival:
        raise Refused(_("请选择节日。"), field="festival")
    if occasion == Occasion.DAY and not day_kind:
        raise Refused(_("请选择重要日期的种类。"), field="day_kind")
    values: dict[str, Any] = {
        "name": single_line(name, 60), "occasion": occasion, "words": words.strip(), "channel": channel,
        "festival": festival if occasion == Occasion.FESTIVAL else "",
        "day_kind": day_kind if occasion == Occasion.DAY else "",
        "tier": tier, "tag": tag, "ahead_days": ahead_days, "purpose": purpose, "active": active,
    }  # fmt: skip
    plan = obj or CarePlan()
    changed = changes({key: getattr(plan, key) for key in values}, values)
    for key, value in values.items():
        setattr(plan, key, value)
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError as error:
        raise Refused(_("已有同名的关怀计划。"), field="name") from error
    record(actor, "care_plan.changed" if obj else "care_plan.created", plan, {"changes": changed})
    return plan


def draft_all(day: date | None = None) -> int:
    """Draft what all active plans ask for in the coming days and tell the owners; safe to repeat. Returns how many."""
    first = day or today()
    made = 0
    for plan in CarePlan.objects.filter(active=True).order_by("pk"):
        made += draft(plan, first)
    tell_owners(first)
    return made


def draft(plan: CarePlan, first: date) -> int:
    """Draft one plan's greetings that are due from `first` on for WINDOW days; in chunks, each a transaction."""
    ahead = timedelta(days=plan.ahead_days)
    wanted = candidates(plan, first + ahead, first + ahead + timedelta(days=WINDOW))
    company, made = company_name(), 0
    while chunk := list(islice(wanted, BATCH)):
        made += draft_some(plan, chunk, company, ahead)
    return made


@transaction.atomic
def draft_some(plan: CarePlan, chunk: Iterable[Candidate], company: str, ahead: timedelta) -> int:
    """Store those of the candidates that nobody has drafted yet; the unique constraint has the last word."""
    known = set(
        Greeting.objects.filter(plan=plan, customer__in=[one.customer for one in chunk]).values_list(
            "customer_id", "day", "subject"
        )
    )
    fresh = [one for one in chunk if (one.customer.pk, one.day, one.subject) not in known]
    made = [stored for one in fresh if (stored := store(plan, one, company, ahead)) is not None]
    if made:
        record(SYSTEM, "care.drafted", plan, {"count": len(made)})
    return len(made)


def store(plan: CarePlan, one: Candidate, company: str, ahead: timedelta) -> Greeting | None:
    """Insert one draft; None where another process was faster."""
    text = filled(plan.words, one.customer, subject=one.subject, day=one.day, years=one.years, company=company)
    owner = one.customer.owner if one.customer.owner and one.customer.owner.is_active else None
    try:
        with transaction.atomic():
            return Greeting.objects.create(
                number=counters.number("GH", today()), plan=plan, customer=one.customer, subject=one.subject, day=one.day,
                due_on=one.day - ahead, owner=owner, unit_id=one.customer.unit_id, channel=plan.channel, text=text[:2000],
                drafted_at=timezone.now(),
            )  # fmt: skip
    except IntegrityError:
        return None


def tell_owners(day: date) -> None:
    """Each owner hears once a day how many greetings are due today."""
    rows = Greeting.objects.filter(status=STATUS.DUE, due_on=day, owner__isnull=False).values_list(
        "owner_id", flat=True
    )
    counts: dict[int, int] = {}
    for owner_id in rows:
        counts[owner_id] = counts.get(owner_id, 0) + 1
    for owner_id, number in sorted(counts.items()):
        title = _("今天有 %(n)s 位客户待关怀") % {"n": number}
        notify(
            actor=SYSTEM, to=[owner_id], title=title, url="/care/?view=today", kind="care", key=f"care:{day}:{owner_id}"
        )


@transaction.atomic
def take(*, actor: Actor, obj: Greeting) -> Greeting:
    """Take a greeting of one's unit that nobody has; of several people one wins."""
    demand(actor, "take", obj)
    if Greeting.objects.filter(pk=obj.pk, status=STATUS.DUE, owner=None).update(owner_id=actor.id) != 1:
        raise WrongState(_("已被别人领取。请刷新页面看看。"))
    fresh = Greeting.objects.select_related("customer").get(pk=obj.pk)
    record(actor, "care.taken", fresh)
    return fresh


@transaction.atomic
def assign(*, actor: Actor, obj: Greeting, owner: Employee) -> Greeting:
    """Give a greeting to somebody."""
    demand(actor, "assign", obj)
    take_on(owner)
    if Greeting.objects.filter(pk=obj.pk, status=STATUS.DUE).update(owner=owner) != 1:
        raise WrongState(_("这条关怀已经处理完了。"))
    fresh = Greeting.objects.select_related("customer").get(pk=obj.pk)
    key = f"care.assigned:{fresh.pk}:{owner.pk}"
    notify(
        actor=actor,
        to=[owner.pk],
        title=_("新的关怀：%(name)s") % {"name": fresh},
        url=f"/care/{fresh.pk}/",
        kind="care",
        key=key,
    )
    record(actor, "care.assigned", fresh, {"name": owner.name})
    return fresh


@transaction.atomic
def reword(*, actor: Actor, obj: Greeting, text: str, channel: str) -> Greeting:
    """Change the draft before it is used."""
    demand(actor, "reword", obj)
    if Greeting.objects.filter(pk=obj.pk, status=STATUS.DUE).update(text=text.strip()[:2000], channel=channel) != 1:
        raise WrongState(_("这条关怀已经处理完了。"))
    fresh = Greeting.objects.select_related("customer").get(pk=obj.pk)
    data = {
        "changes": changes({"text": obj.text, "channel": obj.channel}, {"text": fresh.text, "channel": fresh.channel})
    }
    record(actor, "care.reworded", fresh, data)
    return fresh


@transaction.atomic
def finish(*, actor: Actor, obj: Greeting, outcome: str, note: str = "") -> Greeting:
    """Record what came of a greeting that somebody made."""
    demand(actor, "finish", obj)
    if outcome not in Greeting.Outcome.values:
        raise Refused(_("请选择关怀结果。"), field="outcome")
    return close(actor, obj, STATUS.DONE, outcome=outcome, note=single_line(note, 500))


@transaction.atomic
def skip(*, actor: Actor, obj: Greeting, note: str) -> Greeting:
    """Leave a greeting out, with the reason."""
    demand(actor, "skip", obj)
    words = single_line(note, 500)
    if len(words) < 2:
        raise Refused(_("请写明跳过的原因。"), field="note")
    return close(actor, obj, STATUS.SKIPPED, note=words)


def close(actor: Actor, obj: Greeting, status: str, **fields: Any) -> Greeting:
    """The end of a greeting, in the customer's timeline too."""
    moved = move(
        obj, status, field="status", transitions=TRANSITIONS, done_at=timezone.now(), done_by_id=actor.id, **fields
    )
    verb = "care.done" if status == STATUS.DONE else "care.skipped"
    data = {"subject": moved.subject, "outcome": moved.outcome, "note": moved.note}
    record(actor, verb, moved, data, about=moved.customer_id)
    return moved


@transaction.atomic
def send(*, actor: Actor, obj: Greeting) -> Greeting:
    """Send the draft by e-mail before the customer's next rest time; what came of it is on record either way."""
    demand(actor, "send", obj)
    if not mail_queue.available():
        raise Refused(_("还没有配置邮件服务器，请复制内容自行发送，再登记结果。"))
    customer = obj.customer
    verdict = may_contact(customer, obj.plan.purpose, consent_channel(obj.channel))
    if not verdict:
        raise Refused(verdict.reason)
    address = address_of(customer)
    if address == "":
        raise Refused(_("客户没有邮箱，请换一种方式。"))
    moved = move(obj, STATUS.SENDING, field="status", transitions=TRANSITIONS, done_by_id=actor.id)
    mailing.queue(
        key=f"care:{moved.number}:{mail_queue.count_about(moved)}", kind="care", to=address, to_name=customer.name,
        subject=f"{company_name()} {moved.subject}".strip(), body=Body(moved.text + leaving(customer)), about=moved,
        good_until=next_quiet_time(timezone.now(), customer.region or None),
    )  # fmt: skip
    record(actor, "care.sending", moved)
    return moved


def leaving(customer: Customer) -> str:
    """The last line of every mail: how to get no more of them."""
    url = whole_address(reverse("consent-choose", args=[token_of(customer)]))
    return "\n\n" + _("不想再收到这类邮件，请打开：%(url)s") % {"url": url}


def address_of(customer: Customer) -> str:
    """The customer's main e-mail address, empty without one."""
    points = customer.contact_points.filter(kind="email").order_by("-primary", "pk")
    return points.values_list("value", flat=True).first() or ""


@transaction.atomic
def sent(*, actor: Actor, obj: Greeting, problem: str = "") -> Greeting:
    """What the mail queue reports: delivered to the mail server, or the reason why not; then it is due again."""
    by = obj.done_by_id
    if problem:
        note = single_line(problem, 200)
        moved = move(obj, STATUS.DUE, field="status", transitions=TRANSITIONS, note=note, done_by_id=None)
        record(actor, "care.unsent", moved, {"note": moved.note})
        title = _("关怀邮件没有发出：%(name)s") % {"name": moved}
        to = [pk for pk in (by,) if pk]
        notify(
            actor=actor,
            to=to,
            title=title,
            url=f"/care/{moved.pk}/",
            kind="care",
            key=f"care.unsent:{moved.pk}:{timezone.now().timestamp():.0f}",
        )
        return moved
    now, outcome = timezone.now(), Greeting.Outcome.DELIVERED
    moved = move(obj, STATUS.DONE, field="status", transitions=TRANSITIONS, done_at=now, outcome=outcome)
    data = {"subject": moved.subject, "outcome": moved.outcome}
    record(actor, "care.done", moved, data, about=moved.customer_id)
    return moved
