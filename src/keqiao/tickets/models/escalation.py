"""The rungs of the ladder that tickets have climbed (逐级上报), and the monthly summary of special customers."""

from django.db import models
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.tickets.models.ticket import Severity, Ticket


class Escalation(models.Model):
    """One rung climbed by one ticket under one deadline.

    `clock` names the deadline: that of one stay in a stage, or that of the whole in one round. A rung is climbed once
    for it; one whose time lies ahead again after the deadline was moved is `void`, so that it may be climbed again.
    `current` is the latest rung of the deadline that runs; `next_at` and `next_roles` say what follows.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, verbose_name=_("工单"), related_name="escalations")
    clock = models.CharField(max_length=24)
    rung = models.CharField(max_length=40, help_text="the rule's key")
    step = models.PositiveSmallIntegerField(_("级别"))
    stage = models.CharField(_("阶段"), max_length=14, choices=Ticket.Stage.choices)
    severity = models.PositiveSmallIntegerField(_("严重程度"), choices=Severity.choices)
    basis = models.CharField(max_length=8)
    amount = models.PositiveIntegerField()
    roles = models.JSONField(default=list)
    told = models.JSONField(default=list, help_text="names as they were then")
    due_at = models.DateTimeField(_("期限"))
    at = models.DateTimeField(_("上报时间"))
    current = models.BooleanField(_("升级中"), default=True)
    void = models.BooleanField(_("期限已改"), default=False)
    next_at = models.DateTimeField(_("下一级时间"), null=True)
    next_roles = models.JSONField(default=list)

    class Meta:
        verbose_name = _("逐级上报")
        ordering = ["at", "step", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "clock", "rung"], condition=models.Q(void=False), name="escalation_once"
            ),
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(current=True), name="escalation_current_once"
            ),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="escalation_current", condition=models.Q(current=True)),
            models.Index(fields=["-at", "-id"], name="escalation_by_time"),
        ]

    def __str__(self) -> str:
        return now_("%(ticket)s 第 %(step)d 级") % {"ticket": self.ticket.number, "step": self.step}
