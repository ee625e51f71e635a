"""What the list of descriptions can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import Position
from keqiao.staffing.models import PositionDescription


class DescriptionFilter(django_filters.FilterSet):
    """Descriptions by position and state."""

    position = django_filters.ModelChoiceFilter(label=_("岗位"), queryset=Position.objects.order_by("name"))
    state = django_filters.ChoiceFilter(label=_("状态"), choices=PositionDescription.State.choices)
