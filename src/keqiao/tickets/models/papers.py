"""What is gathered on a ticket: evidence, and the thread of progress, supplements and comments."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.actor import name_shown
from keqiao.tickets.models.ticket import Ticket


class Evidence(models.Model):
    """Who was asked, which paper was seen, which photograph was taken. Never changed, only added."""

    class Kind(models.TextChoices):
        STATEMENT = "statement", _("询问记录")
        PAPER = "paper", _("书面材料")
        PHOTO = "photo", _("照片")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="evidence")
    kind = models.CharField(_("证据类型"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("名称"), max_length=120)
    source = models.CharField(_("来源"), max_length=120, blank=True, help_text=_("向谁询问、由谁提供或在哪里取得"))
    text = models.TextField(_("内容"), blank=True)
    added_by = models.ForeignKey("org.Employee", models.PROTECT, null=True, verbose_name=_("登记人"), related_name="+")
    added_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("证据")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class Progress(models.Model):
    """One entry of the thread."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("受理回执")
        PROGRESS = "progress", _("进度")
        SUPPLEMENT = "supplement", _("补充")
        COMMENT = "comment", _("内部备注")
        EXPLANATION = "explanation", _("对客户的说明")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="progress")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField(_("内容"))
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey("org.Employee", models.PROTECT, null=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=80)
    from_customer = models.BooleanField(default=False)
    visible_to_customer = models.BooleanField(_("客户可见"), default=False)

    class Meta:
        verbose_name = _("进度与沟通")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def who(self) -> str:
        """Who did it, as shown."""
        return name_shown(self.by_name, self.by_id)
