"""One customer changes hands: given by a superior, handed on, picked from the public pool, put back into it."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.customers.actions import demand, locked
from keqiao.customers.models import Customer, Holding, SharingSettings
from keqiao.customers.owning import holding, limits
from keqiao.customers.owning.limits import day_of
from keqiao.customers.sharing import poaching
from keqiao.customers.sharing.contact import remind
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.kernel.text import single_line
from keqiao.notices.actions import notify
from keqiao.org.models import Employee
from keqiao.org.work import take_on


@transaction.atomic
def assign_owner(*, actor: Actor, obj: Customer, owner: Employee | None) -> Customer:
    """Give the customer to somebody, or to the public pool of its unit; the unit follows the owner.

    Superiors give to whom they like within the limits. Others hand on what is theirs; what is a colleague's they may
    only take as the territory's rule allows, and from the pool only for themselves, as by `pick`.
    """
    demand(actor, "edit", obj)
    if owner is not None:
        take_on(owner)
        limits.lock([owner.pk])  # people before customers, everywhere in the same order
    customer = locked(obj)
    if customer.owner_id == (owner.pk if owner else None):
        return customer
    superior, mine = poaching.supervises(actor, customer), customer.owner_id == actor.id
    if owner is None:
        if not (superior or mine):
            raise NotAllowed(_("这位客户由同事负责，只有本人或主管可以退回公海。"))
        return back_to_pool(actor, customer, Holding.End.RELEASED if mine else Holding.End.MOVED, "")
    if not superior and customer.owner_id is None:
        if owner.pk != actor.id:
            raise NotAllowed(_("公海客户由主管分配，您只能自己领取。"))
        return pick(actor=actor, obj=customer)
    rules, victim = limits.settings(), customer.owner
    breach = None if superior or mine else poaching.guard(customer, owner, rules)
    limits.demand_room(owner, rules, mine=owner.pk == actor.id)
    way = Holding.Way.ASSIGNED if superior or mine else Holding.Way.TAKEN
    holding.give([customer], owner, way, rules)
    return given(actor, customer, victim, breach)


def given(actor: Actor, customer: Customer, before: Employee | None, breach: poaching.Breach | None) -> Customer:
    """On record, told, and where need be looked into."""
    fresh = Customer.objects.select_related("owner__unit", "territory__unit").get(pk=customer.pk)
    owner = fresh.owner
    if owner is None:
        raise RuntimeError("given to nobody")
    data = {"changes": {"owner": [before.name if before else None, owner.name]}}
    record(actor, "customer.assigned", fresh, data, about=fresh.pk)
    tell(actor, fresh, owner)
    remind([before.pk] if before else [])
    poaching.pursue(actor, fresh, owner, breach, before)
    return fresh


def tell(actor: Actor, customer: Customer, owner: Employee) -> None:
    """Let the new owner know, with the day by which first contact is due."""
    kept = holding.of(customer)
    said = {"name": customer.name, "by": actor.name, "due": day_of(kept.due_at) if kept and kept.due_at else ""}
    title = _("%(by)s把客户“%(name)s”交给您") % said
    if said["due"]:
        title = _("%(by)s把客户“%(name)s”交给您，请在 %(due)s 前首次联系") % said
    key = f"customer.assigned:{customer.pk}:{kept.pk if kept else 0}"
    url = reverse("customers:detail", args=[customer.pk])
    notify(actor=actor, to=[owner.pk], title=title, url=url, kind="customer.assigned", key=key)


@transaction.atomic
def pick(*, actor: Actor, obj: Customer) -> Customer:
    """Take a customer from the public pool for oneself. Of several at once exactly one gets it."""
    taker = Employee.objects.select_related("unit").filter(pk=actor.id or 0, is_active=True).first()
    if taker is None or not (actor.can("customer.pick") and actor.can("customer.view")):
        raise NotAllowed(_("您没有领取公海客户的权限。如工作需要，请联系主管。"))
    rules = limits.settings()
    limits.lock([taker.pk])
    customer = locked(Customer(pk=obj.pk))
    free(customer, taker)
    demand(actor, "pick", customer)
    breach = may_pick(customer, taker, rules)
    holding.give([customer], taker, Holding.Way.PICKED, rules)
    fresh = Customer.objects.select_related("territory__unit").get(pk=customer.pk)
    record(actor, "customer.picked", fresh, {"changes": {"owner": [None, taker.name]}}, about=fresh.pk)
    poaching.pursue(actor, fresh, taker, breach, None)
    return fresh


def free(customer: Customer, taker: Employee) -> None:
    """Refuse what is no longer in the pool, saying who was faster."""
    if customer.owner_id == taker.pk:
        raise WrongState(_("这位客户已经由您负责。"))
    if customer.owner is not None:
        raise WrongState(_("手慢了一步：这位客户刚刚由%(name)s领取。") % {"name": customer.owner.name})


def may_pick(customer: Customer, taker: Employee, rules: SharingSettings) -> poaching.Breach | None:
    """Refuse beyond the limits and while the person's own giving back cools down; the breach that opens a case."""
    until = holding.cool_until(customer.pk, taker.pk)
    if until is not None:
        raise Refused(_("您不久前退回过这位客户，%(until)s 之后才能再领。") % {"until": day_of(until)})
    if rules.picks_a_day and limits.picked_today(taker.pk) >= rules.picks_a_day:
        raise Refused(_("今天已领取 %(n)s 位，达到每天的上限，请明天再领。") % {"n": rules.picks_a_day})
    breach = poaching.guard(customer, taker, rules)
    limits.demand_room(taker, rules, mine=True)
    return breach


@transaction.atomic
def release(*, actor: Actor, obj: Customer, reason: str) -> Customer:
    """Put a customer back into the public pool, saying why; the owner may not take it again for some days."""
    words = single_line(reason, 200)
    if len(words) < 2:
        raise Refused(_("请写明退回公海的原因。"), field="reason")
    customer = locked(obj)
    demand(actor, "release", customer)
    return back_to_pool(actor, customer, Holding.End.RELEASED, words)


def back_to_pool(actor: Actor, customer: Customer, why: str, note: str) -> Customer:
    """Write it; the owner, if somebody else did it, is told."""
    owner, rules = customer.owner, limits.settings()
    cool = rules.cool_days if why == Holding.End.RELEASED else 0
    holding.take_away([customer], why, note=note, cool=cool)
    fresh = Customer.objects.get(pk=customer.pk)
    data = {"changes": {"owner": [owner.name if owner else None, None]}, "note": note}
    record(actor, "customer.released", fresh, data, about=fresh.pk)
    if owner is not None:
        title = _("%(by)s把您的客户“%(name)s”退回了公海") % {"by": actor.name, "name": fresh.name}
        key = f"customer.released:{fresh.pk}:{fresh.updated_at.isoformat()}"
        notify(actor=actor, to=[owner.pk], title=title, url="/holdings/?view=ended", kind="customer.released", key=key)
        remind([owner.pk])
    return fresh
