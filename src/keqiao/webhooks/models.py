"""Who hears of what, and every message on its way."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import Employee

TEST = "webhook.test"


class Subscription(models.Model):
    """An address that hears of some events, with the eyes of its owner. The secret is sealed.

    `since` is when it began to listen. While `rests_until` nothing is tried, because the receiver does not answer;
    `failing_since` is the first failure after the last success.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("启用")
        PAUSED = "paused", _("已暂停")
        FAILING = "failing", _("因故障暂停")

    name = models.CharField(
        _("名称"), max_length=60, unique=True, error_messages={"unique": _("已有同名的推送，请换一个名称。")}
    )
    url = models.CharField(_("接收地址"), max_length=500)
    events = models.JSONField(_("推送的事件"), default=list, help_text='verbs, or a noun with a star: "ticket.*"')
    owner = models.ForeignKey(Employee, models.PROTECT, verbose_name=_("负责人"), related_name="+")
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.ACTIVE)
    reason = models.CharField(_("暂停原因"), max_length=200, default="")
    sealed = models.CharField(max_length=200)
    sealed_by = models.CharField(max_length=12, help_text="name of the key")
    shown_at = models.DateTimeField(null=True, help_text="when the secret was shown, once")
    since = models.DateTimeField()
    failures = models.IntegerField(default=0, help_text="in a row")
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True, help_text="a worker sends until then")
    success_at = models.DateTimeField(_("最近送达"), null=True)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("事件推送")
        indexes = [models.Index(fields=["owner"], name="webhook_of_owner")]

    def __str__(self) -> str:
        return self.name


STATES: dict[str, frozenset[str]] = {
    Subscription.State.ACTIVE: frozenset({Subscription.State.PAUSED, Subscription.State.FAILING}),
    Subscription.State.PAUSED: frozenset({Subscription.State.ACTIVE}),
    Subscription.State.FAILING: frozenset({Subscription.State.ACTIVE, Subscription.State.PAUSED}),
}


class Delivery(models.Model):
    """One message to one subscription. `body` is what is sent, the same at every attempt."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待送达")
        SENT = "sent", _("已送达")
        FAILED = "failed", _("未送达")

    subscription = models.ForeignKey(
        Subscription, models.CASCADE, verbose_name=_("事件推送"), related_name="deliveries", db_index=False
    )
    event_id = models.BigIntegerField(null=True, help_text="the audit event; none for a test")
    uid = models.CharField(_("事件编号"), max_length=40)
    verb = models.CharField(_("事件"), max_length=60)
    label = models.CharField(max_length=60, default="")
    object_id = models.BigIntegerField(default=0)
    title = models.CharField(_("记录"), max_length=200, default="")
    body = models.TextField()
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.IntegerField(_("尝试次数"), default=0)
    next_at = models.DateTimeField(_("下次尝试"))
    code = models.IntegerField(_("响应代码"), null=True)
    took_ms = models.IntegerField(_("用时（毫秒）"), null=True)
    error = models.CharField(_("原因"), max_length=200, default="")
    log = models.JSONField(default=list, help_text="of every attempt: at, code, took_ms, error")
    created_at = models.DateTimeField(_("产生时间"))
    done_at = models.DateTimeField(_("送达时间"), null=True)

    class Meta:
        verbose_name = _("推送记录")
        constraints = [models.UniqueConstraint(fields=["subscription", "event_id"], name="delivery_once")]
        indexes = [
            models.Index(fields=["next_at"], name="delivery_due", condition=Q(state="waiting")),
            models.Index(
                fields=["subscription", "label", "object_id", "id"], name="delivery_line", condition=Q(state="waiting")
            ),
            models.Index(fields=["subscription", "-id"], name="delivery_list"),
            models.Index(fields=["created_at"], name="delivery_age"),
        ]

    def __str__(self) -> str:
        return self.uid


DELIVERY_STATES: dict[str, frozenset[str]] = {
    Delivery.State.WAITING: frozenset({Delivery.State.SENT, Delivery.State.FAILED}),
    Delivery.State.SENT: frozenset({Delivery.State.WAITING}),
    Delivery.State.FAILED: frozenset({Delivery.State.WAITING}),
}
