"""Corrective actions: ordered, done with proof, checked for effect."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.files.actions import attach
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import start_of
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.state import move
from keqiao.notices.actions import close_todos, notify, open_todo
from keqiao.org.models import Employee
from keqiao.org.work import take_on
from keqiao.tickets import policies
from keqiao.tickets.actions.base import guard, note_deed, required
from keqiao.tickets.effect import effects
from keqiao.tickets.models import CorrectiveAction, Ticket
from keqiao.tickets.models.improvement import TRANSITIONS
from keqiao.tickets.ruling.reading import rules

LABEL = "tickets.correctiveaction"
Status = CorrectiveAction.Status


@transaction.atomic
def correct(*, actor: Actor, obj: Ticket, title: str, measure: str, owner: Employee, due_on: date) -> CorrectiveAction:
    """Order a measure so that the fault does not recur."""
    if owner is not None:
        take_on(owner)  # before the ticket, as whoever hands work over does
    ticket = guard(actor, "correct", obj)
    row = order(actor, ticket, title, measure, owner, due_on)
    note_deed(actor, "correction.ordered", ticket, {"correction": row.pk, "title": row.title, "owner": owner.name})
    return row


def order(
    actor: Actor,
    ticket: Ticket,
    title: str,
    measure: str,
    owner: Employee,
    due_on: date,
    follows: CorrectiveAction | None = None,
) -> CorrectiveAction:
    """Store a corrective action, give its owner the to-do."""
    if owner is None:
        raise Refused(_("请选择在职的整改负责人。"), field="owner")
    take_on(owner)
    if due_on < timezone.localdate():
        raise Refused(_("完成期限不能早于今天。"), field="due_on")
    row = CorrectiveAction.objects.create(
        ticket=ticket,
        cause_id=ticket.complaint.cause_id if ticket.is_complaint else None,
        title=required(title, _("请填写整改事项。"), "title")[:120],
        measure=required(measure, _("请填写整改措施。"), "measure"),
        owner=owner,
        unit_id=owner.unit_id,
        due_on=due_on,
        created_by_id=actor.id,
        follows=follows,
    )
    open_todo(
        label=LABEL,
        object_id=row.pk,
        kind="correction",
        title=_("整改：%s") % row.title,
        url=page_of(row),
        employee_id=owner.pk,
        due_at=end_of(due_on),
    )
    return row


def page_of(row: CorrectiveAction) -> str:
    """Where it is reported done and checked; its owner need not see the ticket."""
    return f"/corrections/{row.pk}/"


def end_of(day: date) -> datetime:
    """The last instant of a day, by the installation's clock."""
    return start_of(day + timedelta(days=1)) - timedelta(seconds=1)


@transaction.atomic
def finish_correction(
    *, actor: Actor, obj: CorrectiveAction, proof: str, files: Iterable[Any] = ()
) -> CorrectiveAction:
    """The measure is carried out; the proof says how one can see that. Its effect is checked later."""
    fresh = CorrectiveAction.objects.select_for_update().get(pk=obj.pk)
    if not (fresh.owner_id == actor.id or actor.covers("correction.change", unit_id=fresh.unit_id)):
        raise NotAllowed(_("只有整改负责人可以报告完成。"))
    done = move(
        fresh,
        Status.DONE,
        field="status",
        transitions=TRANSITIONS,
        done_at=timezone.now(),
        done_by_id=actor.id,
        proof=required(proof, _("请写明完成情况和证明。"), "proof"),
        check_on=timezone.localdate() + timedelta(days=rules().effect_days),
    )
    uploads = [upload for upload in files if upload]
    for upload in uploads:
        attach(actor=actor, owner_label=LABEL, owner_id=done.pk, upload=upload)
    close_todos(LABEL, done.pk)
    data = {"proof": done.proof, "files": len(uploads)}
    record(actor, "correction.done", done, data, about=done.ticket.customer_id)
    title = _("整改待验证：%s") % done.title
    if done.created_by_id:
        notify(
            actor=actor,
            to={done.created_by_id},
            title=title,
            url=page_of(done),
            kind="correction.done",
            key=f"correction.done:{done.pk}",
        )
    return done


@transaction.atomic
def check_correction(
    *,
    actor: Actor,
    obj: CorrectiveAction,
    effective: bool,
    note: str,
    reason: str = "",
    measure: str = "",
    owner: Employee | None = None,
    due_on: date | None = None,
) -> CorrectiveAction:
    """Did the same cause come back? If so a new measure follows. Never checked by whoever carried it out.

    Whoever judges against the counts of the cause before and after says why; counts and reason stay on record.
    """
    fresh = CorrectiveAction.objects.select_for_update().select_related("ticket", "owner").get(pk=obj.pk)
    if fresh.status == Status.DONE and not policies.allowed_correction(actor, "check", fresh):
        raise NotAllowed(_("整改效果由有权限的其他人验证，不能由完成人自己验证。"))
    if not actor.covers("correction.change", unit_id=fresh.unit_id):
        raise NotAllowed(_("您没有验证整改的权限。"))
    note = required(note, _("请写明验证情况。"), "note")
    data, added = weighed(actor, fresh, reason.strip(), effective=effective)
    done = move(
        fresh,
        Status.EFFECTIVE if effective else Status.INEFFECTIVE,
        field="status",
        transitions=TRANSITIONS,
        checked_at=timezone.now(),
        checked_by_id=actor.id,
        check_note=f"{note}\n{added}" if added else note,
    )
    if not effective:
        if due_on is None:
            raise Refused(_("整改无效时，请填写新的整改措施和期限。"), field="due_on")
        following = order(actor, done.ticket, done.title, measure, owner or done.owner, due_on, follows=done)
        data["followed_by"] = following.pk
    data |= {"effective": effective, "note": done.check_note}
    record(actor, "correction.checked", done, data, about=done.ticket.customer_id)
    return done


def weighed(actor: Actor, row: CorrectiveAction, reason: str, *, effective: bool) -> tuple[dict[str, Any], str]:
    """What stays on record of the counts, and what the note says of them where the judgement goes against them.

    Refused where it does and no reason is given.
    """
    found = effects(actor, [row]).get(row.pk) if row.status == Status.DONE else None
    if found is None:
        return {}, ""
    before, after = found.counts
    data: dict[str, Any] = {"before": before, "after": after, "days": found.days}
    if not found.against(effective=effective):
        return data, ""
    if not reason:
        words = _("同因投诉完成前 %(before)d 起、完成后 %(after)d 起，没有减少。判为有效的，请写明原因。")
        if not effective:
            words = _("同因投诉完成前 %(before)d 起、完成后 %(after)d 起，已经减少。判为无效的，请写明原因。")
        raise Refused(words % data, field="reason")
    data["reason"] = reason
    return data, _("与同因投诉的数字（完成前 %(before)d 起，完成后 %(after)d 起）不一致的原因：%(reason)s") % data
