"""Every step of a request: received, identity checked, answered, refused; an erasure asked for and decided."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.approvals.queries import deciders
from keqiao.audit.actions import changes, record
from keqiao.calendars.queries import calendar_for
from keqiao.customers import policies as customers
from keqiao.customers import rules
from keqiao.customers.erasing.plan import plan, settings, whole
from keqiao.customers.erasing.run import JOB
from keqiao.customers.models import Customer, PrivacyRequest, PrivacySettings
from keqiao.customers.requests import policies
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.state import move
from keqiao.notices.actions import close_todos, notify, open_todo
from keqiao.org.queries import leaders_of
from keqiao.runtime import counters, jobs

APPROVAL = "privacy.erase"
LANGUAGE = "zh-hans"  # of the house
LABEL = "customers.privacyrequest"
State = PrivacyRequest.State


def url_of(request: PrivacyRequest) -> str:
    """Where a request is shown."""
    return reverse("privacy-requests:detail", args=[request.pk])


def demand(actor: Actor, verb: str, request: PrivacyRequest | None = None) -> None:
    """Raise NotAllowed unless the actor may do that now."""
    if not policies.allowed(actor, verb, request):
        raise NotAllowed(_("现在不能这样处理这个请求：权限不够，或状态已经变化。"))


def step(request: PrivacyRequest, state: str, **values: Any) -> PrivacyRequest:
    """Move the request on."""
    return move(request, state, field="state", transitions=PrivacyRequest.TRANSITIONS, **values)


def due(kind: str, received: datetime, unit_id: int) -> datetime:
    """Until when the person must have an answer; an erasure counts working days."""
    rule = settings()
    if kind != PrivacyRequest.Kind.ERASE:
        return received + timedelta(days=rule.answer_days)
    calendar = calendar_for(unit_id)
    day, left = timezone.localtime(received, timezone.get_default_timezone()).date(), rule.close_workdays
    while left:
        day += timedelta(days=1)
        left -= bool(calendar.day_minutes(day))
    return min(
        timezone.localtime(received).replace(year=day.year, month=day.month, day=day.day),
        received + timedelta(days=rule.answer_days),
    )


@transaction.atomic
def receive(
    *, actor: Actor, customer: Customer, kind: str, way: str, wish: str = "", received_at: datetime | None = None
) -> PrivacyRequest:
    """Register what somebody asks; from here the deadline runs. One of a kind may be open for a customer."""
    demand(actor, "create")
    if actor.unit_id is None or not customers.visible(actor).filter(pk=customer.pk).exists():
        raise NotAllowed(_("没有这位客户，或您无权查看。"))
    if customer.erased:
        raise Refused(_("这位客户的个人信息已经删除。"), field="customer")
    moment = received_at or timezone.now()
    if moment > timezone.now():
        raise Refused(_("收到时间不能晚于现在。"), field="received_at")
    try:
        with transaction.atomic():
            request = PrivacyRequest.objects.create(
                number=counters.number("GR", timezone.localdate()), customer=customer, kind=kind, way=way,
                wish=wish.strip()[:1000], received_at=moment, due_at=due(kind, moment, actor.unit_id),
                received_by_id=actor.id, unit_id=actor.unit_id,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_("这位客户的同类请求正在办理。"), field="kind") from error
    remind(request)
    with override(LANGUAGE):  # history is kept in the words of the house, whoever reads it
        said = str(request.get_kind_display())
    record(actor, "privacy.received", request, {"kind": said}, about=customer.pk)
    return request


def remind(request: PrivacyRequest) -> None:
    """A to-do for whoever handles it."""
    if request.received_by_id is not None:
        open_todo(
            label=LABEL, object_id=request.pk, kind="privacy", title=_("办理个人信息请求：%(request)s") % {"request": request},
            url=url_of(request), employee_id=request.received_by_id, due_at=request.due_at,
        )  # fmt: skip


@transaction.atomic
def verify(*, actor: Actor, obj: PrivacyRequest, identity_check: str) -> PrivacyRequest:
    """Say how it was made sure that the person is who she says."""
    demand(actor, "verify", obj)
    words = rules.line(identity_check)[:200]
    if len(words) < 2:
        raise Refused(_("请写明怎样核实的身份。"), field="identity_check")
    done = step(obj, State.VERIFIED, identity_check=words, verified_by_id=actor.id, verified_at=timezone.now())
    record(actor, "privacy.verified", done, {"note": words}, about=done.customer_id)
    return done


@transaction.atomic
def answer(*, actor: Actor, obj: PrivacyRequest, answer: str) -> PrivacyRequest:
    """Close the request with what the person was told. A copy must have been made first where one was asked for."""
    demand(actor, "answer", obj)
    words = answer.strip()[:2000]
    if len(words) < 2:
        raise Refused(_("请写明给客户的答复。"), field="answer")
    made = PrivacyRequest.objects.filter(pk=obj.pk, copied_at__isnull=False).exists()
    if obj.kind in policies.ONLY["copy"] and not made:
        raise Refused(_("请先生成副本交给客户，再登记答复。"), field="answer")
    return close(actor, obj, State.DONE, words, "privacy.answered")


@transaction.atomic
def refuse(*, actor: Actor, obj: PrivacyRequest, answer: str) -> PrivacyRequest:
    """Do not do what is asked, and say why."""
    demand(actor, "refuse", obj)
    words = answer.strip()[:2000]
    if len(words) < 2:
        raise Refused(_("请写明不予办理的理由，并告知客户。"), field="answer")
    return close(actor, obj, State.REFUSED, words, "privacy.refused")


@transaction.atomic
def cancel(*, actor: Actor, obj: PrivacyRequest) -> PrivacyRequest:
    """The person has taken it back."""
    demand(actor, "cancel", obj)
    return close(actor, obj, State.CANCELLED, "", "privacy.cancelled")


def close(actor: Actor, request: PrivacyRequest, state: str, words: str, verb: str) -> PrivacyRequest:
    """The end of a request."""
    done = step(request, state, answer=words, answered_by_id=actor.id, answered_at=timezone.now())
    close_todos(LABEL, done.pk)
    record(actor, verb, done, {"note": words}, about=done.customer_id)
    return done


@transaction.atomic
def ask_erasure(*, actor: Actor, obj: PrivacyRequest) -> Approval:
    """Put the erasure to somebody else; refused while something stands against it."""
    demand(actor, "erase", obj)
    demand_free(obj.customer)
    if not deciders(policies.APPROVE, obj.unit_id, besides=actor.id):
        raise Refused(_("还没有别人有“批准删除个人信息”的权限，请管理员在“岗位与权限”里交给一个岗位。"))
    done = step(obj, State.APPROVING)
    title = _("删除客户个人信息：%(number)s") % {"number": done.number}
    approval = approvals.request(
        actor=actor, kind=APPROVAL, subject=done, title=title, power=policies.APPROVE, unit_id=done.unit_id,
        url=reverse("privacy-plan", args=[done.pk]), reason=obj.wish[:200],
    )  # fmt: skip
    record(actor, "privacy.erasure_asked", done, {}, about=done.customer_id)
    return approval


def demand_free(customer: Customer) -> None:
    """Refused while something stands against erasing the customer."""
    blocked = plan(whole(customer)).blocked
    if blocked:
        why = _("；").join(f"{one.what}，{one.why}" for one in blocked)
        raise Refused(_("现在还不能删除：%(why)s") % {"why": why})


def decided(actor: Actor, approval: Approval) -> None:
    """Called in the transaction of the decision: the worker erases, or the request is as before.

    What has come up since it was asked for stands against it too: it can be agreed to once that is over.
    """
    request = PrivacyRequest.objects.select_related("customer").get(pk=approval.object_id)
    agreed = approval.state == Approval.State.APPROVED
    if agreed:
        demand_free(request.customer)
    done = step(request, State.ERASING if agreed else State.VERIFIED)
    if agreed:
        close_todos(LABEL, done.pk)
        jobs.enqueue(JOB, {"request": done.pk}, key=f"{JOB}:{done.pk}")
    record(actor, "privacy.erasure_agreed" if agreed else "privacy.erasure_declined", done, {}, about=done.customer_id)
    words = _("删除个人信息已获批准，正在执行：%s") if agreed else _("删除个人信息未获批准：%s")
    notify(
        actor=actor, to=[done.received_by_id] if done.received_by_id else [], title=words % done.number, url=url_of(done),
        kind="privacy", key=f"privacy.decided:{approval.pk}",
    )  # fmt: skip


@transaction.atomic
def alarm() -> int:
    """Tell the leaders of requests that are due soon or late, once each; returns how many."""
    limit = timezone.now() + timedelta(days=settings().warn_days)
    waiting = PrivacyRequest.objects.filter(state__in=PrivacyRequest.OPEN, due_at__lte=limit, alarmed=False)
    count = 0
    for request in waiting.order_by("due_at")[:200]:
        if not PrivacyRequest.objects.filter(pk=request.pk, alarmed=False).update(alarmed=True):
            continue
        count += 1
        to = {request.received_by_id, *(leaders_of(request.received_by_id) if request.received_by_id else ())}
        title = _("个人信息请求将到期或已到期：%(request)s，期限 %(day)s") % {
            "request": request, "day": f"{timezone.localtime(request.due_at):%Y-%m-%d}",
        }  # fmt: skip
        notify(
            actor=SYSTEM, to=[pk for pk in to if pk], title=title, url=url_of(request), kind="privacy",
            key=f"privacy.due:{request.pk}",
        )  # fmt: skip
    return count


@transaction.atomic
def change_settings(*, actor: Actor, obj: PrivacySettings, **values: int) -> PrivacySettings:
    """Set the deadlines."""
    if not actor.can("settings.change"):
        raise NotAllowed(_("您没有维护业务规则的权限。"))
    row = PrivacySettings.objects.select_for_update().get(pk=obj.pk)
    changed = changes({name: getattr(row, name) for name in values}, values)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    record(actor, "privacy_settings.changed", row, {"changes": changed})
    return row
