"""What the register holds about a customer, for one copy and one erasure (customers.holdings)."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from keqiao.customers.erasing.own import plain
from keqiao.customers.holdings import Holding, Row, register
from keqiao.services.models import Service

FIELDS = ("number", "kind", "order_number", "product", "done_on", "worker", "note")


def rows(ids: Sequence[int]) -> list[Row]:
    """Deliveries and services."""
    return [plain(one, FIELDS) for one in Service.objects.filter(customer_id__in=ids).order_by("pk")]


def erase(ids: Sequence[int]) -> int:
    """What was said goes; that goods were delivered on a day stays, as the firm's own record of its trade."""
    return Service.objects.filter(customer_id__in=ids).update(order_number="", note="")


register(
    Holding(
        "services", gettext_lazy("送货与服务"), rows, erase=erase,
        gone=gettext_lazy("去掉订单号和备注，保留服务次数和日期"),
    )
)  # fmt: skip
