"""What the shops know of their regulars beyond name and phone: second homes, families, contacts, days to remember."""

from contextlib import suppress
from itertools import pairwise
from typing import Any

from stdnum.cn.ric import calc_check_digit

from keqiao.customers import custom_actions
from keqiao.customers.actions import change_customer
from keqiao.customers.archive import actions, identity
from keqiao.customers.models import Address, Customer
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import Refused
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.world import World

PEOPLE, FIRMS = 40, 14
POSTS = (
    ("采购经理", "采购部"),
    ("财务", "财务部"),
    ("设备主管", "工程部"),
    ("店长", "门店"),
    ("行政主任", "综合办公室"),
)


def enrich(world: World) -> int:
    """Complete some of the imported archives; returns how many."""
    dice = world.dice("archives")
    rows = Customer.objects.exclude(province="").order_by("pk")
    people, firms = list(rows.filter(kind="person")[:PEOPLE]), list(rows.filter(kind="company")[:FIRMS])
    own = own_fields(world)
    for one in people:
        know_person(dice, one)
    for one in people[::2]:
        extra: dict[str, Any] = {own[0]: dice.choice(("偏硬", "适中", "偏软")), own[1]: str(dice.randint(1, 30))}
        extra |= {own[2]: dice.sample(("厨房", "客厅", "主卧", "次卧", "阳台"), 2)}
        change_customer(actor=SYSTEM, obj=one, extra=extra)
    for one in firms:
        know_firm(world, dice, one)
    for place, (one, other) in enumerate(pairwise(people)):
        if place % 4 == 0:
            role = dice.choice(("spouse", "parent", "sibling", "referrer", "friend"))
            actions.relate(actor=SYSTEM, obj=one, other=other, role=role)
    for one, firm in zip(people[::5], firms, strict=False):
        actions.relate(actor=SYSTEM, obj=one, other=firm, role="employer")
    for one, other in pairwise(firms[::3]):
        actions.relate(actor=SYSTEM, obj=one, other=other, role=dice.choice(("head", "superior", "partner")))
    return len(people) + len(firms)


def own_fields(world: World) -> list[str]:
    """What the service department wants to know besides; returns the codes."""
    chief = world.company.actor("tangjing")
    make = custom_actions.create_field
    water = make(actor=chief, name="水质", kind="choice", options="偏硬\n适中\n偏软", listed=True, position=10)
    floor = make(actor=chief, name="安装楼层", kind="number", position=20)
    rooms = make(actor=chief, name="已装房间", kind="choices", options="厨房\n客厅\n主卧\n次卧\n阳台", position=30)
    make(actor=chief, name="延保到期", kind="date", position=40)
    return [water.code, floor.code, rooms.code]


def know_person(dice: Dice, one: Customer) -> None:
    """Roles, a second address, birthdays and the like."""
    actions.set_roles(
        actor=SYSTEM, obj=one, roles=dice.sample(("home_owner", "member", "prospect"), dice.randint(1, 2))
    )
    home = Address.objects.filter(customer=one, default=True).first()
    if home is not None and dice.often(0.5):
        street = f"{dice.choice(('人民路', '学府路', '滨河路'))}{dice.randint(1, 99)}号"
        kind = dice.choice(("work", "delivery"))
        actions.add_address(actor=SYSTEM, obj=one, kind=kind, division=home.division, detail=street)
    if one.birthday is None:
        month, day, year = dice.randint(1, 12), dice.randint(1, 29), dice.randint(1955, 1998)
        actions.add_date(
            actor=SYSTEM, obj=one, kind="birthday", calendar="lunar",
            date=f"{year}-{month}-{day}" if dice.often(0.6) else f"{month}-{day}",
        )  # fmt: skip
    if dice.often(0.3) and home is not None:
        show_card(dice, one, home.division)
    if dice.often(0.4):
        actions.add_date(
            actor=SYSTEM, obj=one, kind="wedding", date=f"{dice.randint(1985, 2022)}-{dice.randint(1, 12)}-18"
        )


def show_card(dice: Dice, one: Customer, division: str) -> None:
    """A resident's number that belongs to nobody: the running number 000 is never given out (and even, so a woman's)."""
    if len(division.rstrip("0")) < 5 or one.gender != Customer.Gender.FEMALE:
        return
    body = f"{division}{dice.randint(1955, 1998)}{dice.randint(1, 12):02d}{dice.randint(1, 28):02d}000"
    with suppress(Refused):  # a district that did not exist in that year
        number = body + calc_check_digit(body + "0")
        identity.add_identity(actor=SYSTEM, obj=one, kind="resident", number=number)


def know_firm(world: World, dice: Dice, one: Customer) -> None:
    """Role, contacts, the day of its founding."""
    actions.set_roles(actor=SYSTEM, obj=one, roles=[dice.choice(("dealer", "franchisee", "member"))])
    for place, (post, department) in enumerate(dice.sample(POSTS, 2)):
        name, _gender = world.names.person()
        actions.add_contact(
            actor=SYSTEM, obj=one, name=name, post=post, department=department, main=not place,
            phone=world.names.phone() if not place else "",
        )  # fmt: skip
    date = f"{dice.randint(1998, 2020)}-{dice.randint(1, 12)}-{dice.randint(1, 28)}"
    actions.add_date(actor=SYSTEM, obj=one, kind="founding", date=date)
