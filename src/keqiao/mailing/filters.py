"""What the list of mails can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from keqiao.mailing import kinds
from keqiao.mailing.models import Mail


class MailFilter(django_filters.FilterSet):
    """By sort, state and days."""

    kind = django_filters.ChoiceFilter(label=_("类型"), choices=kinds.choices)
    state = django_filters.ChoiceFilter(label=_("状态"), choices=Mail.State.choices)
    created_at = django_filters.DateFromToRangeFilter(label=_("生成时间"))
