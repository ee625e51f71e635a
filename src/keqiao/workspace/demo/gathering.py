"""Many complaints about one thing within a day: registered one by one, joined to the first, one parted again."""

from datetime import datetime, timedelta

from django.utils import timezone

from keqiao.tickets import actions
from keqiao.tickets.actions.waves import watch
from keqiao.tickets.models import Ticket
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.world import Life, World

PRODUCT = "海纳 XG10-B16 滚筒洗衣机"
TYPE = "产品质量/漏水漏电"
BODIES = (
    "洗衣机用了不到一个月，脱水时底部往外漏水，地板都泡了，请尽快上门查明。",
    "新买的滚筒洗衣机脱水时从底部漏水，用了两周就这样，要求换货。",
    "洗衣机底部漏水，脱水的时候最厉害，买了才一个月，请安排师傅来看。",
    "脱水时底部漏水，邻居都来敲门了，洗衣机买来还不到一个月，要求查明原因并赔偿地板。",
    "上周刚装好的洗衣机，一脱水底部就漏水，请马上处理。",
    "洗衣机脱水漏水，底部能看到水流出来，用了二十天，要求换一台。",
)
LATER = "洗衣机进水管接头处渗水，装机时没有拧紧，请师傅来紧一下。"
CALLS = len(BODIES) + 1


def schedule(world: World) -> None:
    """The day before yesterday, from the morning on."""
    dice = world.dice("gathering")
    morning = timezone.localtime(world.end - timedelta(days=2)).replace(hour=9, minute=5, second=0, microsecond=0)
    world.live(world.end - timedelta(hours=30), divided(world, dice))
    world.live(morning, one_after_the_other(world, dice, morning))


def one_after_the_other(world: World, dice: Dice, morning: datetime) -> Life:
    """Customers call within a few hours; in the afternoon the manager joins what is the same matter."""
    chief, category = world.company.actor("tangjing"), world.categories[TYPE]
    agents = [one for one in world.company.people.values() if one.unit_id == world.company.units["complaints"].pk]
    found: list[Ticket] = []
    for place, body in enumerate((*BODIES, LATER)):
        customer = dice.choice(world.customers)
        ticket = actions.accept(
            actor=world.company.actor(dice.choice(agents).pk), kind="complaint", channel="phone", body=body,
            subject="洗衣机脱水时底部漏水" if body != LATER else "洗衣机进水管渗水", product=PRODUCT, category=category,
            customer=customer, contact_name=customer.name, contact_phone=world.phones.get(customer.pk, ""),
            wishes=["exchange"],
        )  # fmt: skip
        found.append(ticket)
        watch()
        yield min(morning + timedelta(minutes=40 * (place + 1) + dice.randint(0, 20)), world.end)
    main, *others = found
    for ticket in (*others[:3], others[-1]):
        actions.join(actor=chief, obj=ticket, main=main, note="同一型号、同样现象")
    actions.assess(
        actor=chief, obj=main, category=category, impact="several", assessment="同一型号集中漏水，先查批次再逐户上门。"
    )
    yield min(timezone.now() + timedelta(minutes=35), world.end)
    wrong = Ticket.objects.get(pk=others[-1].pk)
    actions.part(actor=chief, obj=wrong, reason="是进水管接头没有拧紧，与底部漏水不是一件事")
    actions.dispatch(
        actor=chief,
        obj=main,
        units=[world.company.units["quality"]],
        instructions="请核对这几台的生产批次和底部密封件。",
    )


def divided(world: World, dice: Dice) -> Life:
    """Where two departments had their part in it, the manager divides the responsibility."""
    chief, service = world.company.actor("tangjing"), world.company.units["complaints"]
    rows = Ticket.objects.filter(complaint__founded=True, complaint__responsible_unit__isnull=False, main=None)
    fitting = rows.filter(stage__in=("handling", "resolved", "told", "closed")).exclude(
        complaint__responsible_unit=service
    )
    for ticket in fitting.select_related("complaint__responsible_unit", "complaint__responsible").order_by("-pk")[
        :24:3
    ]:
        most = dice.choice((60, 70, 80))
        first = (ticket.complaint.responsible_unit or service, ticket.complaint.responsible, most)
        actions.divide(actor=chief, obj=ticket, shares=[first, (service, None, 100 - most)])
    yield from ()
