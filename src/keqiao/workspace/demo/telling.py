"""A story told of one customer: the places filled in, the same in every sentence of the matter."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from keqiao.customers.models import Customer
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.products import PRODUCTS
from keqiao.workspace.demo.stories import COMPLAINTS, PLAIN, Matter, Story

WHO = ("我妈", "我爱人", "老人", "孩子", "我父亲", "家里老人")
SHOPS = ("海纳官网商城", "济南泉城店", "南京江宁店", "成都高新店", "京东自营店", "天猫旗舰店", "抖音直播间", "小区团购")
ENGINEERS = ("李师傅", "王师傅", "赵师傅", "孙师傅", "钱师傅", "马师傅", "胡师傅", "郑师傅")
WISHES = {
    "refund": ("要求退款。", "请把钱退给我。"), "exchange": ("要求换新机。", "不修了，给换一台新的。"),
    "rework": ("请尽快安排师傅彻底修好。", "要求返修，修到好为止。"), "replace": ("请把少的东西补齐。",),
    "support": ("请派懂技术的人指导一下。",), "information": ("请给一个书面说明。", "要求把依据发给我看。"),
    "other_help": ("请给个明确的时间。", "麻烦想想办法。"), "compensation": ("造成的损失要赔偿。", "请按实际损失补偿。"),
    "apology": ("要求当面道歉。", "请相关人员给个道歉。"), "gift": ("活动赠品要兑现。",),
    "advice": ("请帮忙参谋一下。",), "financial": ("希望能分期减轻负担。",),
}  # fmt: skip
OPENINGS = {
    "phone": ("客户来电反映：", "来电：", "客户第二次来电：", ""), "counter": ("客户到店反映：", "客户带着小票到柜台：", ""),
    "letter": ("贵公司客服部：", "来信摘录："), "web": ("", "你好，", "投诉："), "email": ("您好，", "客服您好："),
    "wechat": ("在吗？", "", "你好，"),
}  # fmt: skip
CLOSINGS = (
    "",
    "",
    "请尽快回复。",
    "等你们电话。",
    "照片都有，需要可以发。",
    "希望你们重视。",
    "再拖下去只能打 12315 了。",
    "我不想吵架，只想解决问题。",
)


@dataclass
class Tale:
    """One customer's matter: the story and what stands in its places."""

    story: Story | Matter
    names: dict[str, object]
    kind: str
    channel: str
    contact: str
    wishes: list[str]
    dice: Dice

    def tell(self, text: str) -> str:
        """A text of the story with its places filled in."""
        return text.format(**self.names)

    @property
    def subject(self) -> str:
        """The title of the ticket."""
        return self.tell(self.story.subject)

    @property
    def product(self) -> str:
        """The full name of the product."""
        return str(self.names["p"])

    @property
    def short(self) -> str:
        """What people call the product."""
        return str(self.names["s"])

    def body(self) -> str:
        """What the customer says, as the channel brings it."""
        dice = self.dice
        parts = [dice.choice(OPENINGS[self.channel]), self.tell(dice.choice(self.story.bodies))]
        parts += [dice.choice(WISHES[wish]) for wish in self.wishes[:1]]
        parts.append(dice.choice(CLOSINGS) if self.kind == "complaint" else "")
        return "".join(parts)


def names_for(dice: Dice, story: Story | Matter, at: datetime, customer: Customer) -> dict[str, object]:
    """What stands in the places of a story that is told at an instant."""
    family = PRODUCTS[dice.choice(story.families)]
    day = timezone.localtime(at)
    bought, lately = day - timedelta(days=dice.randint(16, 70)), day - timedelta(days=dice.randint(1, 5))
    low, high = getattr(story, "yuan", (0, 0))
    fee = dice.randrange(60, 460, 10)
    yuan = max(dice.randrange(low, high + 1, 10), 20) if high else 100
    return {
        "p": dice.choice(family.models), "s": family.short, "d1": words_for(bought), "d2": words_for(lately),
        "n": dice.randint(2, 4), "k": dice.randint(8, 26), "shop": dice.choice(SHOPS), "who": dice.choice(WHO),
        "eng": dice.choice(ENGINEERS), "fee": fee, "fair": fee * 4 // 10, "yuan": yuan,
        "price": dice.randrange(family.price[0], family.price[1] + 1, 100) - 1, "city": customer.city.removesuffix("市"),
    }  # fmt: skip


def words_for(day: datetime) -> str:
    """A date as people say it."""
    return f"{day.month}月{day.day}日"


def pick(dice: Dice, kind: str, at: datetime) -> Story | Matter:
    """A story of a kind, by weight and season."""
    month = timezone.localtime(at).month
    stories: list[Story | Matter] = (
        list(COMPLAINTS) if kind == "complaint" else [story for story in PLAIN if story.kind == kind]
    )
    return dice.choices(stories, [story.weight * season(story, month) for story in stories])[0]


def season(story: Story | Matter, month: int) -> float:
    """How much more often a story is told in a month."""
    families = [PRODUCTS[key] for key in story.families]
    return sum(2.2 if month in family.months else 0.8 if family.months else 1.0 for family in families) / len(families)


def tale(dice: Dice, kind: str, at: datetime, customer: Customer, story: Story | Matter | None = None) -> Tale:
    """A matter of one customer."""
    story = story or pick(dice, kind, at)
    channel = dice.of({"phone": 50, "web": 18, "counter": 13, "wechat": 12, "email": 5, "letter": 2})
    if channel == "letter" and kind != "complaint":
        channel = "phone"
    wishes = dice.sample(story.wishes, dice.randint(1, min(2, len(story.wishes)))) if isinstance(story, Story) else []
    contact = customer.name
    if customer.kind == Customer.Kind.COMPANY and customer.note.startswith("联系人："):
        contact = customer.note.removeprefix("联系人：").partition("（")[0] or customer.name
    return Tale(story, names_for(dice, story, at, customer), kind, channel, contact, wishes, dice)
