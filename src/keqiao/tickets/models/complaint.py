"""What a complaint has beyond every ticket: wish, outcome, cause, plan, compensation, and how the customer was told."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.tickets.models.ticket import Ticket


class Remedy(models.TextChoices):
    """What a customer may ask for; the list of GB/T 19012-2019."""

    REFUND = "refund", _("退款")
    EXCHANGE = "exchange", _("换货")
    REWORK = "rework", _("返修/返工")
    REPLACE = "replace", _("替换")
    SUPPORT = "support", _("技术支持")
    INFORMATION = "information", _("提供信息")
    ADVICE = "advice", _("咨询")
    FINANCIAL = "financial", _("财务协助")
    OTHER_HELP = "other_help", _("其他帮助")
    COMPENSATION = "compensation", _("补偿")
    APOLOGY = "apology", _("道歉")
    GIFT = "gift", _("礼品/纪念品")


class Impact(models.TextChoices):
    """How far the matter reaches."""

    SINGLE = "single", _("仅一位客户")
    SEVERAL = "several", _("多位客户")
    PUBLIC = "public", _("媒体或监管部门关注")


class Complaint(models.Model):
    """The complaint's part of a ticket; one row for each ticket of that kind."""

    class How(models.TextChoices):
        PHONE = "phone", _("电话")
        IN_PERSON = "in_person", _("当面")
        LETTER = "letter", _("书面")
        EMAIL = "email", _("邮件")
        SMS = "sms", _("短信")
        WECHAT = "wechat", _("微信")

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="complaint")
    wishes = models.JSONField(_("客户诉求"), default=list)
    wish_note = models.TextField(_("诉求说明"), blank=True)
    safety = models.BooleanField(_("涉及人身或财产安全"), default=False)
    impact = models.CharField(_("影响范围"), max_length=10, choices=Impact.choices, default=Impact.SINGLE)
    complex = models.BooleanField(_("情况复杂"), default=False)
    immediate = models.BooleanField(_("需要立即行动"), default=False)
    amount_fen = models.BigIntegerField(_("涉及金额"), default=0)
    assessment = models.TextField(_("评审意见"), blank=True)
    founded = models.BooleanField(_("投诉是否成立"), null=True)
    findings = models.TextField(_("调查结论"), blank=True)
    explanation = models.TextField(_("对客户的说明"), blank=True)
    cause = models.ForeignKey("tickets.Cause", models.PROTECT, null=True, verbose_name=_("原因"), related_name="+")
    cause_note = models.TextField(_("原因说明"), blank=True)
    responsible = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("责任人"), related_name="+"
    )
    responsible_unit = models.ForeignKey(
        "org.OrgUnit", models.PROTECT, null=True, verbose_name=_("责任部门"), related_name="+"
    )
    plan = models.TextField(_("处理方案"), blank=True)
    compensation_fen = models.BigIntegerField(_("补偿金额"), default=0)
    approved_fen = models.BigIntegerField(_("已批准金额"), null=True)
    told_at = models.DateTimeField(_("告知时间"), null=True)
    told_by = models.ForeignKey("org.Employee", models.PROTECT, null=True, verbose_name=_("告知人"), related_name="+")
    told_how = models.CharField(_("告知方式"), max_length=10, choices=How.choices, blank=True)
    customer_reply = models.TextField(_("客户意见"), blank=True)
    withdrawn_words = models.TextField(_("撤诉说明"), blank=True)

    class Meta:
        verbose_name = _("投诉")
        constraints = [
            models.CheckConstraint(condition=models.Q(compensation_fen__gte=0), name="complaint_compensation")
        ]

    def __str__(self) -> str:
        return str(self.ticket)
