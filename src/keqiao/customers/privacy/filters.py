"""What the lists of full values looked at and of requests can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import PrivacyRequest


class RevealFilter(django_filters.FilterSet):
    """By person and day."""

    actor_name = django_filters.CharFilter(label=_("人员姓名"))
    at = django_filters.DateFromToRangeFilter(label=_("时间"))


class RequestFilter(django_filters.FilterSet):
    """By what is asked, state and day."""

    kind = django_filters.ChoiceFilter(label=_("请求内容"), choices=PrivacyRequest.Kind.choices)
    state = django_filters.ChoiceFilter(label=_("状态"), choices=PrivacyRequest.State.choices)
    received = django_filters.DateFromToRangeFilter(label=_("收到时间"), field_name="received_at")
