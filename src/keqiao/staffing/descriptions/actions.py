"""Writing a description, bringing it into force, confirming it."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.kernel.sql import hold
from keqiao.kernel.state import move
from keqiao.notices.actions import close_todos
from keqiao.org.actions import change_position, known
from keqiao.org.models import Position
from keqiao.staffing.descriptions import policies, queries
from keqiao.staffing.descriptions.deciding import ask, ask_to_read
from keqiao.staffing.models import TRANSITIONS, Confirmation, Duty, PositionDescription

S = PositionDescription.State
TEXTS = (
    "department", "superior", "subordinates", "contacts_inside", "contacts_outside", "purpose", "objective",
    "qualifications", "training", "career", "interchangeable", "replaceable", "conditions", "change_note",
)  # fmt: skip
MOST_DUTIES = 60


def demand(actor: Actor, verb: str, obj: PositionDescription | None = None) -> None:
    """Raise unless the actor may do that to the description as it is now."""
    if policies.allowed(actor, verb, obj):
        return
    if obj is not None and policies.allowed(actor, verb):
        raise WrongState(_("说明书现在是“%(state)s”，不能这样做。") % {"state": obj.get_state_display()})
    raise NotAllowed(_("您没有起草岗位说明书的权限。如工作需要，请联系管理员。"))


def locked(actor: Actor, verb: str, obj: PositionDescription) -> PositionDescription:
    """The description as it is now, held until the transaction ends, if the actor may do that to it."""
    hold(f"description:{obj.position_id}")
    fresh = PositionDescription.objects.select_related("position").get(pk=obj.pk)
    demand(actor, verb, fresh)
    return fresh


@transaction.atomic
def draft(*, actor: Actor, position: Position, edition: str = "A", **texts: str) -> PositionDescription:
    """The first description of a position; later ones are revisions of what is in force."""
    demand(actor, "create")
    hold(f"description:{position.pk}")
    if queries.next_version(position.pk) is not None:
        raise Refused(_("“%s”已有岗位说明书。请打开它，点“修订”。") % position.name, field="position")
    return begin(actor, position, edition, 0, texts)


def begin(actor: Actor, position: Position, edition: str, revision: int, texts: dict[str, str]) -> PositionDescription:
    """A new draft."""
    obj = PositionDescription(
        position=position, edition=edition, revision=revision, drafted_by_id=actor.id, drafted_at=timezone.now(),
        **{name: texts.get(name, "") for name in TEXTS},
    )  # fmt: skip
    try:
        with transaction.atomic():
            obj.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("这个岗位已有一份在编制或审批的说明书，请先完成或放弃它。")) from error
    record(actor, "description.drafted", obj, {"version": obj.version})
    return obj


@transaction.atomic
def revise(
    *, actor: Actor, obj: PositionDescription, reissue: bool = False, change_note: str = ""
) -> PositionDescription:
    """A draft of the next version, beginning with all that is in force now."""
    current = locked(actor, "revise", obj)
    version = queries.next_version(current.position_id, reissue=reissue)
    if version is None or version[0] > "Z":
        raise Refused(_("版本字母已用到 Z，不能再换版。请修订。"))
    texts = {name: getattr(current, name) for name in TEXTS} | {"change_note": change_note.strip()[:300]}
    new = begin(actor, current.position, *version, texts)
    Duty.objects.bulk_create(
        Duty(description=new, place=one.place, duty=one.duty, norm=one.norm, kpi=one.kpi, powers=one.powers)
        for one in current.duties.all()
    )
    return new


@transaction.atomic
def write(*, actor: Actor, obj: PositionDescription, **texts: str) -> PositionDescription:
    """Change the texts of a draft."""
    fresh = locked(actor, "edit", obj)
    after = {name: texts[name] for name in TEXTS if name in texts}
    changed = changes({name: getattr(fresh, name) for name in after}, after)
    if changed:
        PositionDescription.objects.filter(pk=fresh.pk, state=S.DRAFT).update(**after)
        fresh.refresh_from_db()
        record(actor, "description.changed", fresh, {"changes": changed})
    return fresh


@transaction.atomic
def add_duty(
    *, actor: Actor, obj: PositionDescription, duty: str, norm: str = "", kpi: str = "", powers: Any = (),
    place: int | None = None,
) -> Duty:  # fmt: skip
    """One more duty, at the end unless a place is given."""
    fresh = locked(actor, "add-duty", obj)
    places = list(fresh.duties.values_list("place", flat=True))
    if len(places) >= MOST_DUTIES:
        raise Refused(_("一份说明书最多 %d 条职责，请合并相近的。") % MOST_DUTIES)
    row = Duty.objects.create(
        description=fresh,
        place=place or max(places, default=0) + 1,
        duty=duty,
        norm=norm,
        kpi=kpi,
        powers=known(powers),
    )
    record(actor, "description.changed", fresh, {"changes": {"duties": [None, duty[:100]]}})
    return row


@transaction.atomic
def change_duty(
    *, actor: Actor, obj: PositionDescription, row: int, duty: str, norm: str = "", kpi: str = "", powers: Any = (),
    place: int | None = None,
) -> Duty:  # fmt: skip
    """Change one duty of a draft."""
    fresh = locked(actor, "change-duty", obj)
    found = duty_of(fresh, row)
    before = f"{found.duty[:100]}"
    found.duty, found.norm, found.kpi, found.powers, found.place = duty, norm, kpi, known(powers), place or found.place
    found.save()
    record(actor, "description.changed", fresh, {"changes": {"duties": [before, duty[:100]]}})
    return found


@transaction.atomic
def remove_duty(*, actor: Actor, obj: PositionDescription, row: int) -> PositionDescription:
    """Take one duty out of a draft."""
    fresh = locked(actor, "remove-duty", obj)
    found = duty_of(fresh, row)
    found.delete()
    record(actor, "description.changed", fresh, {"changes": {"duties": [found.duty[:100], None]}})
    return fresh


def duty_of(obj: PositionDescription, row: int) -> Duty:
    """The duty of that id, if it is this description's."""
    found = obj.duties.filter(pk=row).first()
    if found is None:
        raise Refused(_("这条职责已被删除。"), field="row")
    return found


@transaction.atomic
def submit(*, actor: Actor, obj: PositionDescription) -> PositionDescription:
    """Hand a complete draft in for review."""
    fresh = locked(actor, "submit", obj)
    lacking = [
        str(label)
        for label, value in ((_("岗位目的"), fresh.purpose), (_("直接上级"), fresh.superior))
        if not value.strip()
    ]
    if not fresh.duties.exists():
        lacking.append(_("至少一条职责"))
    if lacking:
        raise Refused(_("还不能提交，缺少：%s。") % _("、").join(lacking))
    moved = move(fresh, S.REVIEW, field="state", transitions=TRANSITIONS, returned_note="")
    record(actor, "description.submitted", moved, {"version": moved.version})
    ask(actor, moved, "review")
    return moved


@transaction.atomic
def drop(*, actor: Actor, obj: PositionDescription) -> PositionDescription:
    """Give a draft up; its version is free again."""
    fresh = locked(actor, "drop", obj)
    moved = move(fresh, S.DROPPED, field="state", transitions=TRANSITIONS)
    record(actor, "description.dropped", moved, {"version": moved.version})
    return moved


@transaction.atomic
def confirm(*, actor: Actor, obj: PositionDescription) -> Confirmation:
    """Confirm having read what is in force for one's position; once."""
    fresh = PositionDescription.objects.select_related("position").get(pk=obj.pk)
    if actor.id is None or not policies.must_confirm(actor, fresh):
        raise WrongState(_("不用再确认：您已确认过，或这份说明书不是您岗位现行有效的。"))
    try:
        with transaction.atomic():
            done = Confirmation.objects.create(description=fresh, employee_id=actor.id, at=timezone.now())
    except IntegrityError as error:
        raise WrongState(_("您已确认过。")) from error
    close_todos("staffing.positiondescription", fresh.pk, "position.read", employee_id=actor.id)
    record(actor, "description.confirmed", fresh, {"version": fresh.version})
    return done


@transaction.atomic
def grant(*, actor: Actor, obj: PositionDescription) -> Position:
    """Let the position carry what its description gives; powers that it has beyond that stay."""
    fresh = locked(actor, "grant", obj)
    position = fresh.position
    return change_position(
        actor=actor, position=position, name=position.name, scope=position.scope, purpose=position.purpose,
        powers={*position.powers, *policies.missing(fresh)},
    )  # fmt: skip


def put_in_force(actor: Actor, obj: PositionDescription) -> PositionDescription:
    """Replace what was in force; the holders are asked to read. In the transaction of the approval."""
    hold(f"description:{obj.position_id}")
    for old in PositionDescription.objects.filter(position=obj.position_id, state=S.IN_FORCE):
        gone = move(old, S.REPLACED, field="state", transitions=TRANSITIONS, replaced_on=today())
        close_todos("staffing.positiondescription", gone.pk)
        record(actor, "description.replaced", gone, {"version": gone.version})
    moved = move(obj, S.IN_FORCE, field="state", transitions=TRANSITIONS, approved_by_id=actor.id, in_force_on=today())
    record(actor, "description.in_force", moved, {"version": moved.version})
    ask_to_read(moved)
    return moved
