"""Rules of the life cycle, and saved selections of customers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models.customer import Customer
from keqiao.org.models import Employee


class StageRule(models.Model):
    """When a customer belongs to a stage of the life cycle. Rules are asked by `place`; the first that fits counts.

    All conditions that are given must hold. A customer whom no rule fits is 潜在.
    """

    stage = models.CharField(_("生命周期"), max_length=10, choices=Customer.LifeCycle.choices, unique=True)
    place = models.PositiveSmallIntegerField(_("判断顺序"), help_text="from 1")
    deals = models.PositiveSmallIntegerField(_("最少成交次数"), default=0)
    idle_from = models.PositiveIntegerField(_("至少多少天没有往来"), null=True, blank=True)
    idle_to = models.PositiveIntegerField(_("最近多少天内有往来"), null=True, blank=True)
    tag = models.ForeignKey(
        "customers.Tag", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("带有标签")
    )
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("生命周期规则")
        constraints = [
            models.CheckConstraint(
                condition=Q(idle_from=None) | Q(idle_to=None) | Q(idle_from__lte=models.F("idle_to")),
                name="stage_rule_range",
            )
        ]

    def __str__(self) -> str:
        return self.get_stage_display()


class Segment(models.Model):
    """A selection of customers under a name: the list's filters as a query string, so it always shows the present."""

    name = models.CharField(_("名称"), max_length=40)
    query = models.TextField(_("条件"), help_text="query string of the list of customers")
    owner = models.ForeignKey(Employee, models.CASCADE, related_name="segments", verbose_name=_("创建人"))
    shared = models.BooleanField(_("共享"), default=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("客户分群")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], name="segment_once", violation_error_message=_("您已有同名的分群。")
            )
        ]
        indexes = [models.Index(fields=["shared", "id"], name="segment_shared")]

    def __str__(self) -> str:
        return self.name
