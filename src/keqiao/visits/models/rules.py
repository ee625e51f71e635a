"""What makes a visit, how soon it must be done, what is said; and how much each visitor is given."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.care.models import CarePlan
from keqiao.customers.models import Segment

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

PLAN_OPENING = _(
    "{客户称呼}您好，我是{公司}的回访专员{客服姓名}。感谢您一直以来的支持，想占用您一两分钟做个回访，您现在方便吗？"
)
PLAN_MIDDLE = _(
    "1. 最近使用我们的产品和服务，一切都正常吗？有没有需要我们处理的问题？\n"
    "2. 从 1 分到 5 分，您对我们的服务打几分？\n"
    "3. 您对我们的产品和服务有什么建议？"
)
PLAN_CLOSING = _("谢谢您的宝贵意见，我已记录在案。后续有任何需要请随时联系我们。祝您生活愉快，再见！")


SERVICE_OPENING = _(
    "{客户称呼}您好，我是{公司}的回访专员{客服姓名}。您的“{事项}”已经完成，想占用您一两分钟了解一下情况，您现在方便吗？"
)
SERVICE_MIDDLE = _(
    "1. 送货或服务是按约定的时间到的吗？产品外观和使用都正常吗？\n"
    "2. 从 1 分到 5 分，您对这次送货或服务打几分？\n"
    "3. 还有什么需要我们做的？"
)


def complaints_only() -> list[str]:
    """The kinds of ticket that a new rule applies to."""
    return ["complaint"]


class VisitRule(models.Model):
    """What makes a visit, how soon it must be done, what is said, and what counts as a low score.

    By event a visit follows from a ticket or a reception. All other occasions are plans: every night they mean customers
    (of a tier, of a saved selection), each once for the occasion, at most `most_a_day`, for the people of `unit`.
    """

    class Occasion(models.TextChoices):
        EVENT = "event", _("事项办理后")
        PERIOD = "period", _("定期")
        FESTIVAL = "festival", _("节日")
        STORE_DAY = "store_day", _("店庆日或纪念日")
        ONCE = "once", _("按分群回访一次")

    class Event(models.TextChoices):
        TICKET_TOLD = "ticket.told", _("处理结果已告知客户")
        TICKET_CLOSED = "ticket.closed", _("工单办结（没有回访过的）")
        RECEIVED = "reception.registered", _("客户来访接待后")
        DELIVERED = "service.delivered", _("送货签收后")
        SERVED = "service.done", _("安装、维修等服务完成后")

    class Counting(models.TextChoices):
        WORKING = "working", _("工作日")
        CALENDAR = "calendar", _("自然日")

    name = models.CharField(_("规则名称"), max_length=60, unique=True)
    occasion = models.CharField(_("回访时机"), max_length=10, choices=Occasion.choices, default=Occasion.EVENT)
    event = models.CharField(_("触发时机"), max_length=40, choices=Event.choices, default=Event.TICKET_TOLD)
    kinds = models.JSONField(_("适用的工单类型"), default=complaints_only, blank=True)
    within_days = models.PositiveSmallIntegerField(_("完成时限（天）"), default=3)
    counting = models.CharField(_("时限按"), max_length=8, choices=Counting.choices, default=Counting.WORKING)
    after_days = models.PositiveSmallIntegerField(_("几天后回访"), default=0)
    every_months = models.PositiveSmallIntegerField(_("每几个月一次"), null=True, blank=True)
    festival = models.CharField(_("节日"), max_length=8, choices=CarePlan.Festival.choices, blank=True, default="")
    month = models.PositiveSmallIntegerField(_("月"), null=True, blank=True)
    day = models.PositiveSmallIntegerField(_("日"), null=True, blank=True)
    ahead_days = models.PositiveSmallIntegerField(_("提前几天开始"), default=0)
    tier = models.CharField(_("客户等级"), max_length=8, blank=True, default="", help_text="code of a CustomerTier")
    segment = models.ForeignKey(
        Segment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("客户分群")
    )
    unit = models.ForeignKey(
        "org.OrgUnit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("回访部门")
    )
    gap_days = models.PositiveSmallIntegerField(_("多少天内回访过的不再回访"), default=30)
    most_a_day = models.PositiveSmallIntegerField(_("每天最多生成"), default=50)
    opening = models.TextField(_("开场白"), default=OPENING)
    middle = models.TextField(_("主体话术"), default=MIDDLE)
    closing = models.TextField(_("结束语"), default=CLOSING)
    low_score = models.PositiveSmallIntegerField(_("低分线"), default=2, help_text=_("满意度不高于此分时须整改。"))
    max_attempts = models.PositiveSmallIntegerField(_("最多尝试次数"), default=3)
    rectify_days = models.PositiveSmallIntegerField(_("整改时限（工作日）"), default=5)
    active = models.BooleanField(_("启用"), default=True)
    paused = models.BooleanField(_("暂停"), default=False, help_text="its visits wait and don't come by themselves")

    class Meta:
        verbose_name = _("回访规则")
        constraints = [
            models.CheckConstraint(condition=Q(low_score__range=(0, 4)), name="visit_rule_low_score"),
            models.CheckConstraint(condition=Q(max_attempts__gte=1), name="visit_rule_limits"),
            models.CheckConstraint(condition=Q(within_days__gte=1, most_a_day__gte=1), name="visit_rule_days"),
            models.CheckConstraint(condition=Q(occasion="event") | Q(unit__isnull=False), name="visit_plan_has_unit"),
            models.CheckConstraint(
                condition=~Q(occasion="period") | Q(every_months__range=(1, 24)), name="visit_plan_period"
            ),
            models.CheckConstraint(condition=~Q(occasion="festival") | ~Q(festival=""), name="visit_plan_festival"),
            models.CheckConstraint(
                condition=~Q(occasion="store_day") | Q(month__range=(1, 12), day__range=(1, 31)),
                name="visit_plan_store_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Visitor(models.Model):
    """How many visits an employee makes a day and is given, beside the others; without a row the defaults hold.

    The quota of five a day is the house rule of the membership office (a setting). A weight of 2 gets twice as many as 1.
    """

    QUOTA, LIMIT, WEIGHT = 5, 40, 1

    employee = models.OneToOneField("org.Employee", models.CASCADE, verbose_name=_("回访人"), related_name="visiting")
    quota = models.PositiveSmallIntegerField(_("每日任务量"), default=QUOTA)
    daily_limit = models.PositiveSmallIntegerField(_("每日分配上限"), default=LIMIT)
    weight = models.PositiveSmallIntegerField(_("分配比重"), default=WEIGHT)
    away_from = models.DateField(_("不在岗起"), null=True, blank=True)
    away_until = models.DateField(_("不在岗止"), null=True, blank=True)

    class Meta:
        verbose_name = _("回访人员")
        constraints = [
            models.CheckConstraint(
                condition=Q(daily_limit__lte=500, weight__lte=10, quota__lte=500), name="visitor_sane"
            ),
            models.CheckConstraint(
                condition=Q(away_from=None, away_until=None) | Q(away_from__lte=models.F("away_until")),
                name="visitor_away",
                violation_error_message=_("结束日期不能早于开始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.employee.name
