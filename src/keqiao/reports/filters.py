"""Filters of the reports."""

import django_filters
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import OrgUnit
from keqiao.reports.models import Kind, Report


class ReportFilter(django_filters.FilterSet):
    """By kind, unit, state and time."""

    kind = django_filters.ChoiceFilter(label=_("报告"), choices=Kind.choices)
    unit = django_filters.ModelChoiceFilter(label=_("部门"), queryset=OrgUnit.objects.order_by("path"))
    state = django_filters.ChoiceFilter(label=_("状态"), choices=Report.State.choices)
    first = django_filters.DateFromToRangeFilter(label=_("起始日期"))
