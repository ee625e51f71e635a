"""What the department sets itself: types, causes, deadlines and limits."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.tickets.models.ticket import Kind, Severity, Ticket


class Node(models.Model):
    """A named place in a tree of two levels."""

    name = models.CharField(_("名称"), max_length=40)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        abstract = True

    parent: Any

    def __str__(self) -> str:
        return f"{self.parent.name} / {self.name}" if self.parent else self.name


class Category(Node):
    """What a ticket is about; the unit that usually has to answer it."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("上级"), related_name="children"
    )
    default_unit = models.ForeignKey(
        "org.OrgUnit", models.PROTECT, null=True, blank=True, verbose_name=_("默认承办部门"), related_name="+"
    )

    class Meta:
        verbose_name = _("问题类别")
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"], name="category_once", violation_error_message=_("同一级已有同名的类别。")
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(parent=None),
                name="category_top_once",
                violation_error_message=_("同一级已有同名的类别。"),
            ),
        ]


class Cause(Node):
    """Why it came to a complaint."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("上级"), related_name="children"
    )

    class Meta:
        verbose_name = _("投诉原因")
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"], name="cause_once", violation_error_message=_("同一级已有同名的原因。")
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(parent=None),
                name="cause_top_once",
                violation_error_message=_("同一级已有同名的原因。"),
            ),
        ]


class DeadlineRule(models.Model):
    """How much working time a stage, or the whole, may take: the house's own numbers, the standard gives none."""

    SOLVE = "solve"
    STAGES = [*Ticket.Stage.choices[:7], (SOLVE, _("从受理到办结"))]

    kind = models.CharField(_("工单类型"), max_length=14, choices=Kind.choices)
    severity = models.PositiveSmallIntegerField(_("严重程度"), choices=Severity.choices)
    stage = models.CharField(_("阶段"), max_length=14, choices=STAGES)
    minutes = models.PositiveIntegerField(_("时限（工作分钟）"))
    warn_percent = models.PositiveSmallIntegerField(_("预警比例（%）"), default=80)

    class Meta:
        verbose_name = _("办理时限")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "severity", "stage"],
                name="deadline_once",
                violation_error_message=_("这一类型、严重程度和阶段已有时限。"),
            ),
            models.CheckConstraint(condition=models.Q(minutes__gte=1), name="deadline_positive"),
            models.CheckConstraint(condition=models.Q(warn_percent__range=(1, 100)), name="deadline_warn"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_severity_display()} · {self.get_stage_display()}"


class TicketSettings(models.Model):
    """One row: limits and defaults of the ticket desk."""

    compensation_limit_fen = models.BigIntegerField(_("补偿免审批限额"), default=50_000)
    intake_unit = models.ForeignKey(
        "org.OrgUnit", models.PROTECT, null=True, blank=True, verbose_name=_("网页投诉的受理部门"), related_name="+"
    )
    effect_days = models.PositiveSmallIntegerField(_("整改效果验证间隔（天）"), default=30)

    class Meta:
        verbose_name = _("工单规则")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
