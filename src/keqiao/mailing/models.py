"""The mails that wait, were sent, or could not be sent."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Mail(models.Model):
    """One e-mail to one address. `key` keeps it from being sent twice; what it said is dropped once it is sent.

    `attempts` only grows: whoever works on the mail holds the number under which it was claimed. `spent` of them
    belong to earlier rounds, before somebody had it sent again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待发送")
        SENDING = "sending", _("发送中")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("没有发出")
        UNSURE = "unsure", _("结果不明")
        HELD = "held", _("过于频繁，已拦下")

    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(_("类型"), max_length=20)
    to = models.EmailField(_("收件地址"))
    to_name = models.CharField(_("收件人"), max_length=80, default="")
    reply_to = models.EmailField(_("回复地址"), default="")
    subject = models.CharField(_("主题"), max_length=200)
    text = models.TextField(default="", help_text="the plain body; sealed with the rest when private")
    html = models.TextField(default="")
    private = models.BooleanField(default=False, help_text="the body opens doors: sealed, never sent again")
    sealed_by = models.CharField(max_length=12, default="", help_text="name of the key")
    label = models.CharField(max_length=60, default="", help_text="app.model of the record that it is about")
    object_id = models.BigIntegerField(null=True)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.IntegerField(_("发送次数"), default=0)
    spent = models.IntegerField(default=0)
    resends = models.IntegerField(default=0)
    error = models.CharField(_("原因"), max_length=300, default="")
    created_at = models.DateTimeField(_("生成时间"))
    next_at = models.DateTimeField(_("下次发送"))
    good_until = models.DateTimeField(null=True, help_text="not sent after that")
    claimed_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True, help_text="when its handing over to the server began")
    sent_at = models.DateTimeField(_("发出时间"), null=True)

    class Meta:
        verbose_name = _("系统邮件")
        indexes = [
            models.Index(fields=["to", "claimed_at"], name="mail_pace", condition=Q(claimed_at__isnull=False)),
            models.Index(fields=["label", "object_id"], name="mail_about", condition=~Q(label="")),
            models.Index(fields=["-id"], name="mail_trouble", condition=Q(state__in=("failed", "unsure", "held"))),
            models.Index(fields=["created_at"], name="mail_age"),
            models.Index(fields=["next_at"], name="mail_on_its_way", condition=Q(state__in=("waiting", "sending"))),
        ]

    def __str__(self) -> str:
        return self.subject


_S = Mail.State
TRANSITIONS: dict[str, frozenset[str]] = {
    _S.WAITING: frozenset({_S.SENDING, _S.HELD, _S.FAILED}),
    _S.SENDING: frozenset({_S.WAITING, _S.SENT, _S.FAILED, _S.UNSURE}),
    _S.SENT: frozenset(),
    _S.FAILED: frozenset({_S.WAITING}),
    _S.UNSURE: frozenset({_S.WAITING, _S.SENT}),
    _S.HELD: frozenset({_S.WAITING}),
}
