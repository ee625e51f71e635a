"""Imports: the batch, what became of its rows, and the mappings that are remembered."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers.models.customer import Customer
from keqiao.org.models import Employee, OrgUnit
from keqiao.runtime.models import Job


class ImportMapping(models.Model):
    """Which column means what, remembered for every file with the same header."""

    fingerprint = models.CharField(max_length=64, unique=True, help_text="sha256 of the header's labels")
    columns = models.JSONField(default=dict, help_text="label of the column → field")
    source = models.CharField(max_length=80, default="")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("导入列对应")

    def __str__(self) -> str:
        return self.fingerprint[:12]


class ImportBatch(models.Model):
    """One file taken in. `next_row` says up to which line the work is done, in the transaction that did it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("待确认")
        RUNNING = "running", _("导入中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未完成")
        UNDOING = "undoing", _("撤销中")
        UNDONE = "undone", _("已撤销")

    class Duplicates(models.TextChoices):
        SKIP = "skip", _("跳过：保留已有客户，不改动")
        UPDATE = "update", _("更新：用文件中的内容更新已有客户")
        KEEP = "keep", _("都保留：另建一个客户")

    name = models.CharField(_("文件名"), max_length=200)
    file = models.FileField(_("文件"), upload_to="imports/%Y%m", max_length=200, blank=True)
    sheet = models.CharField(_("工作表"), max_length=80, default="")
    labels = models.JSONField(default=list, help_text="the header")
    header_row = models.IntegerField(default=0, help_text="index of the last header line, from 0")
    mapping = models.JSONField(default=dict, help_text="column index → field")
    source = models.CharField(_("来源系统"), max_length=80, default="")
    duplicates = models.CharField(_("遇到重复客户"), max_length=8, choices=Duplicates.choices, default=Duplicates.SKIP)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.DRAFT)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    next_row = models.IntegerField(default=0, help_text="index of the first line not yet taken in")
    total = models.IntegerField(default=0, help_text="lines of data in the sheet, 0 while unknown")
    rows = models.IntegerField(_("行数"), default=0)
    created = models.IntegerField(_("新建"), default=0)
    updated = models.IntegerField(_("更新"), default=0)
    skipped = models.IntegerField(_("跳过"), default=0)
    refused = models.IntegerField(pgettext_lazy("rows", "退回"), default=0)
    problem = models.TextField(default="")
    paced_at = models.DateTimeField(null=True, help_text="since when the work goes on at its present pace")
    paced_from = models.IntegerField(default=0, help_text="lines that were done then")
    undone = models.IntegerField(default=0, help_text="lines that undoing has dealt with")
    undone_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+", verbose_name=_("撤销人"))
    created_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+", verbose_name=_("导入人"))
    unit = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+", verbose_name=_("所属部门"))
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("客户导入")

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """What became of a line, where somebody may ask later: made, changed (with what was before), or refused.

    Undoing takes the customer off a line that made one and marks what it gave back and, with the reason, what it left.
    """

    class Outcome(models.TextChoices):
        CREATED = "created", _("新建")
        UPDATED = "updated", _("更新")
        SAME = "same", _("无变化")
        REFUSED = "refused", pgettext_lazy("rows", "退回")
        REVERTED = "reverted", _("已恢复")
        KEPT = "kept", _("撤销时保留")

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="outcomes", db_index=False)
    row = models.IntegerField(help_text="line of the file, from 1")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, related_name="+")
    before = models.JSONField(default=dict)
    cells = models.JSONField(default=list)
    reason = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "row"], name="import_row_once")]
        indexes = [models.Index(fields=["batch", "outcome", "row"], name="import_row_outcome")]

    def __str__(self) -> str:
        return f"{self.batch} {self.row}"
