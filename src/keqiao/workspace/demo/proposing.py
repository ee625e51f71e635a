"""Suggestions that customers made in call-backs, at the counter and by themselves, and what became of them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from keqiao.customers.policies import visible as visible_customers
from keqiao.kernel.actor import Actor
from keqiao.reception.policies import visible as visible_entries
from keqiao.suggestions import actions
from keqiao.suggestions.models import Suggestion
from keqiao.tickets.policies import visible as visible_tickets
from keqiao.visits.policies import visible as visible_visits
from keqiao.workspace.demo.world import Life, World


@dataclass(frozen=True, slots=True)
class Wish:
    """What is proposed, which department considers it, and what it says; without a plan it isn't taken up."""

    topic: str
    content: str
    unit: str
    reason: str
    plan: str = ""


WISHES = (
    Wish("service", "师傅上门前先发条短信，写上姓名和工号，老人在家心里踏实。", "repair",
         "多位老年客户提过，短信通道已有，不增加多少费用。", "派单时自动发送，下月 1 日起全部网点执行。"),
    Wish("product", "冰箱门把手再低五厘米，坐轮椅的家人够不着。", "quality",
         "把手高度按国家人体尺寸标准设计，改动涉及整套模具。", ""),
    Wish("process", "保修卡做成电子的，搬了两次家纸卡早找不到了。", "aftersales",
         "可以凭手机号查询购机记录，技术上已经具备。", "十二月起新机附电子保修码，老客户可到门店补录。"),
    Wish("place", "门店能不能放两把带扶手的椅子，等货时老人没处坐。", "market",
         "费用不高，能明显改善等候体验。", "各店本月内配齐，泉城店先放四把。"),
    Wish("price", "以旧换新的补贴标准贴在门口，省得每次都问。", "market",
         "公示后能减少解释，也便于监督。", "每月初更新，门店入口和网页同时公布。"),
    Wish("service", "周末也安排移机，平时请不出假。", "install", "周末班次已经排满，加班人手要到明年春天才能补齐。", ""),
    Wish("product", "洗衣机结束的声音能不能调小，夜里洗衣服吵醒孩子。", "quality",
         "提示音可以由程序控制，成本很低。", "下一版程序增加三档音量，在售机型可上门升级。"),
    Wish("process", "查维修进度不要再报一遍单号，打电话能认出我就好。", "service",
         "来电识别已经上线，只是没有用到进度查询。", "坐席接起时自动带出在办事项，本月完成培训。"),
    Wish("other", "把包装泡沫带走，小区不让扔。", "logistics", "送装合同里没有回收要求，承运商没有场地存放。", ""),
    Wish("product", "空调遥控器做个夜光，晚上摸不着键。", "quality", "夜光粉有余辉衰减，试用评价不高。", ""),
    Wish("place", "江宁店停车场入口的指示牌太小，绕了三圈才找到。", "shop_nj",
         "现场看过，确实容易错过。", "已定做大号灯箱，两周内装好。"),
    Wish("price", "老会员也给个延保折扣，别只照顾新客户。", "market", "会员复购率高，值得回馈。", "明年一月起老会员延保九折。"),
)  # fmt: skip
REPLIES = ("您好，您的建议我们采纳了：{plan}谢谢您替大家想到。", "谢谢您的建议。{reason}这次没有采纳，我们会继续留意。")
WRITERS = ("linyinuo", "wangsiqi", "xiaohan", "luoxiaofan", "daixinyi", "jiaoyang")
COUNT = 26
OPEN = {20: "decided", 21: "decided", 23: "routed", 24: "routed", 25: "new"}
HOWS = ("phone", "wechat", "phone", "sms")


def schedule(world: World) -> None:
    """One a week or so; the newest are still under way."""
    for place in range(COUNT):
        days = (COUNT - place) * 6.4 if place < 20 else (COUNT - place) * 1.6
        world.live(world.end - timedelta(days=days, hours=5), proposed(world, place))


def proposed(world: World, place: int) -> Life:
    """Written down, considered, answered; as far as it has come by now."""
    wish, company = WISHES[place % len(WISHES)], world.company
    writer = company.actor(WRITERS[place % len(WRITERS)])
    row = actions.register(actor=writer, topic=wish.topic, content=wish.content, **where(writer, place))
    state = OPEN.get(place, "closed")
    if state == "new":
        return
    yield world.work("service", 60)
    if place == 9:
        actions.void(actor=writer, obj=row, reason="与前一条重复登记")
        return
    leader = company.actor("tangjing")
    row = actions.route(actor=leader, obj=row, unit=company.units[wish.unit], note="请在一周内给出意见")
    if state == "routed":
        return
    yield from considered(world, place, wish, row)
    if state == "decided" or row.customer_id is None:
        return
    yield world.work("service", 200)
    row.refresh_from_db()
    text = REPLIES[0 if wish.plan else 1].format(plan=wish.plan, reason=wish.reason)
    actions.answer(actor=leader, obj=row, how=HOWS[place % len(HOWS)], reply=text)


def considered(world: World, place: int, wish: Wish, row: Suggestion) -> Life:
    """The head of the department decides; once what is written cannot be told to the customer."""
    company = world.company
    who = company.actor(row.handler_id)
    yield world.work(wish.unit, 800 + place * 30)
    if place == 5 and row.customer_id:
        row = actions.decide(actor=who, obj=row, adopted=False, reason="人手不够，办不到。")
        yield world.work("service", 90)
        row = actions.reconsider(actor=company.actor("tangjing"), obj=row, reason="请说明为什么、什么时候可能改变")
        yield world.work(wish.unit, 400)
    actions.decide(actor=who, obj=row, adopted=bool(wish.plan), reason=wish.reason, plan=wish.plan)


def where(writer: Actor, place: int) -> dict[str, Any]:
    """In turn: in a call-back, in the register, by a slip, in a ticket, by a customer directly."""
    now, way = timezone.now(), place % 5
    if way == 0:
        visits = visible_visits(writer).filter(status="done", done_at__lt=now, suggestions=None, satisfaction__gte=3)
        if visit := visits.order_by("-done_at", "pk").first():
            return {"visit": visit}
    if way == 1:
        entries = visible_entries(writer).exclude(status="void").filter(suggestions=None)
        if entry := entries.order_by("-at", "pk").first():
            return {"entry": entry}
    if way == 2:
        return {"counter": True}
    if way == 3:
        tickets = visible_tickets(writer).filter(kind="suggestion", suggestions=None)
        if ticket := tickets.order_by("-pk").first():
            return {"ticket": ticket}
    people = visible_customers(writer).filter(kind="person", merged_into=None, erased=False).order_by("pk")
    number = people.count()
    return {"customer": people[place * 7 % number]} if number else {"counter": True}
