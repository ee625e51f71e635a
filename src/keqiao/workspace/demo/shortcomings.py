"""Bad records that came of complaints, lost customers and the reception register, and what was done about them."""

from datetime import datetime, timedelta

from keqiao.badrecords import actions
from keqiao.badrecords.models import BadKind, BadRecord
from keqiao.care.models import Loss
from keqiao.kernel.dates import today
from keqiao.org.models import Employee, OrgUnit
from keqiao.tickets.models import Ticket
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.world import Life, World

KINDS = ("服务态度", "处理超时", "承诺未兑现", "信息有误", "产品质量", "安装维修质量", "泄露客户信息", "其他")
# type of the complaint → kind of the record
OF_TYPE = {
    "产品质量": "产品质量", "安装服务": "安装维修质量", "维修服务": "安装维修质量", "配送": "处理超时", "价格与促销": "信息有误",
    "服务态度": "服务态度", "宣传不符": "信息有误", "退换货": "承诺未兑现",
}  # fmt: skip
MEASURES = (
    "当面向客户致歉；全组学习上门服务规范，上门前一小时电话预约。",
    "同批次产品停发复检，供应商限期整改，已发出的逐一联系客户检查。",
    "核对所有门店的活动说明，统一口径后重新培训导购。",
    "责任人重新学习首问负责制，班长一周内抽听十通录音。",
    "补充备件库存，维修单超过两天由科长每日跟进。",
)
RESULTS = ("措施已落实，回访客户表示满意。", "抽查三次没有再发生，予以了结。", "已纳入本月考核，客户接受道歉。")


def schedule(world: World) -> None:
    """Registered week by week in the last two months."""
    dice = world.dice("shortcomings")
    for week in range(8, -1, -1):
        world.live(world.end - timedelta(days=7 * week, hours=3), note_down(world, dice, week))


def note_down(world: World, dice: Dice, week: int) -> Life:
    """Some complaints that turned out to be true go into the register; at last a lost customer and one found by oneself."""
    for name in KINDS if week == 8 else ():
        BadKind.objects.get_or_create(name=name)
    writer = world.company.actor("xuzhiyuan")
    true = Ticket.objects.filter(kind="complaint", complaint__founded=True, bad_records=None, unit__name="投诉组")
    for ticket in true.select_related("category__parent", "complaint").order_by("-pk")[: 2 if week else 3]:
        unit = ticket.complaint.responsible_unit or ticket.unit
        row = actions.register(
            actor=writer, kind=kind(ticket), severity=ticket.severity, what=f"{ticket.subject}。{ticket.complaint.findings}",
            unit=unit, person=unit.leader, product=ticket.product, ticket=ticket, happened_on=ticket.accepted_on,
        )  # fmt: skip
        if week > 1 or dice.often(0.4):
            yield later(world)
            yield from put_right(world, dice, row)
    if week == 0:
        rest(world, dice)


def kind(ticket: Ticket) -> BadKind:
    """The kind that fits the complaint's type."""
    parent = ticket.category.parent.name if ticket.category and ticket.category.parent else ""
    return BadKind.objects.get(name=OF_TYPE.get(parent, "其他"))


def later(world: World) -> datetime:
    """A working day on."""
    return min(world.work("complaints", 480), world.end - timedelta(minutes=10))


def put_right(world: World, dice: Dice, row: BadRecord) -> Life:
    """Who answers says what is done; somebody else closes it, mostly."""
    leader = row.person
    if leader is None or not world.company.actor(leader.pk).can("bad_record.view"):
        return
    answered = actions.answer(actor=world.company.actor(leader.pk), obj=row, measures=dice.choice(MEASURES))
    if dice.often(0.7):
        yield later(world)
        actions.close(actor=world.company.actor("tangjing"), obj=answered, result=dice.choice(RESULTS))


def rest(world: World, dice: Dice) -> None:
    """A lost customer, and something that a leader found by listening in."""
    chief = world.company.actor("tangjing")
    loss = Loss.objects.filter(status__in=("lost", "trying")).order_by("pk").first()
    service: OrgUnit = world.company.units["hotline"]
    if loss is not None:
        actions.register(
            actor=chief, kind=BadKind.objects.get(name="处理超时"), severity=2, what=f"{loss.reason}：{loss.evidence}",
            unit=world.company.units["repair"], loss=loss, happened_on=loss.lost_on,
        )  # fmt: skip
    listener: Employee = world.company.people["pengyating"]
    actions.register(
        actor=chief, kind=BadKind.objects.get(name="服务态度"), severity=1, unit=service, person=listener,
        what="抽听录音发现通话中打断客户三次，结束时没有确认客户是否还有其他问题。", happened_on=today() - timedelta(days=1),
    )  # fmt: skip
