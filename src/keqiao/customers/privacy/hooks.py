"""What this folder tells other apps once they are ready."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from keqiao.approvals.registry import on_decision
from keqiao.audit import wording
from keqiao.customers import masking, timeline
from keqiao.customers.privacy.actions import KIND, POWER, decided
from keqiao.customers.requests import actions as requests
from keqiao.customers.requests.policies import APPROVE
from keqiao.kernel import sight


def declare_requests() -> None:
    """How the steps of requests, erasures and rules of keeping read."""
    words = {
        "privacy.received": gettext_noop("受理个人信息请求：%(kind)s"),
        "privacy.verified": gettext_noop("核实了个人信息请求人的身份"),
        "privacy.answered": gettext_noop("答复了个人信息请求"),
        "privacy.refused": gettext_noop("对个人信息请求不予办理"),
        "privacy.cancelled": gettext_noop("客户撤回了个人信息请求"),
        "privacy.erasure_asked": gettext_noop("申请删除个人信息"),
        "privacy.erasure_agreed": gettext_noop("批准删除个人信息"),
        "privacy.erasure_declined": gettext_noop("没有批准删除个人信息"),
        "privacy.erased": gettext_noop("个人信息已删除"),
        "privacy.lead_forgotten": gettext_noop("久未联系，个人信息已删除"),
        "customer.copied": gettext_noop("生成全部个人信息副本，单号 %(reason)s"),
    }
    for verb, text in words.items():
        names = [name for name in ("kind", "reason") if f"%({name})s" in text]
        timeline.sentence(verb, timeline.words(text, *names), icon="lock")
    wording.declare(
        {
            "privacy.received": _("受理个人信息请求"),
            "privacy.verified": _("核实请求人身份"),
            "privacy.answered": _("答复个人信息请求"),
            "privacy.refused": _("不予办理个人信息请求"),
            "privacy.cancelled": _("个人信息请求撤回"),
            "privacy.erasure_asked": _("申请删除个人信息"),
            "privacy.erasure_agreed": _("批准删除个人信息"),
            "privacy.erasure_declined": _("没有批准删除个人信息"),
            "privacy.erased": _("删除个人信息"),
            "privacy.lead_forgotten": _("按保留期限删除个人信息"),
            "privacy.breach_listed": _("导出泄露排查名单"),
            "privacy_settings.changed": _("修改个人信息保护规则"),
            "retention.changed": _("修改保留期限"),
            "retention.applied": _("按保留期限清理"),
            "customer.copied": _("生成全部个人信息副本"),
            "audit.redacted": _("因个人信息删除改写审计记录"),
        }
    )


def of_sight(name: str) -> wording.Spoken | None:
    """How much of a personal field a position sees, as its history tells it."""
    levels = {level.value: level.label for level in sight.Level}
    return next(((field.label, levels) for field in sight.every() if field.code == name), None)


def declare() -> None:
    """Called once the apps are ready."""
    on_decision(KIND, decided, title=_("增加查看次数"), power=POWER, tells=True)
    on_decision(requests.APPROVAL, requests.decided, title=_("删除个人信息"), power=APPROVE, tells=True)
    declare_requests()
    sight.declare(masking.FIELDS)
    wording.word_fields("org.position", of_sight)
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
    timeline.sentence("customer.consent_withdrawn", refused, icon="cancel", tone="warning")
    rest = timeline.words(gettext_noop("免打扰时段：%(rest)s"), "rest")
    timeline.sentence("customer.rest_set", rest, icon="clock")
