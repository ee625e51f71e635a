"""What descriptions do when an approval is decided, and when somebody gets another position."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.approvals.models import Approval
from keqiao.approvals.registry import on_decision
from keqiao.audit.actions import record
from keqiao.audit.models import Event
from keqiao.audit.readers import reader
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.state import move
from keqiao.notices.actions import notify
from keqiao.notices.held import personal
from keqiao.notices.models import Todo
from keqiao.org import panels
from keqiao.org.models import Appointment, Employee, Position
from keqiao.staffing.descriptions import actions
from keqiao.staffing.descriptions.deciding import KINDS, READ, ask, ask_to_read, url_of
from keqiao.staffing.models import TRANSITIONS, PositionDescription

S = PositionDescription.State


def decided(actor: Actor, approval: Approval) -> None:
    """Reviewed: it goes on to be approved. Approved: it is in force. Refused or taken back: it is a draft again."""
    obj = PositionDescription.objects.select_related("position").get(pk=approval.object_id)
    reviewing = approval.kind == KINDS["review"][0]
    if approval.state != Approval.State.APPROVED:
        back(actor, obj, approval)
    elif actor.id is not None and actor.id == obj.drafted_by_id:
        raise NotAllowed(_("编制人不能审核、批准自己编制的说明书。"))
    elif reviewing:
        moved = move(
            obj, S.APPROVAL, field="state", transitions=TRANSITIONS, reviewed_by_id=actor.id, reviewed_at=timezone.now()
        )
        record(actor, "description.reviewed", moved, {"version": moved.version, "note": approval.note})
        ask(actor, moved, "approve")
    else:
        moved = actions.put_in_force(actor, obj)
        tell(actor, moved, _("岗位说明书已批准生效：%(what)s"), f"in_force:{moved.pk}")


def back(actor: Actor, obj: PositionDescription, approval: Approval) -> None:
    """A draft again, with what was said."""
    moved = move(
        obj, S.DRAFT, field="state", transitions=TRANSITIONS, returned_note=approval.note[:500], reviewed_by_id=None,
        reviewed_at=None,
    )  # fmt: skip
    record(actor, "description.returned", moved, {"version": moved.version, "note": approval.note})
    tell(actor, moved, _("岗位说明书退回修改：%(what)s"), f"returned:{approval.pk}")


def tell(actor: Actor, obj: PositionDescription, title: str, key: str) -> None:
    """Tell whoever wrote it."""
    if obj.drafted_by_id is not None:
        notify(
            actor=actor, to=[obj.drafted_by_id], title=title % {"what": obj}, url=url_of(obj), kind="position",
            key=f"description:{key}",
        )  # fmt: skip


@reader("position-descriptions", "employee.created", "employee.changed")
def follow_people(events: list[Event]) -> None:
    """Whoever got a position is asked to read what is in force for it; whoever lost it is no longer asked."""
    ids = {event.object_id for event in events if event.object_id is not None}
    held = Appointment.objects.filter(employee__in=ids).values("position")
    for obj in PositionDescription.objects.filter(state=S.IN_FORCE, position__in=held).select_related("position"):
        ask_to_read(obj, ids)
    still = PositionDescription.objects.filter(
        pk=OuterRef("object_id"), position__appointments__employee=OuterRef("employee")
    )
    asked = Todo.objects.filter(employee__in=ids, kind=READ, done_at__isnull=True)
    asked.filter(~Exists(still)).update(done_at=timezone.now())


def declare() -> None:
    """Called when the app is ready."""
    titles = {"review": gettext_lazy("审核岗位说明书"), "approve": gettext_lazy("批准岗位说明书")}
    for step, (kind, power) in KINDS.items():
        on_decision(kind, decided, title=titles[step], power=power)
    personal(READ)
    panels.register(
        Position, "descriptions", gettext_lazy("岗位说明书"),
        lambda actor, obj: reverse("descriptions-of-position", args=[obj.pk]),
    )  # fmt: skip
    panels.register(
        Employee, "descriptions", gettext_lazy("岗位说明书"),
        lambda actor, obj: reverse("descriptions-of-employee", args=[obj.pk]),
    )  # fmt: skip
    panels.register(
        Employee, "held", gettext_lazy("名下的工作"),
        lambda actor, obj: reverse("work-held", args=[obj.pk])
        if actor.can("org.change") or actor.id in {obj.pk, obj.manager_id}
        else "",
    )  # fmt: skip
