"""Gathering evidence and coming to a conclusion."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from keqiao.files.actions import attach
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused
from keqiao.tickets.actions.base import demand_conditions, enter, guard, note_deed, required, say
from keqiao.tickets.actions.dispatching import demand_answers
from keqiao.tickets.actions.going_along import hold_matter, take_along
from keqiao.tickets.models import Complaint, Evidence, Progress, Ticket


@transaction.atomic
def add_evidence(
    *, actor: Actor, obj: Ticket, kind: str, title: str, source: str = "", text: str = "", files: Iterable[Any] = ()
) -> Evidence:
    """Add a statement, a paper or a photograph. Evidence is never changed afterwards, only added to."""
    ticket = guard(actor, "evidence", obj)
    uploads = [upload for upload in files if upload]
    if kind not in Evidence.Kind.values:
        raise Refused(_("请选择证据类型。"), field="kind")
    if kind == Evidence.Kind.PHOTO and not uploads:
        raise Refused(_("请上传照片。"), field="attachments")
    if kind == Evidence.Kind.STATEMENT:
        source = required(source, _("请写明向谁询问。"), "source")
        text = required(text, _("请填写询问记录的内容。"), "text")
    evidence = Evidence.objects.create(
        ticket=ticket,
        kind=kind,
        title=required(title, _("请填写证据名称。"), "title")[:120],
        source=source.strip()[:120],
        text=text.strip(),
        added_by_id=actor.id,
    )
    for upload in uploads:
        attach(actor=actor, owner_label="tickets.evidence", owner_id=evidence.pk, upload=upload)
    note_deed(actor, "ticket.evidence_added", ticket, {"kind": kind, "title": evidence.title, "files": len(uploads)})
    return evidence


@transaction.atomic
def conclude(*, actor: Actor, obj: Ticket, founded: bool, findings: str, explanation: str = "") -> Ticket:
    """Decide whether the complaint is founded. All units must have answered.

    Founded: the findings lead on to cause and plan. Unfounded: reasons, and an explanation that the customer is given.
    """
    hold_matter(obj)
    ticket = guard(actor, "conclude", obj)
    demand_answers(ticket)
    findings = required(findings, _("请写明调查结论和理由。"), "findings")
    if not founded:
        demand_conditions(ticket, founded=False)
        explanation = required(explanation, _("投诉不成立时，必须写明给客户的说明。"), "explanation")
    Complaint.objects.filter(pk=ticket.pk).update(founded=founded, findings=findings, explanation=explanation.strip())
    stage = Ticket.Stage.HANDLING if founded else Ticket.Stage.RESOLVED
    changes: dict[str, Any] = {} if founded else {"result": _("投诉不成立：%s") % explanation.strip()}
    fresh = enter(actor, ticket, stage, findings, **changes)
    if not founded:
        say(actor, fresh, Progress.Kind.EXPLANATION, explanation.strip())
    note_deed(actor, "ticket.concluded", fresh, {"founded": founded, "findings": findings})
    if not founded:
        take_along(actor, fresh)
    return fresh
