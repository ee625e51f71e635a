"""Filters of the lists; the manager's figures open their records through them."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import Employee, OrgUnit
from keqiao.org.queries import subtree
from keqiao.visits.models import Rectification, Visit, VisitRule
from keqiao.visits.queries import covered

COVERAGE = (
    ("due", _("应回访")),
    ("in_time", _("按时完成")),
    ("missed", _("未按时完成")),
    ("late", _("超时完成")),
    ("missing", _("到期还没有完成")),
    ("waiting", _("还在期限内")),
)


class VisitFilter(django_filters.FilterSet):
    """Visits by status, people, days and score."""

    status = django_filters.ChoiceFilter(label=_("状态"), choices=Visit.Status.choices)
    rule = django_filters.CharFilter(label=_("回访规则"), method="by_rule")
    coverage = django_filters.ChoiceFilter(label=_("及时性"), choices=COVERAGE, method="by_coverage")
    satisfaction = django_filters.ChoiceFilter(label=_("满意度"), choices=Visit.Score.choices)
    solved = django_filters.ChoiceFilter(
        label=_("是否解决"), choices=(("1", _("已解决")), ("0", _("没有解决"))), method="by_solved"
    )
    channel = django_filters.ChoiceFilter(label=_("回访方式"), choices=Visit.Channel.choices)
    unit = django_filters.ModelChoiceFilter(
        label=_("回访部门"), queryset=OrgUnit.objects.filter(active=True), method="in_unit"
    )
    assignee = django_filters.ModelChoiceFilter(
        label=_("回访人"), queryset=Employee.objects.order_by("-is_active", "name"), null_label=_("待领取")
    )
    due = django_filters.DateFromToRangeFilter(label=_("回访期限"), field_name="due_at")
    done = django_filters.DateFromToRangeFilter(label=_("完成日期"), field_name="done_at")

    def in_unit(self, rows: QuerySet[Visit], name: str, value: Any) -> QuerySet[Visit]:
        """The unit and everything below it."""
        return rows.filter(unit_id__in=subtree(value))

    def by_rule(self, rows: QuerySet[Visit], name: str, value: str) -> QuerySet[Visit]:
        """The rule of that name; a part of names where no rule is called so. No list: rules are not for everybody."""
        if VisitRule.objects.filter(name=value).exists():
            return rows.filter(rule__name=value)
        return rows.filter(rule__name__icontains=value)

    def by_coverage(self, rows: QuerySet[Visit], name: str, value: str) -> QuerySet[Visit]:
        return covered(rows, value)

    def by_solved(self, rows: QuerySet[Visit], name: str, value: Any) -> QuerySet[Visit]:
        return rows.filter(solved=value == "1")


class RectificationFilter(django_filters.FilterSet):
    """Rectifications by status, unit and days."""

    status = django_filters.ChoiceFilter(label=_("状态"), choices=Rectification.Status.choices)
    unit = django_filters.ModelChoiceFilter(label=_("整改部门"), queryset=OrgUnit.objects.filter(active=True))
    visited_by = django_filters.ModelChoiceFilter(
        label=_("回访部门"), queryset=OrgUnit.objects.filter(active=True), method="of_visits"
    )
    due = django_filters.DateFromToRangeFilter(label=_("整改期限"), field_name="due_at")
    created = django_filters.DateFromToRangeFilter(label=_("下达日期"), field_name="created_at")

    def of_visits(self, rows: QuerySet[Rectification], name: str, value: Any) -> QuerySet[Rectification]:
        """Out of call-backs of the unit and everything below it."""
        return rows.filter(visit__unit_id__in=subtree(value))
