"""The rules of the ticket desk, version by version: a draft is edited, tried, and taken into force as a whole."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _


class RuleSet(models.Model):
    """规则版本: all rules as they stand together. Only a draft changes; a ticket keeps the version it was judged under.

    `in_work` is true in the states before force, so that one constraint keeps it to one version at a time.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        TRIED = "tried", _("已试运行")
        SCHEDULED = "scheduled", _("待生效")
        FORCE = "force", _("生效中")
        OLD = "old", _("以往版本")

    number = models.PositiveIntegerField(_("版本"), unique=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    in_work = models.BooleanField(default=True)
    edits = models.PositiveIntegerField(default=0, help_text="grows with every edit, so a trial knows whether it holds")
    note = models.CharField(_("修改说明"), max_length=200, blank=True)
    began_as = models.ForeignKey("self", models.PROTECT, null=True, verbose_name=_("来自版本"), related_name="+")
    made_by = models.ForeignKey("org.Employee", models.PROTECT, null=True, verbose_name=_("制定人"), related_name="+")
    made_at = models.DateTimeField(_("建立时间"), auto_now_add=True)
    tried_at = models.DateTimeField(_("试运行时间"), null=True)
    trial = models.JSONField(_("试运行结果"), default=dict, help_text="counts by what would change; see ruling.trying")
    starts_at = models.DateTimeField(_("定时生效"), null=True)
    forced_at = models.DateTimeField(_("生效时间"), null=True)
    forced_by = models.ForeignKey("org.Employee", models.PROTECT, null=True, verbose_name=_("启用人"), related_name="+")
    ended_at = models.DateTimeField(_("停用时间"), null=True)

    class Meta:
        verbose_name = _("工单规则")
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="force"), name="ruleset_one_in_force",
                violation_error_message=_("已有一个生效中的版本。"),
            ),
            models.UniqueConstraint(
                fields=["in_work"], condition=Q(in_work=True), name="ruleset_one_in_work",
                violation_error_message=_("已有一个正在修改的版本。"),
            ),
            models.CheckConstraint(
                condition=Q(in_work=True, state__in=["draft", "tried", "scheduled"])
                | Q(in_work=False, state__in=["force", "old"]),
                name="ruleset_work_by_state",
            ),
            models.CheckConstraint(
                condition=Q(state="scheduled", starts_at__isnull=False)
                | (~Q(state="scheduled") & Q(starts_at__isnull=True)),
                name="ruleset_planned_instant",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return now_("工单规则第 %d 版") % self.number


R = RuleSet.State

RULE_TRANSITIONS: dict[str, frozenset[str]] = {
    R.DRAFT: frozenset({R.TRIED}),
    R.TRIED: frozenset({R.DRAFT, R.SCHEDULED, R.FORCE}),
    R.SCHEDULED: frozenset({R.TRIED, R.FORCE}),
    R.FORCE: frozenset({R.OLD}),
    R.OLD: frozenset(),
}


class Rule(models.Model):
    """One row of a version. `key` stays the same from version to version, so that differences can be told.

    What `data` holds is fixed by the kind (`ruling.kinds`): its form writes it, its parser reads it.
    """

    ruleset = models.ForeignKey(RuleSet, models.CASCADE, related_name="rules")
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=40)
    place = models.PositiveIntegerField(_("顺序"), default=0)
    active = models.BooleanField(_("在用"), default=True)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("规则")
        ordering = ["kind", "place", "pk"]
        constraints = [models.UniqueConstraint(fields=["ruleset", "kind", "key"], name="rule_once")]

    def __str__(self) -> str:
        return f"{self.ruleset_id} {self.kind} {self.key}"


class Trial(models.Model):
    """A ticket of the last days that a draft would treat otherwise; `before` and `after` by what is compared."""

    ruleset = models.ForeignKey(RuleSet, models.CASCADE, related_name="trials", db_index=False)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+", db_index=False)
    severity = models.BooleanField(_("严重程度"), default=False)
    unit = models.BooleanField(_("承办部门"), default=False)
    deadline = models.BooleanField(_("办结期限"), default=False)
    escalation = models.BooleanField(_("逐级上报"), default=False)
    approval = models.BooleanField(_("补偿审批"), default=False)
    closing = models.BooleanField(_("办结条件"), default=False)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("试运行记录")
        constraints = [models.UniqueConstraint(fields=["ruleset", "ticket"], name="trial_once")]

    def __str__(self) -> str:
        return f"{self.ruleset_id} {self.ticket_id}"
