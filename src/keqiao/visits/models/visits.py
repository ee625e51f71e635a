"""The visit and each attempt at it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers.models import Customer
from keqiao.tickets.models import Ticket
from keqiao.visits.models.rules import VisitRule


class Visit(models.Model):
    """A planned call back to a customer.

    It should not be made before `not_before` and must be done by `due_at`. `open` is kept beside the status for the
    indexes. Until `held_until` it is before `held_by` at the desk and before nobody else. What follows from a result
    saved at the desk (ticket, rectification, the word to the leader) waits for `follow_at`, so that a slip of the finger may be taken back.
    Of the signed link only the token's sha256 is kept. `alarm_level` tells the clock whom it has told already.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("待回访")
        TRYING = "trying", _("联系中")
        DONE = "done", _("已完成")
        UNREACHABLE = "unreachable", _("联系不上")
        CANCELLED = "cancelled", _("已取消")

    class Score(models.IntegerChoices):
        VERY_BAD = 1, _("非常不满意")
        BAD = 2, _("不满意")
        FAIR = 3, pgettext_lazy("satisfaction", "一般")
        GOOD = 4, _("满意")
        VERY_GOOD = 5, _("非常满意")

    class Channel(models.TextChoices):
        PHONE = "phone", _("电话回访")
        LINK = "link", _("客户在线评价")
        PORTAL = "portal", _("客户自助页面")

    number = models.CharField(_("单号"), max_length=24, unique=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, verbose_name=_("客户"), related_name="visits", db_index=False
    )
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, verbose_name=_("工单"), related_name="visits", db_index=False
    )
    round = models.PositiveSmallIntegerField(_("轮次"), default=1)
    rule = models.ForeignKey(VisitRule, models.PROTECT, verbose_name=_("回访规则"), related_name="+")
    occasion_key = models.CharField(
        max_length=40, default="", editable=False, help_text="what of the rule it is for: a period, a festival's day"
    )
    matter = models.CharField(_("回访事项"), max_length=120)
    unit = models.ForeignKey(
        "org.OrgUnit", models.PROTECT, verbose_name=_("回访部门"), related_name="+", db_index=False
    )
    assignee = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("回访人"), related_name="visits", db_index=False
    )
    status = models.CharField(_("状态"), max_length=12, choices=Status.choices, default=Status.PLANNED)
    open = models.BooleanField(_("待完成"), default=True)
    shared_on = models.DateField(_("分配日期"), null=True, editable=False)
    planned_at = models.DateTimeField(_("生成时间"))
    not_before = models.DateTimeField(_("最早联系时间"))
    due_at = models.DateTimeField(_("回访期限"))
    attempts_made = models.PositiveSmallIntegerField(_("已尝试次数"), default=0)
    hopeless = models.BooleanField(_("无法继续联系"), default=False, help_text="refused, or the number is wrong")
    satisfaction = models.PositiveSmallIntegerField(_("满意度"), choices=Score.choices, null=True)
    solved = models.BooleanField(_("问题是否解决"), null=True)
    said = models.TextField(_("客户意见"), blank=True)
    channel = models.CharField(_("回访方式"), max_length=8, choices=Channel.choices, blank=True)
    reason = models.CharField(_("取消或放弃原因"), max_length=300, blank=True)
    done_at = models.DateTimeField(_("完成时间"), null=True)
    done_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("完成人"), related_name="+", db_index=False
    )
    token_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 – no link yet
    token_until = models.DateTimeField(_("链接有效期至"), null=True, editable=False)
    alarm_level = models.PositiveSmallIntegerField(default=0)
    held_by = models.ForeignKey(
        "org.Employee", models.SET_NULL, null=True, related_name="+", db_index=False, editable=False
    )
    held_until = models.DateTimeField(null=True, editable=False)
    follow_at = models.DateTimeField(null=True, editable=False, help_text="until then the result may be taken back")

    class Meta:
        verbose_name = _("回访")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "round"],
                name="visit_once_a_round",
                violation_error_message=_("这张工单本轮的回访已经生成。"),
            ),
            models.UniqueConstraint(
                fields=["rule", "customer", "occasion_key"],
                name="visit_once_an_occasion",
                condition=~Q(occasion_key=""),
                violation_error_message=_("这位客户的这次回访已经生成。"),
            ),
            models.CheckConstraint(condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)), name="visit_score"),
            models.CheckConstraint(
                condition=~Q(status="done")
                | Q(satisfaction__isnull=False, solved__isnull=False, done_at__isnull=False),
                name="visit_done_has_result",
            ),
        ]
        indexes = [
            models.Index(fields=["assignee", "due_at", "id"], name="visit_mine", condition=Q(open=True)),
            models.Index(fields=["unit", "due_at", "id"], name="visit_of_unit", condition=Q(open=True)),
            models.Index(fields=["due_at", "id"], name="visit_open", condition=Q(open=True)),
            models.Index(fields=["due_at", "unit", "status", "done_at"], name="visit_coverage"),
            models.Index(fields=["done_at", "unit", "satisfaction"], name="visit_scores"),
            models.Index(fields=["assignee", "done_at"], name="visit_by_person"),
            models.Index(fields=["unit", "id"], name="visit_unit"),
            models.Index(fields=["assignee", "shared_on"], name="visit_shared"),
            models.Index(fields=["customer", "id"], name="visit_of_customer"),
            models.Index(fields=["follow_at"], name="visit_to_follow", condition=Q(follow_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.matter}"


TRANSITIONS: dict[str, frozenset[str]] = {
    Visit.Status.PLANNED: frozenset({Visit.Status.TRYING, Visit.Status.DONE, Visit.Status.CANCELLED}),
    Visit.Status.TRYING: frozenset(
        {Visit.Status.TRYING, Visit.Status.DONE, Visit.Status.UNREACHABLE, Visit.Status.CANCELLED}
    ),
    Visit.Status.DONE: frozenset(),
    Visit.Status.UNREACHABLE: frozenset(),
    Visit.Status.CANCELLED: frozenset(),
}


class VisitAttempt(models.Model):
    """One try to reach the customer, and when the next one is agreed."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("已接通")
        BUSY = "busy", _("占线")
        NO_ANSWER = "no_answer", _("无人接听")
        LATER = "later", _("客户约定再联系")
        REFUSED = "refused", _("客户拒绝回访")
        WRONG_NUMBER = "wrong_number", _("空号或错号")

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="attempts")
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("经办人"), related_name="+", db_index=False
    )
    outcome = models.CharField(_("结果"), max_length=14, choices=Outcome.choices)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    next_at = models.DateTimeField(_("下次联系时间"), null=True)
    before = models.JSONField(default=dict, editable=False, help_text="how the visit stood, for taking it back")

    class Meta:
        verbose_name = _("联系记录")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["by", "at"], name="visit_attempt_by")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.get_outcome_display()}"
