"""What stands around the secret matter: subscriptions, to-dos of one's own, the pool and what is shared out of it."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from keqiao.conftest import Company
from keqiao.customers import actions as customers
from keqiao.customers.models import Customer, ShareLine, ShareOut
from keqiao.customers.sharing import keeping, planning, running
from keqiao.customers.violations import actions as cases
from keqiao.kernel import sealing
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.notices.models import OWN, Todo
from keqiao.search.actions import index
from keqiao.services import actions as services
from keqiao.staffing.models import WorkTransfer
from keqiao.surveys import actions as surveys
from keqiao.surveys.models import Survey
from keqiao.tickets.actions.climbing import climb
from keqiao.tickets.ladder import clock_name, steps
from keqiao.tickets.models import SpecialMonth, Ticket
from keqiao.tickets.queries import current_stage
from keqiao.webhooks.models import Delivery, Subscription

MONTH = date(1999, 7, 1)  # no other date in the tests looks like it


def pushed(owner: Any) -> None:
    """A subscription that has tried to tell of the matter, and a to-do of the owner's own."""
    now = timezone.now()
    Todo.objects.create(employee=owner, kind="own", label=OWN, object_id=1, title="暮雪的私事", created_at=now)
    key, sealed = sealing.seal("whsec_geheim", "webhooks.secret")
    made = Subscription.objects.create(
        name="暮雪推送", url="https://geheim.example/", events=["ticket.*"], owner=owner, sealed=sealed, sealed_by=key,
        since=now,
    )  # fmt: skip
    Delivery.objects.create(
        subscription=made, uid="evt_0", verb="ticket.created", title="琥珀色洗碗机", body="{}", created_at=now, next_at=now,
        state="failed",
    )  # fmt: skip


def shared(company: Company, role: str) -> ShareLine:
    """A customer of the pool, one shared out, a rule, a weight and a case of violation."""
    owner, boss = company.people[role], company.actor("manager")
    unit = owner.unit
    one = customers.create_customer(actor=SYSTEM, name="暮雪待分", unit=unit, tier="vip")
    pool = {"source": "", "territory": None, "tier": "vip", "place": ()}
    share = planning.plan(actor=boss, employees=[owner], way="even", **pool)
    line = running.run(actor=boss, obj=share).lines.get(customer=one)
    customers.create_customer(actor=SYSTEM, name="暮雪无主", unit=unit)
    keeping.keep_ability(actor=boss, employee=owner, weight=131)
    keeping.keep_rule(
        actor=boss,
        name="琥珀色规则",
        place=1,
        unit=unit,
        team=unit,
        source="",
        territory=None,
        weighted=True,
        active=False,
    )
    ShareOut.objects.filter(pk=share.pk).update(number="FP-洗碗机", by=owner, unit=unit)
    cases.open_case(
        actor=SYSTEM, customer=Customer.objects.get(name="欧阳暮雪"), accused=owner, kind="other", evidence="琥珀色纠纷",
        victim=None, territory=None,
    )  # fmt: skip
    return ShareLine.objects.select_related("share", "customer").get(pk=line.pk)


def usual_survey() -> Survey:
    """A published survey, which is no secret."""
    found = Survey.objects.filter(name="服务调查").first()
    if found is None:
        made = surveys.create_survey(actor=SYSTEM, name="服务调查", kind="csat")
        found = surveys.publish(actor=SYSTEM, obj=made)
    return found


def surveyed(company: Company, ticket: Ticket) -> None:
    """A survey about the matter, answered, and a poster of the unit."""
    boss, survey = company.actor("manager"), usual_survey()
    row = surveys.invite(actor=boss, survey=survey, ticket=ticket, matter="琥珀色洗碗机")
    token, _until = surveys.make_link(actor=boss, obj=row)
    answers = {"q1": "1", "q3": "左岸别墅还在漏"}
    surveys.answer_by_link(token=token, answers=answers, language="zh-hans")
    surveys.create_poster(actor=boss, survey=survey, unit=ticket.unit, place="左岸别墅门口")


def escalated(ticket: Ticket) -> None:
    """The matter has gone up the line, and stands in a summary of special customers."""
    now = timezone.now()
    with transaction.atomic():
        climb(ticket, clock_name(ticket, current_stage(ticket).pk), steps(ticket)[:1], None, now)
    made = SpecialMonth.objects.create(month=MONTH, unit_id=ticket.unit_id, made_at=now, customers=1, matters=1)
    made.tickets.add(ticket)


def served(actor: Actor, owner: Any, customer: Customer) -> None:
    """A delivery to the customer, and work that the owner hands over."""
    made = services.register(
        actor=actor,
        kind="delivered",
        customer=customer,
        product="琥珀色洗碗机",
        order_number="D-琥珀色",
        note="送到左岸别墅",
    )
    index("services.service", [made])
    WorkTransfer.objects.create(
        number=f"YJ-{customer.number}", giver=owner, reason="absence", note="暮雪的洗碗机", created_at=timezone.now()
    )
