"""What every deed shares: the lock, one's seats, and words to people."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.approvals.models import Approval, Decider
from keqiao.approvals.policies import seats_of
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.actions import close_todos, notify, open_todo

LABEL = "approvals.approval"
TODO, COMPLETE, STUCK = "approval", "approval.returned", "approval.stuck"
AGREED_MEANWHILE = (Decider.State.AGREED, Decider.State.REFUSED, Decider.State.RETURNED)


def url_of(approval: Approval) -> str:
    """Where an approval is shown."""
    return reverse("approvals:detail", args=[approval.pk])


def lock(obj: Approval) -> Approval:
    """The row as it stands now, held until the transaction ends: every deed about an approval begins here."""
    return Approval.objects.select_for_update().get(pk=obj.pk)


def living(obj: Approval, *states: Approval.State) -> Approval:
    """The locked row, if it is in one of the states; WrongState in words where somebody was faster."""
    fresh = lock(obj)
    if fresh.state not in states:
        raise WrongState(_("这份申请现在是“%s”，不能再这样做。请刷新页面看看最新进展。") % fresh.get_state_display())
    return fresh


def guard(actor: Actor, obj: Approval) -> tuple[Approval, list[Decider]]:
    """The locked approval and the actor's seats; NotAllowed for whoever has none, WrongState for who decided already."""
    fresh = living(obj, Approval.State.WAITING)
    seats = seats_of(actor, fresh)
    if not seats:
        said = fresh.deciders.filter(employee_id=actor.id or 0, round=fresh.round, state__in=AGREED_MEANWHILE)
        if said.exists():
            raise WrongState(_("您已经审批过这份申请，现在等其他人审批。"))
        raise NotAllowed(_("您不能审批这件事：需要相应的审批权限，且不能审批自己的申请。"))
    return fresh, seats


def take(seats: list[Decider], state: Decider.State, note: str, **changes: Any) -> None:
    """Leave seats with a word. Conditional, so that of two who are at it at once one is refused."""
    mine = Decider.objects.filter(pk__in=[seat.pk for seat in seats], state=Decider.State.OPEN)
    if mine.update(state=state, note=note, done_at=timezone.now(), **changes) != len(seats):
        raise WrongState(_("别人刚刚处理了这份申请，请刷新页面看看最新进展。"))


def keep(approval: Approval, **changes: Any) -> Approval:
    """Write fields of a locked approval."""
    Approval.objects.filter(pk=approval.pk).update(**changes)
    for name, value in changes.items():
        setattr(approval, name, value)
    return approval


def demand(text: str, message: str, field: str = "note") -> str:
    """The trimmed text; Refused where there is none."""
    text = (text or "").strip()
    if not text:
        raise Refused(message, field=field)
    return text


def ask(approval: Approval, employees: Iterable[int], kind: str, title: str, due_at: Any = None) -> None:
    """Open a to-do about the approval for each employee."""
    for pk in sorted(set(employees)):
        open_todo(
            label=LABEL, object_id=approval.pk, kind=kind, title=title, url=url_of(approval), employee_id=pk, due_at=due_at
        )  # fmt: skip


def close(approval: Approval, kind: str | None = None, *, employee_id: int | None = None) -> None:
    """Close to-dos about the approval."""
    close_todos(LABEL, approval.pk, kind, employee_id=employee_id)


def tell(actor: Actor, approval: Approval, to: Iterable[int | None], title: str, kind: str, key: str) -> None:
    """Notify employees about the approval, once for each key."""
    known = [pk for pk in to if pk is not None]
    if known:
        notify(
            actor=actor, to=known, title=title, url=url_of(approval), kind=kind, key=f"{kind}:{approval.pk}:{key}"
        )  # fmt: skip
