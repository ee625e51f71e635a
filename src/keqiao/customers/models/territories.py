"""Sales territories, and the cases of those who took what was another's."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models.customer import Customer
from keqiao.org.models import Employee, OrgUnit


class Poaching(models.TextChoices):
    """What becomes of an attempt to take another's customer."""

    REFUSE = "refuse", _("不允许")
    CASE = "case", _("允许，同时立案核查")


class Territory(models.Model):
    """A sales territory 销售区域: which customers are it, and which unit looks after them.

    Every condition that is given must hold: the customer's division lies in one of `divisions`, the industry is one of
    `industries`, the customer is with `agent` or a unit below it. Territories are asked by `place`; the first that fits
    has the customer.
    """

    name = models.CharField(_("区域名称"), max_length=40, unique=True, error_messages={"unique": _("已有同名的区域。")})
    place = models.PositiveSmallIntegerField(_("判断顺序"), default=10)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="territories", verbose_name=_("负责部门"))
    divisions = models.JSONField(_("地区"), default=list, help_text="codes of GB/T 2260")
    industries = models.JSONField(_("行业"), default=list, help_text="letters of GB/T 4754")
    agent = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("代理公司")
    )
    protection_days = models.PositiveSmallIntegerField(_("保护期（天）"), default=90, help_text="0 for ever")
    poaching = models.CharField(_("抢占客户时"), max_length=6, choices=Poaching.choices, default=Poaching.REFUSE)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("销售区域")
        indexes = [models.Index(fields=["place", "id"], name="territory_place")]

    def __str__(self) -> str:
        return self.name


class Violation(models.Model):
    """A case: somebody is said to have taken another's customer. Stated by the accused, decided by a superior."""

    class Kind(models.TextChoices):
        POACHED = "poached", _("抢占同事客户")
        CROSSED = "crossed", _("跨区域揽客")
        OTHER = "other", _("其他扰乱秩序的行为")

    class State(models.TextChoices):
        OPEN = "open", _("待陈述")
        STATED = "stated", _("待裁定")
        CONFIRMED = "confirmed", _("成立")
        DISMISSED = "dismissed", _("不成立")
        WITHDRAWN = "withdrawn", _("已撤回")

    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        "open": frozenset({"stated", "confirmed", "dismissed", "withdrawn"}),
        "stated": frozenset({"confirmed", "dismissed", "withdrawn"}),
        "confirmed": frozenset(),
        "dismissed": frozenset(),
        "withdrawn": frozenset(),
    }

    number = models.CharField(_("单号"), max_length=24, unique=True)
    kind = models.CharField(_("违规类型"), max_length=8, choices=Kind.choices, default=Kind.POACHED)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="violations", verbose_name=_("客户"))
    accused = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("被举报人"))
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+", verbose_name=_("被举报人所在部门"))
    victim = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+", verbose_name=_("原负责人"))
    reporter = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+", verbose_name=_("举报人"))
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, related_name="violations", verbose_name=_("销售区域")
    )
    evidence = models.TextField(_("事实与依据"), max_length=2000)
    statement = models.TextField(_("本人陈述"), max_length=2000, default="")
    statement_due = models.DateTimeField(_("陈述期限"))
    stated_at = models.DateTimeField(_("陈述时间"), null=True)
    decision = models.TextField(_("裁定理由"), max_length=1000, default="")
    decided_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("裁定人")
    )
    decided_at = models.DateTimeField(_("裁定时间"), null=True)
    opened_at = models.DateTimeField(_("立案时间"), default=timezone.now)

    class Meta:
        verbose_name = _("违规")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "accused"],
                condition=Q(state__in=["open", "stated"]),
                name="violation_once",
                violation_error_message=_("这位员工与这位客户已有一件没有结案的违规。"),
            )
        ]
        indexes = [models.Index(fields=["state", "id"], name="violation_state")]

    def __str__(self) -> str:
        return self.number
