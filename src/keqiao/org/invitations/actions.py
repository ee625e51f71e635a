"""Inviting, sending the link again, withdrawing, accepting."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import Refused
from keqiao.org import links, mail
from keqiao.org.actions import create_employee, demand
from keqiao.org.models import Employee, Invitation, OrgUnit, Position
from keqiao.org.queries import actor_for, token_digest

GOOD = timedelta(days=7)


@transaction.atomic
def invite(*, actor: Actor, email: str, name: str, unit: OrgUnit, positions: Iterable[Position]) -> Invitation:
    """Invite somebody to a unit and positions; the letter goes out where there is a mail server.

    An earlier invitation of the same address is void.
    """
    demand(actor, "org.change")
    if Employee.objects.filter(email__iexact=email, is_active=True).exists():
        raise Refused(_("已有在职员工使用这个邮箱。"), field="email")
    now = timezone.now()
    Invitation.objects.filter(email__iexact=email, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    plain, digest = links.fresh()
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                email=email, name=name.strip(), unit=unit, invited_by_id=actor.id, digest=digest, expires_at=now + GOOD
            )
    except IntegrityError as error:
        raise Refused(_("这个邮箱已有一份等待接受的邀请。"), field="email") from error
    invitation.positions.set(positions)
    send(invitation, plain)
    record(actor, "invitation.created", invitation, {"positions": [str(one) for one in invitation.positions.all()]})
    return invitation


def send(invitation: Invitation, plain: str) -> None:
    """Queue the letter, where there is a mail server."""
    if not mail.configured():
        return
    body = _(
        "%(name)s，您好：\n\n%(who)s邀请您使用客桥。请在七天内打开下面的链接，设置用户名和密码：\n\n%(url)s\n\n"
        "链接只能用一次，请勿转发。"
    ) % {
        "name": invitation.name, "who": invitation.invited_by or _("管理员"), "url": links.address("join", plain),
    }  # fmt: skip
    mail.post(
        to=invitation.email, name=invitation.name, subject=_("邀请您使用客桥"), body=body, until=invitation.expires_at,
        about=invitation,
    )  # fmt: skip


@transaction.atomic
def renew_link(*, actor: Actor, obj: Invitation) -> tuple[str, Invitation]:
    """A new link, good for another week, in place of the old one; returns its address, which can be shown this once."""
    demand(actor, "org.change")
    plain, digest = links.fresh()
    rows = Invitation.objects.filter(pk=obj.pk, accepted_at=None, withdrawn_at=None)
    if rows.update(digest=digest, expires_at=timezone.now() + GOOD) != 1:
        raise Refused(_("这份邀请已被接受或撤回。"))
    fresh = Invitation.objects.get(pk=obj.pk)
    record(actor, "invitation.link_renewed", fresh)
    return links.address("join", plain), fresh


@transaction.atomic
def resend(*, actor: Actor, obj: Invitation) -> Invitation:
    """Mail a new link; the old one is void."""
    if not mail.configured():
        raise Refused(_("系统没有设置发信服务器，请改用“复制链接”。"))
    url, fresh = renew_link(actor=actor, obj=obj)
    send(fresh, url.rstrip("/").rpartition("/")[2])
    return fresh


@transaction.atomic
def withdraw(*, actor: Actor, obj: Invitation) -> Invitation:
    """The link opens nothing any more."""
    demand(actor, "org.change")
    rows = Invitation.objects.filter(pk=obj.pk, accepted_at=None, withdrawn_at=None)
    if rows.update(withdrawn_at=timezone.now()) != 1:
        raise Refused(_("这份邀请已被接受或撤回。"))
    fresh = Invitation.objects.get(pk=obj.pk)
    record(actor, "invitation.withdrawn", fresh)
    return fresh


def find(plain: str) -> Invitation | None:
    """The open invitation with that secret, while its inviter may still bring people in."""
    rows = Invitation.objects.select_related("unit", "invited_by").filter(digest=token_digest(plain))
    found = rows.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now()).first()
    return found if found is not None and may_still_invite(found.invited_by) else None


def may_still_invite(employee: Employee | None) -> bool:
    """What somebody invited who has left, or lost the power, opens nothing."""
    return employee is not None and employee.is_active and actor_for(employee).can("org.change")


@transaction.atomic
def accept(*, invitation: Invitation, username: str, password: str) -> Employee:
    """Become an employee with the address, unit and positions of the invitation; of many at once one wins."""
    now = timezone.now()
    rows = Invitation.objects.filter(pk=invitation.pk, digest=invitation.digest, accepted_at=None, withdrawn_at=None)
    if rows.filter(expires_at__gt=now).update(accepted_at=now) != 1:
        raise Refused(_("这份邀请已经用过或已失效。"))
    try:
        with transaction.atomic():
            employee = create_employee(
                actor=SYSTEM, username=username, name=invitation.name, unit=invitation.unit,
                positions=invitation.positions.filter(active=True), password=password, email=invitation.email,
                joined_on=timezone.localdate(),
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_("这个用户名已有人使用，请换一个。"), field="username") from error
    Invitation.objects.filter(pk=invitation.pk).update(employee=employee)
    record(SYSTEM, "invitation.accepted", invitation, {"note": f"{employee.name} {employee.username}"})
    return employee
