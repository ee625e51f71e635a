"""What the audit can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.kernel.resource import resources


def verbs() -> list[tuple[str, str]]:
    """Every deed that has words, in the order of the words."""
    exports = {f"{one.name}.exported" for one in resources()}
    return sorted(((one, wording.verb(one)) for one in {*wording.known(), *exports}), key=lambda pair: pair[1])


def labels() -> list[tuple[str, str]]:
    """Every kind of record that has a list of its own."""
    return [(one.label, str(one.title)) for one in resources()]


class EventFilter(django_filters.FilterSet):
    """By person, deed, kind of record and days."""

    actor_name = django_filters.CharFilter(label=_("人员姓名"))
    verb = django_filters.ChoiceFilter(label=_("做了什么"), choices=verbs)
    label = django_filters.ChoiceFilter(label=_("记录类型"), choices=labels)
    at = django_filters.DateFromToRangeFilter(label=_("时间"))
