"""Pairs of archives that look alike, and the runs through the whole stock that find them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models.customer import Customer
from keqiao.org.models import Employee
from keqiao.runtime.models import Job


class DuplicateRun(models.Model):
    """One search through all customers."""

    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+", verbose_name=_("发起人"))
    started_at = models.DateTimeField(_("开始时间"), default=timezone.now)
    finished_at = models.DateTimeField(_("结束时间"), null=True)
    customers = models.IntegerField(_("客户数"), default=0)
    pairs = models.IntegerField(_("疑似重复"), default=0)
    shared = models.IntegerField(
        _("多人共用"), default=0, help_text="numbers that so many share that they say nothing: switchboards, fillers"
    )

    class Meta:
        verbose_name = _("全库查重")

    def __str__(self) -> str:
        return f"{timezone.localtime(self.started_at):%Y-%m-%d %H:%M}"


class DuplicatePair(models.Model):
    """Two archives with something in common. What a person decided about them is remembered."""

    class State(models.TextChoices):
        OPEN = "open", _("待核对")
        LATER = "later", _("以后再说")
        DIFFERENT = "different", _("不是同一人")

    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        "open": frozenset({"later", "different"}),
        "later": frozenset({"open", "different"}),
        "different": frozenset({"open"}),
    }

    low = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False, verbose_name=_("先建的档案"))
    high = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("后建的档案"))
    score = models.PositiveSmallIntegerField(_("相似度"), help_text="0 to 100")
    reasons = models.JSONField(_("依据"), default=list, help_text="codes of duplicates.scoring.WORDS")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    run = models.ForeignKey(DuplicateRun, models.SET_NULL, null=True, related_name="+", db_index=False)
    decided_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("核对人")
    )
    decided_at = models.DateTimeField(_("核对时间"), null=True)

    class Meta:
        verbose_name = _("疑似重复")
        constraints = [
            models.UniqueConstraint(fields=["low", "high"], name="duplicate_once"),
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="duplicate_in_order"),
        ]
        indexes = [
            models.Index(fields=["score", "id"], name="duplicate_score"),
            models.Index(fields=["state", "score", "id"], name="duplicate_state"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} #{self.pk}"
