"""Numbers of identity documents, sealed."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models.customer import Customer


class IdentityNumber(models.Model):
    """The number of a customer's document. In the clear it exists only while it is entered, revealed or sought."""

    class Kind(models.TextChoices):
        RESIDENT = "resident", _("居民身份证")
        COMPANY = "company", _("统一社会信用代码")
        PASSPORT = "passport", _("护照")
        PERMIT = "permit", _("港澳台通行证或居住证")
        OTHER = "other", _("其他证件")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="identities", db_index=False)
    kind = models.CharField(_("证件类型"), max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=12, db_index=True, help_text="name of the key that sealed it")
    sealed = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, db_index=True, help_text="keyed hash of the number, by the same key")
    masked = models.CharField(_("证件号码"), max_length=40)
    added_at = models.DateTimeField(_("登记时间"), default=timezone.now)

    class Meta:
        verbose_name = _("证件")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"],
                name="identity_once",
                violation_error_message=_("该客户已登记这种证件。号码有误时请先删除，再重新登记。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.masked}"
