"""Tickets, dispatches and corrective actions, as something that an employee or a unit holds."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.org.work import Work, register
from keqiao.tickets.models import CorrectiveAction, Dispatch, Rule, RuleSet, Ticket


def naming(unit_id: int) -> QuerySet[Any]:
    """The rules, in force or being worked on, that give matters to the unit; a version has a few dozen rows."""
    rows = Rule.objects.filter(kind__in=["dispatch", "intake"]).exclude(ruleset__state=RuleSet.State.OLD)
    named = [row.pk for row in rows if unit_id in (row.data.get("units") or [row.data.get("unit")])]
    return Rule.objects.filter(pk__in=named)


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
        Work(name="rules", label=_("派给它的工单规则"), model=Rule, placed=naming, unit_url="/ticket-rules/current/")
    )
    wording.declare({"dispatch.passed_on": _("移交派发"), "correction.passed_on": _("移交整改")})
