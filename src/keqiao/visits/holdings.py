"""What visits hold about a customer, for one copy and one erasure (customers.holdings)."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.customers.erasing.own import plain
from keqiao.customers.holdings import Holding, Kept, Row, register
from keqiao.visits.models import Rectification, Visit

FIELDS = ("number", "matter", "status", "channel", "satisfaction", "said", "due_at", "done_at")


def rows(ids: Sequence[int]) -> list[Row]:
    """The call-backs and what the customer said."""
    return [plain(one, FIELDS) for one in Visit.objects.filter(customer_id__in=ids).order_by("pk")]


def kept(ids: Sequence[int], since: date) -> list[Kept]:
    """A call-back that is still to be made, and a rectification that is not through."""
    found = []
    if number := Visit.objects.filter(customer_id__in=ids, open=True).count():
        found.append(Kept(_("未完成的回访"), number, _("完成或取消之后才能删除"), blocks=True))
    ended = [Rectification.Status.PASSED, Rectification.Status.REPORTED]
    if number := Rectification.objects.filter(customer_id__in=ids).exclude(status__in=ended).count():
        found.append(Kept(_("未完成的回访整改"), number, _("整改结束之后才能删除"), blocks=True))
    return found


def erase(ids: Sequence[int]) -> int:
    """What the customer said in his own words goes; the score stays."""
    return Visit.objects.filter(customer_id__in=ids).update(said="", token_digest=None, token_until=None)


gone = gettext_lazy("去掉客户的原话，保留时间和评分")
register(
    Holding("visits", gettext_lazy("回访"), rows, kept=kept, erase=erase, gone=gone, told={"visits.visit": ("said",)})
)
