"""Calls and walk-ins of the last weeks at the hotline and in the shops."""

from datetime import timedelta

from django.utils import timezone

from keqiao.kernel.actor import SYSTEM
from keqiao.reception import actions
from keqiao.reception.models import Entry, Word
from keqiao.tickets.actions import accept_from_reception
from keqiao.workspace.demo import customers
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.world import Life, World

DAYS, EACH = 28, 6
DESKS = ("hotline", "hotline", "hotline", "shop_jn", "shop_nj", "shop_cd")
RECEIVERS = {"hotline": "客服专员", "shop_jn": "门店店长", "shop_nj": "门店店长", "shop_cd": "门店店长"}
MATTERS = {
    "产品咨询": ("想了解双开门冰箱的容积和能耗", "问净水器多久换一次滤芯", "比较两款洗碗机，想要带烘干的"),
    "价格与优惠": ("问以旧换新能抵多少钱", "想知道节日活动哪天开始", "团购五台空调能否再优惠"),
    "选购": ("新房装修，想配齐厨房三件套", "给父母选一台操作简单的洗衣机", "小户型，想看嵌入式烤箱样机"),
    "预约安装维修": ("空调移机，想约周末上午", "烟机声音变大，想预约检查", "新买的热水器还没有安装"),
    "售后问题": ("冰箱冷藏室结冰，问要不要报修", "遥控器坏了，问哪里能配", "延保卡怎么激活"),
    "商务合作": ("装修公司想谈渠道合作", "酒店要采购二十台洗衣机"),
    "其他": ("来取发票", "询问门店停车和营业时间"),
}
NOTES = ("把报价和样机照片发给客户", "约客户到店看样机", "问清户型尺寸后给方案", "活动开始当天通知客户")
RESULTS = (
    "已发报价，客户说和家人商量",
    "客户已到店看样机，有意购买",
    "客户暂时不买，三个月后再联系",
    "已约好周六上门量尺寸",
)


def schedule(world: World, share: float) -> None:
    """Entries of the last weeks; `share` of their full number in a small demonstration."""
    came: list[str] = []
    for place in range(max(round(DAYS * EACH * share), 12)):
        dice = world.dice(f"reception:{place}")
        back = timedelta(days=dice.uniform(0.0, DAYS)) if place % 7 else timedelta(hours=dice.uniform(0.3, 5))
        world.live(world.end - back, come(world, dice, came))


def come(world: World, dice: Dice, came: list[str]) -> Life:
    """Somebody calls or comes, and may be followed up or become a ticket."""
    desk = dice.choice(DESKS)
    receiver = dice.choice(world.company.of_unit(desk, RECEIVERS[desk]))
    actor = world.company.actor(receiver.pk)
    interest = dice.choice(sorted(MATTERS))
    again = came and dice.often(0.3)
    phone = dice.choice(came) if again else who(world, dice, "phone" if desk == "hotline" else "counter")
    came.append(phone)
    follow_on = timezone.localdate() + timedelta(days=dice.randint(1, 6)) if dice.often(0.3) else None
    entry = actions.register(
        actor=actor,
        way=Entry.Way.CALL if desk == "hotline" else Entry.Way.WALK_IN,
        phone=phone,
        source=word("source", dice.choice(("路过门店", "老客户介绍", "网络搜索", "短视频", "以前买过"))),
        interest=word("interest", interest),
        matter=dice.choice(MATTERS[interest]),
        follow_on=follow_on,
        follow_note=dice.choice(NOTES) if follow_on else "",
    )
    if follow_on and dice.often(0.6):
        yield world.work(desk, dice.randint(60, 900))
        actions.follow(actor=actor, obj=entry, result=dice.choice(RESULTS))
    elif interest == "预约安装维修" and dice.often(0.5):
        accept_from_reception(
            actor=actor, entry=entry, kind="repair", channel="phone" if desk == "hotline" else "counter", subject="",
            body=entry.matter, contact_name=entry.caller,
        )  # fmt: skip


def who(world: World, dice: Dice, source: str) -> str:
    """The phone of somebody new, written down on the spot, while there are new ones left; else of somebody known."""
    if world.new_left > 0 and dice.often(0.5):
        world.new_left -= 1
        customer = customers.add_one(world.company, world.names, dice, source)
        found = customer.contact_points.filter(kind="phone", primary=True).values_list("value", flat=True).first()
        world.add_customer(customer, found or "")
        return found or world.phones[world.customers[0].pk]
    return next(phone for _turn in range(50) if (phone := world.phones.get(dice.choice(world.customers).pk)))


def word(kind: str, name: str) -> Word:
    """A word of the usual ones, added where somebody has emptied the list."""
    found = Word.objects.filter(kind=kind, name=name).first()
    return found or actions.keep_word(actor=SYSTEM, kind=kind, name=name)
