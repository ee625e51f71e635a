"""Tickets, dispatches and corrective actions, as something that an employee or a unit holds."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.org.work import Work, register
from keqiao.tickets.models import Category, CorrectiveAction, Dispatch, Ticket, TicketSettings


def declare() -> None:
    """Called when the app is ready."""
    register(
        Work(
            name="tickets", label=_("未办结的工单"), model=Ticket, field="owner", unit="unit", where=Q(open=True),
            powers=("ticket.view",), follows=True, verb="ticket.assigned", about="customer_id",
            url="/tickets/?view=open&owner={employee}", unit_url="/tickets/?view=open&unit={unit}",
        )
    )  # fmt: skip
    register(
        Work(
            name="dispatches", label=_("待答复的派发"), model=Dispatch, field="handler", unit="unit", where=Q(open=True),
            powers=("dispatch.answer",), verb="dispatch.passed_on", related=("ticket", "unit"),
            url="/dispatches/?view=open", unit_url="/dispatches/?view=open&unit={unit}",
        )
    )  # fmt: skip
    register(
        Work(
            name="corrections", label=_("进行中的整改"), model=CorrectiveAction, field="owner", unit="unit",
            where=Q(status=CorrectiveAction.Status.OPEN), follows=True, verb="correction.passed_on",
            url="/corrections/?view=all&status=open&owner={employee}",
            unit_url="/corrections/?view=all&status=open&unit={unit}",
        )
    )  # fmt: skip
    register(
        Work(
            name="categories", label=_("默认派给它的投诉类型"), model=Category, unit="default_unit", unit_url="/categories/",
        )
    )  # fmt: skip
    register(
        Work(
            name="intake", label=_("由它受理的网页投诉"), model=TicketSettings, unit="intake_unit",
            unit_url="/ticket-settings/",
        )
    )  # fmt: skip
    wording.declare({"dispatch.passed_on": _("移交派发"), "correction.passed_on": _("移交整改")})
