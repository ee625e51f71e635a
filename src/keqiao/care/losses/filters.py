"""Filters of the losses; the figures of the analysis open their records through them."""

import django_filters
from django.utils.translation import gettext_lazy as _

from keqiao.care.models import Loss, LossReason
from keqiao.org.models import Employee


class LossFilter(django_filters.FilterSet):
    """Losses by status, reason, owner and day."""

    status = django_filters.ChoiceFilter(label=_("状态"), choices=Loss.Status.choices)
    reason = django_filters.ModelChoiceFilter(label=_("流失原因"), queryset=LossReason.objects.select_related("parent"))
    owner = django_filters.ModelChoiceFilter(
        label=_("原负责人"), queryset=Employee.objects.order_by("name"), null_label=_("公海")
    )
    lost = django_filters.DateFromToRangeFilter(label=_("流失日期"), field_name="lost_on")
