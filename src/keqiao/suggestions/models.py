"""Suggestions: who made them where, which department considers them, whether they are taken up and what the customer heard."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Customer
from keqiao.kernel.dates import today
from keqiao.org.models import Employee, OrgUnit
from keqiao.reception.models import Entry
from keqiao.tickets.models import Ticket
from keqiao.visits.models import Visit


class Suggestion(models.Model):
    """One suggestion. `unit` considers it, `handler` for the unit; at most one of visit, entry and ticket is its source.

    Without a customer (a slip from the counter's box) there is nobody to answer, so the decision ends it.
    """

    class Source(models.TextChoices):
        CUSTOMER = "customer", _("客户提出")
        VISIT = "visit", _("回访时提出")
        COUNTER = "counter", _("来电来访时提出")
        TICKET = "ticket", _("工单中提出")

    class Topic(models.TextChoices):
        PRODUCT = "product", _("产品")
        SERVICE = "service", _("服务")
        PRICE = "price", _("价格与活动")
        PROCESS = "process", _("办事流程")
        PLACE = "place", _("环境与设施")
        OTHER = "other", _("其他")

    class Status(models.TextChoices):
        NEW = "new", _("待转交")
        ROUTED = "routed", _("待研究")
        DECIDED = "decided", _("待回复客户")
        CLOSED = "closed", _("已办结")
        VOID = "void", _("已作废")

    class How(models.TextChoices):
        PHONE = "phone", _("电话")
        FACE = "face", _("当面")
        SMS = "sms", _("短信")
        WECHAT = "wechat", _("微信")
        EMAIL = "email", _("邮件")

    number = models.CharField(_("单号"), max_length=24, unique=True)
    topic = models.CharField(_("内容类别"), max_length=8, choices=Topic.choices)
    content = models.TextField(_("建议内容"), max_length=2000)
    source = models.CharField(_("来源"), max_length=8, choices=Source.choices)
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, verbose_name=_("来源回访"), related_name="suggestions")
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, verbose_name=_("来源登记"), related_name="suggestions")
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, verbose_name=_("来源工单"), related_name="suggestions"
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, verbose_name=_("客户"), related_name="suggestions"
    )
    registered_on = models.DateField(_("登记日期"))
    registered_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, verbose_name=_("登记人"), related_name="+", db_index=False
    )
    from_unit = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, verbose_name=_("登记部门"), related_name="+", db_index=False
    )
    status = models.CharField(_("状态"), max_length=8, choices=Status.choices, default=Status.NEW)
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, verbose_name=_("研究部门"), related_name="+", db_index=False
    )
    handler = models.ForeignKey(
        Employee, models.PROTECT, null=True, verbose_name=_("研究人"), related_name="+", db_index=False
    )
    due_on = models.DateField(_("答复期限"), null=True)
    adopted = models.BooleanField(_("是否采纳"), null=True)
    reason = models.TextField(_("采纳或不采纳的理由"), max_length=1000, blank=True, default="")
    plan = models.TextField(_("怎么改进"), max_length=1000, blank=True, default="")
    decided_at = models.DateTimeField(_("研究时间"), null=True)
    decided_by = models.ForeignKey(Employee, models.PROTECT, null=True, verbose_name=_("决定人"), related_name="+")
    how = models.CharField(_("回复方式"), max_length=8, choices=How.choices, blank=True, default="")
    reply = models.TextField(_("回复客户的内容"), max_length=1000, blank=True, default="")
    answered_at = models.DateTimeField(_("回复时间"), null=True)
    answered_by = models.ForeignKey(Employee, models.PROTECT, null=True, verbose_name=_("回复人"), related_name="+")
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("客户建议")
        constraints = [
            models.CheckConstraint(
                condition=Q(source="visit", visit__isnull=False, entry=None, ticket=None)
                | Q(source="counter", visit=None, ticket=None)
                | Q(source="ticket", ticket__isnull=False, visit=None, entry=None)
                | Q(source="customer", visit=None, entry=None, ticket=None),
                name="suggestion_source",
            ),
            models.CheckConstraint(condition=~Q(status="routed") | Q(unit__isnull=False), name="suggestion_routed"),
            models.CheckConstraint(
                condition=~Q(status__in=["decided", "closed"])
                | (Q(adopted__isnull=False, unit__isnull=False, decided_at__isnull=False) & ~Q(reason="")),
                name="suggestion_decided",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(customer=None) | ~Q(reply=""), name="suggestion_answered"
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], name="suggestion_open", condition=Q(status__in=["new", "routed", "decided"])),
            models.Index(fields=["registered_on", "id"], name="suggestion_day"),
            models.Index(fields=["unit", "registered_on", "id"], name="suggestion_of_unit"),
            models.Index(fields=["from_unit", "registered_on", "id"], name="suggestion_from_unit"),
            models.Index(fields=["registered_by", "registered_on", "id"], name="suggestion_by"),
            models.Index(fields=["handler", "id"], name="suggestion_of_handler"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_topic_display()}"

    @property
    def late(self) -> bool:
        """Whether the department should have decided by now."""
        return self.status == self.Status.ROUTED and self.due_on is not None and self.due_on < today()


OPEN = (Suggestion.Status.NEW, Suggestion.Status.ROUTED, Suggestion.Status.DECIDED)
_S = Suggestion.Status
TRANSITIONS: dict[str, frozenset[str]] = {
    _S.NEW: frozenset({_S.ROUTED, _S.VOID}),
    _S.ROUTED: frozenset({_S.ROUTED, _S.DECIDED, _S.CLOSED, _S.VOID}),
    _S.DECIDED: frozenset({_S.CLOSED, _S.ROUTED}),
    _S.CLOSED: frozenset(),
    _S.VOID: frozenset(),
}
