"""Visits and rectifications, as something that an employee or a unit holds."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.org.work import Work, register
from keqiao.visits.models import Rectification, Visit, VisitRule

register(
    Work(
        name="visits", label=_("待做的回访"), model=Visit, field="assignee", unit="unit", where=Q(open=True),
        powers=("visit.do",), fresh=lambda: {"alarm_level": 0}, verb="visit.assigned", about="customer_id",
        url="/visits/?view=open&assignee={employee}", unit_url="/visits/?view=open&unit={unit}",
        related=("customer",),
    )
)  # fmt: skip
register(
    Work(
        name="rectifications", label=_("进行中的回访整改"), model=Rectification, field="owner", unit="unit",
        where=Q(open=True), powers=("rectification.do",), fresh=lambda: {"alarm_level": 0},
        verb="rectification.passed_on", about="customer_id",
        url="/rectifications/?view=open", unit_url="/rectifications/?view=open&unit={unit}", related=("customer",),
    )
)  # fmt: skip
register(
    Work(
        name="visit-rules", label=_("启用的回访计划"), model=VisitRule, unit="unit", where=Q(active=True),
        unit_url="/visit-rules/",
    )
)  # fmt: skip
wording.declare({"rectification.passed_on": _("移交整改任务")})
