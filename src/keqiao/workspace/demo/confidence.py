"""The last days' full numbers looked at, somebody who needs more today, and lists that were taken away as files."""

from datetime import timedelta

from django.db import transaction
from django.http import QueryDict

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.customers.actions import reveal
from keqiao.customers.models import ContactPoint
from keqiao.customers.policies import allowed
from keqiao.customers.privacy.actions import ask_more
from keqiao.exports import actions as exports
from keqiao.exports.models import ExportSettings
from keqiao.kernel.resource import resources
from keqiao.workspace.demo.world import Life, World

WHY = (
    "回电告知处理进度",
    "与客户约上门时间",
    "核对收货地址",
    "确认退款账户",
    "客户要求当天回电",
    "短信没有送达，改打电话",
)
READERS = ("linyinuo", "zhouheng", "wangsiqi", "xiaohan", "xuzhiyuan")
LIMIT = 50  # rows above which somebody must agree
# who, list, query, format, what for
FILES = (
    ("xuzhiyuan", "tickets", "view=open&kind=complaint", "xlsx", ""),
    ("xuzhiyuan", "customers", "view=all", "xlsx", "季度回访抽样，名单只在组内使用"),
    ("tangjing", "customers", "view=all", "csv", "市场部想要一份客户通讯录"),
)
DAYS = 3


def schedule(world: World) -> None:
    """Looks on the last days, the rest in the last hour."""
    for day in range(DAYS, -1, -1):
        world.live(world.end - timedelta(days=day, minutes=55), look(world, day))
    world.live(world.end - timedelta(minutes=40), take_away(world))


def look(world: World, day: int) -> Life:
    """People open the numbers of their own customers before they call."""
    dice = world.dice(f"reveals:{day}")
    for who in READERS:
        actor = world.company.actor(who)
        points = ContactPoint.objects.filter(kind="phone", primary=True, customer__merged_into=None)
        own = points.filter(customer__owner_id=actor.id).select_related("customer").order_by("pk")[:40]
        within = [point for point in own if allowed(actor, "reveal", point.customer)]
        for point in dice.sample(within, min(len(within), dice.randint(1, 4))):
            reveal(actor=actor, obj=point.customer, contact_point=point, reason=dice.choice(WHY))
    if day == 0:
        ask_more(actor=world.company.actor("linyinuo"), reason="今天集中回电告知退款进度，还差二十多位客户")
    yield from ()


def take_away(world: World) -> Life:
    """Files asked for: one is made at once, one waits for agreement, one was not agreed to."""
    settings, _new = ExportSettings.objects.get_or_create(pk=1)
    exports.change_settings(actor=world.company.actor("tangjing"), obj=settings, approval_rows=LIMIT)
    lists = {one.name: one for one in resources()}
    for who, name, query, kind, reason in FILES:
        asked = QueryDict(f"{query}&format={kind}")
        with transaction.atomic():
            exports.ask(actor=world.company.actor(who), resource=lists[name], query=asked, reason=reason)
    asked_by_chief = Approval.objects.get(
        kind=exports.APPROVAL, requested_by__username="tangjing", state=Approval.State.WAITING
    )
    note = "通讯录不外发，市场部需要联系谁，由我们转达。"
    approvals.reject(actor=world.company.actor("hebowen"), obj=asked_by_chief, note=note)
    yield from ()
