"""A question put to somebody with the power to decide it. Knows no business noun."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Approval(models.Model):
    """One request for a decision about a record, and the decision."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待审批")
        APPROVED = "approved", _("已同意")
        REJECTED = "rejected", _("已驳回")
        WITHDRAWN = "withdrawn", _("已撤回")

    kind = models.CharField(max_length=40, help_text="what happens on the decision is registered under it")
    label = models.CharField(max_length=60, help_text="app.model of the subject")
    object_id = models.BigIntegerField()
    title = models.CharField(_("事项"), max_length=200)
    url = models.CharField(max_length=200, blank=True)
    amount_fen = models.BigIntegerField(_("金额"), null=True, blank=True)
    reason = models.TextField(_("申请理由"), blank=True)
    power = models.CharField(max_length=60, help_text="who holds it within reach may decide")
    unit = models.ForeignKey("org.OrgUnit", models.PROTECT, verbose_name=_("部门"), related_name="+")
    requested_by = models.ForeignKey("org.Employee", models.PROTECT, verbose_name=_("申请人"), related_name="+")
    requested_at = models.DateTimeField(_("申请时间"), auto_now_add=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("审批人"), related_name="+"
    )
    decided_at = models.DateTimeField(_("审批时间"), null=True)
    note = models.TextField(_("审批意见"), blank=True)

    class Meta:
        verbose_name = _("审批")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "label", "object_id"],
                condition=models.Q(state="waiting"),
                name="approval_waits_once",
                violation_error_message=_("这件事已经在等待审批。"),
            )
        ]
        indexes = [
            models.Index(fields=["unit", "id"], name="approval_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["label", "object_id"], name="approval_of"),
        ]

    def __str__(self) -> str:
        return self.title


TRANSITIONS: dict[str, frozenset[str]] = {
    Approval.State.WAITING: frozenset({Approval.State.APPROVED, Approval.State.REJECTED, Approval.State.WITHDRAWN}),
}
