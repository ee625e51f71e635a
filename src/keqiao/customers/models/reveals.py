"""Full values looked at: the audit's events as a list of their own, and what was allowed beyond the day's number."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.audit.models import Event
from keqiao.org.models import Employee


class Reveal(Event):
    """Somebody saw a customer's phone, e-mail or document number in full."""

    class Meta:
        proxy = True
        verbose_name = _("查看记录")


class RevealExtra(models.Model):
    """What a leader allowed an employee to look at on one day beyond the positions' number."""

    employee = models.ForeignKey(Employee, models.PROTECT, verbose_name=_("员工"), related_name="+", db_index=False)
    day = models.DateField(_("日期"))
    granted = models.PositiveIntegerField(_("增加的次数"), default=0)

    class Meta:
        verbose_name = _("增加的查看次数")
        constraints = [models.UniqueConstraint(fields=["employee", "day"], name="reveal_extra_once")]

    def __str__(self) -> str:
        return f"{self.employee} {self.day}"
