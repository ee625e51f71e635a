"""What the demonstration's department has set itself, and a count of everything at the end."""

from typing import Any

from django.db import transaction

from keqiao.audit.actions import record
from keqiao.customers.models import Customer
from keqiao.kernel.actor import SYSTEM
from keqiao.tickets.actions import catalogue
from keqiao.tickets.letters.templates_kept import ensure_templates
from keqiao.tickets.models import Category, Cause, DeadlineRule, Ticket, TicketSettings
from keqiao.visits.actions.planning import rule_for
from keqiao.visits.models import Visit, VisitRule
from keqiao.workspace.demo.world import World

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
    chief, units = world.company.actor("tangjing"), world.company.units
    for row in of_two(Category):
        catalogue.change_category(
            actor=chief, obj=row, name=row.name, parent=row.parent, default_unit=units[UNITS[row.parent.name]],
            position=row.position,
        )  # fmt: skip
    for rule in DeadlineRule.objects.order_by("pk"):
        minutes = LONGER.get((rule.kind, rule.stage))
        if minutes is not None:
            catalogue.change_deadline(actor=chief, obj=rule, minutes=minutes, warn_percent=rule.warn_percent)
    settings = TicketSettings.objects.get()
    catalogue.change_settings(
        actor=chief, obj=settings, compensation_limit_fen=50_000, intake_unit=units["complaints"], effect_days=30
    )
    visit_rules()
    world.categories = {f"{row.parent.name}/{row.name}": row for row in of_two(Category)}
    world.causes = {f"{row.parent.name}/{row.name}": row for row in of_two(Cause)}


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
