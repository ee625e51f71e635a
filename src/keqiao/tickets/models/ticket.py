"""The ticket itself: a lean row, because lists, counts and reports walk it by the hundred thousand."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.labels import Labelled


class Kind(models.TextChoices):
    """What sort of matter it is; only complaints run through the closed loop."""

    CONSULTATION = "consultation", _("咨询")
    COMPLAINT = "complaint", _("投诉")
    AFTER_SALES = "after_sales", _("售后")
    REPAIR = "repair", _("报修")
    SUGGESTION = "suggestion", _("建议")


class Severity(models.IntegerChoices):
    """How grave the matter is; deadlines and escalation follow it."""

    GENERAL = 1, _("一般")
    SERIOUS = 2, _("较重")
    MAJOR = 3, _("重大")
    CRITICAL = 4, _("紧急")


class Channel(models.TextChoices):
    """How the customer's word came in."""

    COUNTER = "counter", _("柜台")
    PHONE = "phone", _("电话")
    LETTER = "letter", _("来信")
    WEB = "web", _("网页")
    EMAIL = "email", _("邮件")
    WECHAT = "wechat", _("微信")


class Ticket(Labelled):
    """A matter with a number and a deadline.

    `due_at` is the earliest deadline that runs now: that of the stage or that of the whole. `late` says for an open
    ticket that this deadline has passed, for a closed one that it was closed after `solve_due_at`.
    `main` is the matter that a repeated complaint was joined to: that one is looked into, this one goes along with it.
    `alarm_at` tells the clock when to look next, `alarm_level` is 1 once the owner was warned, `climbed` is the highest
    rung of the ladder under the deadline that runs (models.Escalation).
    """

    class Stage(models.TextChoices):
        """Stages by GB/T 19012-2019; the ones other kinds do not use are simply never reached."""

        ACCEPTED = "accepted", _("已受理")
        ASSESSED = "assessed", _("已评审")
        INVESTIGATING = "investigating", _("调查中")
        HANDLING = "handling", _("处理中")
        APPROVING = "approving", _("待审批")
        RESOLVED = "resolved", _("待告知")
        TOLD = "told", _("待回访")
        CLOSED = "closed", _("已办结")
        WITHDRAWN = "withdrawn", _("已撤诉")

    number = models.CharField(_("单号"), max_length=24, unique=True)
    kind = models.CharField(_("类型"), max_length=14, choices=Kind.choices)
    stage = models.CharField(_("阶段"), max_length=14, choices=Stage.choices, default=Stage.ACCEPTED)
    severity = models.PositiveSmallIntegerField(_("严重程度"), choices=Severity.choices, default=Severity.GENERAL)
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel.choices)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, verbose_name=_("客户"), related_name="tickets", db_index=False
    )
    contact_name = models.CharField(_("联系人"), max_length=80)
    contact_phone = models.CharField(_("联系电话"), max_length=32, blank=True)
    phone_reversed = models.CharField(max_length=32, blank=True, editable=False)
    subject = models.CharField(_("标题"), max_length=120)
    body = models.TextField(_("内容"))
    category = models.ForeignKey(
        "tickets.Category", models.PROTECT, null=True, blank=True, verbose_name=_("问题类别"), related_name="+"
    )
    product = models.CharField(_("产品"), max_length=80, blank=True)
    order_number = models.CharField(_("订单号"), max_length=40, blank=True)
    ruleset = models.ForeignKey(
        "tickets.RuleSet", models.PROTECT, null=True, verbose_name=_("规则版本"), related_name="+", db_index=False
    )
    main = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("主工单"), related_name="joined", db_index=False
    )
    owner = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, blank=True, verbose_name=_("负责人"), related_name="tickets"
    )
    unit = models.ForeignKey("org.OrgUnit", models.PROTECT, verbose_name=_("受理部门"), related_name="tickets")
    created_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("登记人"), related_name="+", db_index=False
    )
    accepted_at = models.DateTimeField(_("受理时间"))
    accepted_on = models.DateField(_("受理日期"))
    due_at = models.DateTimeField(_("到期时间"))
    warn_at = models.DateTimeField(_("预警时间"), null=True)
    solve_due_at = models.DateTimeField(_("办结期限"))
    paused_at = models.DateTimeField(_("暂停计时"), null=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True)
    open = models.BooleanField(_("在办"), default=True)
    late = models.BooleanField(_("超时"), default=False)
    reopened = models.PositiveSmallIntegerField(_("重新办理次数"), default=0)
    satisfaction = models.PositiveSmallIntegerField(_("满意度"), null=True)
    result = models.TextField(_("处理结果"), blank=True)
    alarm_at = models.DateTimeField(null=True)
    alarm_level = models.PositiveSmallIntegerField(default=0)
    climbed = models.PositiveSmallIntegerField(_("升级到第几级"), default=0)

    class Meta:
        verbose_name = _("工单")
        constraints = [
            models.CheckConstraint(condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)), name="ticket_score"),
            models.CheckConstraint(condition=Q(severity__range=(1, 4)), name="ticket_severity"),
            models.CheckConstraint(condition=Q(main=None) | ~Q(main=F("id")), name="ticket_not_into_itself"),
        ]
        indexes = [
            models.Index(fields=["owner", "due_at", "id"], name="ticket_mine", condition=Q(open=True)),
            models.Index(fields=["unit", "due_at", "id"], name="ticket_of_unit", condition=Q(open=True)),
            models.Index(fields=["due_at", "id"], name="ticket_open", condition=Q(open=True)),
            models.Index(fields=["due_at", "id"], name="ticket_due"),
            models.Index(fields=["customer", "accepted_at"], name="ticket_of_customer"),
            models.Index(fields=["accepted_on", "owner", "kind", "open", "late"], name="ticket_by_day"),
            models.Index(fields=["phone_reversed"], name="ticket_phone"),
            models.Index(fields=["order_number", "id"], name="ticket_order", condition=~Q(order_number="")),
            models.Index(fields=["main"], name="ticket_joined", condition=Q(main__isnull=False)),
            models.Index(fields=["alarm_at"], name="ticket_alarm", condition=Q(open=True, alarm_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def is_complaint(self) -> bool:
        return self.kind == Kind.COMPLAINT


S = Ticket.Stage

_COMPLAINT: dict[str, frozenset[str]] = {
    S.ACCEPTED: frozenset({S.ASSESSED, S.WITHDRAWN}),
    S.ASSESSED: frozenset({S.INVESTIGATING, S.WITHDRAWN}),
    S.INVESTIGATING: frozenset({S.HANDLING, S.RESOLVED}),
    S.HANDLING: frozenset({S.APPROVING, S.RESOLVED}),
    S.APPROVING: frozenset({S.HANDLING}),
    S.RESOLVED: frozenset({S.TOLD}),
    S.TOLD: frozenset({S.CLOSED, S.INVESTIGATING}),
    S.CLOSED: frozenset({S.INVESTIGATING}),
    S.WITHDRAWN: frozenset(),
}
_SIMPLE: dict[str, frozenset[str]] = {
    S.ACCEPTED: frozenset({S.HANDLING, S.WITHDRAWN}),
    S.HANDLING: frozenset({S.RESOLVED, S.WITHDRAWN}),
    S.RESOLVED: frozenset({S.CLOSED, S.HANDLING}),
    S.CLOSED: frozenset({S.HANDLING}),
    S.WITHDRAWN: frozenset(),
}
TRANSITIONS: dict[str, dict[str, frozenset[str]]] = {
    kind: _COMPLAINT if kind == Kind.COMPLAINT else _SIMPLE for kind in Kind.values
}

# what is joined to another matter waits in one of these, and goes from there straight to telling its customer
WAITING_ALONG = frozenset({S.ACCEPTED, S.ASSESSED, S.INVESTIGATING, S.HANDLING})
ALONG: dict[str, frozenset[str]] = {stage: frozenset({S.RESOLVED}) for stage in sorted(WAITING_ALONG)}
# the result is there: whatever the matter was given is decided
GIVEN = frozenset({S.RESOLVED, S.TOLD, S.CLOSED})


def transitions_of(kind: str) -> dict[str, frozenset[str]]:
    """Which stage may follow which, for a kind of ticket."""
    return TRANSITIONS[kind]
