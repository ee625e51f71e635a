"""Links that are mailed to a person: asked for, and used once."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.kernel import phones
from keqiao.kernel.actor import NOBODY, SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.org import links, mail
from keqiao.org.actions import change_password
from keqiao.org.models import Employee, PersonalLink
from keqiao.org.queries import token_digest
from keqiao.runtime import jobs, throttle

Kind = PersonalLink.Kind
HOUR = timedelta(hours=1)
A_PERSON, A_PLACE = 5, 50  # requests in an hour for one address, and from one place
PASSWORD_GOOD, CONTACT_GOOD = timedelta(hours=1), timedelta(days=1)
MOST = 5  # accounts that share an address


def ask_reset(*, email: str, ip: str) -> None:
    """Somebody wants a new password. Whether anybody has this address is looked up by the worker, so no answer tells.

    Raises TooMany, for known and unknown addresses alike.
    """
    throttle.hit(f"reset-from:{ip}", limit=A_PLACE, window=HOUR)
    throttle.hit(f"reset:{email.lower()}", limit=A_PERSON, window=HOUR)
    with transaction.atomic():
        jobs.enqueue("org.reset", {"email": email, "language": get_language() or ""})


@transaction.atomic
def answer_request(email: str, language: str) -> int:
    """Mail a link to everybody who works here and has this address; returns how many."""
    people = list(Employee.objects.filter(email__iexact=email, is_active=True).order_by("pk")[:MOST])
    with override(language or None):
        for employee in people:
            mail_reset(employee)
    return len(people)


def mail_reset(employee: Employee) -> None:
    """A fresh link; one that was mailed before is void."""
    plain = fresh_link(employee, Kind.PASSWORD, PASSWORD_GOOD)
    body = _(
        "%(name)s，您好：\n\n请在一小时内打开下面的链接，为用户名 %(username)s 设置新密码：\n\n%(url)s\n\n"
        "链接只能用一次。如果不是您本人要求的，不必理会，密码不会改变。"
    ) % {"name": employee.name, "username": employee.username, "url": links.address("reset-set", plain)}
    until = timezone.now() + PASSWORD_GOOD
    mail.post(to=employee.email, name=employee.name, subject=_("重设密码"), body=body, until=until, about=employee)
    record(SYSTEM, "employee.reset_mailed", employee)


def fresh_link(employee: Employee, kind: str, good: timedelta, value: str = "") -> str:
    """Keep a new link of that kind in place of older ones; returns its secret."""
    plain, digest = links.fresh()
    PersonalLink.objects.filter(employee=employee, kind=kind).delete()
    PersonalLink.objects.create(
        employee=employee, kind=kind, value=value, digest=digest, expires_at=timezone.now() + good
    )
    return plain


def find(plain: str, *kinds: str) -> PersonalLink | None:
    """The link with that secret while it is good and the person works here."""
    rows = PersonalLink.objects.select_related("employee").filter(digest=token_digest(plain), kind__in=kinds)
    return rows.filter(used_at__isnull=True, expires_at__gt=timezone.now(), employee__is_active=True).first()


def use(link: PersonalLink) -> None:
    """Take the link; of several at once one gets it, the others are refused."""
    rows = PersonalLink.objects.filter(pk=link.pk, used_at__isnull=True, expires_at__gt=timezone.now())
    if rows.update(used_at=timezone.now()) != 1:
        raise Refused(_("这个链接已经用过或已过期。"))


@transaction.atomic
def set_password(*, link: PersonalLink, password: str, ip: str = "") -> None:
    """The new password of whoever got the link; everything that was open ends. The second factor is still asked for."""
    use(link)
    record(NOBODY.at(ip), "employee.reset_used", link.employee)
    change_password(actor=SYSTEM, employee=link.employee, password=password)


@transaction.atomic
def ask_contact(*, actor: Actor, employee: Employee, kind: str, value: str) -> str:
    """Mail a link that confirms a new address or phone: for an address to the new one, for a phone to the person's own.

    Returns the address that it goes to. The view has asked for the password.
    """
    if actor.id != employee.pk:
        raise NotAllowed(_("只能更换自己的联系方式。"))
    if not mail.configured():
        raise Refused(_("系统没有设置发信服务器，请由管理员在“员工”里修改。"))
    to = value if kind == Kind.EMAIL else employee.email
    if not to:
        raise Refused(_("请先登记邮箱，确认链接会发到邮箱。"), field="value")
    plain = fresh_link(employee, kind, CONTACT_GOOD, value)
    what = _("邮箱") if kind == Kind.EMAIL else _("手机")
    body = _(
        "%(name)s，您好：\n\n请在一天内登录客桥后打开下面的链接，确认把%(what)s换成 %(value)s：\n\n%(url)s\n\n"
        "只有您本人登录后才能确认。如果不是您要求的，不必理会。"
    ) % {"name": employee.name, "what": what, "value": value, "url": links.address("contact-confirm", plain)}
    subject, until = _("确认更换%(what)s") % {"what": what}, timezone.now() + CONTACT_GOOD
    mail.post(to=to, name=employee.name, subject=subject, body=body, until=until, about=employee)
    record(actor, "employee.contact_asked", employee, {"note": what})
    return to


@transaction.atomic
def confirm_contact(*, actor: Actor, link: PersonalLink) -> Employee:
    """The person who asked confirms; anybody else, logged in as whoever, is refused. The old address is told."""
    if link.employee_id != actor.id:
        raise NotAllowed(_("这个链接是发给另一位员工的。请用那个账号登录后再打开。"))
    use(link)
    employee = Employee.objects.select_for_update().get(pk=link.employee_id)
    name = "email" if link.kind == Kind.EMAIL else "phone"
    before = getattr(employee, name)
    Employee.objects.filter(pk=employee.pk).update(**{name: link.value})
    PersonalLink.objects.filter(employee=employee, kind=Kind.PASSWORD).delete()  # went to the old address
    record(actor, "employee.changed", employee, {"changes": changes({name: before}, {name: link.value})})
    if name == "email" and before:
        body = _("%(name)s，您好：\n\n您在客桥的邮箱已换成 %(value)s。如果不是您本人操作，请立即联系管理员。") % {
            "name": employee.name, "value": link.value,
        }  # fmt: skip
        until = timezone.now() + timedelta(days=7)
        mail.post(to=before, name=employee.name, subject=_("您的邮箱已更换"), body=body, until=until, about=employee)
    employee.refresh_from_db()
    return employee


def clean_phone(raw: str) -> str:
    """A phone as it is kept; refused when it is none."""
    found = phones.normalise(raw)
    if found is None:
        raise Refused(_("这不是一个完整的电话号码。"), field="value")
    return found[:20]
