"""Who is asked: one customer by a signed link, or whoever stands before a poster; and the rules that send links."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Customer
from keqiao.surveys.models.survey import Survey
from keqiao.tickets.models import Ticket


def no_kinds() -> list[str]:
    """Every kind of ticket."""
    return []


class SendingRule(models.Model):
    """Which occasion sends which survey: to a share of the customers, and to nobody more often than in `rest_days`."""

    class Event(models.TextChoices):
        """Occasions; `occasions` says what of the program's events each of them is."""

        TICKET_CLOSED = "ticket.closed", _("工单办结")
        VISIT_DONE = "visit.done", _("电话回访完成")
        DELIVERED = "service.delivered", _("送货签收")
        SERVED = "service.done", _("安装、维修等服务完成")

    class Way(models.TextChoices):
        MAIL = "mail", _("发邮件；没有邮箱的列为待发送")
        COPY = "copy", _("只列为待发送，由客服复制链接")

    name = models.CharField(_("规则名称"), max_length=60, unique=True)
    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name=_("问卷"), related_name="rules")
    event = models.CharField(_("发送时机"), max_length=20, choices=Event.choices)
    kinds = models.JSONField(_("适用的工单类型"), default=no_kinds)
    share = models.PositiveSmallIntegerField(_("发送比例（%）"), default=100)
    rest_days = models.PositiveSmallIntegerField(_("同一客户间隔天数"), default=30)
    delay_hours = models.PositiveSmallIntegerField(_("延迟小时数"), default=2)
    way = models.CharField(_("发送方式"), max_length=4, choices=Way.choices, default=Way.MAIL)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("问卷发送规则")
        constraints = [
            models.CheckConstraint(condition=Q(share__range=(1, 100)), name="survey_rule_share"),
            models.CheckConstraint(
                condition=Q(rest_days__lte=730) & Q(delay_hours__lte=720), name="survey_rule_limits"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """One survey for one customer about one occasion, answered once. Of the link only the token's sha256 is kept.

    `agent` is who gets the credit, `unit` whose answer it is about. A link whose `until` has passed is expired.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待发送")
        SENT = "sent", _("已发出")
        ANSWERED = "answered", _("已答")
        WITHDRAWN = "withdrawn", _("已撤回")

    survey = models.ForeignKey(
        Survey, models.PROTECT, verbose_name=_("问卷"), related_name="invitations", db_index=False
    )
    rule = models.ForeignKey(
        SendingRule, models.SET_NULL, null=True, verbose_name=_("发送规则"), related_name="+", db_index=False
    )
    customer = models.ForeignKey(Customer, models.PROTECT, verbose_name=_("客户"), related_name="+", db_index=False)
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, verbose_name=_("工单"), related_name="+", db_index=False
    )
    occasion = models.CharField(_("事由编号"), max_length=80, editable=False)
    matter = models.CharField(_("事由"), max_length=120)
    agent = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("服务人员"), related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "org.OrgUnit", models.PROTECT, verbose_name=_("服务部门"), related_name="+", db_index=False
    )
    product = models.CharField(_("产品"), max_length=80, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField(_("建立时间"), default=timezone.now)
    made_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("建立人"), related_name="+", db_index=False
    )
    sent_at = models.DateTimeField(_("发出时间"), null=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    until = models.DateTimeField(_("有效期至"), null=True)
    token_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 – no link yet

    class Meta:
        verbose_name = _("问卷链接")
        constraints = [models.UniqueConstraint(fields=["survey", "occasion"], name="survey_invitation_once")]
        indexes = [
            models.Index(fields=["customer", "made_at"], name="survey_link_customer"),
            models.Index(fields=["state", "id"], name="survey_link_state"),
            models.Index(fields=["unit", "state", "id"], name="survey_link_unit"),
            models.Index(fields=["agent", "state", "id"], name="survey_link_agent"),
        ]

    def __str__(self) -> str:
        return f"{self.survey.name} · {self.matter}"

    @property
    def open(self) -> bool:
        """Whether an answer may still come."""
        return self.state in {self.State.WAITING, self.State.SENT}

    @property
    def expired(self) -> bool:
        """Whether the link's time has run out."""
        return self.until is not None and self.until <= timezone.now()


INVITATION_TRANSITIONS: dict[str, frozenset[str]] = {
    Invitation.State.WAITING: frozenset({Invitation.State.SENT, Invitation.State.WITHDRAWN}),
    Invitation.State.SENT: frozenset(
        {Invitation.State.SENT, Invitation.State.WAITING, Invitation.State.ANSWERED, Invitation.State.WITHDRAWN}
    ),
    Invitation.State.ANSWERED: frozenset(),
    Invitation.State.WITHDRAWN: frozenset(),
}


class Poster(models.Model):
    """A code on a counter of a unit: answered by anybody, once by each browser, without a name."""

    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name=_("问卷"), related_name="posters")
    unit = models.ForeignKey("org.OrgUnit", models.PROTECT, verbose_name=_("部门"), related_name="+")
    place = models.CharField(_("张贴位置"), max_length=40)
    code = models.CharField(max_length=24, unique=True, editable=False)
    active = models.BooleanField(_("启用"), default=True)
    made_at = models.DateTimeField(_("建立时间"), default=timezone.now)
    made_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("建立人"), related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("问卷海报")
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "unit", "place"], name="survey_poster_once",
                violation_error_message=_("这个位置已经有这份问卷的海报。"),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.unit.name} · {self.place}"
