"""Reports that were drafted by their plans month by month, written, approved and kept; the newest are being written."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.approvals.queries import open_seats
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.dates import month_range, week_range
from keqiao.org.models import Employee
from keqiao.reports import actions
from keqiao.reports.models import Kind, Plan, Report
from keqiao.reports.spans import before, due_on
from keqiao.workspace.demo.world import Life, World

PLANS = ((Kind.COMPLAINTS, "tangjing"), (Kind.VISITS, "maolihong"), (Kind.FOLLOWUP, "maolihong"))
WEEKS, MONTHS = 3, 5
WORDS = {
    Kind.COMPLAINTS: "1. 首要原因已与责任部门逐件核对，请在本月 20 日前提交整改措施，由质量管理部验证效果。\n"
    "2. 超时的投诉集中在改派之后，下月起改派须在当日说明理由。\n3. 对重复投诉的客户由班长亲自回访。",
    Kind.VISITS: "1. 未按时完成的回访已逐件说明原因，多数为客户改约。\n2. 低分回访全部下达整改，由回访人再次联系客户确认。\n"
    "3. 客户建议中采纳的几项，请责任部门按承诺的时间完成。",
    Kind.FOLLOWUP: "1. 有问题的跟踪已逐件交责任部门，下周一例会通报结果。\n2. 无人接听的客户改在晚饭前再联系一次。",
}
NOTES = {Kind.COMPLAINTS: "同意，按此落实", Kind.VISITS: "同意归档", Kind.FOLLOWUP: "已阅，请跟进"}


def schedule(world: World) -> None:
    """The plans at the beginning; then each period on its first working day."""
    world.live(world.end - timedelta(days=165), plans(world))
    today = timezone.localdate(world.end)
    month, week = month_range(today)[0], week_range(today)[0]
    for back in range(MONTHS):
        for kind in (Kind.COMPLAINTS, Kind.VISITS):
            world.live(at(month), made(world, kind, newest=back == 0))
        month = before(Kind.COMPLAINTS, month)[0]
    for back in range(WEEKS):
        world.live(at(week), made(world, Kind.FOLLOWUP, newest=back == 0))
        week -= timedelta(days=7)


def at(day: date) -> datetime:
    """The hour at which the clock looks at the plans."""
    return datetime.combine(day, time(6, 20), tzinfo=timezone.get_default_timezone())


def plans(world: World) -> Life:
    """Which reports the service department wants."""
    for kind, writer in PLANS:
        actions.keep_plan(
            actor=world.company.actor("tangjing"), kind=kind, unit=world.company.units["service"],
            writer=world.company.people[writer],
        )  # fmt: skip
    yield from ()


def made(world: World, kind: Kind, *, newest: bool) -> Life:
    """Drafted by itself; the writer adds the conclusion, hands it in, and it is kept. The newest is still being written."""
    plan = Plan.objects.select_related("unit", "writer").get(kind=kind)
    day = timezone.localdate()
    if day < due_on(kind, plan.unit_id, day):
        return
    first, last = before(kind, day)
    writer: Employee | None = plan.writer
    report = actions.begin(SYSTEM, kind, plan.unit, first, last, writer)
    if report is None or writer is None:
        return
    yield world.work("service", 200)
    author = world.company.actor(writer.pk)
    one = report.sections.get(key="conclusion")
    actions.write(actor=author, obj=report, section=one.key, text=WORDS[kind], revision=one.revision)
    if newest and kind != Kind.VISITS:
        return
    yield world.work("service", 90)
    report = actions.submit(actor=author, obj=report)
    if newest:
        return
    yield world.work("service", 400)
    archive(world, report, kind)


def archive(world: World, report: Report, kind: Kind) -> None:
    """The general manager agrees."""
    approval = Approval.objects.get(kind=actions.KIND, object_id=report.pk, state=Approval.State.WAITING)
    seat = open_seats(approval)[0]
    approvals.approve(actor=world.company.actor(seat.employee_id), obj=approval, note=NOTES[kind])
