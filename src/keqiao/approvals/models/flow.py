"""Flows: the ordered steps of one kind of approval, kept in the browser, version by version."""

from django.db import models
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.approvals.kinds import title_of
from keqiao.approvals.models.rule import Rule
from keqiao.org.models import Employee

URGE_MINUTES = 60


class Flow(models.Model):
    """Flow 审批流程: one version of the steps of a kind. Only a draft changes; what runs keeps the version it began with."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        CURRENT = "current", _("在用")
        OLD = "old", _("以往版本")

    kind = models.CharField(_("审批事项"), max_length=40)
    number = models.PositiveIntegerField(_("版本"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    urge_minutes = models.PositiveIntegerField(_("催办间隔"), default=URGE_MINUTES)
    copied: "models.ManyToManyField[Employee, models.Model]" = models.ManyToManyField(
        Employee, verbose_name=_("抄送"), related_name="+"
    )
    note = models.CharField(_("修改说明"), max_length=200, blank=True)
    made_by = models.ForeignKey("org.Employee", models.PROTECT, null=True, verbose_name=_("制定人"), related_name="+")
    made_at = models.DateTimeField(_("建立时间"), auto_now_add=True)
    published_at = models.DateTimeField(_("启用时间"), null=True)

    class Meta:
        verbose_name = _("审批流程")
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="flow_version_once"),
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(state="current"), name="flow_one_current",
                violation_error_message=_("这个审批事项已有在用的流程。"),
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(state="draft"), name="flow_one_draft",
                violation_error_message=_("这个审批事项已有一份草稿。"),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state", "-id"], name="flow_by_state")]

    def __str__(self) -> str:
        return now_("%(kind)s（第 %(n)d 版）") % {"kind": title_of(self.kind), "n": self.number}


FLOW_TRANSITIONS: dict[str, frozenset[str]] = {
    Flow.State.DRAFT: frozenset({Flow.State.CURRENT}),
    Flow.State.CURRENT: frozenset({Flow.State.OLD}),
}


class FlowStep(Rule):
    """One step of a flow; `beside` the one before means that both are asked at the same time and both must agree."""

    flow = models.ForeignKey(Flow, models.CASCADE, related_name="steps")
    beside = models.BooleanField(_("与上一步同时进行"), default=False)
    from_fen = models.BigIntegerField(_("起始金额"), null=True, help_text="applies from this amount on; null is always")

    class Meta:
        verbose_name = _("审批步骤")
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.title

    def applies(self, amount_fen: int | None) -> bool:
        """Whether a request of that amount passes this step."""
        return self.from_fen is None or (amount_fen is not None and amount_fen >= self.from_fen)
