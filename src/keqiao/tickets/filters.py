"""What the lists can be narrowed by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import Employee, OrgUnit
from keqiao.org.queries import subtree
from keqiao.tickets.models import (
    Category,
    Cause,
    Channel,
    CorrectiveAction,
    Dispatch,
    Kind,
    Severity,
    Share,
    Ticket,
    Wave,
)
from keqiao.tickets.queries import compensated

YES_NO = (("1", _("是")), ("0", _("否")))


class TicketFilter(django_filters.FilterSet):
    """Kind, stage, severity, where from, whose, how late, which days."""

    kind = django_filters.ChoiceFilter(label=_("类型"), choices=Kind.choices)
    stage = django_filters.ChoiceFilter(label=_("阶段"), choices=Ticket.Stage.choices)
    severity = django_filters.ChoiceFilter(label=_("严重程度"), choices=Severity.choices)
    channel = django_filters.ChoiceFilter(label=_("渠道"), choices=Channel.choices)
    category = django_filters.ModelChoiceFilter(
        label=_("问题类别"), queryset=Category.objects.select_related("parent").order_by("parent", "position"),
        method="in_category",
    )  # fmt: skip
    unit = django_filters.ModelChoiceFilter(
        label=_("受理部门"), queryset=OrgUnit.objects.filter(active=True), method="in_unit"
    )
    owner = django_filters.ModelChoiceFilter(
        label=_("负责人"), queryset=Employee.objects.order_by("-is_active", "name"), null_label=_("未分派")
    )
    cause = django_filters.ModelChoiceFilter(
        label=_("投诉原因"), queryset=Cause.objects.select_related("parent").order_by("parent", "position"),
        method="in_cause",
    )  # fmt: skip
    responsible_unit = django_filters.ModelChoiceFilter(
        label=_("责任部门"), queryset=OrgUnit.objects.all(), field_name="complaint__responsible_unit"
    )
    liable_unit = django_filters.ModelChoiceFilter(
        label=_("分担责任的部门"), queryset=OrgUnit.objects.all(), method="shared_by"
    )
    liable = django_filters.ModelChoiceFilter(
        label=_("分担责任的人"), queryset=Employee.objects.order_by("-is_active", "name"), method="shared_by"
    )
    product = django_filters.CharFilter(label=_("产品（完整名称）"))
    late = django_filters.TypedChoiceFilter(label=_("超时"), choices=YES_NO, coerce=lambda value: value == "1")
    paid = django_filters.ChoiceFilter(label=_("补偿"), choices=(("1", _("有补偿")),), method="with_compensation")
    accepted = django_filters.DateFromToRangeFilter(label=_("受理日期"), field_name="accepted_on")
    due = django_filters.DateFromToRangeFilter(label=_("到期日期"), field_name="due_at")
    wave = django_filters.CharFilter(label=_("集中投诉编号"), field_name="waves__number")

    def in_unit(self, rows: QuerySet[Ticket], _name: str, value: Any) -> QuerySet[Ticket]:
        """The unit and everything below it."""
        return rows.filter(unit_id__in=subtree(value))

    def with_compensation(self, rows: QuerySet[Ticket], _name: str, _value: Any) -> QuerySet[Ticket]:
        """Only what was paid for."""
        return compensated(rows)

    def in_category(self, rows: QuerySet[Ticket], _name: str, value: Any) -> QuerySet[Ticket]:
        """The type itself and those below it."""
        return rows.filter(Q(category=value) | Q(category__parent=value))

    def shared_by(self, rows: QuerySet[Ticket], name: str, value: Any) -> QuerySet[Ticket]:
        """Complaints of which the department, or the person, answers for a part."""
        of = {"unit": value} if name == "liable_unit" else {"person": value}
        return rows.filter(pk__in=Share.objects.filter(**of).values("complaint"))

    def in_cause(self, rows: QuerySet[Ticket], _name: str, value: Any) -> QuerySet[Ticket]:
        """The cause itself and those below it."""
        return rows.filter(Q(complaint__cause=value) | Q(complaint__cause__parent=value))


class WaveFilter(django_filters.FilterSet):
    """By what is alike, and by day."""

    by = django_filters.ChoiceFilter(label=_("集中在"), choices=Wave.By.choices)
    category = django_filters.ModelChoiceFilter(
        label=_("问题类别"), queryset=Category.objects.select_related("parent").order_by("parent", "position")
    )
    raised = django_filters.DateFromToRangeFilter(label=_("报警日期"), field_name="raised_at")


class DispatchFilter(django_filters.FilterSet):
    """By unit and status."""

    unit = django_filters.ModelChoiceFilter(label=_("承办部门"), queryset=OrgUnit.objects.filter(active=True))
    status = django_filters.ChoiceFilter(label=_("状态"), choices=Dispatch.Status.choices)
    late = django_filters.TypedChoiceFilter(label=_("超时"), choices=YES_NO, coerce=lambda value: value == "1")


class EscalationFilter(django_filters.FilterSet):
    """By kind and severity of the matter, by rung, and by day."""

    kind = django_filters.ChoiceFilter(label=_("类型"), choices=Kind.choices, field_name="ticket__kind")
    severity = django_filters.ChoiceFilter(label=_("严重程度"), choices=Severity.choices)
    stage = django_filters.ChoiceFilter(label=_("阶段"), choices=Ticket.Stage.choices)
    at = django_filters.DateFromToRangeFilter(label=_("上报日期"), field_name="at")


class CorrectionFilter(django_filters.FilterSet):
    """By unit, owner, status and date."""

    unit = django_filters.ModelChoiceFilter(label=_("整改部门"), queryset=OrgUnit.objects.filter(active=True))
    owner = django_filters.ModelChoiceFilter(label=_("整改负责人"), queryset=Employee.objects.filter(is_active=True))
    status = django_filters.ChoiceFilter(label=_("状态"), choices=CorrectiveAction.Status.choices)
    accepted_by = django_filters.ModelChoiceFilter(
        label=_("受理部门"), queryset=OrgUnit.objects.filter(active=True), method="of_tickets"
    )
    due = django_filters.DateFromToRangeFilter(label=_("完成期限"), field_name="due_on")

    def of_tickets(self, rows: QuerySet[CorrectiveAction], _name: str, value: Any) -> QuerySet[CorrectiveAction]:
        """Out of tickets of the unit and everything below it."""
        return rows.filter(ticket__unit_id__in=subtree(value))
