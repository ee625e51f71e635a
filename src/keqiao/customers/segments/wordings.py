"""How sorting, segments and tags read in the history and the timeline."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.audit import wording
from keqiao.audit.models import Event
from keqiao.customers import timeline
from keqiao.customers.models import Customer
from keqiao.customers.segments import facets


def staged(event: Event) -> str:
    """From which stage to which."""
    words = {str(code): str(label) for code, label in Customer.LifeCycle.choices}
    old, new = event.data.get("changes", {}).get("life_cycle", ["", ""])
    if not new:
        return _("生命周期改为按规则划分") if event.data.get("by") == "rule" else _("确认了生命周期")
    return _("生命周期由%(old)s变为%(new)s") % {"old": words.get(old, old), "new": words.get(new, new)}


def declare() -> None:
    """Called when the app is ready."""
    wording.declare(
        {
            "customer.staged": gettext_lazy("按规则划分生命周期"),
            "customer.stage_set": gettext_lazy("设定生命周期"),
            "customers.analysed": gettext_lazy("导出定向分析"),
            "stage_rule.changed": gettext_lazy("修改生命周期规则"),
            "segment.created": gettext_lazy("新建客户分群"),
            "segment.changed": gettext_lazy("修改客户分群"),
            "segment.removed": gettext_lazy("删除客户分群"),
            "tag.created": gettext_lazy("新建标签"),
            "tag.changed": gettext_lazy("修改标签"),
            "tag.merged": gettext_lazy("合并标签"),
            "tier.created": gettext_lazy("新建客户等级"),
            "tier.changed": gettext_lazy("修改客户等级"),
        }
    )
    timeline.sentence("customer.staged", staged, icon="trend")
    timeline.sentence("customer.stage_set", staged, icon="trend", tone="info")
    facets.declare()
