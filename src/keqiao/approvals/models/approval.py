"""A question put to people with the power to decide it, and the way it goes. Knows no business noun."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.approvals.models.flow import Flow
from keqiao.approvals.models.rule import Rule


class Approval(models.Model):
    """One request for a decision about a record, and the decision."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待审批")
        RETURNED = "returned", _("待补充")
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
    power = models.CharField(max_length=60, help_text="who holds it within reach decides where no flow is kept")
    unit = models.ForeignKey("org.OrgUnit", models.PROTECT, verbose_name=_("部门"), related_name="+")
    requested_by = models.ForeignKey("org.Employee", models.PROTECT, verbose_name=_("申请人"), related_name="+")
    requested_at = models.DateTimeField(_("申请时间"), auto_now_add=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("审批人"), related_name="+"
    )
    decided_at = models.DateTimeField(_("审批时间"), null=True)
    note = models.TextField(_("审批意见"), blank=True)
    flow = models.ForeignKey(Flow, models.PROTECT, null=True, verbose_name=_("审批流程"), related_name="approvals")
    stage = models.PositiveSmallIntegerField(default=1, help_text="whose steps are asked now, or after completion")
    round = models.PositiveSmallIntegerField(_("第几次提交"), default=1)
    waits_for = models.CharField(_("当前审批人"), max_length=200, blank=True)
    due_at = models.DateTimeField(_("期限"), null=True)
    stuck = models.BooleanField(_("无人可批"), default=False)
    urges = models.PositiveSmallIntegerField(_("催办次数"), default=0)
    urged_at = models.DateTimeField(_("最近催办"), null=True)

    class Meta:
        verbose_name = _("审批")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "label", "object_id"],
                condition=models.Q(state__in=["waiting", "returned"]),
                name="approval_waits_once",
                violation_error_message=_("这件事已经在等待审批。"),
            )
        ]
        indexes = [
            models.Index(fields=["unit", "id"], name="approval_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["label", "object_id"], name="approval_of"),
            models.Index(fields=["requested_by", "-id"], name="approval_mine"),
            models.Index(fields=["-id"], name="approval_stuck", condition=models.Q(stuck=True)),
        ]

    def __str__(self) -> str:
        return self.title


TRANSITIONS: dict[str, frozenset[str]] = {
    Approval.State.WAITING: frozenset(
        {Approval.State.APPROVED, Approval.State.REJECTED, Approval.State.WITHDRAWN, Approval.State.RETURNED}
    ),
    Approval.State.RETURNED: frozenset({Approval.State.WAITING, Approval.State.WITHDRAWN}),
}
LIVING = (Approval.State.WAITING, Approval.State.RETURNED)


class Step(Rule):
    """One step on the way of an approval, as the flow had it when the request was made. Steps of a stage run together."""

    class State(models.TextChoices):
        COMING = "coming", _("未开始")
        CURRENT = "current", _("审批中")
        DONE = "done", _("已同意")
        REFUSED = "refused", _("已驳回")
        RETURNED = "returned", _("已退回")
        OVER = "over", _("未进行")

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="steps")
    stage = models.PositiveSmallIntegerField()
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.COMING)
    opened_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    alarm_at = models.DateTimeField(null=True)
    alarm_level = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("审批步骤")
        ordering = ["place", "pk"]
        constraints = [models.UniqueConstraint(fields=["approval", "place"], name="step_place_once")]
        indexes = [models.Index(fields=["alarm_at"], name="step_alarm", condition=models.Q(state="current"))]

    def __str__(self) -> str:
        return self.title


STEP_TRANSITIONS: dict[str, frozenset[str]] = {
    Step.State.COMING: frozenset({Step.State.CURRENT, Step.State.OVER}),
    Step.State.CURRENT: frozenset({Step.State.DONE, Step.State.REFUSED, Step.State.RETURNED, Step.State.OVER}),
    Step.State.DONE: frozenset({Step.State.COMING}),
    Step.State.RETURNED: frozenset({Step.State.COMING, Step.State.OVER}),
}


class Decider(models.Model):
    """A seat at a step: whose it is by the flow (`principal`), who sits on it, and what that person said."""

    class How(models.TextChoices):
        RULE = "rule", _("按流程")
        DEPUTY = "deputy", _("代理")
        DELEGATED = "delegated", _("转交")
        ASSIGNED = "assigned", _("管理员指派")

    class State(models.TextChoices):
        OPEN = "open", _("待审批")
        AGREED = "agreed", _("已同意")
        REFUSED = "refused", _("已驳回")
        RETURNED = "returned", _("已退回补充")
        PASSED = "passed", _("已转交")
        RELEASED = "released", _("无需再审批")
        COPIED = "copied", _("抄送")

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="deciders")
    step = models.ForeignKey(Step, models.CASCADE, null=True, related_name="deciders")
    principal = models.ForeignKey("org.Employee", models.PROTECT, related_name="+")
    employee = models.ForeignKey("org.Employee", models.PROTECT, verbose_name=_("审批人"), related_name="+")
    how = models.CharField(max_length=10, choices=How.choices, default=How.RULE)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    round = models.PositiveSmallIntegerField(default=1)
    carried = models.BooleanField(default=False, help_text="agreed in the step before, so not asked again")
    note = models.TextField(_("审批意见"), blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("审批人")
        constraints = [
            models.UniqueConstraint(
                fields=["step", "principal"], condition=models.Q(state="open"), name="decider_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["employee", "state", "approval"], name="decider_of"),
            models.Index(fields=["principal", "approval"], name="decider_for"),
        ]

    def __str__(self) -> str:
        return str(self.employee)
