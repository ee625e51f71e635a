"""What messages can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from keqiao.webhooks import topics
from keqiao.webhooks.models import TEST, Delivery


def verbs() -> list[tuple[str, str]]:
    """Every event, and the test."""
    return [*topics.known().items(), (TEST, str(_("测试消息")))]


class DeliveryFilter(django_filters.FilterSet):
    """By event, state and days."""

    verb = django_filters.ChoiceFilter(label=_("事件"), choices=verbs)
    state = django_filters.ChoiceFilter(label=_("状态"), choices=Delivery.State.choices)
    created_at = django_filters.DateFromToRangeFilter(label=_("产生时间"))
