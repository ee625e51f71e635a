"""How this app's events read, and what it tells."""

from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.notices import kinds


def declare() -> None:
    """Called once the apps are ready."""
    wording.declare(
        {
            "webhook.created": _("新建事件推送"),
            "webhook.changed": _("修改事件推送"),
            "webhook.removed": _("删除事件推送"),
            "webhook.paused": _("暂停事件推送"),
            "webhook.resumed": _("恢复事件推送"),
            "webhook.stopped": _("事件推送因故障暂停"),
            "webhook.taken": _("接管事件推送"),
            "webhook.tested": _("发送测试消息"),
            "webhook.sent_again": _("重新推送"),
            "webhook.secret_shown": _("显示签名密钥"),
            "webhook.secret_renewed": _("更换签名密钥"),
        }
    )
    kinds.declare(_("系统"), {"webhook": _("我的事件推送因故障暂停")}, must=("webhook",))
