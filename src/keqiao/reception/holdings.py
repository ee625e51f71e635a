"""What the reception register holds about a customer, for one copy and one erasure (customers.holdings)."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from keqiao.customers.erasing.own import plain
from keqiao.customers.holdings import Holding, Row, register
from keqiao.reception.models import Entry

FIELDS = ("number", "way", "at", "caller", "phone_masked", "matter", "follow_note", "result")


def rows(ids: Sequence[int]) -> list[Row]:
    """Calls and walk-ins."""
    return [plain(one, FIELDS) for one in Entry.objects.filter(customer_id__in=ids).order_by("pk")]


def erase(ids: Sequence[int]) -> int:
    """Who it was goes; that somebody came stays, since the ledger of that day counts."""
    return Entry.objects.filter(customer_id__in=ids).update(caller="已删除客户", phone_masked="")


gone = gettext_lazy("去掉来人称呼和电话，保留来访次数")
register(Holding("reception", gettext_lazy("来电来访"), rows, erase=erase, gone=gone))
