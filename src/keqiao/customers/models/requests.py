"""What people ask of their own data (PIPL 44–50), the deadlines, and how long what is kept."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers.models.customer import Customer
from keqiao.org.models import Employee, OrgUnit


class PrivacyRequest(models.Model):
    """One request of a person about the own data: who asked and how, whether it is really that person, what came of it."""

    class Kind(models.TextChoices):
        COPY = "copy", _("查阅复制")
        CORRECT = "correct", _("更正补充")
        ERASE = "erase", _("删除")
        WITHDRAW = "withdraw", _("撤回同意")
        TRANSFER = "transfer", _("转移到指定处理者")

    class Way(models.TextChoices):
        PHONE = "phone", _("电话")
        COUNTER = "counter", _("到店")
        MAIL = "mail", _("信函或邮件")
        ONLINE = "online", _("网页或微信")

    class State(models.TextChoices):
        RECEIVED = "received", _("待核实身份")
        VERIFIED = "verified", _("办理中")
        APPROVING = "approving", _("待审批")
        ERASING = "erasing", _("删除中")
        DONE = "done", pgettext_lazy("privacy", "已答复")
        REFUSED = "refused", _("不予办理")
        CANCELLED = "cancelled", _("申请人已撤回")

    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        "received": frozenset({"verified", "refused", "cancelled"}),
        "verified": frozenset({"approving", "done", "refused", "cancelled"}),
        "approving": frozenset({"erasing", "verified"}),
        "erasing": frozenset({"done"}),
    }
    OPEN: ClassVar[tuple[str, ...]] = ("received", "verified", "approving", "erasing")

    number = models.CharField(_("单号"), max_length=24, unique=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="privacy_requests", verbose_name=_("客户"), db_index=False
    )
    kind = models.CharField(_("请求内容"), max_length=10, choices=Kind.choices)
    way = models.CharField(_("提出方式"), max_length=8, choices=Way.choices)
    wish = models.TextField(_("客户的要求"), max_length=1000, blank=True, default="")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.RECEIVED)
    received_at = models.DateTimeField(_("收到时间"), default=timezone.now)
    due_at = models.DateTimeField(_("答复期限"))
    received_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, related_name="+", verbose_name=_("受理人"), db_index=False
    )
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+", verbose_name=_("受理部门"), db_index=False)
    identity_check = models.CharField(_("怎样核实身份"), max_length=200, blank=True, default="")
    verified_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, related_name="+", verbose_name=_("核实人"), db_index=False
    )
    verified_at = models.DateTimeField(_("核实时间"), null=True)
    answer = models.TextField(_("答复"), max_length=2000, blank=True, default="")
    answered_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, related_name="+", verbose_name=_("答复人"), db_index=False
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    copied_at = models.DateTimeField(_("生成副本时间"), null=True)
    report = models.JSONField(default=list, help_text="what was erased and what is kept: [what, deed, until]")
    sealing_key = models.CharField(max_length=12, blank=True, default="", help_text="of the words below")
    words = models.TextField(
        blank=True, default="", help_text="sealed: what is looked for while the erasure runs; then empty"
    )
    alarmed = models.BooleanField(default=False, help_text="whether the leader was told that it is late")

    class Meta:
        verbose_name = _("个人信息请求")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=Q(state__in=["received", "verified", "approving", "erasing"]),
                name="privacy_request_open_once",
                violation_error_message=_("这位客户的同类请求正在办理。"),
            )
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="privacy_request_due"),
            models.Index(fields=["unit", "id"], name="privacy_request_unit"),
            models.Index(fields=["received_by", "id"], name="privacy_request_mine"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state in self.OPEN


class PrivacySettings(models.Model):
    """One row: the deadlines. The numbers are from memory, not from a statute at hand, so they can be set."""

    answer_days = models.PositiveSmallIntegerField(
        _("多少天内答复"), default=30, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    close_workdays = models.PositiveSmallIntegerField(
        _("删除（注销）多少个工作日内完成"), default=15, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    warn_days = models.PositiveSmallIntegerField(
        _("到期前几天提醒主管"), default=5, validators=[MinValueValidator(0), MaxValueValidator(30)]
    )
    keep_years = models.PositiveSmallIntegerField(
        _("交易与售后记录保留多少年"), default=3, validators=[MinValueValidator(3), MaxValueValidator(30)]
    )

    class Meta:
        verbose_name = _("个人信息保护规则")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class RetentionRule(models.Model):
    """How long one kind of data is kept, and what the last night's run came to."""

    class Kind(models.TextChoices):
        IMPORT_ROWS = "import_rows", _("导入文件与原始行")
        EXPORTS = "exports", _("导出记录的明细")
        REVEALS = "reveals", _("加看次数记录")
        LEADS = "leads", _("久未联系的潜在客户")

    kind = models.CharField(_("数据"), max_length=12, choices=Kind.choices, unique=True)
    months = models.PositiveSmallIntegerField(
        _("保留多少个月"), validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    active = models.BooleanField(_("启用"), default=False)
    last_at = models.DateTimeField(_("上次执行"), null=True, editable=False)
    last_count = models.PositiveIntegerField(_("上次处理条数"), default=0, editable=False)

    class Meta:
        verbose_name = _("保留期限")

    def __str__(self) -> str:
        return self.get_kind_display()
