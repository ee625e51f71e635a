"""Call-backs: the rule that makes them, the visit, each attempt, and what is put right after a low score."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers.models import Customer
from keqiao.tickets.models import Ticket

OPENING = _(
    "{客户称呼}您好，我是{公司}的回访专员{客服姓名}。"
    "您反映的“{事项}”我们已经处理完毕，想占用您一两分钟做个回访，您现在方便吗？"
)
MIDDLE = _(
    "1. 处理结果是：{处理结果}。请问这个问题现在解决了吗？\n"
    "2. 从 1 分到 5 分，您对这次处理打几分？\n"
    "3. 哪些地方您觉得好，哪些地方还需要我们改进？"
)
CLOSING = _("谢谢您的宝贵意见，我已记录在案。您的单号是{单号}，后续有任何问题请随时联系我们。祝您生活愉快，再见！")


def complaints_only() -> list[str]:
    """The kinds of ticket that a new rule applies to."""
    return ["complaint"]


class VisitRule(models.Model):
    """What makes a visit, how soon it must be done, what is said, and what counts as a low score."""

    class Event(models.TextChoices):
        TICKET_TOLD = "ticket.told", _("处理结果已告知客户")

    name = models.CharField(_("规则名称"), max_length=60, unique=True)
    event = models.CharField(_("触发时机"), max_length=40, choices=Event.choices, default=Event.TICKET_TOLD)
    kinds = models.JSONField(_("适用的工单类型"), default=complaints_only)
    within_hours = models.PositiveSmallIntegerField(_("完成时限（小时）"), default=72)
    opening = models.TextField(_("开场白"), default=OPENING)
    middle = models.TextField(_("主体话术"), default=MIDDLE)
    closing = models.TextField(_("结束语"), default=CLOSING)
    low_score = models.PositiveSmallIntegerField(_("低分线"), default=2, help_text=_("满意度不高于此分时须整改。"))
    max_attempts = models.PositiveSmallIntegerField(_("最多尝试次数"), default=3)
    rectify_days = models.PositiveSmallIntegerField(_("整改时限（工作日）"), default=5)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("回访规则")
        constraints = [
            models.CheckConstraint(condition=Q(low_score__range=(0, 4)), name="visit_rule_low_score"),
            models.CheckConstraint(condition=Q(within_hours__gte=1, max_attempts__gte=1), name="visit_rule_limits"),
        ]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """A planned call back to a customer.

    It should not be made before `not_before` and must be done by `due_at`. `open` is kept beside the status for the
    indexes. Of the signed link only the token's sha256 is kept. `alarm_level` tells the clock whom it has told already.
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
    matter = models.CharField(_("回访事项"), max_length=120)
    unit = models.ForeignKey(
        "org.OrgUnit", models.PROTECT, verbose_name=_("回访部门"), related_name="+", db_index=False
    )
    assignee = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("回访人"), related_name="visits", db_index=False
    )
    status = models.CharField(_("状态"), max_length=12, choices=Status.choices, default=Status.PLANNED)
    open = models.BooleanField(_("待完成"), default=True)
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

    class Meta:
        verbose_name = _("回访")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "round"],
                name="visit_once_a_round",
                violation_error_message=_("这张工单本轮的回访已经生成。"),
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
            models.Index(fields=["customer", "id"], name="visit_of_customer"),
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

    class Meta:
        verbose_name = _("联系记录")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.get_outcome_display()}"


class Rectification(models.Model):
    """What the responsible unit must put right after a low score: plan, proof, check, report to the general manager."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("待提交计划")
        PLANNED = "planned", _("整改中")
        DONE = "done", _("待检查")
        PASSED = "passed", _("检查通过")
        REPORTED = "reported", _("已上报")

    number = models.CharField(_("单号"), max_length=24, unique=True)
    visit = models.OneToOneField(Visit, models.PROTECT, verbose_name=_("回访"), related_name="rectification")
    customer = models.ForeignKey(Customer, models.PROTECT, verbose_name=_("客户"), related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, verbose_name=_("工单"), related_name="rectifications")
    unit = models.ForeignKey(
        "org.OrgUnit", models.PROTECT, verbose_name=_("整改部门"), related_name="+", db_index=False
    )
    owner = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("整改负责人"), related_name="rectifications",
        db_index=False,
    )  # fmt: skip
    status = models.CharField(_("状态"), max_length=10, choices=Status.choices, default=Status.WAITING)
    open = models.BooleanField(_("进行中"), default=True, help_text="until the check is passed")
    created_at = models.DateTimeField(_("下达时间"))
    due_at = models.DateTimeField(_("整改期限"))
    plan = models.TextField(_("整改计划"), blank=True)
    planned_at = models.DateTimeField(_("计划提交时间"), null=True)
    planned_by = models.ForeignKey("org.Employee", models.PROTECT, null=True, related_name="+", db_index=False)
    proof = models.TextField(_("完成情况与证明"), blank=True)
    done_at = models.DateTimeField(_("完成时间"), null=True)
    done_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("完成人"), related_name="+", db_index=False
    )
    check_note = models.TextField(_("检查意见"), blank=True)
    checked_at = models.DateTimeField(_("检查时间"), null=True)
    checked_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("检查人"), related_name="+", db_index=False
    )
    failed_checks = models.PositiveSmallIntegerField(_("检查不通过次数"), default=0)
    report = models.TextField(_("上报说明"), blank=True)
    reported_at = models.DateTimeField(_("上报时间"), null=True)
    reported_by = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, verbose_name=_("上报人"), related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("整改任务")
        indexes = [
            models.Index(fields=["owner", "due_at", "id"], name="rectification_mine", condition=Q(open=True)),
            models.Index(fields=["unit", "due_at", "id"], name="rectification_of_unit"),
            models.Index(fields=["due_at", "id"], name="rectification_due"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.visit.matter}"


RECTIFICATION_TRANSITIONS: dict[str, frozenset[str]] = {
    Rectification.Status.WAITING: frozenset({Rectification.Status.PLANNED}),
    Rectification.Status.PLANNED: frozenset({Rectification.Status.PLANNED, Rectification.Status.DONE}),
    Rectification.Status.DONE: frozenset({Rectification.Status.PASSED, Rectification.Status.PLANNED}),
    Rectification.Status.PASSED: frozenset({Rectification.Status.REPORTED}),
    Rectification.Status.REPORTED: frozenset(),
}
