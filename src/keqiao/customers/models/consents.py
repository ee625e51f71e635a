"""What a customer agreed to and what he refused, by purpose and channel, and when he wishes to be left in peace."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers.models.customer import Customer
from keqiao.org.models import Employee


class Consent(models.Model):
    """One word of the customer about a purpose and a channel ("" for all). Rows are only added; the latest word counts.

    So the history is whole by itself, and a consent that is older than a refusal never comes back, in a merge neither.
    """

    class Purpose(models.TextChoices):
        CONTACT = "contact", _("一切联系")
        SERVICE = "service", _("服务通知")
        MARKETING = "marketing", _("营销推广")
        SURVEY = "survey", _("满意度与市场调查")
        SHARING = "sharing", _("向第三方提供")
        SENSITIVE = "sensitive", _("处理敏感个人信息")

    class Channel(models.TextChoices):
        ALL = "", _("全部方式")
        PHONE = "phone", _("电话")
        SMS = "sms", _("短信")
        WECHAT = "wechat", _("微信")
        EMAIL = "email", _("邮件")
        VISIT = "visit", _("上门与邮寄")

    class How(models.TextChoices):
        SPOKEN = "spoken", _("口头表示")
        PAPER = "paper", _("书面签字")
        ONLINE = "online", _("网页勾选")
        LINK = "link", _("客户通过链接")
        MESSAGE = "message", _("短信或微信回复")
        IMPORT = "import", pgettext_lazy("consent", "随资料导入")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="consents", db_index=False)
    purpose = models.CharField(_("用途"), max_length=10, choices=Purpose.choices)
    channel = models.CharField(_("联系方式"), max_length=8, choices=Channel.choices, blank=True, default=Channel.ALL)
    given = models.BooleanField(_("同意"))
    at = models.DateTimeField(_("表示时间"), default=timezone.now)
    how = models.CharField(_("怎样表示"), max_length=8, choices=How.choices)
    evidence = models.CharField(_("凭证"), max_length=200, blank=True, default="")
    by = models.ForeignKey(
        Employee, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"), db_index=False
    )
    noted_at = models.DateTimeField(_("登记时间"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("同意与拒绝")
        indexes = [
            models.Index(fields=["customer", "purpose", "-at", "-id"], name="consent_latest"),
            models.Index(fields=["purpose", "given", "customer"], name="consent_of_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.get_channel_display()}"


class RestWish(models.Model):
    """From when to when on every day a customer does not wish to be contacted; may go over midnight."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="rest_wish", verbose_name=_("客户"))
    start = models.TimeField(_("开始"))
    end = models.TimeField(_("结束"))

    class Meta:
        verbose_name = _("客户要求的免打扰时段")
        constraints = [
            models.CheckConstraint(
                condition=~Q(start=models.F("end")), name="rest_wish_some_time",
                violation_error_message=_("开始和结束不能相同。"),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.start:%H:%M}–{self.end:%H:%M}"
