"""What every step of a visit shares: lock, power and status, to-dos, people to tell."""

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.kernel.state import move
from keqiao.notices.actions import close_todos, open_todo
from keqiao.org.queries import upward
from keqiao.tickets.models import Ticket
from keqiao.visits import policies
from keqiao.visits.models import TRANSITIONS, Visit, VisitAttempt

LABEL = "visits.visit"
TODO = "visit"
MOST_SAID = 500  # characters


def fresh(visit: Visit) -> Visit:
    """The row as it stands now, held until the transaction ends where the database can."""
    return Visit.objects.select_for_update(of=("self",)).select_related("rule", "customer", "ticket").get(pk=visit.pk)


def guard(actor: Actor, verb: str, visit: Visit) -> Visit:
    """Lock the visit and return it fresh, if the actor has the power and its status is one for the verb.

    Raises NotAllowed or WrongState.
    """
    current = fresh(visit)
    if not policies.empowered(actor, verb, current):
        raise NotAllowed(_("您没有权限对这次回访这样做。如工作需要，请联系主管。"))
    if not policies.in_time(verb, current):
        raise WrongState(why_not(verb, current))
    return current


def why_not(verb: str, visit: Visit) -> str:
    """Why the step is not possible now."""
    if not visit.open:
        return _("这次回访%(status)s，不能再修改。") % {"status": visit.get_status_display()}
    if verb == "take":
        return _("这次回访已由%(name)s负责。") % {"name": visit.assignee.name if visit.assignee else ""}
    return _("还没有达到最多尝试次数（%(n)s 次），请继续联系客户。") % {"n": visit.rule.max_attempts}


def waits(ticket: Ticket) -> bool:
    """Whether the ticket stands where its visit ends it: a complaint when told, any other matter when resolved."""
    return ticket.stage == (Ticket.Stage.TOLD if ticket.is_complaint else Ticket.Stage.RESOLVED)


def close(visit: Visit, status: str, **changes: object) -> Visit:
    """End the visit; exactly one of several parallel endings succeeds, the others get WrongState."""
    moved = move(visit, status, field="status", transitions=TRANSITIONS, open=False, **changes)
    close_todos(LABEL, visit.pk)
    return moved


def begin(visit: Visit, actor: Actor) -> None:
    """Note that somebody works on it: the first to do so takes a visit that nobody has."""
    if visit.assignee_id is None and actor.id is not None:
        if Visit.objects.filter(pk=visit.pk, open=True, assignee=None).update(assignee_id=actor.id) != 1:
            raise WrongState(_("别人刚刚领取了这次回访，请刷新页面。"))
        visit.assignee_id = actor.id
        ask(visit)


def add_attempt(visit: Visit, actor: Actor, outcome: str, note: str, **more: object) -> VisitAttempt:
    """Write down one try and count it."""
    Visit.objects.filter(pk=visit.pk).update(attempts_made=F("attempts_made") + 1)
    visit.attempts_made += 1
    return VisitAttempt.objects.create(
        visit=visit, at=timezone.now(), by_id=actor.id, outcome=outcome, note=note, **more
    )


def ask(visit: Visit) -> None:
    """Open the to-do with whoever has the visit, and close it with everybody else."""
    close_todos(LABEL, visit.pk, TODO)
    title = _("回访：%(customer)s，%(matter)s") % {"customer": visit.customer.name, "matter": visit.matter}
    open_todo(
        label=LABEL, object_id=visit.pk, kind=TODO, title=title, url=url_of(visit), due_at=visit.due_at,
        employee_id=visit.assignee_id, unit_id=None if visit.assignee_id else visit.unit_id,
        power="visit.view", anyone=True,  # what nobody has yet may be taken by whoever makes visits
    )  # fmt: skip


def note_deed(actor: Actor, verb: str, visit: Visit, data: dict[str, object] | None = None) -> None:
    """Record a deed on the visit, in its customer's timeline too."""
    record(actor, verb, visit, data, about=visit.customer_id)


def url_of(visit: Visit) -> str:
    """Where the visit is shown."""
    return reverse("visits:detail", args=[visit.pk])


def leader_of(unit_id: int) -> int | None:
    """Who leads the unit: its leader, else that of the nearest unit above that has one."""
    return next((unit.leader.pk for unit in upward(unit_id) if unit.leader and unit.leader.is_active), None)


def required(text: str, message: str, field: str) -> str:
    """The trimmed text; Refused where there is none."""
    trimmed = (text or "").strip()
    if not trimmed:
        raise Refused(message, field=field)
    return trimmed
