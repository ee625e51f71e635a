"""What passwords must be like, what they were, and links that are mailed to a person."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.org.models.people import Employee

SHORTEST, LONGEST = 8, 64
MOST_KEPT = 12  # each costs a slow hash when a password is changed


class PasswordRules(models.Model):
    """One row: what a new password must be like, and how long it is good."""

    min_length = models.PositiveSmallIntegerField(
        _("最短长度"), default=10, validators=[MinValueValidator(SHORTEST), MaxValueValidator(LONGEST)]
    )
    refuse_common = models.BooleanField(_("不接受常见密码"), default=True)
    expires_days = models.PositiveSmallIntegerField(_("有效天数"), default=0, validators=[MaxValueValidator(3650)])
    history = models.PositiveSmallIntegerField(
        _("不得与最近几次相同"), default=0, validators=[MaxValueValidator(MOST_KEPT)]
    )

    class Meta:
        verbose_name = _("密码规则")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class OldPassword(models.Model):
    """The hash of a password that was replaced; kept only while the rules ask for a history."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="old_passwords")
    password = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("用过的密码")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class PersonalLink(models.Model):
    """A link that was mailed to a person for one thing, once, until `expires_at`; only the hash of its secret is kept."""

    class Kind(models.TextChoices):
        PASSWORD = "password", _("重设密码")
        EMAIL = "email", _("更换邮箱")
        PHONE = "phone", _("更换手机")

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="personal_links")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    value = models.CharField(max_length=254, default="", help_text="the new e-mail address or phone")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("个人链接")

    def __str__(self) -> str:
        return self.get_kind_display()
