"""What customers agreed to and refused, how much positions see, and three requests about own data in different states."""

from datetime import time, timedelta

from keqiao.customers.consenting import actions as consents
from keqiao.customers.models import Customer
from keqiao.customers.requests import actions as requests
from keqiao.customers.requests.copying import make_copy
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.org.actions import set_sight
from keqiao.org.models import Position
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.world import Life, World

SHARE = 5  # every so manieth customer has said something
GIVEN = (
    ("paper", "会员申请表，门店留存"), ("online", "商城注册页勾选，版本 2026-03"), ("spoken", "电话录音，坐席已复述确认"),
    ("message", "短信回复“同意”"),
)  # fmt: skip
REFUSED = ("客户来电说不要再发广告短信", "回复“退订”", "上门安装时当面说明不接受推销")
SIGHT = {"客户服务部经理": {"address": "full", "birthday": "full"}, "回访专员": {"identity": "hidden"}}


def schedule(world: World) -> None:
    """Shortly before the end, so that the deadlines still run."""
    world.live(world.end - timedelta(days=9), settle(world))
    world.live(world.end - timedelta(days=1, hours=3), ask(world))


def settle(world: World) -> Life:
    """How much positions see, and the words of many customers."""
    posts = {one.name: one.pk for one in Position.objects.filter(name__in=SIGHT)}
    set_sight(actor=SYSTEM, levels={pk: SIGHT[name] for name, pk in posts.items()})
    dice, chief = world.dice("consents"), world.company.actor("tangjing")
    people = Customer.objects.filter(erased=False, merged_into=None).order_by("pk")
    for place, customer in enumerate(people):
        if place % SHARE == 0:
            say(dice, chief, customer, place // SHARE)
    yield from ()


def say(dice: Dice, chief: Actor, customer: Customer, place: int) -> None:
    """Most agree by some channels, a few take it back, and some wish to be left in peace in the evening."""
    how, evidence = GIVEN[place % len(GIVEN)]
    channels = (["sms", "wechat"], ["email"], [], ["phone", "sms"])[place % 4]

    def word(purpose: str, given: bool, how: str, by: list[str], evidence: str) -> None:
        consents.note_consent(
            actor=chief, obj=customer, purpose=purpose, given=given, how=how, channels=by, evidence=evidence
        )

    word("marketing", True, how, channels, evidence)
    if place % 3 == 0:
        word("survey", True, how, [], evidence)
    if place % 6 == 1:
        word("marketing", False, "message", ["sms"], REFUSED[place % len(REFUSED)])
    if place % 9 == 4:
        word("contact", False, "spoken", ["phone"], "只接受微信")
    if place % 7 == 2:
        consents.set_rest(actor=chief, obj=customer, start=time(19, 30), end=time(9, int(dice.of({"00": 1, "30": 1}))))


def ask(world: World) -> Life:
    """One request has just come in, one waits for its copy to be handed over, one is answered."""
    chief = world.company.actor("tangjing")
    open_ones = Customer.objects.filter(erased=False, merged_into=None, kind="person", tickets=None, visits=None)
    some = list(open_ones.order_by("pk")[:3])
    for customer, kind, way, wish in zip(
        some, ("erase", "copy", "correct"), ("phone", "mail", "counter"),
        ("不再使用我们的产品，要求删除全部资料", "想要一份公司保存的个人资料", "手机号码登记错了一位"), strict=False,
    ):  # fmt: skip
        request = requests.receive(actor=chief, customer=customer, kind=kind, way=way, wish=wish)
        if kind == "erase":
            continue
        request = requests.verify(actor=chief, obj=request, identity_check="回拨档案电话，核对姓名和后四位")
        if kind == "copy":
            make_copy(actor=chief, obj=request)
        else:
            requests.answer(actor=chief, obj=request, answer="已更正号码，并电话告知客户。")
    yield from ()
