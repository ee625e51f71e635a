"""Standing deputies: who decides instead of whom while somebody is away."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Deputy(models.Model):
    """Deputy 审批代理: from one day to another the deputy gets what would come to the employee."""

    employee = models.ForeignKey("org.Employee", models.PROTECT, verbose_name=_("被代理人"), related_name="+")
    deputy = models.ForeignKey("org.Employee", models.PROTECT, verbose_name=_("代理人"), related_name="+")
    from_day = models.DateField(_("开始日期"))
    until_day = models.DateField(_("结束日期"))
    reason = models.CharField(_("原因"), max_length=100, blank=True)
    made_by = models.ForeignKey("org.Employee", models.PROTECT, null=True, verbose_name=_("设置人"), related_name="+")
    made_at = models.DateTimeField(_("设置时间"), auto_now_add=True)
    ended_at = models.DateTimeField(_("提前结束时间"), null=True)

    class Meta:
        verbose_name = _("审批代理")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_day__gte=models.F("from_day")), name="deputy_days",
                violation_error_message=_("结束日期不能早于开始日期。"),
            ),
            models.CheckConstraint(
                condition=~models.Q(employee=models.F("deputy")), name="deputy_is_another",
                violation_error_message=_("代理人不能是本人。"),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["until_day"], name="deputy_living", condition=models.Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.employee} → {self.deputy}"
