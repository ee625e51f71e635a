"""Customers who were lost: why, on what evidence, and the attempt to win them back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Customer
from keqiao.org.models import Employee, OrgUnit


class LossReason(models.Model):
    """Why customers leave, in two levels."""

    name = models.CharField(_("名称"), max_length=40)
    parent = models.ForeignKey("self", models.PROTECT, null=True, verbose_name=_("上级原因"), related_name="children")
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("流失原因")
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="loss_reason_once",
                violation_error_message=_("同一上级下已有同名的原因。"),
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(parent=None),
                name="loss_reason_top_once",
                violation_error_message=_("同一上级下已有同名的原因。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parent.name} / {self.name}" if self.parent else self.name


class Loss(models.Model):
    """A customer lost once. `owner` is who was answerable then, `winner` who tries to win him back by `due_on`."""

    class Status(models.TextChoices):
        LOST = "lost", _("已流失")
        TRYING = "trying", _("挽回中")
        WON = "won", _("已挽回")
        GIVEN_UP = "given_up", _("放弃挽回")

    number = models.CharField(_("单号"), max_length=24, unique=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, verbose_name=_("客户"), related_name="losses", db_index=False
    )
    reason = models.ForeignKey(LossReason, models.PROTECT, verbose_name=_("流失原因"), related_name="losses")
    evidence = models.TextField(_("依据"), max_length=1000)
    lost_on = models.DateField(_("流失日期"))
    owner = models.ForeignKey(
        Employee, models.PROTECT, null=True, verbose_name=_("原负责人"), related_name="losses", db_index=False
    )
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, verbose_name=_("所属部门"), related_name="+", db_index=False
    )
    marked_by = models.ForeignKey(Employee, models.PROTECT, null=True, verbose_name=_("登记人"), related_name="+")
    status = models.CharField(_("状态"), max_length=8, choices=Status.choices, default=Status.LOST)
    winner = models.ForeignKey(Employee, models.PROTECT, null=True, verbose_name=_("挽回负责人"), related_name="+")
    due_on = models.DateField(_("挽回期限"), null=True)
    plan = models.CharField(_("挽回办法"), max_length=500, blank=True, default="")
    result = models.CharField(_("挽回结果"), max_length=500, blank=True, default="")
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        verbose_name = _("流失客户")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(status__in=("lost", "trying")),
                name="loss_open_once",
                violation_error_message=_("这位客户已登记为流失，还没有结束。"),
            ),
            models.CheckConstraint(
                condition=~Q(status="trying") | Q(winner__isnull=False, due_on__isnull=False),
                name="loss_trying_has_winner",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "lost_on", "id"], name="loss_of_owner"),
            models.Index(fields=["unit", "lost_on", "id"], name="loss_of_unit"),
            models.Index(fields=["lost_on", "id"], name="loss_day"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.customer.name}"


LOSS_TRANSITIONS: dict[str, frozenset[str]] = {
    Loss.Status.LOST: frozenset({Loss.Status.TRYING, Loss.Status.GIVEN_UP}),
    Loss.Status.TRYING: frozenset({Loss.Status.TRYING, Loss.Status.WON, Loss.Status.GIVEN_UP}),
    Loss.Status.WON: frozenset(),
    Loss.Status.GIVEN_UP: frozenset(),
}
