"""What this folder tells other apps once they are ready."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from keqiao.approvals.registry import on_decision
from keqiao.audit import wording
from keqiao.customers import masking, timeline
from keqiao.customers.privacy.actions import KIND, decided
from keqiao.kernel import sight


def declare() -> None:
    """Called once the apps are ready."""
    on_decision(KIND, decided)
    sight.declare(masking.FIELDS)
    wording.veil(masking.history)
    wording.declare(
        {
            "reveal.extended": _("增加当天的查看次数"),
            "customer.address_revealed": _("查看完整地址"),
            "customer.birthday_revealed": _("查看完整生日"),
            "customer.shown_in_full": _("按岗位权限完整显示"),
            "customer.consent_given": _("登记客户同意"),
            "customer.consent_withdrawn": _("登记客户拒绝或撤回"),
            "customer.rest_set": _("设定免打扰时段"),
        }
    )
    for verb in ("address_revealed", "birthday_revealed"):
        words = timeline.words(gettext_noop("查看了完整的%(what)s，原因：%(reason)s"), "what", "reason")
        timeline.sentence(f"customer.{verb}", words, icon="lock", tone="warning")
    given = timeline.words(gettext_noop("同意%(purpose)s（%(channels)s），%(how)s"), "purpose", "channels", "how")
    timeline.sentence("customer.consent_given", given, icon="check", tone="success")
    refused = timeline.words(gettext_noop("不同意%(purpose)s（%(channels)s），%(how)s"), "purpose", "channels", "how")
    timeline.sentence("customer.consent_withdrawn", refused, icon="forbidden", tone="warning")
    rest = timeline.words(gettext_noop("免打扰时段：%(rest)s"), "rest")
    timeline.sentence("customer.rest_set", rest, icon="clock")
    shown = timeline.words(gettext_noop("按岗位权限完整显示了%(what)s"), "what")
    timeline.sentence("customer.shown_in_full", shown, icon="lock")
