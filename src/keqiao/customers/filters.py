"""What the list of customers can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Customer, Tag
from keqiao.org.models import Employee


class CustomerFilter(django_filters.FilterSet):
    """Tier, kind, source, owner, tag and day of creation."""

    tier = django_filters.ChoiceFilter(label=_("客户等级"), choices=Customer.Tier.choices)
    kind = django_filters.ChoiceFilter(label=_("客户类型"), choices=Customer.Kind.choices)
    source = django_filters.ChoiceFilter(label=_("来源"), choices=Customer.Source.choices)
    owner = django_filters.ModelChoiceFilter(label=_("负责人"), queryset=Employee.objects.filter(is_active=True))
    tag = django_filters.ModelChoiceFilter(label=_("标签"), field_name="tags", queryset=Tag.objects.order_by("name"))
    created = django_filters.DateFromToRangeFilter(label=_("建档日期"), field_name="created_at")
