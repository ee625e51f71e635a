"""重点客户月报: what became of the tickets of special customers in a month, for the leader of a unit."""

from django.db import models
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.tickets.models.ticket import Ticket


class SpecialMonth(models.Model):
    """One month of one unit. The numbers are as they stood when it was made; the tickets lead on to what they are now."""

    month = models.DateField(_("月份"), help_text="its first day")
    unit = models.ForeignKey("org.OrgUnit", models.PROTECT, verbose_name=_("受理部门"), related_name="+")
    leader = models.ForeignKey("org.Employee", models.PROTECT, null=True, verbose_name=_("报送给"), related_name="+")
    made_at = models.DateTimeField(_("生成时间"))
    tickets = models.ManyToManyField(Ticket, verbose_name=_("工单"), related_name="+")
    customers = models.PositiveIntegerField(_("重点客户"), default=0)
    matters = models.PositiveIntegerField(_("工单数"), default=0)
    complaints = models.PositiveIntegerField(_("其中投诉"), default=0)
    closed = models.PositiveIntegerField(_("当月办结"), default=0)
    closed_late = models.PositiveIntegerField(_("超时办结"), default=0)
    waiting = models.PositiveIntegerField(_("月末在办"), default=0)
    escalated = models.PositiveIntegerField(_("曾经上报"), default=0)
    score_sum = models.PositiveIntegerField(default=0)
    scores = models.PositiveIntegerField(_("评价数"), default=0)

    class Meta:
        verbose_name = _("重点客户月报")
        constraints = [models.UniqueConstraint(fields=["month", "unit"], name="special_month_once")]
        indexes = [models.Index(fields=["-month", "-id"], name="special_by_month")]

    def __str__(self) -> str:
        return now_("%(month)s %(unit)s重点客户月报") % {"month": f"{self.month:%Y-%m}", "unit": self.unit.name}

    @property
    def withdrawn(self) -> int:
        """How many their customers took back in the month: neither closed nor open at its end."""
        return self.matters - self.closed - self.waiting

    @property
    def satisfaction(self) -> float | None:
        """The average of the scores from 1 to 5, None where nobody gave one."""
        return round(self.score_sum / self.scores, 2) if self.scores else None
