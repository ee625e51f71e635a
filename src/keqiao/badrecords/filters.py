"""Filters of the bad records; the figures of the analysis open their records through them."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keqiao.badrecords.models import BadKind, BadRecord
from keqiao.org.models import Employee, OrgUnit
from keqiao.org.queries import subtree
from keqiao.tickets.models import Severity


class BadRecordFilter(django_filters.FilterSet):
    """By status, kind, who answers, source, severity and day."""

    status = django_filters.ChoiceFilter(label=_("状态"), choices=BadRecord.Status.choices)
    kind = django_filters.ModelChoiceFilter(label=_("类别"), queryset=BadKind.objects.order_by("position", "pk"))
    severity = django_filters.ChoiceFilter(label=_("严重程度"), choices=Severity.choices)
    unit = django_filters.ModelChoiceFilter(label=_("责任部门"), queryset=OrgUnit.objects.order_by("path"))
    person = django_filters.ModelChoiceFilter(
        label=_("责任人"), queryset=Employee.objects.order_by("name"), null_label=_("未指定")
    )
    handler = django_filters.ModelChoiceFilter(label=_("处理人"), queryset=Employee.objects.order_by("name"))
    source = django_filters.ChoiceFilter(label=_("来源"), choices=BadRecord.Source.choices)
    product = django_filters.CharFilter(label=_("产品"), lookup_expr="icontains")
    department = django_filters.ModelChoiceFilter(
        label=_("有关部门（含下级）"), queryset=OrgUnit.objects.order_by("path"), method="concerning"
    )
    happened = django_filters.DateFromToRangeFilter(label=_("发生日期"), field_name="happened_on")

    def concerning(self, rows: QuerySet[BadRecord], _name: str, value: Any) -> QuerySet[BadRecord]:
        """Registered by the unit or its own to deal with, or of one below it."""
        units = subtree(value)
        return rows.filter(Q(unit_id__in=units) | Q(from_unit_id__in=units))
