"""What the department asks of its archives."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


def weight(label: object, default: int) -> "models.PositiveSmallIntegerField[int, int]":
    """What an item counts; 0 takes it out of the score."""
    return models.PositiveSmallIntegerField(label, default=default, validators=[MaxValueValidator(100)])  # type: ignore[arg-type]


class ArchiveSettings(models.Model):
    """One row: what each item counts towards a complete archive, when one is stale, how many a person does in a day."""

    phone = weight(_("电话"), 25)
    address = weight(_("地址"), 20)
    account = weight(_("邮箱或微信"), 10)
    channel = weight(_("首选联系渠道"), 10)
    role = weight(_("客户身份"), 5)
    gender = weight(_("性别（个人）"), 5)
    birthday = weight(_("生日（个人）"), 15)
    contact = weight(_("联系人（企业）"), 20)
    identity = weight(_("证件"), 10)
    enough = models.PositiveSmallIntegerField(_("完整度达到多少算完整（%）"), default=80)
    stale_months = models.PositiveSmallIntegerField(_("几个月没有核实算过期"), default=12)
    quota = models.PositiveSmallIntegerField(_("每人每天完善多少份档案"), default=10)

    class Meta:
        verbose_name = _("档案完整度规则")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
