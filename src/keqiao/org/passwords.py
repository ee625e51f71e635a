"""What a password must be like; the rules are kept in the browser."""

from datetime import timedelta
from functools import cache

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.org.models import Employee, OldPassword, PasswordRules


def rules() -> PasswordRules:
    """The rules as they are now."""
    return PasswordRules.objects.first() or PasswordRules()


@cache
def _common() -> CommonPasswordValidator:
    return CommonPasswordValidator()  # reads 20,000 words


class RulesValidator:
    """Django asks this one for every new password (AUTH_PASSWORD_VALIDATORS)."""

    def validate(self, password: str, user: Employee | None = None) -> None:
        """Raise ValidationError for what the rules do not accept."""
        kept = rules()
        if len(password) < kept.min_length:
            raise ValidationError(_("密码太短，至少要 %(n)d 个字符。") % {"n": kept.min_length})
        if kept.refuse_common:
            _common().validate(password, user)
        if user is not None and user.pk and kept.history and used_before(user, password, kept.history):
            raise ValidationError(_("不能与最近 %(n)d 次用过的密码相同。") % {"n": kept.history})

    def get_help_text(self) -> str:
        """The rules in a sentence."""
        return help_text()


def help_text() -> str:
    """What people are told beside the field."""
    kept = rules()
    text = _("至少 %(n)d 个字符，不要与姓名或常见密码相近。") % {"n": kept.min_length}
    if kept.history:
        text += _("不能与最近 %(n)d 次用过的密码相同。") % {"n": kept.history}
    return text


def used_before(employee: Employee, password: str, times: int) -> bool:
    """Whether it is one of the last `times` passwords, the present one among them."""
    older = OldPassword.objects.filter(employee=employee).order_by("-pk").values_list("password", flat=True)
    hashes = [employee.password, *older[: times - 1]]
    return any(check_password(password, one) for one in hashes)


def keep_old(employee: Employee) -> None:
    """Remember the password that is about to be replaced, as far back as the rules ask."""
    kept = rules().history
    if kept and employee.has_usable_password():
        OldPassword.objects.create(employee=employee, password=employee.password)
    newest = OldPassword.objects.filter(employee=employee).order_by("-pk").values_list("pk", flat=True)[:kept]
    OldPassword.objects.filter(employee=employee).exclude(pk__in=list(newest)).delete()


def expired(employee: Employee) -> bool:
    """Whether the password is older than the rules allow."""
    days = rules().expires_days
    since = employee.password_set_at or employee.created_at
    return bool(days) and timezone.now() - since > timedelta(days=days)
