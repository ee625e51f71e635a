"""A ticket given to a unit to answer; several at once are possible, each with its own clock."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.tickets.models.ticket import Ticket


class Dispatch(models.Model):
    """One unit's part of the investigation."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("待接收")
        ACCEPTED = "accepted", _("已接收")
        ANSWERED = "answered", _("已答复")
        RETURNED = "returned", _("已退回")

    ticket = models.ForeignKey(Ticket, models.CASCADE, verbose_name=_("工单"), related_name="dispatches")
    unit = models.ForeignKey("org.OrgUnit", models.PROTECT, verbose_name=_("承办部门"), related_name="+")
    handler = models.ForeignKey("org.Employee", models.PROTECT, null=True, verbose_name=_("承办人"), related_name="+")
    round = models.PositiveSmallIntegerField(_("轮次"), default=0)
    status = models.CharField(_("状态"), max_length=10, choices=Status.choices, default=Status.WAITING)
    open = models.BooleanField(default=True, help_text="waiting or accepted")
    instructions = models.TextField(_("派发要求"), blank=True)
    created_at = models.DateTimeField(_("派发时间"))
    created_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("派发人"), related_name="+"
    )
    due_at = models.DateTimeField(_("答复期限"))
    accepted_at = models.DateTimeField(_("接收时间"), null=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("答复人"), related_name="+"
    )
    answer = models.TextField(_("答复内容"), blank=True)
    returned_at = models.DateTimeField(_("退回时间"), null=True)
    return_reason = models.TextField(_("退回原因"), blank=True)
    worked_minutes = models.IntegerField(_("用时（工作分钟）"), null=True)
    late = models.BooleanField(_("超时"), default=False)
    alarm_at = models.DateTimeField(null=True)
    alarm_level = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("派发")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "unit"],
                condition=models.Q(open=True),
                name="dispatch_open_once",
                violation_error_message=_("已派发给这个部门，尚未答复。"),
            )
        ]
        indexes = [
            models.Index(fields=["unit", "due_at"], name="dispatch_waiting", condition=models.Q(open=True)),
            models.Index(
                fields=["alarm_at"], name="dispatch_alarm", condition=models.Q(open=True, alarm_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} → {self.unit}"


TRANSITIONS: dict[str, frozenset[str]] = {
    Dispatch.Status.WAITING: frozenset({Dispatch.Status.ACCEPTED, Dispatch.Status.RETURNED}),
    Dispatch.Status.ACCEPTED: frozenset({Dispatch.Status.ANSWERED, Dispatch.Status.RETURNED}),
    Dispatch.Status.ANSWERED: frozenset(),
    Dispatch.Status.RETURNED: frozenset(),
}
