"""What surveys hold about a customer, for one copy and one erasure (customers.holdings)."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from keqiao.customers.erasing.own import plain
from keqiao.customers.holdings import Holding, Row, register
from keqiao.surveys.models import Answer, Invitation, Response

FIELDS = ("survey", "score", "said", "product", "at")


def rows(ids: Sequence[int]) -> list[Row]:
    """What the customer answered."""
    found = Response.objects.filter(customer_id__in=ids).select_related("survey").order_by("pk")
    return [plain(one, FIELDS) for one in found]


def erase(ids: Sequence[int]) -> int:
    """The customer's own words go, and every link; the scores stay."""
    Invitation.objects.filter(customer_id__in=ids).update(token_digest=None, until=None, matter="—")
    Answer.objects.filter(response__customer_id__in=ids).exclude(text="").update(text="")
    return Response.objects.filter(customer_id__in=ids).update(said="")


gone = gettext_lazy("去掉客户写的话和链接，保留评分")
register(Holding("surveys", gettext_lazy("问卷"), rows, erase=erase, gone=gone))
