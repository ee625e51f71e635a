"""How everything about belonging reads in the history and the timeline, and what hangs into the services below."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from keqiao.audit import wording
from keqiao.audit.models import Event
from keqiao.customers import panels, timeline
from keqiao.customers.merging.registry import follow, stay
from keqiao.customers.models import Holding, ShareLine, Violation
from keqiao.customers.pool.views import belonging_url
from keqiao.customers.sharing import contact
from keqiao.customers.sharing.forms import ContactForm
from keqiao.customers.violations import policies as violations
from keqiao.files.registry import guard
from keqiao.kernel.actor import Actor


def picked(event: Event) -> str:
    """Who took the customer from the pool."""
    new = event.data.get("changes", {}).get("owner", [None, ""])[1]
    return _("%(name)s从公海领取") % {"name": new}


def contacted(event: Event) -> str:
    """By which way somebody spoke with the customer."""
    words = dict(ContactForm.WAYS)
    return _("联系了客户（%(way)s）") % {"way": words.get(event.data.get("way", ""), _("其他"))}


def fell_back(event: Event) -> str:
    """After how many days."""
    return _("超过 %(days)s 天没有首次联系，退回公海") % {"days": event.data.get("days", "")}


def moved(event: Event) -> str:
    """From which territory to which."""
    old, new = event.data.get("changes", {}).get("territory", [None, None])
    if old is None and new is None:
        return _("销售区域改为按规则划分") if event.data.get("by") == "rule" else _("确认了销售区域")
    return _("销售区域由%(old)s变为%(new)s") % {"old": old or _("无"), "new": new or _("无")}


def sees_case(actor: Actor, pk: int) -> bool:
    """The papers of a case are for those who see it."""
    return violations.visible(actor).filter(pk=pk).exists()


def adds_to_case(actor: Actor, pk: int) -> bool:
    """Both sides bring papers until it is decided."""
    return violations.visible(actor).filter(pk=pk, state__in=["open", "stated"]).exists()


def declare_customers() -> None:
    """Deeds about one customer."""
    wording.declare(
        {
            "customer.picked": gettext_lazy("从公海领取"),
            "customer.released": gettext_lazy("退回公海"),
            "customer.fell_back": gettext_lazy("逾期未联系，退回公海"),
            "customer.given_back": gettext_lazy("按违规裁定交还"),
            "customer.contacted": gettext_lazy("记录联系"),
            "customer.territory_moved": gettext_lazy("按规则划分销售区域"),
            "customer.territory_set": gettext_lazy("指定销售区域"),
        }
    )
    timeline.sentence("customer.picked", picked, icon="pool", tone="info")
    timeline.sentence("customer.released", lambda event: _("退回公海"), icon="pool")
    timeline.sentence("customer.fell_back", fell_back, icon="late", tone="warning")
    timeline.sentence("customer.given_back", lambda event: _("按违规裁定交还原负责人"), icon="rules")
    timeline.sentence("customer.contacted", contacted, icon="phone", tone="success")
    timeline.sentence("customer.territory_moved", moved, icon="place")
    timeline.sentence("customer.territory_set", moved, icon="place", tone="info")
    for verb, text in (
        ("opened", gettext_noop("违规立案")), ("stated", gettext_noop("被举报人提交陈述")),
        ("confirmed", gettext_noop("违规成立")), ("dismissed", gettext_noop("违规不成立")),
        ("withdrawn", gettext_noop("撤回举报")),
    ):  # fmt: skip
        timeline.sentence(f"violation.{verb}", timeline.words(text), icon="rules", tone="warning")


def declare() -> None:
    """Called when the app is ready."""
    declare_customers()
    wording.declare(
        {
            "share_out.planned": gettext_lazy("制定分配方案"),
            "share_out.started": gettext_lazy("开始分配客户"),
            "share_out.done": gettext_lazy("完成客户分配"),
            "share_out.undoing": gettext_lazy("开始撤销分配"),
            "share_out.undone": gettext_lazy("撤销客户分配"),
            "share_out.dropped": gettext_lazy("放弃分配方案"),
            "share_out.by_rule": gettext_lazy("按规则自动分配"),
            "ability.created": gettext_lazy("设置分配权重"),
            "ability.changed": gettext_lazy("修改分配权重"),
            "share_rule.created": gettext_lazy("新增自动分配规则"),
            "share_rule.changed": gettext_lazy("修改自动分配规则"),
            "sharing_settings.changed": gettext_lazy("修改公海与分配规则"),
            "territory.created": gettext_lazy("新增销售区域"),
            "territory.changed": gettext_lazy("修改销售区域"),
            "violation.opened": gettext_lazy("违规立案"),
            "violation.stated": gettext_lazy("提交陈述"),
            "violation.confirmed": gettext_lazy("认定违规成立"),
            "violation.dismissed": gettext_lazy("认定违规不成立"),
            "violation.withdrawn": gettext_lazy("撤回举报"),
        }
    )
    contact.declare()
    guard("customers.violation", sees_case, adds_to_case)
    panels.register("belonging", gettext_lazy("归属"), belonging_url)
    follow(Violation, "customer")
    stay(Holding, "customer", "says who had which archive")
    stay(ShareLine, "customer", "says which archive was shared out")
