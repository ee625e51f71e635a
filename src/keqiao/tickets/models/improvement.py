"""What is changed so that a fault does not recur."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.tickets.models.ticket import Ticket


class CorrectiveAction(models.Model):
    """A measure with an owner, a date, a proof and a check of its effect."""

    class Status(models.TextChoices):
        OPEN = "open", _("整改中")
        DONE = "done", _("待验证")
        EFFECTIVE = "effective", _("有效")
        INEFFECTIVE = "ineffective", _("无效")

    ticket = models.ForeignKey(Ticket, models.PROTECT, verbose_name=_("来源工单"), related_name="corrections")
    cause = models.ForeignKey("tickets.Cause", models.PROTECT, null=True, verbose_name=_("原因"), related_name="+")
    title = models.CharField(_("整改事项"), max_length=120)
    measure = models.TextField(_("整改措施"))
    owner = models.ForeignKey("org.Employee", models.PROTECT, verbose_name=_("整改负责人"), related_name="+")
    unit = models.ForeignKey("org.OrgUnit", models.PROTECT, verbose_name=_("整改部门"), related_name="+")
    due_on = models.DateField(_("完成期限"))
    status = models.CharField(_("状态"), max_length=12, choices=Status.choices, default=Status.OPEN)
    created_by = models.ForeignKey("org.Employee", models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    done_at = models.DateTimeField(_("完成时间"), null=True)
    done_by = models.ForeignKey("org.Employee", models.PROTECT, null=True, related_name="+", db_index=False)
    proof = models.TextField(_("完成证明"), blank=True)
    check_on = models.DateField(_("验证日期"), null=True)
    checked_at = models.DateTimeField(_("验证时间"), null=True)
    checked_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("验证人"), related_name="+", db_index=False
    )
    check_note = models.TextField(_("验证情况"), blank=True)
    follows = models.OneToOneField(
        "self", models.PROTECT, null=True, verbose_name=_("接续的整改"), related_name="followed_by"
    )

    class Meta:
        verbose_name = _("整改")
        indexes = [models.Index(fields=["status", "due_on"], name="correction_due")]

    def __str__(self) -> str:
        return self.title


TRANSITIONS: dict[str, frozenset[str]] = {
    CorrectiveAction.Status.OPEN: frozenset({CorrectiveAction.Status.DONE}),
    CorrectiveAction.Status.DONE: frozenset({CorrectiveAction.Status.EFFECTIVE, CorrectiveAction.Status.INEFFECTIVE}),
    CorrectiveAction.Status.EFFECTIVE: frozenset(),
    CorrectiveAction.Status.INEFFECTIVE: frozenset(),
}
