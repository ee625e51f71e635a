"""Callers to be followed up, as something that an employee or a unit holds."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.org.work import Work, register
from keqiao.reception.models import Entry

register(
    Work(
        name="reception", label=_("待跟进的来客"), model=Entry, field="follower", unit="unit",
        where=Q(status=Entry.Status.WAITING), powers=("reception.view",), verb="reception.passed_on", about="customer_id",
        unit_url="/reception/?view=all&status=waiting&unit={unit}", url="/reception/?view=all&status=waiting",
    )
)  # fmt: skip
wording.declare({"reception.passed_on": _("移交来客跟进")})
