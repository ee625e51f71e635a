"""Every write to second factors: set up, confirm, use, remove, reset."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.kernel import sealing
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.org import mail
from keqiao.org.actions import demand, refresh_access
from keqiao.org.factors import totp
from keqiao.org.models import Employee, RecoveryCode, SecondFactor, TrustedDevice
from keqiao.org.queries import token_digest

PURPOSE = "totp"
CODES = 10
TRUSTED = timedelta(days=30)
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 letters and digits that nobody mistakes for another


@transaction.atomic
def begin(*, actor: Actor, employee: Employee) -> None:
    """Give out a new secret; it counts for nothing until a code confirms it."""
    own(actor, employee)
    Employee.objects.select_for_update().get(pk=employee.pk)
    if SecondFactor.objects.filter(employee=employee, confirmed_at__isnull=False).exists():
        raise Refused(_("两步验证已经开启。换手机请先关闭，再重新设置。"))
    key, sealed = sealing.seal(totp.fresh_secret(), PURPOSE)
    fresh = {"key": key, "sealed": sealed, "last_step": 0, "confirmed_at": None}
    SecondFactor.objects.update_or_create(employee=employee, defaults=fresh)
    record(actor, "factor.begun", employee)


def secret_of(factor: SecondFactor) -> str:
    """The secret; refused where the key file has been lost."""
    try:
        return sealing.unseal(factor.key, factor.sealed, PURPOSE)
    except sealing.Unreadable as error:
        raise Refused(_("缺少解开两步验证的密钥，请联系管理员恢复密钥文件，或为您重设两步验证。")) from error


@transaction.atomic
def confirm(*, actor: Actor, employee: Employee, code: str) -> list[str]:
    """Switch it on by a first code; returns the recovery codes, which can be shown this once only."""
    own(actor, employee)
    factor = SecondFactor.objects.select_for_update().filter(employee=employee, confirmed_at__isnull=True).first()
    if factor is None:
        raise Refused(_("没有正在进行的设置，请重新开始。"))
    step = totp.step_of(secret_of(factor), code, timezone.now())
    if step is None:
        raise Refused(_("验证码不对。请看手机上最新的六位数字，并检查手机的时间是否准确。"), field="code")
    done = SecondFactor.objects.filter(pk=factor.pk, confirmed_at__isnull=True)
    if done.update(confirmed_at=timezone.now(), last_step=step) != 1:
        raise Refused(_("两步验证已经开启。"))
    refresh_access([employee.pk])
    codes = fresh_codes(employee)
    record(actor, "factor.confirmed", employee)
    return codes


def fresh_codes(employee: Employee) -> list[str]:
    """New recovery codes; the older ones are void."""
    RecoveryCode.objects.filter(employee=employee).delete()
    plain = ["".join(secrets.choice(ALPHABET) for _place in range(16)) for _code in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(employee=employee, digest=token_digest(one)) for one in plain)
    return ["-".join(one[at : at + 4] for at in range(0, 16, 4)) for one in plain]


@transaction.atomic
def renew_codes(*, actor: Actor, employee: Employee) -> list[str]:
    """Make new recovery codes; the view has asked for password and code."""
    own(actor, employee)
    if not SecondFactor.objects.filter(employee=employee, confirmed_at__isnull=False).exists():
        raise Refused(_("两步验证没有开启。"))
    codes = fresh_codes(employee)
    record(actor, "factor.codes_renewed", employee)
    return codes


@transaction.atomic
def use_code(*, actor: Actor, employee: Employee, code: str) -> bool:
    """Whether the code of the phone, or a recovery code, is right. It is used up by this: the database lets one win."""
    typed = "".join(code.split()).replace("-", "").upper()
    factor = SecondFactor.objects.filter(employee=employee, confirmed_at__isnull=False).first()
    if factor is None:
        return False
    if len(typed) == totp.DIGITS:
        step = totp.step_of(secret_of(factor), typed, timezone.now())
        fresh = SecondFactor.objects.filter(pk=factor.pk, confirmed_at__isnull=False, last_step__lt=step or 0)
        if step is not None and fresh.update(last_step=step) == 1:
            return True
    else:
        unused = RecoveryCode.objects.filter(employee=employee, digest=token_digest(typed), used_at__isnull=True)
        if unused.update(used_at=timezone.now()) == 1:
            record(actor, "factor.recovery_used", employee)
            return True
    record(actor, "factor.code_refused", employee)
    return False


@transaction.atomic
def remove(*, actor: Actor, employee: Employee) -> None:
    """Switch one's own off; the view has asked for password and code."""
    own(actor, employee)
    if not drop(employee):
        raise Refused(_("两步验证没有开启。"))
    record(actor, "factor.removed", employee)


@transaction.atomic
def reset(*, actor: Actor, employee: Employee) -> None:
    """Take somebody's second factor away who has lost the phone; that person is told."""
    demand(actor, "org.change")
    if employee.pk == actor.id:
        raise NotAllowed(_("不能这样重设自己的两步验证。请在“我的账号”里用密码和验证码关闭。"))
    if not drop(employee):
        raise Refused(_("这位员工没有开启两步验证。"))
    record(actor, "factor.reset", employee)
    if employee.email and mail.configured():
        body = _(
            "%(name)s，您好：\n\n%(who)s已重设您的两步验证。下次登录只需要密码，随后请重新设置。\n"
            "如果这不是您要求的，请立即联系管理员并更换密码。"
        ) % {"name": employee.name, "who": actor.name}
        until = timezone.now() + timedelta(days=7)
        subject = _("您的两步验证已被重设")
        mail.post(to=employee.email, name=employee.name, subject=subject, body=body, until=until, about=employee)


def drop(employee: Employee) -> bool:
    """Delete secret, recovery codes and trusted devices; whether there was a factor in force."""
    rows, _each = SecondFactor.objects.filter(employee=employee, confirmed_at__isnull=False).delete()
    SecondFactor.objects.filter(employee=employee).delete()
    RecoveryCode.objects.filter(employee=employee).delete()
    TrustedDevice.objects.filter(employee=employee).delete()
    refresh_access([employee.pk])
    return rows == 1


@transaction.atomic
def trust(*, actor: Actor, employee: Employee, agent: str) -> str:
    """Ask this browser for no code for a while; returns the token it keeps."""
    own(actor, employee)
    plain = secrets.token_urlsafe(32)
    until = timezone.now() + TRUSTED
    TrustedDevice.objects.create(employee=employee, digest=token_digest(plain), agent=agent[:200], expires_at=until)
    record(actor, "factor.device_trusted", employee)
    return plain


@transaction.atomic
def distrust(*, actor: Actor, employee: Employee) -> int:
    """Ask every browser for the code again; returns how many were trusted."""
    own(actor, employee)
    count, _each = TrustedDevice.objects.filter(employee=employee).delete()
    record(actor, "factor.devices_forgotten", employee, {"count": count})
    return count


def own(actor: Actor, employee: Employee) -> None:
    """Everybody keeps the own factor, nobody that of another."""
    if actor.id != employee.pk:
        raise NotAllowed(_("只能设置自己的两步验证。"))


def used_keys() -> set[str]:
    """The keys that sealed a secret."""
    return set(SecondFactor.objects.values_list("key", flat=True).distinct())


@transaction.atomic
def reseal(newest: str) -> int:
    """Bring some secrets to the newest key; returns how many."""
    rows = list(SecondFactor.objects.select_for_update().exclude(key=newest).order_by("pk")[:200])
    for row in rows:
        key, sealed = sealing.seal(sealing.unseal(row.key, row.sealed, PURPOSE), PURPOSE)
        SecondFactor.objects.filter(pk=row.pk, sealed=row.sealed).update(key=key, sealed=sealed)
    return len(rows)
