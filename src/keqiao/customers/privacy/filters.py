"""What the list of full values looked at can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _


class RevealFilter(django_filters.FilterSet):
    """By person and day."""

    actor_name = django_filters.CharFilter(label=_("人员姓名"))
    at = django_filters.DateFromToRangeFilter(label=_("时间"))
