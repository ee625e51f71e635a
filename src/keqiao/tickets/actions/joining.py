"""Joining repeated complaints of one matter, so that it is looked into once and every customer is told."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.tickets import policies
from keqiao.tickets.actions.accepting import verdict_of
from keqiao.tickets.actions.base import guard, note_deed, say, tell_people
from keqiao.tickets.actions.climbing import rebased
from keqiao.tickets.actions.clocks import overtaken, rebase
from keqiao.tickets.actions.going_along import bring
from keqiao.tickets.ladder import next_look, steps
from keqiao.tickets.models import WAITING_ALONG, Complaint, Impact, Progress, Severity, Stage, Ticket
from keqiao.tickets.queries import current_stage

HAS_RESULT = frozenset({Ticket.Stage.RESOLVED, Ticket.Stage.TOLD})


@transaction.atomic
def join(*, actor: Actor, obj: Ticket, main: Ticket, note: str = "") -> Ticket:
    """Join a matter to a main one. It keeps its number, its customer and its promised date; its result comes from there.

    Both rows are locked in the order of their ids first: of two people who join the same two, one is told that it is
    done, whichever way round each of them meant it.
    """
    if main is None or main.pk == obj.pk:
        raise Refused(_("请填写另一张工单的单号。"), field="main")
    held = {row.pk: row for row in Ticket.objects.select_for_update().filter(pk__in=[obj.pk, main.pk]).order_by("pk")}
    ticket, head = guard(actor, "join", obj), held[main.pk]
    demand_fitting(actor, ticket, head)
    now = timezone.now()
    # nothing is due before the date that its customer was promised: the steps until then are the main matter's
    promised = ticket.solve_due_at
    fields = {
        "main": head, "due_at": promised, "warn_at": promised, "late": promised < now, "alarm_level": 1,
        "alarm_at": next_look(None, promised, steps(ticket, due_at=promised), now),
    }  # fmt: skip
    if Ticket.objects.filter(pk=ticket.pk, main=None, stage=ticket.stage, open=True).update(**fields) != 1:
        raise overtaken()
    Stage.objects.filter(pk=current_stage(ticket).pk).update(due_at=promised)
    for name, value in fields.items():
        setattr(ticket, name, value)
    rebased(ticket, now)
    told(actor, ticket, head, note.strip())
    weigh(actor, head)
    return bring(actor, head, ticket) if head.stage in HAS_RESULT else ticket


def demand_fitting(actor: Actor, ticket: Ticket, head: Ticket) -> None:
    """Refused unless the two can be one matter."""
    if not policies.covers(actor, "ticket.join", head):
        raise NotAllowed(_("您没有权限合并到这张工单。如工作需要，请联系主管。"))
    if head.kind != ticket.kind:
        raise Refused(_("只有同一类型的工单可以合并。"), field="main")
    if not head.open:
        words = _("%(number)s %(stage)s，不能再并入。客户又来反映的，请先重新办理它，或单独办理这一张。")
        raise Refused(words % {"number": head.number, "stage": head.get_stage_display()}, field="main")
    if head.main_id is not None:
        raise Refused(_("%s 本身已并入另一张工单，请并入它的主工单。") % head.number, field="main")
    if ticket.joined.exists():
        raise Refused(_("已有工单并入这一张，它是主工单。请打开另一张，把另一张并入这里。"), field="main")
    if ticket.dispatches.filter(open=True).exists():
        raise Refused(_("承办部门正在查这一张。请等答复，或打开另一张，把另一张并入这里。"), field="main")


def told(actor: Actor, ticket: Ticket, head: Ticket, note: str) -> None:
    """Put the joining on record on both sides, and tell the customer and the two owners."""
    words = _("您反映的情况与同类反映一并调查处理，结果会单独告诉您。")
    say(actor, ticket, Progress.Kind.PROGRESS, words, to_customer=True)
    note_deed(actor, "ticket.joined", ticket, {"main": head.number, "note": note})
    note_deed(actor, "ticket.gathered", head, {"number": ticket.number, "note": note})
    title = _("%(number)s 已并入 %(main)s") % {"number": ticket.number, "main": head.number}
    key = f"{head.pk}:{timezone.now().timestamp():.0f}"
    tell_people(actor, {ticket.owner_id} - {actor.id}, ticket, title, "ticket.joined", key)
    tell_people(
        actor, {head.owner_id} - {actor.id, ticket.owner_id}, head, title, "ticket.joined", f"{key}:{ticket.pk}"
    )


def weigh(actor: Actor, head: Ticket) -> None:
    """Repetition makes a matter graver: several customers are concerned, and the rules are asked again.

    Never less grave, and not before somebody has assessed it: the first assessment counts the joined ones by itself.
    """
    if not head.is_complaint:
        return
    complaint = Complaint.objects.get(pk=head.pk)
    if complaint.impact == Impact.SINGLE and head.joined.exclude(customer=head.customer_id).exists():
        Complaint.objects.filter(pk=head.pk).update(impact=Impact.SEVERAL)
        complaint.impact = Impact.SEVERAL
    if head.stage not in WAITING_ALONG - {Ticket.Stage.ACCEPTED}:
        return
    verdict = verdict_of(
        head, head.category, safety=complaint.safety, impact=complaint.impact, immediate=complaint.immediate,
        complicated=complaint.complex, amount_fen=complaint.amount_fen,
    )  # fmt: skip
    before = head.severity
    if verdict.severity <= before:
        return
    rebase(head, verdict.severity)
    levels = [str(Severity(before).label), str(Severity(verdict.severity).label)]
    reason = _("并入重复投诉：%s") % verdict.reason
    note_deed(actor, "ticket.severity_changed", head, {"changes": {"severity": levels}, "reason": reason})
    title = _("%(number)s 因重复投诉升为“%(level)s”") % {"number": head.number, "level": levels[1]}
    tell_people(actor, {head.owner_id}, head, title, "ticket.joined", f"severity:{verdict.severity}:{head.reopened}")
