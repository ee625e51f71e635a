"""Greetings and win-backs, as something that an employee or a unit holds."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.care.models import Greeting, Loss
from keqiao.org.work import Work, register

register(
    Work(
        name="care", label=_("待做的关怀"), model=Greeting, field="owner", unit="unit",
        where=Q(status=Greeting.Status.DUE), powers=("care.do",), verb="care.assigned", about="customer_id",
        url="/care/?view=all&status=due&owner={employee}", unit_url="/care/?view=all&status=due",
        related=("customer", "plan"),
    )
)  # fmt: skip
register(
    Work(
        name="losses", label=_("挽回中的客户"), model=Loss, field="winner", unit="unit",
        where=Q(status=Loss.Status.TRYING), powers=("loss.view",), verb="loss.passed_on", about="customer_id",
        url="/losses/?view=open&status=trying", unit_url="/losses/?view=open", related=("customer",),
    )
)  # fmt: skip
wording.declare({"loss.passed_on": _("移交挽回任务")})
