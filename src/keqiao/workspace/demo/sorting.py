"""Archives written down twice, some of them merged; stages of the life cycle; segments that the department uses."""

from keqiao.customers.actions import change_customer, create_customer
from keqiao.customers.duplicates import actions as deciding
from keqiao.customers.duplicates.finding import search
from keqiao.customers.life_cycle import actions as life
from keqiao.customers.life_cycle.staging import settle_all
from keqiao.customers.merging.actions import merge_customers, undo_merge
from keqiao.customers.models import Customer, DuplicatePair, DuplicateRun, Tag
from keqiao.customers.segments import actions as segments
from keqiao.customers.tiers.actions import create_tier
from keqiao.kernel.actor import SYSTEM
from keqiao.workspace.demo.world import World

TWICE = 16
LEADER = "xuzhiyuan"
SEGMENTS = (
    ("投诉过一次的 VIP", "complaints=1&tier=vip", True),
    ("沉睡的老客户", "life_cycle=dormant", True),
    ("近期有意向", "life_cycle=interested", False),
    ("微信来的新客户", "age=month&source=wechat", False),
)


def sort(world: World) -> int:
    """Do all of it; returns how many pairs look alike."""
    dice = world.dice("doubles")
    people = list(Customer.objects.filter(kind="person", owner__isnull=False).order_by("pk")[:400:25])[:TWICE]
    for place, one in enumerate(people):
        twin(world, one, place, dice.choice(("phone", "wechat", "counter")))
    settle_all(lambda done, total: None)
    run = DuplicateRun.objects.create()
    search(run, lambda done, total: None)
    pairs = list(DuplicatePair.objects.select_related("low", "high").order_by("-score", "pk")[:6])
    for place, pair in enumerate(pairs):
        if place < 3:
            merge = merge_customers(actor=SYSTEM, survivor=pair.low, other=pair.high)
            if place == 2:
                undo_merge(actor=SYSTEM, obj=merge)
        elif place == 3:
            deciding.different(actor=SYSTEM, obj=pair)
    leader = world.company.actor(LEADER)
    for name, query, shared in SEGMENTS:
        segments.create_segment(actor=leader, name=name, query=query, shared=shared)
    lost = Customer.objects.filter(merged_into=None, tier="key").order_by("pk").first()
    if lost is not None:
        life.set_stage(actor=SYSTEM, obj=lost, stage="lost")
    golden(world)
    for tag, colour in zip(Tag.objects.order_by("pk")[:3], ("success", "warning", "danger"), strict=False):
        segments.change_tag(actor=SYSTEM, obj=tag, name=tag.name, colour=colour)
    return len(pairs)


def golden(world: World) -> None:
    """A tier of the department's own, and who has it."""
    chief = world.company.actor("tangjing")
    tier = create_tier(actor=chief, name="金卡", colour="success", position=15)
    for customer in Customer.objects.filter(merged_into=None, tier="vip", owner__isnull=False).order_by("pk")[:6:2]:
        change_customer(actor=chief, obj=customer, tier=tier.code)


def twin(world: World, one: Customer, place: int, source: str) -> Customer:
    """A second archive of somebody: the same phone and name, or a relative's name, or written down elsewhere."""
    phone = one.contact_points.filter(kind="phone").values_list("value", flat=True).first() or ""
    name = one.name if place % 3 else f"{one.name[0]}先生"
    owner = one.owner if place % 4 else None
    unit = None if owner else world.company.units["hotline"]
    return create_customer(
        actor=SYSTEM, name=name, phone=phone, owner=owner, unit=unit, source=source, tags=["重复登记"], city=one.city,
        note="电话登记时新建，没有查到原档案。", company_name=one.company_name,
    )  # fmt: skip
