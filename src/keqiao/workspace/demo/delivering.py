"""Deliveries and installations of the last weeks, as the hotline notes them, and the rule that calls after them."""

from datetime import timedelta

from django.utils import timezone

from keqiao.services import actions
from keqiao.services.models import Service
from keqiao.visits.actions.rules import create_rule
from keqiao.visits.models import CLOSING, MIDDLE, OPENING
from keqiao.workspace.demo.calling import USUAL
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.products import PRODUCTS
from keqiao.workspace.demo.world import Life, World

DAYS, EACH = 40, 3
RULE = "送货安装后回访"
KINDS = {Service.Kind.DELIVERED: 5, Service.Kind.INSTALLED: 4, Service.Kind.MAINTAINED: 1}
WORKERS = ("周师傅", "郝师傅", "邢师傅", "安达送装 曹师傅", "安达送装 费师傅")
NOTES = ("", "", "", "客户要求下午送到", "旧机已一并拉走", "楼道窄，加了一名搬运工", "已教客户使用预约功能")


def schedule(world: World, scale: float) -> None:
    """Three a day; the rule begins two days ago, so that its first calls are due now."""
    for place in range(max(round(DAYS * EACH * scale), 8)):
        dice = world.dice(f"delivering:{place}")
        world.live(world.end - timedelta(days=dice.uniform(0.1, DAYS)), told(world, dice, place))
    world.live(world.end - timedelta(days=2), begin(world))


def begin(world: World) -> Life:
    """The rule for calls after a delivery."""
    words = {"opening": str(OPENING), "middle": str(MIDDLE), "closing": str(CLOSING)}
    own = {"name": RULE, "occasion": "event", "event": "service.delivered", "after_days": 1, "most_a_day": 50}
    chief = world.company.actor("tangjing")
    create_rule(actor=chief, **USUAL | words | own | {"unit": world.company.units["callers"]})
    return
    yield  # a life that ends with its first deed


def told(world: World, dice: Dice, place: int) -> Life:
    """The hotline hears that something was delivered or done."""
    yield world.work("hotline", dice.randint(5, 300))
    agent = dice.choice(world.company.of_unit("hotline", "客服专员"))
    family = PRODUCTS[dice.choice(sorted(PRODUCTS))]
    day = timezone.localdate() - timedelta(days=dice.randint(0, 2))
    actions.register(
        actor=world.company.actor(agent.pk),
        kind=dice.of(KINDS),
        customer=dice.choice(world.customers),
        order_number=f"HN{day:%Y%m%d}{place:04d}",
        product=dice.choice(family.models),
        done_on=day,
        worker=dice.choice(WORKERS),
        note=dice.choice(NOTES),
    )
