"""Reports of a month or a week: figures as they were counted, sections that a person writes, and when they are drafted."""

import hashlib
import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import Employee, OrgUnit


class Kind(models.TextChoices):
    """What is reported; the first two by the month, the last by the week."""

    COMPLAINTS = "complaints", _("月度投诉分析报告")
    VISITS = "visits", _("回访总结报告")
    FOLLOWUP = "followup", _("售后跟踪质量周报")


WEEKLY = {Kind.FOLLOWUP}


class Plan(models.Model):
    """A report that is drafted by itself for a unit, on the first working day after each period."""

    kind = models.CharField(_("报告"), max_length=12, choices=Kind.choices)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, verbose_name=_("哪个部门的"), related_name="+")
    writer = models.ForeignKey(Employee, models.PROTECT, null=True, verbose_name=_("编写人"), related_name="+")
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("报告计划")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "unit"],
                name="report_plan_once",
                violation_error_message=_("这个部门已有这种报告的计划。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_kind_display()}"


class Report(models.Model):
    """One report of one unit about the days from `first` to `last`, both included.

    `data` holds the figures, tables and charts of every section as they were counted at `counted_at`; nothing of it
    changes once the report is handed in. The words stand in the sections.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("编写中")
        WAITING = "waiting", _("审批中")
        ARCHIVED = "archived", _("已归档")
        DROPPED = "dropped", _("已放弃")

    number = models.CharField(_("编号"), max_length=24, unique=True)
    kind = models.CharField(_("报告"), max_length=12, choices=Kind.choices)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, verbose_name=_("部门"), related_name="+", db_index=False)
    first = models.DateField(_("起始日期"))
    last = models.DateField(_("截止日期"))
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.DRAFT)
    writer = models.ForeignKey(
        Employee, models.PROTECT, null=True, verbose_name=_("编写人"), related_name="+", db_index=False
    )
    data = models.JSONField(_("数字"), default=list, editable=False)
    counted_at = models.DateTimeField(_("计算时间"))
    drafted_at = models.DateTimeField(_("起草时间"))
    returned_note = models.CharField(_("退回意见"), max_length=500, blank=True, default="")
    submitted_at = models.DateTimeField(_("提交时间"), null=True)
    submitted_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, verbose_name=_("提交人"), related_name="+", db_index=False
    )
    approved_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, verbose_name=_("批准人"), related_name="+", db_index=False
    )
    archived_at = models.DateTimeField(_("归档时间"), null=True)
    sha256 = models.CharField(_("内容校验"), max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("分析报告")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "unit", "first"],
                condition=~Q(state="dropped"),
                name="report_once",
                violation_error_message=_("这个部门这段时间的报告已经有了。"),
            ),
            models.CheckConstraint(condition=Q(first__lte=models.F("last")), name="report_days"),
            models.CheckConstraint(
                condition=~Q(state="archived") | (Q(archived_at__isnull=False) & ~Q(sha256="")), name="report_archived"
            ),
        ]
        indexes = [
            models.Index(fields=["first", "id"], name="report_day"),
            models.Index(fields=["unit", "first", "id"], name="report_of_unit"),
            models.Index(fields=["writer", "first", "id"], name="report_by"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.span}"

    @property
    def weekly(self) -> bool:
        """Whether it is about a week."""
        return self.kind in WEEKLY

    @property
    def span(self) -> str:
        """Its month, or the days of its week."""
        return f"{self.first:%Y-%m}" if not self.weekly else f"{self.first} – {self.last}"

    def digest(self) -> str:
        """SHA-256 of what an archived report says: number, kind, unit, days, figures and words."""
        words = [[one.key, one.title, one.text] for one in self.sections.order_by("place")]
        said: list[Any] = [
            self.number, self.kind, self.unit_id, self.first.isoformat(), self.last.isoformat(), self.data, words,
            self.counted_at.isoformat(),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    @property
    def intact(self) -> bool:
        """Whether an archived report still says what it said."""
        return self.sha256 == self.digest()


class Section(models.Model):
    """The words of one section. `drafted` are the program's own; `revision` grows with every change a person makes."""

    report = models.ForeignKey(Report, models.CASCADE, verbose_name=_("报告"), related_name="sections")
    key = models.CharField(_("代号"), max_length=20)
    place = models.PositiveSmallIntegerField(_("顺序"))
    title = models.CharField(_("标题"), max_length=60)
    drafted = models.TextField(_("程序起草的文字"), blank=True)
    text = models.TextField(_("文字"), blank=True)
    revision = models.PositiveIntegerField(_("修改次数"), default=0)
    edited_at = models.DateTimeField(_("修改时间"), null=True)
    edited_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, verbose_name=_("修改人"), related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("报告的一节")
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="report_section_once")]

    def __str__(self) -> str:
        return self.title


_S = Report.State
TRANSITIONS: dict[str, frozenset[str]] = {
    _S.DRAFT: frozenset({_S.WAITING, _S.DROPPED}),
    _S.WAITING: frozenset({_S.DRAFT, _S.ARCHIVED}),
    _S.ARCHIVED: frozenset(),
    _S.DROPPED: frozenset(),
}
