"""What care holds about a customer, for one copy and one erasure (customers.holdings)."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext_lazy

from keqiao.care.models import Greeting, Loss
from keqiao.customers.erasing.own import plain
from keqiao.customers.holdings import Holding, Row, register

GREETING = ("number", "subject", "due_on", "channel", "text", "status", "outcome", "note")
LOSS = ("number", "evidence", "status", "plan", "result")


def rows(ids: Sequence[int]) -> list[Row]:
    """Greetings and what is noted about a lost customer."""
    found = [plain(one, GREETING) for one in Greeting.objects.filter(customer_id__in=ids).order_by("pk")]
    return found + [plain(one, LOSS) for one in Loss.objects.filter(customer_id__in=ids).order_by("pk")]


def erase(ids: Sequence[int]) -> int:
    """Nobody is greeted any more; the words of what was done go."""
    due = Greeting.objects.filter(customer_id__in=ids, status=Greeting.Status.DUE)
    due.update(status=Greeting.Status.SKIPPED, done_at=timezone.now())
    count = Greeting.objects.filter(customer_id__in=ids).update(text="", note="")
    return count + Loss.objects.filter(customer_id__in=ids).update(evidence="—", plan="", result="")


gone = gettext_lazy("去掉话术、说明和依据，保留次数")
told = {"care.greeting": ("note", "text"), "care.loss": ("note",)}
register(Holding("care", gettext_lazy("关怀与流失"), rows, erase=erase, gone=gone, told=told))
