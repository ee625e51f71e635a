"""What an employee has to decide and has asked for, as work that changes hands."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keqiao.approvals.actions import base, delegate, refresh
from keqiao.approvals.models import LIVING, Approval, Decider
from keqiao.audit import wording
from keqiao.kernel.errors import Refused
from keqiao.notices.held import personal
from keqiao.org.models import Employee
from keqiao.org.queries import actor_for
from keqiao.org.work import Work, register


def pass_seats(rows: QuerySet[Any], receiver: Employee) -> None:
    """Each seat is handed on as its owner would; where the receiver asked or decides anyway, the engine finds the next."""
    for seat in rows.select_related("approval", "employee"):
        try:
            with transaction.atomic():
                delegate(actor=actor_for(seat.employee), obj=seat.approval, employee=receiver)
        except Refused:
            refresh(actor=actor_for(seat.employee), obj=seat.approval)


register(
    Work(
        name="seats", label=_("待审批的事项"), model=Decider, field="employee",
        where=Q(state=Decider.State.OPEN), change=pass_seats, related=("approval",),
        title=lambda seat: str(seat.approval), finds_another=True,
    )
)  # fmt: skip
register(
    Work(
        name="approvals", label=_("待批的申请"), model=Approval, field="requested_by", unit="unit",
        where=Q(state__in=LIVING), verb="approval.passed_on", finds_another=True,
    )
)  # fmt: skip
wording.declare({"approval.passed_on": _("移交申请")})
# who is asked, the engine keeps in step with the seats itself
for kind in (base.TODO, base.STUCK, "approval.flow"):
    personal(kind)
