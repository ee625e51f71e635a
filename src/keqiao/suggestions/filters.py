"""Filters of the suggestions; the figures open their records through them."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import Employee, OrgUnit
from keqiao.org.queries import subtree
from keqiao.suggestions.models import Suggestion


class SuggestionFilter(django_filters.FilterSet):
    """By status, topic, source, department, decision and day."""

    status = django_filters.ChoiceFilter(label=_("状态"), choices=Suggestion.Status.choices)
    topic = django_filters.ChoiceFilter(label=_("内容类别"), choices=Suggestion.Topic.choices)
    source = django_filters.ChoiceFilter(label=_("来源"), choices=Suggestion.Source.choices)
    unit = django_filters.ModelChoiceFilter(
        label=_("研究部门"), queryset=OrgUnit.objects.order_by("path"), null_label=_("未转交")
    )
    handler = django_filters.ModelChoiceFilter(label=_("研究人"), queryset=Employee.objects.order_by("name"))
    adopted = django_filters.TypedChoiceFilter(
        label=_("是否采纳"), choices=[("1", _("采纳")), ("0", _("不采纳"))], coerce=lambda value: value == "1",
        empty_value=None,
    )  # fmt: skip
    department = django_filters.ModelChoiceFilter(
        label=_("有关部门（含下级）"), queryset=OrgUnit.objects.order_by("path"), method="concerning"
    )
    registered = django_filters.DateFromToRangeFilter(label=_("登记日期"), field_name="registered_on")

    def concerning(self, rows: QuerySet[Suggestion], _name: str, value: Any) -> QuerySet[Suggestion]:
        """Registered by the unit or its own to deal with, or of one below it."""
        units = subtree(value)
        return rows.filter(Q(unit_id__in=units) | Q(from_unit_id__in=units))
