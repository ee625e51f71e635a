"""Filters of the register."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import OrgUnit
from keqiao.org.queries import subtree
from keqiao.services.models import Service


class ServiceFilter(django_filters.FilterSet):
    """By kind, unit and day."""

    kind = django_filters.ChoiceFilter(label=_("服务类型"), choices=Service.Kind.choices)
    unit = django_filters.ModelChoiceFilter(
        label=_("负责部门"), queryset=OrgUnit.objects.filter(active=True), method="in_unit"
    )
    done_on = django_filters.DateFromToRangeFilter(label=_("完成日期"), field_name="done_on")

    def in_unit(self, rows: QuerySet[Service], name: str, value: Any) -> QuerySet[Service]:
        """The unit and everything below it."""
        return rows.filter(unit_id__in=subtree(value))
