"""How this app's events read, in the history and in the timeline."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from keqiao.audit import wording
from keqiao.audit.models import Event
from keqiao.customers import timeline
from keqiao.customers.models import Customer, CustomerRole, every_tier
from keqiao.notices import kinds
from keqiao.search.offers import offer


def created(event: Event) -> str:
    """Where the customer came from."""
    labels = {str(code): str(label) for code, label in Customer.Source.choices}
    source = labels.get(str(event.data.get("source", "")), "")
    return _("建立客户档案，来源：%(source)s") % {"source": source} if source else _("建立客户档案")


def assigned(event: Event) -> str:
    """Whose the customer is now."""
    new = event.data.get("changes", {}).get("owner", [None, None])[1]
    return _("负责人改为%(name)s") % {"name": new} if new else _("放回公海")


def contact(text: str) -> timeline.Sentence:
    """A sentence about one contact point, masked as the audit keeps it."""
    return lambda event: f"{_(text)}{event.data.get('contact_point', '')}"


def revealed(event: Event) -> str:
    """Which contact point was looked at, and why."""
    data = {"point": event.data.get("contact_point", ""), "reason": event.data.get("reason", "")}
    return _("查看了完整的%(point)s，原因：%(reason)s") % data


def part(text: str, key: str) -> timeline.Sentence:
    """A sentence about a part of the archive: which address, whose date."""
    return lambda event: f"{_(text)}{event.data.get(key, '')}"


def roles(event: Event) -> str:
    """What the customer is now."""
    labels = dict(CustomerRole.Role.choices)
    words = [str(labels[role]) for role in event.data.get("roles", []) if role in labels]
    return _("身份改为%(roles)s") % {"roles": _("、").join(words)} if words else _("清除了客户身份")


def tier(name: str) -> wording.Spoken | None:
    """Tiers are named by the house."""
    return (gettext_lazy("客户等级"), dict(every_tier())) if name == "tier" else None


def declare_archive() -> None:
    """The parts of an archive: roles, addresses, contacts, relations, dates."""
    wording.declare(
        {
            "customer.roles_set": gettext_lazy("更新身份"),
            "customer.address_added": gettext_lazy("添加地址"),
            "customer.address_changed": gettext_lazy("修改地址"),
            "customer.address_removed": gettext_lazy("删除地址"),
            "customer.person_added": gettext_lazy("添加联系人"),
            "customer.person_changed": gettext_lazy("修改联系人"),
            "customer.person_removed": gettext_lazy("删除联系人"),
            "customer.related": gettext_lazy("建立客户关系"),
            "customer.unrelated": gettext_lazy("删除客户关系"),
            "customer.date_added": gettext_lazy("添加重要日期"),
            "customer.date_changed": gettext_lazy("修改重要日期"),
            "customer.date_removed": gettext_lazy("删除重要日期"),
            "customer.identity_added": gettext_lazy("登记证件"),
            "customer.identity_removed": gettext_lazy("删除证件"),
            "customer.identity_revealed": gettext_lazy("查看完整证件号码"),
            "customer.verified": gettext_lazy("核实资料"),
        }
    )
    timeline.sentence("customer.verified", lambda event: _("与客户核实了资料"), icon="check", tone="success")
    timeline.sentence("customer.roles_set", roles, icon="tag")
    for key, verb, text in (
        ("address", "address_added", gettext_noop("添加了")),
        ("address", "address_changed", gettext_noop("修改了")),
        ("address", "address_removed", gettext_noop("删除了")),
        ("contact", "person_added", gettext_noop("添加了联系人：")),
        ("contact", "person_changed", gettext_noop("修改了联系人：")),
        ("contact", "person_removed", gettext_noop("删除了联系人：")),
        ("date", "date_added", gettext_noop("添加了重要日期：")),
        ("date", "date_changed", gettext_noop("修改了重要日期：")),
        ("date", "date_removed", gettext_noop("删除了重要日期：")),
        ("identity", "identity_added", gettext_noop("登记了证件：")),
        ("identity", "identity_removed", gettext_noop("删除了证件：")),
    ):
        timeline.sentence(f"customer.{verb}", part(text, key), icon="edit")
    related = timeline.words(gettext_noop("建立了关系：%(relation)s"), "relation")
    timeline.sentence("customer.related", related, icon="customers")
    seen = timeline.words(gettext_noop("查看了完整的%(identity)s，原因：%(reason)s"), "identity", "reason")
    timeline.sentence("customer.identity_revealed", seen, icon="lock", tone="warning")
    unrelated = timeline.words(gettext_noop("删除了关系：%(relation)s"), "relation")
    timeline.sentence("customer.unrelated", unrelated, icon="customers")


def declare_rules() -> None:
    """What the department keeps about its archives: own fields, completeness, keys."""
    wording.declare(
        {
            "archive_settings.changed": gettext_lazy("修改档案完整度规则"),
            "custom_field.created": gettext_lazy("新增自定义字段"),
            "custom_field.changed": gettext_lazy("修改自定义字段"),
            "custom_field.retired": gettext_lazy("停用自定义字段"),
            "custom_field.restored": gettext_lazy("重新启用自定义字段"),
            "identity.rotated": gettext_lazy("更换证件密钥"),
            "identity.keys_forgotten": gettext_lazy("删除旧的证件密钥"),
        }
    )


def declare() -> None:
    """Called when the app is ready."""
    new = gettext_lazy("新建客户")
    offer(new, "customers", lambda: reverse("customers:create"), field="phone", power="customer.create")
    for label in ("customers.customer", "customers.merge"):
        wording.word_fields(label, tier)
    declare_notices()
    wording.declare(
        {
            "customer.created": gettext_lazy("建档"),
            "customer.changed": gettext_lazy("修改资料"),
            "customer.contact_added": gettext_lazy("添加联系方式"),
            "customer.contact_removed": gettext_lazy("删除联系方式"),
            "customer.contact_primary": gettext_lazy("设为首选联系方式"),
            "customer.tagged": gettext_lazy("更新标签"),
            "customer.assigned": gettext_lazy("更换负责人"),
            "customer.revealed": gettext_lazy("查看完整联系方式"),
            "customer.removed": gettext_lazy("撤销导入时删除"),
            "customer.reverted": gettext_lazy("撤销导入时恢复"),
            "customers.exported": gettext_lazy("导出客户"),
            "import.uploaded": gettext_lazy("上传导入文件"),
            "import.started": gettext_lazy("开始导入客户"),
            "import.finished": gettext_lazy("完成导入客户"),
            "import.undo_started": gettext_lazy("开始撤销导入"),
            "import.undone": gettext_lazy("撤销导入"),
        }
    )
    timeline.sentence("customer.created", created, icon="customer", tone="success")
    timeline.sentence("customer.changed", lambda event: _("修改了客户资料"), icon="edit")
    timeline.sentence("customer.contact_added", contact(gettext_noop("添加了联系方式：")), icon="phone")
    timeline.sentence("customer.contact_removed", contact(gettext_noop("删除了联系方式：")), icon="phone")
    timeline.sentence("customer.contact_primary", contact(gettext_noop("设为首选：")), icon="phone")
    timeline.sentence("customer.tagged", lambda event: _("更新了标签"), icon="tag")
    timeline.sentence("customer.assigned", assigned, icon="customer")
    timeline.sentence("customer.revealed", revealed, icon="lock", tone="warning")
    timeline.sentence("customer.reverted", lambda event: _("撤销导入，资料恢复到导入之前"), icon="history")
    declare_archive()
    declare_rules()


def declare_notices() -> None:
    """What employees are told of."""
    kinds.declare(
        gettext_lazy("客户"),
        {
            "reveal.asked": gettext_lazy("下属申请多看完整信息"),
            "reveal.decided": gettext_lazy("我的申请有结果"),
            "reveal.alarm": gettext_lazy("查看完整信息异常"),
            "privacy": gettext_lazy("个人信息请求"),
            "customer": gettext_lazy("客户交给我或被收回"),
            "holding": gettext_lazy("首次联系将到期或已退回公海"),
            "share_out": gettext_lazy("我分到了客户"),
            "violation": gettext_lazy("客户归属违规"),
        },
        must=("reveal.alarm",),
        mail=("reveal.alarm",),
    )
