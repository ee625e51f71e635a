"""Whose customers are: territories, a sharing-out and what came of it, picks from the pool, two cases of violation."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from keqiao.customers.actions import change_customer
from keqiao.customers.models import Customer, Holding, ShareOut, ShareRule, Territory, Violation
from keqiao.customers.owning import holding
from keqiao.customers.sharing import contact, deadlines, handing, keeping, planning, running
from keqiao.customers.territories import fitting
from keqiao.customers.territories.actions import keep_territory
from keqiao.customers.violations import actions as cases
from keqiao.kernel.actor import SYSTEM
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.world import Life, World

LEADER, CHIEF = "xuzhiyuan", "tangjing"
NOTHING: dict[str, Any] = {"source": "", "territory": None, "tier": "", "place": ()}
# name, place, unit, divisions, industries, agent, days of protection, what happens to poachers
TERRITORIES = (
    ("恒通直管客户", 5, "agent_sjz", (), (), "agent_sjz", 180, "refuse"),
    ("华北代理区", 10, "agent_sjz", ("130000",), (), "", 120, "refuse"),
    ("华中代理区", 20, "agent_wh", ("420000",), (), "", 120, "case"),
    ("酒店与物业专线", 30, "hotline", (), ("H", "K"), "", 180, "refuse"),
    ("华东大区", 40, "service", ("370000", "320000", "340000", "330000", "310000"), (), "", 90, "refuse"),
    ("西南与其他", 90, "service", (), (), "", 60, "case"),
)
WEIGHTS = {"fanyuqing": (150, None, False), "zhouheng": (130, 260, False), "dinglei": (60, 120, False),
           "songhaochen": (80, None, False), "jiangmeiqi": (100, None, True)}  # fmt: skip
INDUSTRIES = {
    "宾馆": "H", "民宿": "H", "餐饮": "H", "公寓": "K", "物业": "K", "幼儿园": "P", "学校": "P", "装饰": "E", "养老": "Q",
    "商贸": "F", "电器": "F", "家电": "F",
}  # fmt: skip
WORDS = (
    "自我介绍，加了微信，约周末到店看样机。", "客户家里刚装修，下个月定空调，先发了报价。", "核对了地址和机型，提醒换滤芯。",
    "客户说暂时不需要，国庆以后再联系。", "客户想以旧换新，已把补贴政策发过去。", "确认了安装时间，客户很满意。",
)  # fmt: skip


def schedule(world: World) -> None:
    """Six weeks ago the department drew its territories; the rest follows from then on."""
    end = world.end
    world.live(end - timedelta(days=42), draw(world))
    world.live(end - timedelta(days=20, hours=3), share(world))
    world.live(end - timedelta(days=9, hours=5), poached(world))
    world.live(end - timedelta(days=6, hours=4), pick(world))
    for days in (14, 12, 8, 5, 3, 1, 0.2):
        world.live(end - timedelta(days=days), look())


def draw(world: World) -> Life:
    """The territories, the branches of companies, and what each person can carry."""
    chief, units = world.company.actor(CHIEF), world.company.units
    for customer in Customer.objects.filter(kind="company", industry="").order_by("pk"):
        letter = next((code for word, code in INDUSTRIES.items() if word in customer.name), "")
        if letter:
            change_customer(actor=chief, obj=customer, industry=letter)
    for name, place, unit, divisions, industries, agent, days, poaching in TERRITORIES:
        keep_territory(
            actor=chief, name=name, place=place, unit=units[unit], divisions=list(divisions), protection_days=days,
            industries=list(industries), agent=units[agent] if agent else None, poaching=poaching, active=True,
        )  # fmt: skip
    fitting.settle_all(lambda done, total: None)
    for name, (weight, limit, paused) in WEIGHTS.items():
        person = world.company.people[name]
        keeping.keep_ability(actor=chief, employee=person, weight=weight, owned_limit=limit, paused=paused)
    keeping.keep_rule(
        actor=chief, name="网站新客户当天到人", place=10, unit=units["hotline"], team=units["hotline"], source="web",
        territory=None, weighted=True, active=False,
    )  # fmt: skip
    yield from ()


def share(world: World) -> Life:
    """The leader shares out sixty customers; in the days after most owners get in touch."""
    leader, dice = world.company.actor(LEADER), world.dice("share")
    team = world.company.of_unit("complaints", "客服专员")
    plan = planning.plan(actor=leader, employees=team, way=ShareOut.Way.WEIGHTED, most=60, **NOTHING)
    done = running.run(actor=leader, obj=plan)
    for line in done.lines.filter(state="given").order_by("pk"):
        if dice.often(0.9):
            later = timezone.now() + timedelta(days=dice.uniform(0.1, 6))
            world.live(later, speak(world, dice, line.customer_id))
    yield from ()


def speak(world: World, dice: Dice, customer_id: int) -> Life:
    """The owner speaks with a customer and writes it down."""
    customer = Customer.objects.filter(pk=customer_id, merged_into=None, owner__isnull=False).first()
    if customer is not None:
        way = dice.choice(("phone", "phone", "wechat", "visit"))
        contact.record_contact(
            actor=world.company.actor(customer.owner_id), obj=customer, way=way, note=dice.choice(WORDS)
        )
    yield from ()


def pick(world: World) -> Life:
    """Agents pick from the pool; two of them have not got round to calling."""
    dice = world.dice("pick")
    for name in ("wangsiqi", "luoxiaofan", "pengyating", "caojunjie"):
        actor = world.company.actor(name)
        own = Q(territory__unit__in=[world.company.units["service"], world.company.units["hotline"]])
        free = Customer.objects.filter(own, owner=None, unit=actor.unit_id, merged_into=None).order_by("pk")
        open_to = [one for one in free[:20] if holding.cool_until(one.pk, actor.id) is None]  # not given back just now
        for place, customer in enumerate(open_to[:2]):
            handing.pick(actor=actor, obj=customer)
            if place == 0 or name in {"pengyating", "caojunjie"}:
                world.live(timezone.now() + timedelta(hours=dice.uniform(2, 60)), speak(world, dice, customer.pk))
    given_up = Holding.objects.filter(way=Holding.Way.SHARED, ended_at=None, contacted_at=None).first()
    if given_up is not None:
        owner = world.company.actor(given_up.owner_id)
        handing.release(actor=owner, obj=given_up.customer, reason="电话一直是空号，微信也查不到")
    yield from ()


def poached(world: World) -> Life:
    """An agent takes a colleague's customer where the territory lets it happen, is heard, and has to give it back."""
    west = Territory.objects.get(name="西南与其他")
    victim, taker = world.company.people["linyinuo"], world.company.people["zhouheng"]
    mine = Customer.objects.filter(owner=victim, territory=west, merged_into=None).order_by("-pk").first()
    if mine is None:
        return
    contact.record_contact(actor=world.company.actor("linyinuo"), obj=mine, way="phone", note=WORDS[1])
    yield timezone.now() + timedelta(hours=20)
    handing.assign_owner(actor=world.company.actor("zhouheng"), obj=mine, owner=taker)
    case = Violation.objects.filter(accused=taker, state="open").first()
    if case is None:
        return
    yield timezone.now() + timedelta(hours=26)
    statement = "客户打进来时林依诺不在，我接待后顺手改了负责人，没有提前和她说。"
    cases.state_case(actor=world.company.actor("zhouheng"), obj=case, statement=statement)
    yield timezone.now() + timedelta(hours=22)
    decision = "客户在保护期内，接待可以，改负责人应当先协商。客户交还林依诺，本次提醒，不作处罚。"
    cases.confirm(actor=world.company.actor(LEADER), obj=case, decision=decision)


def look() -> Life:
    """The clock of first contact."""
    deadlines.run()
    yield from ()


def finish(world: World) -> None:
    """What waits today: a case to be stated, a plan to be carried out, a rule that is switched on."""
    agent, accused = world.company.actor("luoxiaofan"), world.company.people["yanwenjuan"]
    own = Customer.objects.filter(owner=agent.id, merged_into=None).order_by("-pk").first()
    if own is not None:
        cases.report(
            actor=agent, customer=own, accused=accused, kind="poached",
            evidence="客户昨天来电说，严文娟上周两次打电话请她把团购订单改到自己名下，客户保留了通话记录。",
        )  # fmt: skip
    leader = world.company.actor(LEADER)
    if planning.pool(leader).exists():
        team = world.company.of_unit("complaints", "客服专员")
        planning.plan(actor=leader, employees=team, way=ShareOut.Way.WEIGHTED, most=40, **NOTHING)
    rule = ShareRule.objects.get(name="网站新客户当天到人")
    keeping.keep_rule(
        actor=SYSTEM, obj=rule, name=rule.name, place=10, unit=rule.unit, team=rule.team, source="web", territory=None,
        weighted=True, active=True,
    )  # fmt: skip
