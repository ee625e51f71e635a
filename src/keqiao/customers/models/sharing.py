"""Whose a customer was and why, how customers are shared out, and the department's rules for it."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers.models.customer import Customer
from keqiao.customers.models.territories import Poaching, Territory
from keqiao.org.models import Employee, OrgUnit
from keqiao.runtime.models import Job


class SharingSettings(models.Model):
    """One row: first contact, the public pool, limits, and what holds for customers of no territory."""

    contact_days = models.PositiveSmallIntegerField(_("几天内首次联系"), default=7)
    warn_days = models.PositiveSmallIntegerField(_("提前几天提醒"), default=2)
    cool_days = models.PositiveSmallIntegerField(_("退回后几天内不能再领"), default=30)
    owned_limit = models.PositiveIntegerField(_("每人最多负责多少位客户"), default=500)
    picks_a_day = models.PositiveIntegerField(_("每人每天最多领取多少位"), default=20)
    poaching = models.CharField(
        _("抢占不属于任何区域的客户时"), max_length=6, choices=Poaching.choices, default=Poaching.REFUSE
    )
    protection_days = models.PositiveSmallIntegerField(_("不属于任何区域的客户保护几天"), default=90)
    statement_days = models.PositiveSmallIntegerField(_("违规陈述期限（天）"), default=3)

    class Meta:
        verbose_name = _("公海与分配规则")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class Ability(models.Model):
    """How much of the load an employee carries, in percent of the usual, and how many customers at most."""

    employee = models.OneToOneField(
        Employee, models.CASCADE, related_name="ability", verbose_name=_("员工"),
        error_messages={"unique": _("这位员工已有分配权重，请直接修改。")},
    )  # fmt: skip
    weight = models.PositiveSmallIntegerField(
        _("能力权重（%）"), default=100, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    owned_limit = models.PositiveIntegerField(_("最多负责多少位客户"), null=True, blank=True)
    paused = models.BooleanField(_("暂停接收"), default=False)

    class Meta:
        verbose_name = _("分配权重")

    def __str__(self) -> str:
        return str(self.employee)


class ShareRule(models.Model):
    """New customers of a pool that are shared out by themselves. Rules are asked by `place`; the first that fits counts."""

    name = models.CharField(_("规则名称"), max_length=40, unique=True, error_messages={"unique": _("已有同名的规则。")})
    place = models.PositiveSmallIntegerField(_("判断顺序"), default=10)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+", verbose_name=_("哪个部门的公海"))
    team = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+", verbose_name=_("分给哪个部门"))
    source = models.CharField(_("来源"), max_length=10, choices=Customer.Source.choices, blank=True, default="")
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("销售区域")
    )
    weighted = models.BooleanField(_("按能力权重"), default=True)
    active = models.BooleanField(_("启用"), default=False)

    class Meta:
        verbose_name = _("自动分配规则")

    def __str__(self) -> str:
        return self.name


class ShareOut(models.Model):
    """One sharing-out 分配: planned, looked at, done, and perhaps taken back."""

    class State(models.TextChoices):
        DRAFT = "draft", _("待执行")
        RUNNING = "running", _("执行中")
        DONE = "done", _("已执行")
        UNDOING = "undoing", _("撤销中")
        UNDONE = "undone", _("已撤销")
        DROPPED = "dropped", _("已放弃")

    class Way(models.TextChoices):
        EVEN = "even", _("平均分配")
        WEIGHTED = "weighted", _("按能力权重分配")

    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        "draft": frozenset({"running", "dropped"}),
        "running": frozenset({"done"}),
        "done": frozenset({"undoing"}),
        "undoing": frozenset({"undone"}),
        "undone": frozenset(),
        "dropped": frozenset(),
    }

    number = models.CharField(_("单号"), max_length=24, unique=True)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.DRAFT)
    way = models.CharField(_("分配方式"), max_length=8, choices=Way.choices, default=Way.WEIGHTED)
    by_territory = models.BooleanField(_("只分给客户所属区域的人员"), default=False)
    wanted = models.JSONField(default=dict, help_text="which customers were asked for, in words: [[label, value]]")
    rule = models.ForeignKey(ShareRule, models.SET_NULL, null=True, related_name="+", verbose_name=_("自动分配规则"))
    day = models.DateField(null=True, help_text="of a rule's: one row for each day")
    by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+", verbose_name=_("分配人"))
    unit = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+", verbose_name=_("分配人所在部门"))
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    planned = models.IntegerField(_("客户数"), default=0)
    given = models.IntegerField(_("已分配"), default=0)
    left = models.IntegerField(_("未分配"), default=0)
    returned = models.IntegerField(_("已撤回"), default=0)
    made_at = models.DateTimeField(_("时间"), default=timezone.now)
    done_at = models.DateTimeField(_("执行时间"), null=True)

    class Meta:
        verbose_name = _("客户分配")
        constraints = [
            models.UniqueConstraint(fields=["rule", "day"], condition=Q(state="done"), name="share_out_of_day")
        ]
        indexes = [models.Index(fields=["state", "id"], name="share_out_state")]

    def __str__(self) -> str:
        return self.number


class ShareLine(models.Model):
    """One customer in a sharing-out: who gets it and why, or why nobody."""

    class State(models.TextChoices):
        PLANNED = "planned", _("待执行")
        GIVEN = "given", _("已分配")
        LEFT = "left", _("未分配")
        RETURNED = "returned", _("已撤回")
        KEPT = "kept", _("未撤回")

    share = models.ForeignKey(ShareOut, models.CASCADE, related_name="lines", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="share_lines", verbose_name=_("客户"))
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("分给")
    )
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, related_name="+", db_index=False, help_text="whose pool it came from"
    )
    why = models.CharField(_("理由"), max_length=12, default="", help_text="code of sharing.words.WHY")
    had = models.IntegerField(default=0, help_text="how many customers the employee had before this one")
    weight = models.PositiveSmallIntegerField(default=100)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.PLANNED)
    stamp = models.DateTimeField(null=True, help_text="the customer's version when it was given")

    class Meta:
        verbose_name = _("分配记录")
        constraints = [models.UniqueConstraint(fields=["share", "customer"], name="share_line_once")]
        indexes = [models.Index(fields=["share", "state", "employee", "id"], name="share_line_state")]

    def __str__(self) -> str:
        return f"{self.share} {self.customer}"


class Holding(models.Model):
    """A customer was given to an employee: since when, how, until when first contact is due, and how it ended."""

    class Way(models.TextChoices):
        ASSIGNED = "assigned", _("主管指定")
        SHARED = "shared", _("批量分配")
        RULE = "rule", _("自动分配")
        PICKED = "picked", _("公海领取")
        TAKEN = "taken", _("接手")
        EARLIER = "earlier", _("以前就有")

    class End(models.TextChoices):
        RELEASED = "released", _("主动退回公海")
        FALLEN = "fallen", _("逾期未联系，退回公海")
        MOVED = "moved", pgettext_lazy("holding", "换了负责人")
        UNDONE = "undone", _("分配已撤销")

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="holdings", db_index=False, verbose_name=_("客户")
    )
    owner = models.ForeignKey(Employee, models.PROTECT, related_name="+", db_index=False, verbose_name=_("负责人"))
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+", verbose_name=_("所属部门"))
    way = models.CharField(_("来由"), max_length=8, choices=Way.choices)
    share = models.ForeignKey(ShareOut, models.SET_NULL, null=True, related_name="+", verbose_name=_("客户分配"))
    given_at = models.DateTimeField(_("交给时间"))
    due_at = models.DateTimeField(_("首次联系期限"), null=True)
    warned_at = models.DateTimeField(null=True)
    contacted_at = models.DateTimeField(_("首次联系时间"), null=True)
    last_contact_at = models.DateTimeField(_("最近联系时间"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    end = models.CharField(_("结束原因"), max_length=8, choices=End.choices, blank=True, default="")
    note = models.CharField(_("说明"), max_length=200, default="")
    cool_until = models.DateTimeField(_("此前不能再领"), null=True)

    class Meta:
        verbose_name = _("归属记录")
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=Q(ended_at=None), name="holding_one_open")
        ]
        indexes = [
            models.Index(fields=["customer", "owner"], name="holding_of"),
            models.Index(fields=["owner", "given_at"], name="holding_owner"),
            models.Index(fields=["due_at", "id"], name="holding_due", condition=Q(ended_at=None, contacted_at=None)),
            models.Index(fields=["end", "id"], name="holding_end"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} – {self.owner}"


class Pooled(Customer):
    """A customer of the public pool, as a list of its own."""

    class Meta:
        proxy = True
        verbose_name = _("公海客户")
