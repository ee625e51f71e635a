"""Filters of the cases."""

import django_filters
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Territory, Violation
from keqiao.org.models import Employee


class ViolationFilter(django_filters.FilterSet):
    """Cases by kind, person, territory and day."""

    kind = django_filters.ChoiceFilter(label=_("违规类型"), choices=Violation.Kind.choices)
    accused = django_filters.ModelChoiceFilter(label=_("被举报人"), queryset=Employee.objects.order_by("name"))
    territory = django_filters.ModelChoiceFilter(
        label=_("销售区域"), queryset=Territory.objects.order_by("place", "pk"), null_label=_("不属于任何区域")
    )
    opened = django_filters.DateFromToRangeFilter(label=_("立案日期"), field_name="opened_at")
