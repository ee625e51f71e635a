"""The log of stages: who, when, and how long it took in working time against the deadline."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.actor import name_shown
from keqiao.tickets.models.ticket import Ticket


class Stage(models.Model):
    """A ticket's stay in one stage. Exactly one row of a ticket has no `left_at`: the stage it is in."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="stages", db_index=False)
    stage = models.CharField(_("阶段"), max_length=14, choices=Ticket.Stage.choices)
    entered_at = models.DateTimeField(_("开始时间"))
    left_at = models.DateTimeField(_("结束时间"), null=True)
    by = models.ForeignKey("org.Employee", models.PROTECT, null=True, verbose_name=_("经办人"), related_name="+")
    by_name = models.CharField(max_length=80, blank=True)
    note = models.TextField(_("说明"), blank=True)
    due_at = models.DateTimeField(_("期限"), null=True)
    worked_minutes = models.IntegerField(_("用时（工作分钟）"), null=True)
    paused_minutes = models.IntegerField(_("暂停（工作分钟）"), default=0)
    late = models.BooleanField(_("超时"), default=False)

    class Meta:
        verbose_name = _("阶段记录")
        ordering = ["entered_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=models.Q(left_at=None), name="stage_current_once")
        ]
        indexes = [
            models.Index(fields=["ticket", "entered_at"], name="stage_of_ticket"),
            models.Index(fields=["stage", "left_at"], name="stage_left"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.get_stage_display()}"

    @property
    def who(self) -> str:
        """Who did it, as shown."""
        return name_shown(self.by_name, self.by_id)
