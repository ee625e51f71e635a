"""Filters of the register; the figures of the ledger open their entries through them."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import Employee, OrgUnit
from keqiao.org.queries import subtree
from keqiao.reception.models import Entry, Word

FIRST = (("1", _("首次")), ("0", _("再次")))


class EntryFilter(django_filters.FilterSet):
    """Entries by way, first or again, words, people and days."""

    way = django_filters.ChoiceFilter(label=_("方式"), choices=Entry.Way.choices)
    first = django_filters.ChoiceFilter(label=_("首次或再次"), choices=FIRST, method="by_first")
    status = django_filters.ChoiceFilter(label=_("状态"), choices=Entry.Status.choices)
    source = django_filters.ModelChoiceFilter(
        label=_("获知途径"), queryset=Word.objects.filter(kind="source"), null_label=_("未填写")
    )
    interest = django_filters.ModelChoiceFilter(
        label=_("意向"), queryset=Word.objects.filter(kind="interest"), null_label=_("未填写")
    )
    received_by = django_filters.ModelChoiceFilter(
        label=_("接待人"), queryset=Employee.objects.filter(is_active=True).order_by("name")
    )
    unit = django_filters.ModelChoiceFilter(
        label=_("接待部门"), queryset=OrgUnit.objects.filter(active=True), method="in_unit"
    )
    at = django_filters.DateFromToRangeFilter(label=_("接待日期"), field_name="at")

    def in_unit(self, rows: QuerySet[Entry], name: str, value: Any) -> QuerySet[Entry]:
        """The unit and everything below it."""
        return rows.filter(unit_id__in=subtree(value))

    def by_first(self, rows: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        return rows.filter(first=value == "1")
