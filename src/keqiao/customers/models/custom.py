"""Fields of customers that the department adds itself, and what is written in them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models.customer import Customer


class CustomField(models.Model):
    """One more field of every customer. `options` of a choice are {"id", "label", "on"}; ids outlive their labels."""

    class Kind(models.TextChoices):
        TEXT = "text", _("文字")
        NUMBER = "number", _("数字")
        DATE = "date", _("日期")
        CHOICE = "choice", _("单选")
        CHOICES = "choices", _("多选")

    name = models.CharField(_("字段名称"), max_length=20, unique=True, error_messages={"unique": _("已有同名的字段。")})
    kind = models.CharField(_("字段类型"), max_length=8, choices=Kind.choices, default=Kind.TEXT)
    options = models.JSONField(_("选项"), default=list)
    required = models.BooleanField(_("必填"), default=False)
    listed = models.BooleanField(_("在列表中显示"), default=False)
    position = models.PositiveSmallIntegerField(_("顺序"), default=10)
    retired = models.BooleanField(_("已停用"), default=False)

    class Meta:
        verbose_name = _("自定义字段")

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """Its name in forms, filters and JSON."""
        return f"field_{self.pk}"

    def label_of(self, value: str) -> str:
        """What people read for a stored value."""
        return next((str(one["label"]) for one in self.options if one["id"] == value), value)


class FieldValue(models.Model):
    """What a customer has in a field: one row, with several choices one row each.

    `slot` is "" but for several choices, where it repeats the value: so that a constraint lets the others have one only.
    `value` is the text, the number without useless zeros, the day in ISO, or the id of the option.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="field_values", db_index=False)
    field = models.ForeignKey(CustomField, models.PROTECT, related_name="values", db_index=False)
    slot = models.CharField(max_length=8, blank=True, default="")
    value = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("自定义字段的内容")
        constraints = [models.UniqueConstraint(fields=["customer", "field", "slot"], name="field_value_once")]
        indexes = [models.Index(fields=["field", "value", "customer"], name="field_value_of")]

    def __str__(self) -> str:
        return self.value
