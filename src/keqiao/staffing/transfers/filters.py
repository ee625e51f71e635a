"""What the list of transfers can be narrowed by."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import Employee
from keqiao.staffing.models import WorkTransfer
from keqiao.staffing.transfers import policies


class TransferFilter(django_filters.FilterSet):
    """Transfers by person, reason and day."""

    giver = django_filters.ModelChoiceFilter(label=_("移交人"), queryset=Employee.objects.order_by("name"))
    receiver = django_filters.ModelChoiceFilter(
        label=_("接收人"), queryset=Employee.objects.filter(is_active=True).order_by("name"), method="received"
    )
    reason = django_filters.ChoiceFilter(label=_("原因"), choices=WorkTransfer.Reason.choices)
    created = django_filters.DateFromToRangeFilter(label=_("移交日期"), field_name="created_at")

    def received(self, rows: QuerySet[WorkTransfer], _name: str, receiver: Employee) -> QuerySet[WorkTransfer]:
        """Those of which the person got something."""
        return rows.filter(policies.received(receiver.pk))
