"""Contact points, by which a caller is recognised, and tags."""

from functools import cache

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from keqiao.customers.models.archive import Contact
from keqiao.customers.models.colours import Colour
from keqiao.customers.models.customer import Customer
from keqiao.kernel import phones


class ContactPoint(models.Model):
    """A phone, e-mail or messenger id of a customer. `value` is the one spelling that all others are brought to."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("电话")
        EMAIL = "email", _("邮箱")
        WECHAT = "wechat", _("微信")
        WECOM = "wecom", _("企业微信")
        QQ = "qq", _("QQ")
        OTHER = "other", _("其他")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contact_points", db_index=False)
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="points", verbose_name=_("联系人")
    )
    kind = models.CharField(_("类型"), max_length=8, choices=Kind.choices, default=Kind.PHONE)
    value = models.CharField(_("号码或账号"), max_length=120)
    reversed = models.CharField(max_length=32, default="", editable=False, help_text="digits of a phone backwards")
    label = models.CharField(_("说明"), max_length=40, blank=True, default="")
    primary = models.BooleanField(_("首选"), default=False)

    class Meta:
        verbose_name = _("联系方式")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind", "value"],
                name="contact_point_once",
                violation_error_message=_("该客户已有这个联系方式。"),
            ),
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=models.Q(primary=True),
                name="contact_point_one_primary",
                violation_error_message=_("每种联系方式只能有一个首选。"),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "value"], name="contact_point_value"),
            models.Index(fields=["reversed"], name="contact_point_tail", condition=~models.Q(reversed="")),
        ]

    def __str__(self) -> str:
        return shown(self.kind, self.value)

    @property
    def masked(self) -> str:
        """The value as everybody may see it."""
        return masked(self.kind, self.value)


def shown(kind: str, value: str) -> str:
    """Kind and masked value, "电话 138****8000", as the audit keeps it."""
    return f"{_labels()[kind]} {masked(kind, value)}"


@cache
def _labels() -> dict[str, str]:
    """Kinds in Chinese: history is kept in the words of the house, whoever reads it."""
    with override("zh-hans"):
        return {str(code): str(label) for code, label in ContactPoint.Kind.choices}


def masked(kind: str, value: str) -> str:
    """138****8000, li***@example.com, wx***: enough to tell two apart, too little to use."""
    if kind == ContactPoint.Kind.PHONE:
        return phones.mask(value)
    name, at, host = value.partition("@")
    return f"{name[: min(2, max(len(name) - 1, 1))]}***{at}{host}"


class Tag(models.Model):
    """A word that customers are marked with."""

    name = models.CharField(_("标签"), max_length=20, unique=True, error_messages={"unique": _("已有这个标签。")})

    colour = models.CharField(_("颜色"), max_length=8, choices=Colour.choices, blank=True, default=Colour.BLUE)

    class Meta:
        verbose_name = _("标签")

    def __str__(self) -> str:
        return self.name


class CustomerTag(models.Model):
    """A customer carries a tag."""

    customer = models.ForeignKey(Customer, models.CASCADE, db_index=False)
    tag = models.ForeignKey(Tag, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "tag"], name="customer_tag_once")]

    def __str__(self) -> str:
        return f"{self.customer} {self.tag}"
