"""Care plans, and two weeks of greetings that followed from them."""

from datetime import datetime, timedelta

from django.utils import timezone

from keqiao.care import actions
from keqiao.care.losses import actions as losses
from keqiao.care.models import Greeting
from keqiao.customers.actions import change_customer
from keqiao.kernel.dates import today
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.world import Life, World

NIGHTS = 14
LEADERS = ("xuzhiyuan", "qiaoshuhui", "maolihong", "tangjing")
PLANS = (
    {
        "name": "客户生日问候", "occasion": "birthday", "channel": "phone",
        "words": "{客户称呼}您好，我是{公司}的{负责人}。今天是您的{事由}，祝您生日快乐、万事顺意！"
        "家里的电器用得还好吗？有任何需要随时找我们。",
    },
    {
        "name": "老客户建档周年", "occasion": "joined", "channel": "sms",
        "words": "{客户称呼}，感谢您与{公司}同行的第{周年}年。本周到店凭手机号可领周年礼一份。",
    },
    {
        "name": "延保与维护到期提醒", "occasion": "day", "day_kind": "renewal", "ahead_days": 7, "channel": "phone",
        "words": "{客户称呼}您好，您的{事由}在{日期}到期，现在续约可以享受老客户价。需要我为您办理吗？",
    },
    {
        "name": "VIP 元旦问候", "occasion": "festival", "festival": "new_year", "tier": "vip", "ahead_days": 1,
        "channel": "wechat", "words": "{客户称呼}，{公司}祝您和家人{事由}快乐，新的一年健康顺遂！",
    },
)  # fmt: skip
OUTCOMES = {"delivered": 46, "replied": 30, "bought": 6, "unreached": 18}
NOTES = {
    "delivered": ("短信已发", "电话祝福，客户很客气"), "replied": ("客户很高兴，问了保养的事", "客户回了感谢的话", "客户介绍了一位邻居"),
    "bought": ("客户续了三年延保", "客户说周末到店看新款"), "unreached": ("两次无人接听", "关机"),
}  # fmt: skip


def schedule(world: World) -> None:
    """The plans two weeks before the end, and a draft each night from then on."""
    dice = world.dice("care")
    world.live(world.end - timedelta(days=NIGHTS, hours=1), set_up(world))
    for night in range(NIGHTS, -1, -1):
        at = timezone.localtime(world.end - timedelta(days=night)).replace(hour=0, minute=20)
        world.live(min(at, world.end - timedelta(minutes=30)), draft(world, dice))
    early = timezone.localtime(world.end).replace(hour=0, minute=40)
    world.live(min(early, world.end - timedelta(minutes=20)), share(world))


def set_up(world: World) -> Life:
    """The head of the department writes the plans."""
    for values in PLANS:
        actions.keep_plan(actor=world.company.actor("tangjing"), **values)
    ask_birthdays(world)
    lose_some(world)
    yield from ()


def ask_birthdays(world: World) -> None:
    """Agents have just asked some customers for their birthdays, so that every day has somebody to greet."""
    dice, chief = world.dice("birthdays"), world.company.actor("tangjing")
    people = [one for one in world.customers if one.kind == "person" and one.owner_id and one.birthday is None]
    for place, customer in enumerate(dice.sample(people, min(len(people), 2 * NIGHTS))):
        day = today() + timedelta(days=NIGHTS if place < 2 * len(LEADERS) else place % (NIGHTS + 6))
        change_customer(
            actor=chief, obj=customer, birthday=day.replace(year=dice.randint(1958, 2002), day=min(day.day, 28))
        )


REASONS = {"价格": ("比别家贵", "优惠不够"), "服务": ("维修等得太久", "态度不好"), "客户自身": ("搬到外地", "不再需要")}
EVIDENCE = (
    "来电说已经换了别家品牌，家里的机器都换了。",
    "连续两次活动没有回应，说觉得价格不合适。",
    "说维修等了十天，以后不在我们这里买了。",
)


def lose_some(world: World) -> None:
    """Customers who left, some of whom come back."""
    dice, chief = world.dice("losses"), world.company.actor("tangjing")
    leaves = []
    for name, below in REASONS.items():
        top = losses.keep_reason(actor=chief, name=name)
        leaves += [losses.keep_reason(actor=chief, name=one, parent=top) for one in below]
    owned = [one for one in world.customers if one.owner_id]
    for place, customer in enumerate(dice.sample(owned, min(len(owned), 14))):
        loss = losses.mark(
            actor=chief, customer=customer, reason=dice.choice(leaves), evidence=dice.choice(EVIDENCE),
            lost_on=today() - timedelta(days=dice.randint(0, 120)),
        )  # fmt: skip
        if place % 3:
            winner = dice.choice(world.company.of_unit("hotline", "客服专员"))
            due = today() + timedelta(days=dice.randint(3, 20))
            loss = losses.attempt(actor=chief, obj=loss, winner=winner, due_on=due, plan="上门道歉并检修，送一年延保")
        if place % 3 == 2:
            end = losses.win if dice.often(0.5) else losses.give_up
            end(actor=chief, obj=loss, result="客户重新下单" if end is losses.win else "客户表示不再考虑")


def draft(world: World, dice: Dice) -> Life:
    """The drafts of a night, and during the day what the owners make of them."""
    actions.draft_all()
    yield morning(world)
    late = Greeting.objects.filter(status="due", due_on__lte=today(), owner__isnull=False)
    late = late.exclude(owner__username__in=LEADERS)  # they have the day before them
    for greeting in late.select_related("customer").order_by("pk"):
        actor = world.company.actor(greeting.owner_id or 0)
        if actor.can("care.do") and dice.often(0.7):
            outcome = dice.of(OUTCOMES)
            actions.finish(actor=actor, obj=greeting, outcome=outcome, note=dice.choice(NOTES[outcome]))


def share(world: World) -> Life:
    """Leaders greet some of their group's customers themselves today."""
    chief = world.company.actor("tangjing")
    due = Greeting.objects.filter(status="due", due_on__lte=today()).select_related("customer").order_by("due_on", "pk")
    for place, greeting in enumerate(due[: 2 * len(LEADERS)]):
        owner = world.company.people[LEADERS[place % len(LEADERS)]]
        actions.assign(actor=chief, obj=greeting, owner=owner)
    yield from ()


def morning(world: World) -> datetime:
    """Some time in the morning's work."""
    return world.work("hotline", 60)
