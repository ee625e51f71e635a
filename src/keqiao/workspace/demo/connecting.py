"""How some want to be told, what they note for themselves, and one system that hears of events, paused just now."""

from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.notices import actions as notices
from keqiao.notices import by_mail
from keqiao.org.models import Employee
from keqiao.webhooks import actions as webhooks
from keqiao.webhooks.client import Answer
from keqiao.webhooks.models import Delivery, Subscription
from keqiao.workspace.demo.world import World

# who, ways by kind, hours
WAYS: tuple[tuple[str, dict[str, str], dict[str, Any]], ...] = (
    ("tangjing", {"ticket.reopened": "digest", "correction": "digest"}, {"digest": True, "digest_hour": 8}),
    ("xuzhiyuan", {"ticket.supplemented": "mail", "dispatch.answered": "mail"}, {"digest": True, "digest_hour": 9}),
    (
        "linyinuo",
        {"ticket.withdrawn": "off", "reception": "mail"},
        {"quiet_from": time(12), "quiet_until": time(13, 30)},
    ),
)
# who, what, in how many hours
NOTES = (
    ("tangjing", "整理本周重大投诉，周一例会汇报", 26),
    ("linyinuo", "把烟机清洗教程发给上午来电的客户", 3),
    ("linyinuo", "向售后科要新款热水器的安装须知", None),
    ("xuzhiyuan", "排下周热线晚班", 50),
)
TOPICS = ("customer.created", "ticket.*", "visit.done")
ANSWERS = (Answer(200, 84), Answer(200, 61), Answer(503, 212, "对方回应 503。"), Answer(200, 77))


def connect(world: World) -> None:
    """Do all of it."""
    for who, ways, hours in WAYS:
        notices.choose(actor=world.company.actor(who), ways=ways, **hours)
    now = timezone.localtime()
    for who, title, within in NOTES:
        due = None if within is None else now + timedelta(hours=within)
        notices.write_down(actor=world.company.actor(who), title=title, due_at=due)
    for who in ("tangjing", "xuzhiyuan"):
        by_mail.queue_digest(Employee.objects.get(username=who), now)
    listen(world)


def listen(world: World) -> None:
    """The ERP heard of the newest events; it answered badly once, and is paused while it is rebuilt."""
    actor = world.company.actor("tangjing")
    made = webhooks.create(
        actor=actor, name="ERP 订单系统", url="https://erp.haina.example/hooks/keqiao", events=list(TOPICS)
    )  # fmt: skip
    Subscription.objects.filter(pk=made.pk).update(since=timezone.now() - timedelta(days=2))
    newest = Event.objects.filter(verb__in=("customer.created", "ticket.created", "ticket.closed", "visit.done"))
    webhooks.collect(sorted(newest.order_by("-pk")[:24], key=lambda event: event.pk))
    for place, row in enumerate(Delivery.objects.filter(subscription=made).order_by("pk")):
        answer = ANSWERS[place % len(ANSWERS)]
        if answer.good:
            webhooks.delivered(row, answer)
        else:
            webhooks.undelivered(row, answer)
    webhooks.pause(actor=actor, obj=Subscription.objects.get(pk=made.pk))
