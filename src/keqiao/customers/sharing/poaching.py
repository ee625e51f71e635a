"""Taking what is another's 挖墙角: refused, or allowed and looked into, as the customer's territory has it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.customers import policies
from keqiao.customers.life_cycle.signals import known
from keqiao.customers.models import Customer, Poaching, SharingSettings, Violation
from keqiao.customers.owning import holding
from keqiao.customers.owning.limits import day_of
from keqiao.customers.territories.fitting import member
from keqiao.customers.violations.actions import open_case
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import Refused
from keqiao.org.models import Employee


@dataclass(frozen=True, slots=True)
class Breach:
    """What would be violated by letting somebody have a customer, and what the rule says about it."""

    kind: str
    rule: str
    said: str


def look(customer: Customer, taker: Employee, rules: SharingSettings) -> Breach | None:
    """Whether the customer is another's, who is protected, or of a territory that is not the taker's."""
    territory = customer.territory
    rule = territory.poaching if territory else rules.poaching
    if customer.owner is not None and customer.owner_id != taker.pk:
        until = protected_until(customer, rules)
        if until is None or until > timezone.now():
            return Breach(Violation.Kind.POACHED, rule, owned_words(customer, until))
    if territory is not None and not member(territory, taker.unit):
        said = {"territory": territory.name, "unit": territory.unit.name, "name": taker.name}
        return Breach(
            Violation.Kind.CROSSED, rule,
            _("这位客户属于“%(territory)s”，由%(unit)s负责，%(name)s不在这个区域。") % said,
        )  # fmt: skip
    return None


def protected_until(customer: Customer, rules: SharingSettings) -> datetime | None:
    """Until when nobody may take the customer from its owner; None for ever. Counted from the last contact."""
    days = customer.territory.protection_days if customer.territory else rules.protection_days
    if not days:
        return None
    kept = holding.of(customer)
    times = [known([customer.pk])[customer.pk].contact, kept.last_contact_at if kept else None]
    since = max([kept.given_at if kept else customer.created_at, *(at for at in times if at is not None)])
    return since + timedelta(days=days)


def owned_words(customer: Customer, until: datetime | None) -> str:
    """Whose the customer is, and how long that is protected."""
    name = customer.owner.name if customer.owner else ""
    if until is None:
        return _("这位客户由%(name)s负责，一直受保护。") % {"name": name}
    return _("这位客户由%(name)s负责，保护期到 %(until)s。") % {"name": name, "until": day_of(until)}


def guard(customer: Customer, taker: Employee, rules: SharingSettings) -> Breach | None:
    """Refuse to let the taker have the customer, or return the breach for which a case is to be opened."""
    breach = look(customer, taker, rules)
    if breach is not None and breach.rule == Poaching.REFUSE:
        way = _("如需转交，请与对方或主管联系；有争议可以登记违规。")
        raise Refused(f"{breach.said}{way}", field="owner")
    return breach


def pursue(actor: Actor, customer: Customer, taker: Employee, breach: Breach | None, victim: Employee | None) -> None:
    """Open the case of a breach that was let happen; one that is open already stands for it."""
    if breach is None:
        return
    facts = _("%(name)s于 %(at)s 接手了客户。%(said)s") % {
        "name": actor.name, "at": day_of(timezone.now()), "said": breach.said,
    }  # fmt: skip
    open_case(
        actor=SYSTEM, customer=customer, accused=taker, kind=breach.kind, evidence=facts, victim=victim,
        territory=customer.territory,
    )  # fmt: skip


def supervises(actor: Actor, customer: Customer) -> bool:
    """Whether the actor decides who gets this customer."""
    return policies.covers(actor, "customer.share", customer)
