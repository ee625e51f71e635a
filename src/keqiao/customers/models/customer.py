"""The customer: a person or a company that is served, at whatever stage."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models.tiers import BASE, tier_name
from keqiao.kernel.labels import Labelled
from keqiao.org.models import Employee, OrgUnit


class Customer(Labelled):
    """A person or company. Without an owner the customer is in the public pool 公海 of its unit."""

    class Kind(models.TextChoices):
        PERSON = "person", _("个人")
        COMPANY = "company", _("企业")

    class LifeCycle(models.TextChoices):
        PROSPECT = "prospect", _("潜在")
        INTERESTED = "interested", _("意向")
        BOUGHT = "bought", _("成交")
        REPEAT = "repeat", _("复购")
        DORMANT = "dormant", _("沉睡")
        LOST = "lost", _("流失")

    class Source(models.TextChoices):
        COUNTER = "counter", _("到店")
        PHONE = "phone", _("来电")
        WEB = "web", _("网站")
        WECHAT = "wechat", _("微信")
        REFERRAL = "referral", _("转介绍")
        CAMPAIGN = "campaign", _("营销活动")
        IMPORT = "import", _("导入")
        OTHER = "other", _("其他")

    class Gender(models.TextChoices):
        UNKNOWN = "", _("未知")
        MALE = "male", _("男")
        FEMALE = "female", _("女")

    class Industry(models.TextChoices):
        """The sections of GB/T 4754."""

        UNKNOWN = "", _("未知")
        A = "A", _("农、林、牧、渔业")
        B = "B", _("采矿业")
        C = "C", _("制造业")
        D = "D", _("电力、热力、燃气及水生产和供应业")
        E = "E", _("建筑业")
        F = "F", _("批发和零售业")
        G = "G", _("交通运输、仓储和邮政业")
        H = "H", _("住宿和餐饮业")
        I = "I", _("信息传输、软件和信息技术服务业")  # noqa: E741 – the standard's letter
        J = "J", _("金融业")
        K = "K", _("房地产业")
        L = "L", _("租赁和商务服务业")
        M = "M", _("科学研究和技术服务业")
        N = "N", _("水利、环境和公共设施管理业")
        O = "O", _("居民服务、修理和其他服务业")  # noqa: E741 – the standard's letter
        P = "P", _("教育")
        Q = "Q", _("卫生和社会工作")
        R = "R", _("文化、体育和娱乐业")
        S = "S", _("公共管理、社会保障和社会组织")
        T = "T", _("国际组织")

    class Channel(models.TextChoices):
        UNKNOWN = "", _("未知")
        PHONE = "phone", _("电话")
        SMS = "sms", _("短信")
        WECHAT = "wechat", _("微信")
        WECOM = "wecom", _("企业微信")
        EMAIL = "email", _("邮箱")
        VISIT = "visit", _("上门")

    number = models.CharField(_("客户编号"), max_length=24, unique=True, editable=False)
    kind = models.CharField(_("客户类型"), max_length=8, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(_("客户名称"), max_length=100)
    initials = models.CharField(_("拼音首字母"), max_length=100, editable=False, default="")
    tier = models.CharField(_("客户等级"), max_length=8, default=BASE, help_text="code of a CustomerTier")
    life_cycle = models.CharField(
        _("生命周期"), max_length=10, choices=LifeCycle.choices, default=LifeCycle.PROSPECT, editable=False
    )
    life_cycle_by_hand = models.BooleanField(_("人工设定阶段"), default=False, editable=False)
    source = models.CharField(_("来源"), max_length=10, choices=Source.choices, default=Source.PHONE)
    owner = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, db_index=False, related_name="customers",
        verbose_name=_("负责人"),
    )  # fmt: skip
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, blank=True, db_index=False, related_name="customers",
        verbose_name=_("所属部门"),
    )  # fmt: skip
    phone_masked = models.CharField(_("电话"), max_length=32, default="", editable=False, help_text="of the main phone")
    region = models.CharField(_("地区"), max_length=40, blank=True, default="")
    division = models.CharField(_("行政区划"), max_length=6, blank=True, default="", help_text="of the default address")
    province = models.CharField(_("省/自治区"), max_length=40, blank=True, default="")
    city = models.CharField(_("城市"), max_length=40, blank=True, default="")
    address = models.CharField(_("地址"), max_length=200, blank=True, default="")
    gender = models.CharField(_("性别"), max_length=8, choices=Gender.choices, blank=True, default=Gender.UNKNOWN)
    birthday = models.DateField(_("生日"), null=True, blank=True)
    company_name = models.CharField(_("所在单位"), max_length=100, blank=True, default="")
    industry = models.CharField(_("行业"), max_length=1, choices=Industry.choices, blank=True, default=Industry.UNKNOWN)
    territory = models.ForeignKey(
        "customers.Territory", models.PROTECT, null=True, editable=False, db_index=False, related_name="customers",
        verbose_name=_("销售区域"),
    )  # fmt: skip
    territory_by_hand = models.BooleanField(_("人工指定区域"), default=False, editable=False)
    preferred_channel = models.CharField(
        _("首选联系渠道"), max_length=8, choices=Channel.choices, blank=True, default=Channel.UNKNOWN
    )
    preferred_time = models.CharField(_("方便联系的时间"), max_length=60, blank=True, default="")
    preferences = models.CharField(_("偏好与习惯"), max_length=500, blank=True, default="")
    note = models.TextField(_("备注"), max_length=2000, blank=True, default="")
    external_source = models.CharField(_("来源系统"), max_length=80, blank=True, default="", editable=False)
    external_number = models.CharField(_("原系统编号"), max_length=80, blank=True, default="", editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="absorbed", verbose_name=_("并入"),
        help_text="the archive that stands for this one",
    )  # fmt: skip
    erased = models.BooleanField(_("已删除个人信息"), default=False, editable=False)
    tags: "models.ManyToManyField[Tag, CustomerTag]" = models.ManyToManyField(  # type: ignore[name-defined]  # noqa: F821
        "Tag", through="CustomerTag", verbose_name=_("标签"), related_name="customers", blank=True
    )
    created_at = models.DateTimeField(_("建档时间"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("更新时间"), default=timezone.now, editable=False)
    verified_at = models.DateTimeField(_("核实时间"), null=True, editable=False)

    class Meta:
        verbose_name = _("客户")
        constraints = [
            models.UniqueConstraint(
                fields=["external_source", "external_number"],
                condition=~Q(external_number=""),
                name="customer_external_once",
                violation_error_message=_("该来源系统的这个客户编号已经建档。"),
            )
        ]
        indexes = [
            models.Index(fields=["owner", "id"], name="customer_owner"),
            models.Index(fields=["unit", "id"], name="customer_unit"),
            models.Index(fields=["tier", "id"], name="customer_tier"),
            models.Index(fields=["life_cycle", "id"], name="customer_life_cycle"),
            models.Index(fields=["kind", "id"], name="customer_kind"),
            models.Index(fields=["source", "id"], name="customer_source"),
            models.Index(fields=["name", "id"], name="customer_name"),
            models.Index(fields=["territory", "id"], name="customer_territory"),
            models.Index(fields=["initials", "id"], name="customer_initials"),
            models.Index(fields=["created_at", "id"], name="customer_created"),
            models.Index(fields=["updated_at", "id"], name="customer_updated"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_tier_display(self) -> str:
        """What the tier is called, as Django's own would say it of fixed choices."""
        return tier_name(self.tier)
