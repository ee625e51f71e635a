"""The papers that a customer is given: receipt, explanation, decision, closing letter; their templates and their ways."""

import hashlib
import json

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.tickets.models.ticket import Ticket


class LetterKind(models.TextChoices):
    """What the paper is for, in the order of the loop."""

    RECEIPT = "receipt", _("受理回执")
    UNFOUNDED = "unfounded", _("不成立说明")
    DECISION = "decision", _("处理决定")
    CLOSING = "closing", _("办结告知")


class LetterTemplate(models.Model):
    """The words of a paper with named places in braces. `version` grows with every change of title or words."""

    kind = models.CharField(_("文书种类"), max_length=10, choices=LetterKind.choices)
    name = models.CharField(_("模板名称"), max_length=40)
    title = models.CharField(_("文书标题"), max_length=60)
    body = models.TextField(_("正文"))
    version = models.PositiveIntegerField(_("版本"), default=1)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("文书模板")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name"],
                name="letter_template_once",
                violation_error_message=_("这一种类已有同名的模板。"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Letter(models.Model):
    """One paper for one ticket. A draft can be changed; once issued its number, words and signer stay as they are."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        ISSUED = "issued", _("已出具")
        DROPPED = "dropped", _("已放弃")

    class Answer(models.TextChoices):
        ACCEPTS = "accepts", _("接受")
        OBJECTS = "objects", _("不接受")
        SILENT = "silent", _("没有表态")

    ticket = models.ForeignKey(Ticket, models.PROTECT, verbose_name=_("工单"), related_name="letters")
    kind = models.CharField(_("文书种类"), max_length=10, choices=LetterKind.choices)
    number = models.CharField(_("文号"), max_length=24, blank=True, default="")
    title = models.CharField(_("标题"), max_length=60)
    body = models.TextField(_("正文"))
    template = models.ForeignKey(LetterTemplate, models.PROTECT, null=True, verbose_name=_("模板"), related_name="+")
    template_version = models.PositiveIntegerField(_("模板版本"), default=0)
    status = models.CharField(_("状态"), max_length=8, choices=Status.choices, default=Status.DRAFT)
    drafted_at = models.DateTimeField(_("起草时间"))
    drafted_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("起草人"), related_name="+", db_index=False
    )
    issued_at = models.DateTimeField(_("出具时间"), null=True)
    issued_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("签发人"), related_name="+", db_index=False
    )
    sha256 = models.CharField(_("内容校验"), max_length=64, blank=True, default="")
    delivered_at = models.DateTimeField(_("送达时间"), null=True)
    answer = models.CharField(_("客户意见"), max_length=8, choices=Answer.choices, blank=True, default="")
    answer_words = models.TextField(_("客户怎么说"), blank=True, default="")
    answered_at = models.DateTimeField(_("登记意见时间"), null=True)
    answer_noted_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("登记人"), related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("文书")
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="letter_number_once"),
            models.CheckConstraint(
                condition=~Q(status="issued") | (~Q(number="") & ~Q(sha256="") & Q(issued_at__isnull=False)),
                name="letter_issued_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], name="letter_under_way", condition=Q(status="issued", delivered_at=None)),
            models.Index(fields=["status", "-id"], name="letter_status"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def digest(self) -> str:
        """SHA-256 of what an issued paper says: number, kind, title, words, version of the template, when and by whom."""
        at = self.issued_at.isoformat() if self.issued_at else ""
        said = [self.number, self.kind, self.title, self.body, self.template_version, at, self.issued_by_id]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    @property
    def intact(self) -> bool:
        """Whether an issued paper still says what it said."""
        return self.sha256 == self.digest()


class Delivery(models.Model):
    """One way by which an issued paper went, or should have gone, to the customer."""

    class Way(models.TextChoices):
        EMAIL = "email", _("邮件发送")
        HANDED = "handed", _("当面交付")
        POSTED = "posted", _("邮寄")
        TOLD = "told", _("电话告知")
        SMS = "sms", _("短信告知")
        WECHAT = "wechat", _("微信发送")

    class State(models.TextChoices):
        WAITING = "waiting", _("等待发送")
        DONE = "done", _("已送达")
        FAILED = "failed", _("没有发出")

    letter = models.ForeignKey(Letter, models.CASCADE, verbose_name=_("文书"), related_name="deliveries")
    way = models.CharField(_("送达方式"), max_length=8, choices=Way.choices)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.DONE)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("经办人"), related_name="+", db_index=False
    )
    note = models.CharField(_("说明"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("文书送达")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.letter} {self.get_way_display()}"


_S = Letter.Status
TRANSITIONS: dict[str, frozenset[str]] = {
    _S.DRAFT: frozenset({_S.ISSUED, _S.DROPPED}),
    _S.ISSUED: frozenset(),
    _S.DROPPED: frozenset(),
}
