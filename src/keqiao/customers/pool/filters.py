"""Filters of the lists about sharing out."""

import django_filters
from django.utils.translation import gettext_lazy as _

from keqiao.customers.filters import DivisionFilter
from keqiao.customers.models import Customer, Holding, ShareLine, Territory, every_tier
from keqiao.org.models import Employee, OrgUnit


class PoolFilter(django_filters.FilterSet):
    """The pool by what one looks for."""

    source = django_filters.ChoiceFilter(label=_("来源"), choices=Customer.Source.choices)
    tier = django_filters.ChoiceFilter(label=_("客户等级"), choices=every_tier)
    territory = django_filters.ModelChoiceFilter(
        label=_("销售区域"), queryset=Territory.objects.order_by("place", "pk"), null_label=_("不属于任何区域")
    )
    unit = django_filters.ModelChoiceFilter(label=_("所属部门"), queryset=OrgUnit.objects.order_by("path"))
    place = DivisionFilter(label=_("省、市或区县"))


class HoldingFilter(django_filters.FilterSet):
    """Holdings by owner, how they came and how they ended."""

    owner = django_filters.ModelChoiceFilter(label=_("负责人"), queryset=Employee.objects.order_by("name"))
    way = django_filters.ChoiceFilter(label=_("来由"), choices=Holding.Way.choices)
    end = django_filters.ChoiceFilter(label=_("结束原因"), choices=Holding.End.choices)
    given = django_filters.DateFromToRangeFilter(label=_("交给日期"), field_name="given_at")


class LineFilter(django_filters.FilterSet):
    """Lines of one sharing-out, of one person."""

    share = django_filters.CharFilter(label=_("分配单号"), field_name="share__number")
    employee = django_filters.ModelChoiceFilter(label=_("分给"), queryset=Employee.objects.order_by("name"))
    state = django_filters.ChoiceFilter(label=_("状态"), choices=ShareLine.State.choices)
