"""Links for customers and posters for units: made, given out, taken back."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.customers import policies as customers
from keqiao.customers.consents import refusal
from keqiao.customers.models import Consent, Customer
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.kernel.state import move
from keqiao.kernel.text import single_line
from keqiao.org.models import OrgUnit
from keqiao.surveys import policies
from keqiao.surveys.actions.answering import digest
from keqiao.surveys.models import INVITATION_TRANSITIONS, Invitation, Poster, Survey
from keqiao.tickets.models import Ticket

TOKEN_BYTES, CODE_BYTES = 24, 12  # 192 random bits for one customer; 96 for what hangs on a wall
State = Invitation.State
PURPOSE = {Survey.Basis.SERVICE: Consent.Purpose.SERVICE, Survey.Basis.SURVEY: Consent.Purpose.SURVEY}


def purpose_of(survey: Survey) -> str:
    """Which consent the survey needs."""
    return PURPOSE[Survey.Basis(survey.basis)]


def demand(actor: Actor, verb: str, obj: Invitation) -> Invitation:
    """The invitation as it stands now, under lock, if the actor may do that with it."""
    row = Invitation.objects.select_for_update(of=("self",)).select_related("survey", "customer").get(pk=obj.pk)
    if not policies.sends(actor, row):
        raise NotAllowed(_("您没有发送这份问卷的权限。如工作需要，请联系主管。"))
    if not policies.invitation_in_time(verb, row):
        raise WrongState(_("这份问卷%(state)s，不能再这样做。") % {"state": row.get_state_display()})
    return row


@transaction.atomic
def invite(
    *, actor: Actor, survey: Survey, customer: Customer | None = None, ticket: Ticket | None = None, matter: str = "",
) -> Invitation:  # fmt: skip
    """Plan a link by hand: about a ticket, or about something else in the customer's own day.

    One for each customer, survey and occasion; Refused for a customer who does not want to be asked.
    """
    if not actor.can("survey.send"):
        raise NotAllowed(_("您没有发送问卷的权限。如工作需要，请联系主管。"))
    whom = ticket.customer if ticket is not None else customer
    if whom is None:
        raise Refused(_("请选择客户。"), field="customer")
    if not customers.visible(actor).filter(pk=whom.pk).exists():
        raise NotAllowed(_("您没有权限查看这位客户。"))
    if not survey.active or policies.current(survey) is None:
        raise Refused(_("这份问卷没有发布或已停用。"), field="survey")
    against = refusal(whom, purpose_of(survey))
    if against:
        raise Refused(against)
    words = single_line(matter, 120) or (str(ticket)[:120] if ticket is not None else _("日常回访"))
    key = f"ticket:{ticket.pk}:{ticket.reopened}" if ticket is not None else f"hand:{whom.pk}:{timezone.localdate()}"
    made = add(
        survey=survey, customer=whom, ticket=ticket, occasion=key, matter=words, made_by_id=actor.id,
        agent_id=(ticket.owner_id if ticket is not None else None) or actor.id,
        unit_id=ticket.unit_id if ticket is not None else actor.unit_id,
        product=ticket.product if ticket is not None else "",
    )  # fmt: skip
    if made is None:
        raise Refused(_("已经为这件事给客户准备过这份问卷，请在“发出的问卷”里查看。"))
    record(actor, "survey.invited", made, {"matter": words}, about=made.customer_id)
    return made


def add(**values: Any) -> Invitation | None:
    """A new invitation; None where the occasion has one already."""
    try:
        with transaction.atomic():
            return Invitation.objects.create(**values)
    except IntegrityError:
        if not Invitation.objects.filter(survey=values["survey"], occasion=values["occasion"]).exists():
            raise
        return None


@transaction.atomic
def make_link(*, actor: Actor, obj: Invitation) -> tuple[str, datetime]:
    """A new signed link's token and until when it holds. Only its hash is kept; an older link ends with it."""
    row = demand(actor, "link", obj)
    against = refusal(row.customer, purpose_of(row.survey))
    if against:
        raise Refused(against)
    token, until = give_out(row)
    record(actor, "survey.link_made", row, {"until": until.isoformat()}, about=row.customer_id)
    return token, until


def give_out(row: Invitation, note: str = "") -> tuple[str, datetime]:
    """Give a locked invitation a new token."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = timezone.now()
    until = now + timedelta(days=row.survey.expiry_days)
    move(
        row, State.SENT, field="state", transitions=INVITATION_TRANSITIONS, token_digest=digest(token), until=until,
        sent_at=now, note=note,
    )  # fmt: skip
    return token, until


@transaction.atomic
def withdraw(*, actor: Actor, obj: Invitation) -> Invitation:
    """Take the link back: whoever opens it is told kindly."""
    row = demand(actor, "withdraw", obj)
    moved = move(row, State.WITHDRAWN, field="state", transitions=INVITATION_TRANSITIONS)
    record(actor, "survey.withdrawn", moved, about=moved.customer_id)
    return moved


@transaction.atomic
def create_poster(*, actor: Actor, survey: Survey, unit: OrgUnit, place: str) -> Poster:
    """A poster for a place of a unit."""
    if not actor.covers("survey.send", unit_id=unit.pk):
        raise NotAllowed(_("您只能为本部门制作海报。"))
    if policies.current(survey) is None:
        raise Refused(_("这份问卷还没有发布。"), field="survey")
    where = single_line(place, 40)
    if not where:
        raise Refused(_("请填写张贴位置，例如“收银台”。"), field="place")
    poster = Poster(survey=survey, unit=unit, place=where, code=secrets.token_urlsafe(CODE_BYTES), made_by_id=actor.id)
    try:
        with transaction.atomic():
            poster.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("这个位置已经有这份问卷的海报。"), field="place") from error
    record(actor, "survey_poster.created", poster)
    return poster


@transaction.atomic
def stop_poster(*, actor: Actor, obj: Poster) -> Poster:
    """Take no more answers from it."""
    return switched(actor, obj, "stop", active=False)


@transaction.atomic
def resume_poster(*, actor: Actor, obj: Poster) -> Poster:
    """Take answers again."""
    return switched(actor, obj, "resume", active=True)


def switched(actor: Actor, obj: Poster, verb: str, *, active: bool) -> Poster:
    """On or off."""
    poster = Poster.objects.select_for_update(of=("self",)).select_related("unit", "survey").get(pk=obj.pk)
    if not actor.covers("survey.send", unit_id=poster.unit_id):
        raise NotAllowed(_("您没有管理这张海报的权限。"))
    if poster.active == active:
        raise WrongState(_("海报的状态已经变化，请刷新页面看看。"))
    Poster.objects.filter(pk=poster.pk).update(active=active)
    record(actor, "survey_poster.resumed" if active else "survey_poster.stopped", poster)
    poster.active = active
    return poster
