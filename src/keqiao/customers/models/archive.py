"""What an archive holds beside the customer's own row: roles, addresses, contacts, relations."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers.models.customer import Customer
from keqiao.kernel import divisions


class CustomerRole(models.Model):
    """What the customer is to the house, besides being a person or a company; several at a time are usual."""

    class Role(models.TextChoices):
        OWNER = "home_owner", _("业主")
        DEALER = "dealer", _("代理商")
        FRANCHISEE = "franchisee", _("加盟商")
        MEMBER = "member", _("会员")
        PROSPECT = "prospect", _("潜在客户")
        SUPPLIER = "supplier", _("供应商")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="roles", db_index=False)
    role = models.CharField(_("客户身份"), max_length=12, choices=Role.choices)

    class Meta:
        verbose_name = _("客户身份")
        constraints = [models.UniqueConstraint(fields=["customer", "role"], name="customer_role_once")]
        indexes = [models.Index(fields=["role", "customer"], name="customer_role_of")]

    def __str__(self) -> str:
        return self.get_role_display()


class Address(models.Model):
    """A place of a customer. The default one is copied to the customer's row (division, province, city, address)."""

    class Kind(models.TextChoices):
        HOME = "home", _("家庭地址")
        WORK = "work", _("单位地址")
        DELIVERY = "delivery", _("收货地址")
        INSTALLATION = "install", _("安装地址")
        REGISTERED = "registered", _("注册地址")
        BILLING = "billing", _("发票地址")
        OTHER = "other", _("其他地址")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses", db_index=False)
    kind = models.CharField(_("地址类型"), max_length=10, choices=Kind.choices, default=Kind.HOME)
    division = models.CharField(_("行政区划"), max_length=6, blank=True, default="", help_text="GB/T 2260")
    province = models.CharField(_("省/自治区"), max_length=40, blank=True, default="")
    city = models.CharField(_("城市"), max_length=40, blank=True, default="")
    detail = models.CharField(_("详细地址"), max_length=200, blank=True, default="")
    label = models.CharField(_("说明"), max_length=40, blank=True, default="")
    default = models.BooleanField(_("默认地址"), default=False)

    class Meta:
        verbose_name = _("地址")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(default=True),
                name="address_one_default",
                violation_error_message=_("每位客户只能有一个默认地址。"),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "id"], name="address_customer"),
            models.Index(fields=["division", "customer"], name="address_division"),
        ]

    def __str__(self) -> str:
        return self.full

    @property
    def full(self) -> str:
        """Everything in one line, no name twice."""
        return in_one_line(self.division, self.province, self.city, self.detail)


def in_one_line(division: str, province: str, city: str, detail: str) -> str:
    """Division names (those of the code, else as written) before the detail, which may begin with the last of them."""
    names = [step.name for step in divisions.path(division)] or [province, city if city != province else ""]
    for start in range(len(names)):
        tail = "".join(names[start:])
        if tail and detail.startswith(tail):
            return "".join(names[:start]) + detail
    return f"{''.join(names)} {detail}".strip()


class Contact(models.Model):
    """A person at a company customer. Phones and the like are the customer's contact points that name the contact."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts", db_index=False)
    name = models.CharField(_("姓名"), max_length=100)
    post = models.CharField(_("职务"), max_length=60, blank=True, default="")
    department = models.CharField(_("所在部门"), max_length=60, blank=True, default="")
    note = models.CharField(_("备注"), max_length=200, blank=True, default="")
    main = models.BooleanField(_("主要联系人"), default=False)

    class Meta:
        verbose_name = _("联系人")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "name", "post"],
                name="contact_once",
                violation_error_message=_("该客户已有这位联系人。"),
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(main=True),
                name="contact_one_main",
                violation_error_message=_("每位客户只能有一位主要联系人。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.post}）" if self.post else self.name


class Relation(models.Model):
    """`first` is to `second` what the kind's first word says; the second word says it the other way round.

    A pair has a relation of a kind once, whichever way round it was entered.
    """

    class Kind(models.TextChoices):
        SPOUSE = "spouse", pgettext_lazy("relation", "配偶")
        PARENT = "parent", pgettext_lazy("relation", "父母")
        SIBLING = "sibling", pgettext_lazy("relation", "兄弟姐妹")
        RELATIVE = "relative", pgettext_lazy("relation", "亲属")
        FRIEND = "friend", pgettext_lazy("relation", "朋友")
        HOUSEHOLD = "household", pgettext_lazy("relation", "同住人")
        EMPLOYER = "employer", pgettext_lazy("relation", "任职单位")
        HEAD = "head", pgettext_lazy("relation", "总公司")
        REFERRER = "referrer", pgettext_lazy("relation", "介绍人")
        SUPERIOR = "superior", pgettext_lazy("relation", "上级代理")
        PARTNER = "partner", pgettext_lazy("relation", "合作伙伴")

    # what the second is to the first, where that is another word
    OTHER_WAY = {
        "parent": pgettext_lazy("relation", "子女"),
        "employer": pgettext_lazy("relation", "员工"),
        "head": pgettext_lazy("relation", "分支机构"),
        "referrer": pgettext_lazy("relation", "被介绍人"),
        "superior": pgettext_lazy("relation", "下级代理"),
    }

    first = models.ForeignKey(Customer, models.CASCADE, related_name="relations_as_first")
    second = models.ForeignKey(Customer, models.CASCADE, related_name="relations_as_second")
    kind = models.CharField(_("关系"), max_length=10, choices=Kind.choices)
    note = models.CharField(_("说明"), max_length=100, blank=True, default="")

    class Meta:
        verbose_name = _("客户关系")
        constraints = [
            models.CheckConstraint(
                condition=~Q(first=F("second")),
                name="relation_not_to_itself",
                violation_error_message=_("客户不能与自己建立关系。"),
            ),
            models.UniqueConstraint(
                Least("first", "second"),
                Greatest("first", "second"),
                "kind",
                name="relation_once",
                violation_error_message=_("这两位客户之间已有这种关系。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.get_kind_display()} – {self.second}"

    def word_for(self, customer_id: int) -> str:
        """What the other one is to that customer."""
        if customer_id == self.second_id or self.kind not in self.OTHER_WAY:
            return self.get_kind_display()
        return str(self.OTHER_WAY[self.kind])
