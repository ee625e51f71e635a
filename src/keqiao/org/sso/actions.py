"""Every write to logging in by another system: how it is set up, who is who."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.kernel import sealing
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.org.actions import demand
from keqiao.org.models import Employee, LoginLink, LoginProvider
from keqiao.org.queries import actor_for
from keqiao.org.sso.provider import Failed, Person, log
from keqiao.org.sso.queries import PURPOSE, provider_of

KEEPERS = ("org.change", "settings.change")  # who holds one of these is linked by own hand only


@transaction.atomic
def change_provider(*, actor: Actor, obj: LoginProvider, client_secret: str = "", **values: Any) -> LoginProvider:
    """Set up the other system; an empty secret leaves the kept one."""
    demand(actor, "org.change")
    fresh = LoginProvider.objects.select_for_update().get(pk=obj.pk)
    changed = changes({name: getattr(fresh, name) for name in values}, values)
    for name, value in values.items():
        setattr(fresh, name, value)
    if client_secret:
        fresh.key, fresh.sealed = sealing.seal(client_secret, PURPOSE)
        changed["client_secret"] = ["***", "***"]
    if fresh.active and not fresh.sealed:
        raise Refused(_("启用前请填写客户端密钥。"), field="client_secret")
    fresh.save()
    record(actor, "login_provider.changed", fresh, {"changes": changed})
    return fresh


def check_provider(*, actor: Actor, obj: LoginProvider) -> LoginProvider:
    """Ask the other system whether all is set up; refused with what to look at. Nothing is written but the record."""
    demand(actor, "org.change")
    try:
        provider_of(obj).check()
    except Failed as error:
        log.warning("single sign-on: %s", error)
        raise Refused(_("连不上，或对方的回答与设置不符。请核对网址、编号和密钥，以及本机能否访问对方。")) from error
    with transaction.atomic():
        record(actor, "login_provider.checked", obj)
    return obj


@transaction.atomic
def come_in(*, person: Person, auto_link: bool) -> Employee | None:
    """The employee who this is: linked, or linked now by what the other system has verified. Nobody else."""
    link = LoginLink.objects.select_related("employee").filter(issuer=person.issuer, subject=person.subject).first()
    if link is None:
        employee = match(person) if auto_link else None
        if employee is None:
            return None
        return connect(SYSTEM, employee, person)
    if not link.employee.is_active:
        return None
    LoginLink.objects.filter(pk=link.pk).update(last_used_at=timezone.now())
    return link.employee


def match(person: Person) -> Employee | None:
    """The one employee with that verified address or user name; never somebody who keeps the installation."""
    rows = Employee.objects.filter(is_active=True)
    if person.email:
        rows = rows.filter(email__iexact=person.email)
    elif person.username:
        rows = rows.filter(username=person.username.lower())
    else:
        return None
    found = list(rows[:2])
    if len(found) != 1 or any(actor_for(found[0]).can(power) for power in KEEPERS):
        return None
    taken = LoginLink.objects.filter(employee=found[0], issuer=person.issuer).exists()
    return None if taken else found[0]


@transaction.atomic
def link(*, actor: Actor, employee: Employee, person: Person) -> None:
    """The person who is logged in here is also that one there; the view has asked for the password."""
    if actor.id != employee.pk:
        raise NotAllowed(_("只能关联自己的账号。"))
    connect(actor, employee, person)


def connect(actor: Actor, employee: Employee, person: Person) -> Employee:
    """Write the link; one subject is one employee."""
    try:
        with transaction.atomic():
            LoginLink.objects.create(
                employee=employee, issuer=person.issuer, subject=person.subject, label=person.label,
                last_used_at=timezone.now(),
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_("这个账号已关联到另一位员工，或您已关联了别的账号。")) from error
    record(actor, "login_link.created", employee, {"note": person.label or person.subject})
    return employee


@transaction.atomic
def unlink(*, actor: Actor, obj: LoginLink) -> None:
    """Take one's own link away; refused where it is the only way in."""
    if obj.employee_id != actor.id:
        raise NotAllowed(_("只能取消自己的关联。"))
    if not obj.employee.has_usable_password():
        raise Refused(_("您还没有密码，取消后将无法登录。请先设置密码。"))
    obj.delete()
    record(actor, "login_link.removed", obj.employee, {"note": str(obj)})


def used_keys() -> set[str]:
    """The key that sealed the secret."""
    return set(LoginProvider.objects.exclude(sealed="").values_list("key", flat=True))


@transaction.atomic
def reseal(newest: str) -> int:
    """Bring the secret to the newest key; returns how many."""
    rows = list(LoginProvider.objects.select_for_update().exclude(sealed="").exclude(key=newest))
    for row in rows:
        row.key, row.sealed = sealing.seal(sealing.unseal(row.key, row.sealed, PURPOSE), PURPOSE)
        row.save(update_fields=["key", "sealed"])
    return len(rows)
