"""Every write to a case of violation."""

from datetime import timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.customers.actions import locked
from keqiao.customers.models import Customer, Holding, Territory, Violation
from keqiao.customers.owning import holding, limits
from keqiao.customers.violations import policies
from keqiao.kernel import state
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.actions import close_todos, notify, open_todo
from keqiao.org.models import Employee
from keqiao.org.queries import leaders_of
from keqiao.runtime import counters

LABEL = "customers.violation"
STATE = Violation.State
DECIDE = "decide"


def demand(actor: Actor, verb: str, obj: Violation | None = None) -> None:
    """Raise NotAllowed unless the actor may do that to the case."""
    if not policies.allowed(actor, verb, obj):
        raise NotAllowed(_("现在不能这样处理这件违规：权限不够，或状态已经变化。"))


@transaction.atomic
def report(*, actor: Actor, customer: Customer, accused: Employee, kind: str, evidence: str) -> Violation:
    """Somebody says that a colleague has taken what was another's."""
    demand(actor, "create")
    if accused.pk == actor.id:
        raise Refused(_("不能举报自己。"), field="accused")
    words = evidence.strip()[:2000]
    if len(words) < 4:
        raise Refused(_("请写明事实与依据。"), field="evidence")
    last = Holding.objects.filter(customer=customer).exclude(owner=accused).select_related("owner").order_by("-pk")
    former = last.first()
    victim = customer.owner if customer.owner_id not in {None, accused.pk} else former.owner if former else None
    case = open_case(
        actor=actor, customer=customer, accused=accused, kind=kind, evidence=words, victim=victim,
        territory=customer.territory,
    )  # fmt: skip
    if case is None:
        raise Refused(_("这位员工与这位客户已有一件没有结案的违规。"), field="accused")
    return case


@transaction.atomic
def open_case(
    *, actor: Actor, customer: Customer, accused: Employee, kind: str, evidence: str, victim: Employee | None,
    territory: Territory | None,
) -> Violation | None:  # fmt: skip
    """Open a case and ask the accused for a statement; None where one about the two is open already."""
    days = limits.settings().statement_days
    due = limits.deadline(timezone.now(), max(days, 1)) or timezone.now() + timedelta(days=1)
    case = Violation(
        kind=kind, customer=customer, accused=accused, unit_id=accused.unit_id, victim=victim, reporter_id=actor.id,
        territory=territory, evidence=evidence, statement_due=due, number=counters.number("WG", today()),
        opened_at=timezone.now(),
    )  # fmt: skip
    if Violation.objects.filter(customer=customer, accused=accused, state__in=["open", "stated"]).exists():
        return None
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:
        return None
    record(actor, "violation.opened", case, {"note": evidence, "accused": accused.name}, about=customer.pk)
    url = f"/violations/{case.pk}/"
    title = _("请就违规 %(number)s 提交陈述：%(customer)s") % {"number": case.number, "customer": customer.name}
    todo = partial(open_todo, label=LABEL, object_id=case.pk, url=url)
    todo(kind="state", title=title, employee_id=accused.pk, due_at=due)
    for leader in deciders(case):
        decide = _("裁定违规 %(number)s：%(name)s") % {"number": case.number, "name": accused.name}
        todo(kind=DECIDE, title=decide, employee_id=leader)
    told = {pk for pk in (accused.pk, victim.pk if victim else None, *deciders(case)) if pk}
    words = _("违规 %(number)s 已立案：%(name)s，客户%(customer)s") % {
        "number": case.number, "name": accused.name, "customer": customer.name,
    }  # fmt: skip
    notify(actor=actor, to=told, title=words, url=url, kind="violation.opened", key=f"violation.opened:{case.pk}")
    return case


def deciders(case: Violation) -> list[int]:
    """Who answers for the accused, unless he is in it himself."""
    return [pk for pk in leaders_of(case.accused_id) if pk not in {case.reporter_id, case.victim_id}]


@transaction.atomic
def state_case(*, actor: Actor, obj: Violation, statement: str) -> Violation:
    """The accused says how it was."""
    demand(actor, "state", obj)
    words = statement.strip()[:2000]
    if len(words) < 4:
        raise Refused(_("请写明经过。"), field="statement")
    moved = move(obj, STATE.STATED, statement=words, stated_at=timezone.now())
    close_todos(LABEL, moved.pk, "state")
    record(actor, "violation.stated", moved, {"note": words}, about=moved.customer_id)
    return moved


@transaction.atomic
def confirm(*, actor: Actor, obj: Violation, decision: str) -> Violation:
    """It was so; the customer goes back to the former owner, or into the pool, if the accused still has it."""
    moved = decide(actor, obj, "confirm", STATE.CONFIRMED, decision)
    give_back(moved)
    return moved


def dismiss(*, actor: Actor, obj: Violation, decision: str) -> Violation:
    """It was not so, or it was right."""
    return decide(actor, obj, "dismiss", STATE.DISMISSED, decision)


@transaction.atomic
def decide(actor: Actor, obj: Violation, verb: str, target: str, decision: str) -> Violation:
    """The end of a case. Before the accused has been heard only after the day until which he could speak."""
    fresh = Violation.objects.get(pk=obj.pk)
    if actor.can("violation.decide") and policies.unheard(fresh):
        day = limits.day_of(fresh.statement_due)
        raise WrongState(_("本人还没有陈述，陈述期限是 %(day)s。陈述之后或过了期限才能裁定。") % {"day": day})
    demand(actor, verb, fresh)
    words = decision.strip()[:1000]
    if len(words) < 4:
        raise Refused(_("请写明裁定理由。"), field="decision")
    moved = move(obj, target, decision=words, decided_by_id=actor.id, decided_at=timezone.now())
    close_todos(LABEL, moved.pk)
    record(actor, f"violation.{target}", moved, {"note": words}, about=moved.customer_id)
    said = {"number": moved.number, "state": moved.get_state_display()}
    told = [pk for pk in (moved.accused_id, moved.victim_id, moved.reporter_id) if pk]
    title = _("违规 %(number)s 裁定：%(state)s") % said
    key = f"violation.decided:{moved.pk}"
    notify(actor=actor, to=told, title=title, url=f"/violations/{moved.pk}/", kind="violation.decided", key=key)
    return moved


@transaction.atomic
def withdraw(*, actor: Actor, obj: Violation) -> Violation:
    """Who reported it takes it back."""
    demand(actor, "withdraw", obj)
    moved = move(obj, STATE.WITHDRAWN, decided_at=timezone.now())
    close_todos(LABEL, moved.pk)
    record(actor, "violation.withdrawn", moved, {}, about=moved.customer_id)
    return moved


def move(obj: Violation, target: str, **values: object) -> Violation:
    """To the next state, once."""
    return state.move(obj, target, field="state", transitions=Violation.TRANSITIONS, **values)


def give_back(case: Violation) -> None:
    """To whom the customer was, if that person is still here; else into the pool. Nothing if it has gone on since."""
    customer = locked(case.customer)
    if customer.owner_id != case.accused_id or customer.erased or case.kind == Violation.Kind.OTHER:
        return
    victim = case.victim if case.victim and case.victim.is_active else None
    accused = case.accused.name
    rules = limits.settings()
    if victim is not None:
        holding.give([customer], victim, Holding.Way.ASSIGNED, rules)
    else:
        holding.take_away([customer], Holding.End.MOVED, cool=rules.cool_days)
    fresh = Customer.objects.get(pk=customer.pk)
    data = {"changes": {"owner": [accused, victim.name if victim else None]}, "note": case.number}
    record(SYSTEM, "customer.given_back", fresh, data, about=fresh.pk)
