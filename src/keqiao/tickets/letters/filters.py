"""What the list of papers can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from keqiao.tickets.models import Letter, LetterKind


class LetterFilter(django_filters.FilterSet):
    """Kind, status, the customer's answer, and when issued."""

    kind = django_filters.ChoiceFilter(label=_("文书种类"), choices=LetterKind.choices)
    status = django_filters.ChoiceFilter(label=_("状态"), choices=Letter.Status.choices)
    answer = django_filters.ChoiceFilter(label=_("客户意见"), choices=Letter.Answer.choices)
    issued = django_filters.DateFromToRangeFilter(label=_("出具日期"), field_name="issued_at")
