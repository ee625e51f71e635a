"""What the demonstration's department has set itself, and a count of everything at the end."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from keqiao.audit.actions import record
from keqiao.calendars.queries import calendar_for
from keqiao.customers.models import Customer
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.dates import add_months, start_of
from keqiao.tickets.actions import catalogue
from keqiao.tickets.letters.templates_kept import ensure_templates
from keqiao.tickets.models import Category, Cause, Ticket
from keqiao.tickets.ruling import forcing, keeping, trying
from keqiao.tickets.ruling.kinds.deadlines import key_of
from keqiao.tickets.special import actions as special
from keqiao.visits.actions.planning import rule_for
from keqiao.visits.models import Visit, VisitRule
from keqiao.workspace.demo.world import Life, World

# type → unit that usually answers
UNITS = {
    "产品质量": "quality", "安装服务": "install", "维修服务": "repair", "配送": "logistics", "价格与促销": "market",
    "服务态度": "aftersales", "宣传不符": "market", "退换货": "market", "咨询": "hotline", "建议": "quality",
}  # fmt: skip
SERVICE_RULE = "报修和售后处理完毕后三天内回访"
# A repair or after-sales case waits for its visit after it is done, so these stages get more time than a new installation has.
LONGER = {("repair", "resolved"): 1440, ("after_sales", "resolved"): 1440, ("repair", "solve"): 3360,
          ("after_sales", "solve"): 3840}  # fmt: skip


def prepare(world: World) -> None:
    """Types with their units, deadlines, limits and visit rules."""
    catalogue.ensure_defaults(actor=SYSTEM)
    ensure_templates(actor=SYSTEM)
    first_rules(world)
    visit_rules()
    world.categories = {f"{row.parent.name}/{row.name}": row for row in of_two(Category)}
    world.causes = {f"{row.parent.name}/{row.name}": row for row in of_two(Cause)}


def first_rules(world: World) -> None:
    """The department's first own version: who answers what, who takes what comes in, more time for service cases."""
    chief, units = world.company.actor("tangjing"), world.company.units
    made = keeping.draft(actor=chief, note="按本公司的部门分工和服务时限调整")
    for top in Category.objects.filter(parent=None).order_by("position"):
        data = {"categories": [top.pk], "units": [units[UNITS[top.name]].pk]}
        keeping.add_rule(actor=chief, obj=made, kind="dispatch", data=data)
    for (kind, stage), minutes in LONGER.items():
        rule = made.rules.get(kind="deadline", key=key_of(kind, stage))
        keeping.change_rule(actor=chief, obj=rule, data={**rule.data, "minutes": [minutes] * 4})
    intake = made.rules.get(kind="intake")
    keeping.change_rule(actor=chief, obj=intake, data={"unit": units["complaints"].pk})
    trying.try_out(actor=chief, obj=made)
    forcing.force(actor=chief, obj=made)


def think_ahead(world: World) -> None:
    """A next version that was tried on the last 30 days and waits to be taken into force."""
    chief, units = world.company.actor("tangjing"), world.company.units
    made = keeping.draft(
        actor=chief, note="旺季前收紧：漏水漏电从重，重大投诉须有整改，较重的提前告知班长，小额补偿收紧"
    )
    leaks = Category.objects.get(name="漏水漏电")
    more: tuple[tuple[str, dict[str, Any]], ...] = (
        ("severity", {"categories": [leaks.pk], "severity": 2}),
        ("limit", {"severities": [1], "limit_fen": 30_000}),
        ("closing", {"kinds": ["complaint"], "severities": [3, 4], "demand": "correction"}),
        (
            "escalation",
            {"severities": [2], "stages": ["handling"], "basis": "share", "amount": 80, "roles": ["team"]},
        ),
        ("dispatch", {"channels": ["web"], "product": "空调", "units": [units["install"].pk]}),
        (
            "text",
            {
                "kinds": ["repair"],
                "text": "{客户}您好，您的报修已登记，单号 {单号}。师傅会先打电话与您约时间，{期限} 前修好。",
            },
        ),
    )
    for kind, data in more:
        row = keeping.add_rule(actor=chief, obj=made, kind=kind, data=data)
        for _place in range(made.rules.filter(kind="dispatch").count() if kind == "dispatch" else 0):
            keeping.move_rule(actor=chief, obj=row, up=True)
    rule = made.rules.get(kind="deadline", key=key_of("complaint", "investigating"))
    keeping.change_rule(actor=chief, obj=rule, data={**rule.data, "minutes": [960, 720, 480, 240]})
    made.refresh_from_db()
    with transaction.atomic():  # at once, however many tickets there are
        trying.finish(chief, made, made.edits, trying.results(made))


def schedule(world: World) -> None:
    """Every full month ends with the summary of special customers, made on the first working morning after it."""
    first = timezone.localdate(world.end).replace(day=1)
    for back in range(6):
        begin = start_of(add_months(first, -back)) + timedelta(hours=9, minutes=20)
        at = calendar_for(None).next_open(begin)
        if timezone.now() + timedelta(days=20) < at < world.end:
            world.live(at, report(add_months(first, -back - 1)))


def report(month: date) -> Life:
    """The summaries of a month."""
    special.make(actor=SYSTEM, month=month)
    yield from ()


def of_two(model: type[Category] | type[Cause]) -> list[Any]:
    """The rows of the second level, each with its parent."""
    return list(model.objects.filter(parent__isnull=False).select_related("parent").order_by("pk"))


@transaction.atomic
def visit_rules() -> None:
    """The rule for complaints that every installation begins with, and one for repairs and after-sales cases."""
    rule_for(VisitRule.Event.TICKET_TOLD, "complaint")
    rule = VisitRule.objects.create(name=SERVICE_RULE, kinds=["repair", "after_sales"])
    record(SYSTEM, "visit_rule.created", rule)


def summary() -> str:
    """What there is now, in words."""
    return f"完成：{Customer.objects.count()} 位客户，{Ticket.objects.count()} 张工单，{Visit.objects.count()} 次回访"
