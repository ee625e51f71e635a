"""Merges of two archives into one, with all that is needed to take them apart again."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models.customer import Customer
from keqiao.org.models import Employee


class Merge(models.Model):
    """The archive `merged` went into `survivor`; its row stays, so that it can come back."""

    class State(models.TextChoices):
        DONE = "done", _("已合并")
        UNDONE = "undone", _("已撤销")

    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {"done": frozenset({"undone"})}

    number = models.CharField(_("单号"), max_length=24, unique=True)
    survivor = models.ForeignKey(
        Customer, models.PROTECT, related_name="merges", verbose_name=_("保留的客户"), db_index=False
    )
    merged = models.ForeignKey(
        Customer, models.PROTECT, related_name="merges_away", verbose_name=_("并入的客户"), db_index=False
    )
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.DONE)
    fields = models.JSONField(default=dict, help_text="field of the survivor → [before, after]")
    left = models.JSONField(default=list, help_text="what undoing could not put back: [what, why]")
    by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+", verbose_name=_("合并人"))
    at = models.DateTimeField(_("合并时间"), default=timezone.now)
    undone_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+", verbose_name=_("撤销人"))
    undone_at = models.DateTimeField(_("撤销时间"), null=True)

    class Meta:
        verbose_name = _("客户合并")
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(state="done"), name="merge_once",
                violation_error_message=_("这位客户已经并入别的档案。"),
            ),
            models.CheckConstraint(condition=~Q(survivor=F("merged")), name="merge_of_two"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["survivor", "id"], name="merge_survivor"),
            models.Index(fields=["merged", "id"], name="merge_merged"),
        ]

    def __str__(self) -> str:
        return self.number


class MergePart(models.Model):
    """Of one kind of record: the ids that went over, that were put aside, and that stayed; and flags taken from them."""

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="parts", db_index=False)
    name = models.CharField(max_length=100, help_text="key of the registry: app.model.column")
    moved = models.JSONField(default=list, help_text="ids, from the merged one to the survivor")
    parked = models.JSONField(default=list, help_text="ids, from the survivor to the merged one")
    kept = models.JSONField(default=list, help_text="ids that stayed with the merged one")
    flags = models.JSONField(default=list, help_text="[id, value of the flag before]")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge", "name"], name="merge_part_once")]

    def __str__(self) -> str:
        return self.name
