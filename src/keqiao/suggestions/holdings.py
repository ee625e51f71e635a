"""What suggestions hold about a customer, for one copy and one erasure (customers.holdings)."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.customers.erasing.own import plain
from keqiao.customers.holdings import Holding, Kept, Row, register
from keqiao.suggestions.models import OPEN, Suggestion

FIELDS = ("number", "topic", "content", "status", "adopted", "reason", "reply", "registered_on", "answered_at")


def rows(ids: Sequence[int]) -> list[Row]:
    """What the customer proposed and heard."""
    return [plain(one, FIELDS) for one in Suggestion.objects.filter(customer_id__in=ids).order_by("pk")]


def kept(ids: Sequence[int], since: date) -> list[Kept]:
    """One that is still to be answered."""
    number = Suggestion.objects.filter(customer_id__in=ids, status__in=OPEN).count()
    return [Kept(_("未办结的客户建议"), number, _("办结之后才能删除"), blocks=True)] if number else []


register(Holding("suggestions", gettext_lazy("客户建议"), rows, kept=kept))
