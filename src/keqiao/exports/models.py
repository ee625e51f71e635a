"""One export: who asked for which list, whether somebody had to agree, and where the file lies."""

import json
import zlib

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import Employee, OrgUnit
from keqiao.runtime.models import Job


class Export(models.Model):
    """A list taken away as a file by one person, who alone may download it, until `expires_at`."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待审批")
        MAKING = "making", _("生成中")
        READY = "ready", _("可下载")
        REFUSED = "refused", _("未获批准")
        FAILED = "failed", _("未完成")
        GONE = "gone", _("已删除")

    label = models.CharField(max_length=60, help_text="app.model of the list's records")
    title = models.CharField(_("列表"), max_length=60)
    query = models.TextField(default="", help_text="the list's query string")
    fingerprint = models.CharField(max_length=64, help_text="sha256 of list, query and format")
    conditions = models.JSONField(_("条件"), default=list, help_text="the same in words: [label, value]")
    format = models.CharField(_("格式"), max_length=4)
    language = models.CharField(max_length=10, help_text="of the header and of what the cells say")
    reason = models.TextField(_("用途"), default="", max_length=500)
    total = models.IntegerField(_("行数"), help_text="when it was asked for; what was approved")
    rows = models.IntegerField(_("实际行数"), default=0)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices)
    requested_by = models.ForeignKey(
        Employee, models.PROTECT, related_name="+", db_index=False, verbose_name=_("申请人")
    )
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+", db_index=False, verbose_name=_("部门"))
    requested_at = models.DateTimeField(_("申请时间"), auto_now_add=True)
    approved_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+", verbose_name=_("批准人"))
    note = models.TextField(_("审批意见"), default="")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(null=True, help_text="when the present run began")
    access_version = models.IntegerField(default=0, help_text="of the person's powers when the file was made")
    stored = models.CharField(max_length=60, default="", help_text="name in the folder of exports")
    size = models.BigIntegerField(_("大小"), default=0, help_text="bytes")
    watermark = models.CharField(_("水印"), max_length=200, default="")
    ready_at = models.DateTimeField(_("生成时间"), null=True)
    expires_at = models.DateTimeField(_("保留至"), null=True)
    taken = models.BinaryField(null=True, editable=False, help_text="ids of the rows in the file, as packed JSON")
    downloads = models.IntegerField(_("下载次数"), default=0)
    problem = models.CharField(max_length=200, default="")

    class Meta:
        verbose_name = _("导出")
        constraints = [
            models.UniqueConstraint(
                fields=["requested_by", "fingerprint"],
                condition=models.Q(state__in=["waiting", "making"]),
                name="export_open_once",
                violation_error_message=_("同样的导出正在等待审批或生成。"),
            )
        ]
        indexes = [
            models.Index(fields=["requested_by", "id"], name="export_of"),
            models.Index(fields=["unit", "id"], name="export_of_unit"),
            models.Index(fields=["expires_at"], name="export_expiring", condition=models.Q(state="ready")),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.total:,}"

    def rows_taken(self) -> list[int]:
        """The ids of the rows that went into the file; none where no file was made."""
        return json.loads(zlib.decompress(bytes(self.taken))) if self.taken else []


State = Export.State
TRANSITIONS: dict[str, frozenset[str]] = {
    State.WAITING: frozenset({State.MAKING, State.REFUSED}),
    State.MAKING: frozenset({State.READY, State.FAILED}),
    State.READY: frozenset({State.GONE}),
}


class ExportSettings(models.Model):
    """One row: above how many rows somebody must agree, and how long a file is kept."""

    approval_rows = models.PositiveIntegerField(
        _("免审批行数"), default=1_000, validators=[MaxValueValidator(1_000_000)]
    )
    keep_days = models.PositiveSmallIntegerField(
        _("文件保留天数"), default=3, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )

    class Meta:
        verbose_name = _("导出规则")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
