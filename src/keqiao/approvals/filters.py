"""What the list of approvals can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from keqiao.approvals.models import Approval
from keqiao.approvals.queries import kind_choices


class ApprovalFilter(django_filters.FilterSet):
    """Kind, state, and whether it hangs."""

    kind = django_filters.ChoiceFilter(label=_("类型"), choices=kind_choices)
    state = django_filters.ChoiceFilter(label=_("状态"), choices=Approval.State.choices)
    stuck = django_filters.TypedChoiceFilter(
        label=_("无人可批"), choices=(("1", _("是")), ("0", _("否"))), coerce=lambda value: value == "1"
    )
