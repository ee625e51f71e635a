"""The plan that says who is greeted when, and the greeting that follows from it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Consent, Customer, ImportantDate, Tag
from keqiao.org.models import Employee, OrgUnit


class Channel(models.TextChoices):
    """How a greeting reaches the customer."""

    PHONE = "phone", _("电话")
    SMS = "sms", _("短信")
    WECHAT = "wechat", _("微信")
    EMAIL = "email", _("邮件")
    GIFT = "gift", _("礼品或上门")


CONSENT_CHANNELS = {Channel.GIFT: Consent.Channel.VISIT}


def consent_channel(channel: str) -> str:
    """The channel of a customer's consents that a way of greeting belongs to."""
    return str(CONSENT_CHANNELS.get(Channel(channel), channel))


class CarePlan(models.Model):
    """Whom to greet on what occasion, how many days ahead, by which channel and in which words."""

    class Purpose(models.TextChoices):
        SERVICE = "service", _("服务关怀")
        MARKETING = "marketing", _("营销推广")

    class Occasion(models.TextChoices):
        BIRTHDAY = "birthday", _("客户生日")
        FESTIVAL = "festival", _("节日")
        JOINED = "joined", _("建档周年")
        DAY = "day", _("重要日期")

    class Festival(models.TextChoices):
        NEW_YEAR = "new_year", _("元旦")
        EVE = "eve", _("除夕")
        SPRING = "spring", _("春节")
        LANTERN = "lantern", _("元宵节")
        WOMEN = "women", _("妇女节")
        LABOUR = "labour", _("劳动节")
        DRAGON = "dragon", _("端午节")
        QIXI = "qixi", _("七夕节")
        TEACHERS = "teachers", _("教师节")
        MOON = "moon", _("中秋节")
        NATIONAL = "national", _("国庆节")
        ELDERS = "elders", _("重阳节")

    name = models.CharField(
        _("计划名称"), max_length=60, unique=True, error_messages={"unique": _("已有同名的关怀计划。")}
    )
    occasion = models.CharField(_("关怀时机"), max_length=8, choices=Occasion.choices)
    festival = models.CharField(_("节日"), max_length=8, choices=Festival.choices, blank=True, default="")
    day_kind = models.CharField(
        _("重要日期的种类"), max_length=10, choices=ImportantDate.Kind.choices, blank=True, default=""
    )
    tier = models.CharField(_("客户等级"), max_length=8, blank=True, default="", help_text="code of a CustomerTier")
    tag = models.ForeignKey(Tag, models.PROTECT, null=True, verbose_name=_("客户标签"), related_name="+")
    ahead_days = models.PositiveSmallIntegerField(_("提前天数"), default=0)
    channel = models.CharField(_("关怀方式"), max_length=6, choices=Channel.choices, default=Channel.PHONE)
    words = models.TextField(_("关怀话术"), max_length=1000)
    purpose = models.CharField(
        _("用途"), max_length=10, choices=Purpose.choices, default=Purpose.SERVICE,
        help_text="asked of customers.consents",
    )  # fmt: skip
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("关怀计划")
        constraints = [
            models.CheckConstraint(
                condition=(Q(occasion="festival") & ~Q(festival="")) | (~Q(occasion="festival") & Q(festival="")),
                name="care_plan_festival",
            ),
            models.CheckConstraint(
                condition=(Q(occasion="day") & ~Q(day_kind="")) | (~Q(occasion="day") & Q(day_kind="")),
                name="care_plan_day_kind",
            ),
            models.CheckConstraint(condition=Q(ahead_days__lte=60), name="care_plan_ahead"),
        ]

    def __str__(self) -> str:
        return self.name


class Greeting(models.Model):
    """One customer to be greeted on one day by one plan: drafted once, done or skipped once.

    `due_on` is the day to do it, `day` the occasion itself; without an owner it is for the unit's people to take.
    """

    class Status(models.TextChoices):
        DUE = "due", _("待关怀")
        SENDING = "sending", _("发送中")
        DONE = "done", _("已关怀")
        SKIPPED = "skipped", _("已跳过")

    class Outcome(models.TextChoices):
        DELIVERED = "delivered", _("已送达")
        REPLIED = "replied", _("客户有回应")
        BOUGHT = "bought", _("促成购买或续约")
        UNREACHED = "unreached", _("没有联系上")

    number = models.CharField(_("单号"), max_length=24, unique=True)
    plan = models.ForeignKey(
        CarePlan, models.PROTECT, verbose_name=_("关怀计划"), related_name="greetings", db_index=False
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, verbose_name=_("客户"), related_name="greetings", db_index=False
    )
    subject = models.CharField(_("关怀事由"), max_length=80)
    day = models.DateField(_("日子"))
    due_on = models.DateField(_("关怀日期"))
    owner = models.ForeignKey(
        Employee, models.PROTECT, null=True, verbose_name=_("负责人"), related_name="greetings", db_index=False
    )
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, verbose_name=_("所属部门"), related_name="+", db_index=False
    )
    channel = models.CharField(_("关怀方式"), max_length=6, choices=Channel.choices)
    text = models.TextField(_("关怀内容"), max_length=2000)
    status = models.CharField(_("状态"), max_length=8, choices=Status.choices, default=Status.DUE)
    outcome = models.CharField(_("关怀结果"), max_length=10, choices=Outcome.choices, blank=True, default="")
    note = models.CharField(_("说明"), max_length=500, blank=True, default="")
    drafted_at = models.DateTimeField(_("生成时间"))
    done_at = models.DateTimeField(_("完成时间"), null=True)
    done_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, verbose_name=_("完成人"), related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("客户关怀")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "customer", "day", "subject"],
                name="greeting_once",
                violation_error_message=_("这位客户这一天的关怀已经生成。"),
            ),
            models.CheckConstraint(
                condition=~Q(status="done") | (~Q(outcome="") & Q(done_at__isnull=False)),
                name="greeting_done_has_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "due_on", "id"], name="greeting_mine", condition=Q(status="due")),
            models.Index(fields=["unit", "due_on", "id"], name="greeting_of_unit"),
            models.Index(fields=["due_on", "id"], name="greeting_due"),
            models.Index(fields=["customer", "id"], name="greeting_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.customer.name} {self.subject}"


TRANSITIONS: dict[str, frozenset[str]] = {
    Greeting.Status.DUE: frozenset({Greeting.Status.SENDING, Greeting.Status.DONE, Greeting.Status.SKIPPED}),
    Greeting.Status.SENDING: frozenset({Greeting.Status.DONE, Greeting.Status.DUE}),
    Greeting.Status.DONE: frozenset(),
    Greeting.Status.SKIPPED: frozenset(),
}
