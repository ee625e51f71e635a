"""How the list of saved views is narrowed."""

from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.resource import resources
from keqiao.lists.models import ListView


def lists() -> list[tuple[str, Any]]:
    """Every list by name."""
    return [(one.name, one.title) for one in resources()]


class ViewFilters(filters.FilterSet):
    resource = filters.ChoiceFilter(label=_("列表"), choices=lists)

    class Meta:
        model = ListView
        fields = ("resource",)
