"""How merges read, in the history and in the timeline; and the card on a customer's page."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from keqiao.audit import wording
from keqiao.customers import panels, policies, timeline
from keqiao.customers.models import Customer
from keqiao.kernel.actor import Actor


def card(actor: Actor, customer: Customer) -> str:
    """Where the card's content comes from; empty for those who may not merge."""
    return reverse("customer-duplicates", args=[customer.pk]) if policies.allowed(actor, "merge", customer) else ""


def declare() -> None:
    """Called when the app is ready."""
    wording.declare(
        {
            "customer.merged": gettext_lazy("并入另一份档案"),
            "customer.merged_away": gettext_lazy("并入别的档案"),
            "customer.unmerged": gettext_lazy("撤销合并"),
            "customer.restored": gettext_lazy("从合并中恢复"),
            "customer.gathered": gettext_lazy("转入合并后到达的记录"),
            "merge.done": gettext_lazy("合并"),
            "merge.undone": gettext_lazy("撤销合并"),
            "merges.exported": gettext_lazy("导出客户合并"),
        }
    )
    words = timeline.words
    timeline.sentence(
        "customer.merged", words(gettext_noop("并入了%(merged)s的档案"), "merged"), icon="customers", tone="info"
    )
    timeline.sentence(
        "customer.merged_away", words(gettext_noop("这份档案并入%(survivor)s"), "survivor"), icon="customers"
    )
    timeline.sentence("customer.unmerged", words(gettext_noop("撤销合并，%(merged)s分开"), "merged"), icon="history")
    timeline.sentence(
        "customer.restored", words(gettext_noop("撤销合并，从%(survivor)s分开"), "survivor"), icon="history"
    )
    timeline.sentence("customer.gathered", lambda event: _("转入了合并后才到达的记录"), icon="customers")
    panels.register("duplicates", gettext_lazy("重复档案"), card)
