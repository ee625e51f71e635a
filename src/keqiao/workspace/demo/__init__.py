"""Demonstration data: half a year of an appliance maker's service department, made by the program's own actions."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone

from keqiao.workspace.demo import (
    approving,
    archives,
    calling,
    caring,
    clock,
    confidence,
    connecting,
    customers,
    delivering,
    fates,
    gathering,
    looks,
    owning,
    privacy,
    proposing,
    reception,
    reporting,
    rules,
    shortcomings,
    sorting,
    staffing,
    surveying,
    writing,
)
from keqiao.workspace.demo.complaint import ComplaintCase
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.people import build as build_company
from keqiao.workspace.demo.plain import PlainCase
from keqiao.workspace.demo.world import Life, World, follow

CUSTOMERS, TICKETS = 2000, 1500
FEWEST_CUSTOMERS, FEWEST_TICKETS = 80, 60
SEED = "海纳"
BEFORE = timedelta(days=fates.DAYS + 3)


def quietly(_line: str) -> None:
    """Say nothing."""


def build(
    progress: Callable[[str], None] = quietly, *, scale: float = 1.0, now: datetime | None = None, seed: str = SEED
) -> None:
    """Fill an empty database. The same `now`, `scale` and `seed` give the same company, customers and matters.

    `scale` 1 makes 2,000 customers, 1,500 tickets and some 1,200 visits; a small one still has a matter in every
    stage. `progress` is told each step in words.
    """
    end = now or timezone.now()
    wanted = max(round(CUSTOMERS * scale), FEWEST_CUSTOMERS)
    count = max(round(TICKETS * scale), FEWEST_TICKETS)
    with clock.moved(end - BEFORE) as moving, unswept():
        company = build_company()
        progress(f"组织：{len(company.units)} 个组织单元，{len(company.people)} 名员工")
        world = World(company, moving, end, seed)
        rules.prepare(world)
        approving.flows(world)
        looks.keep(world)
        surveying.build(world)
        imported = first_files(world, wanted)
        progress(f"客户：从门店和经销商台账导入 {imported} 位")
        progress(f"档案：补全 {archives.enrich(world)} 位客户的地址、关系和重要日期")
        schedule_customers(world, wanted, imported)
        schedule_matters(world, count - gathering.CALLS)
        schedule_rooms(world, scale)
        world.run(lambda day, days: progress(f"经历 {day} 天，共 {days} 天") if day % 30 == 0 or day == days else None)
        top_up(world, wanted)
        follow()
        approving.absences(world)
        approving.others(world)
        sorting.sort(world)
        follow()
        connecting.connect(world)
        owning.finish(world)
        rules.think_ahead(world)
        follow()
        surveying.finish(world)
    progress(rules.summary())


def schedule_rooms(world: World, scale: float) -> None:
    """What else happens in the half year, area by area."""
    rules.schedule(world)
    reception.schedule(world, scale)
    caring.schedule(world)
    calling.schedule(world, scale)
    delivering.schedule(world, scale)
    privacy.schedule(world)
    confidence.schedule(world)
    owning.schedule(world)
    shortcomings.schedule(world)
    surveying.schedule(world, scale)
    proposing.schedule(world)
    reporting.schedule(world)
    staffing.schedule(world)
    writing.schedule(world)
    gathering.schedule(world)


@contextmanager
def unswept() -> Iterator[None]:
    """Without the search for garbage in cycles, which takes a tenth of the time and finds little in so short a life."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def first_files(world: World, wanted: int) -> int:
    """The customers that the shops had before."""
    made = 0
    for file, importer, prefix, share in customers.FILES:
        made += customers.import_file(world.company, world.names, file, importer, prefix, round(wanted * share))
    world.know_all()
    return made


def schedule_customers(world: World, wanted: int, imported: int) -> None:
    """One more file in the middle of the time, and the customers who are written down one by one."""
    dice = world.dice("customers")
    later = round(wanted * customers.LATER_SHARE)
    alone = round((wanted - imported - later) * 0.6)
    world.new_left = wanted - imported - later - alone
    world.new_share = 0.12
    world.live(world.end - timedelta(days=61), import_later(world, later))
    for place in range(alone):
        source = dice.of({"phone": 40, "wechat": 20, "web": 15, "referral": 10, "campaign": 15})
        at = fates.daytime(world.end - timedelta(days=dice.uniform(0.2, fates.DAYS)), world.end)
        world.live(at, add_customer(world, world.dice(f"customer:{place}"), source))


def import_later(world: World, count: int) -> Life:
    """The file of the online shops."""
    customers.import_file(world.company, world.names, customers.LATER, "qiaoshuhui", "WD", count)
    world.know_all()
    yield from ()


def add_customer(world: World, dice: Dice, source: str) -> Life:
    """A customer whom an agent writes down."""
    customer = customers.add_one(world.company, world.names, dice, source)
    phone = customer.contact_points.filter(kind="phone", primary=True).values_list("value", flat=True).first()
    world.add_customer(customer, phone or "")
    yield from ()


def schedule_matters(world: World, count: int) -> None:
    """Everything that customers will call about."""
    for place, fate in enumerate(fates.fates(world.dice("fates"), count, world.end)):
        dice = world.dice(f"matter:{place}")
        case = ComplaintCase(world, dice, fate) if fate.kind == "complaint" else PlainCase(world, dice, fate)
        world.live(fate.at, case.life())


def top_up(world: World, wanted: int) -> None:
    """Write down the new customers who did not happen to call."""
    dice = world.dice("rest")
    for _left in range(world.new_left):
        customers.add_one(world.company, world.names, dice, "phone")
