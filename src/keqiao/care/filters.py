"""Filters of the greetings; the figures of the results open their records through them."""

import django_filters
from django.utils.translation import gettext_lazy as _

from keqiao.care.models import CarePlan, Greeting
from keqiao.care.models.care import Channel
from keqiao.org.models import Employee


class GreetingFilter(django_filters.FilterSet):
    """Greetings by plan, status, outcome, channel, owner and day."""

    plan = django_filters.ModelChoiceFilter(label=_("关怀计划"), queryset=CarePlan.objects.order_by("name"))
    status = django_filters.ChoiceFilter(label=_("状态"), choices=Greeting.Status.choices)
    outcome = django_filters.ChoiceFilter(label=_("关怀结果"), choices=Greeting.Outcome.choices)
    channel = django_filters.ChoiceFilter(label=_("关怀方式"), choices=Channel.choices)
    owner = django_filters.ModelChoiceFilter(
        label=_("负责人"), queryset=Employee.objects.filter(is_active=True).order_by("name")
    )
    due = django_filters.DateFromToRangeFilter(label=_("关怀日期"), field_name="due_on")
