"""Whom a description waits for: reviewers and approvers, then everybody who has to read it."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from keqiao.approvals import actions as approvals
from keqiao.approvals.queries import deciders
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused
from keqiao.notices.actions import notify, open_todo
from keqiao.org.models import Employee
from keqiao.staffing.descriptions import policies
from keqiao.staffing.models import Confirmation, PositionDescription

KINDS = {"review": ("position.review", policies.REVIEW), "approve": ("position.approve", policies.APPROVE)}
READ = "position.read"


def url_of(obj: PositionDescription) -> str:
    """Where a description is shown."""
    return reverse("position-descriptions:detail", args=[obj.pk])


def ask(actor: Actor, obj: PositionDescription, step: str) -> None:
    """Put the version to those who review or approve it; Refused where nobody else may. The drafter never decides."""
    kind, power = KINDS[step]
    unit_id = actor.unit_id or 0
    able = [pk for pk in deciders(power, unit_id, besides=actor.id) if pk != obj.drafted_by_id]
    what = {"position": obj.position.name, "version": obj.version}
    if not able:
        raise Refused(
            _("还没有别人有“审核岗位说明书”的权限。请管理员在“岗位与权限”里交给一个岗位。")
            if step == "review"
            else _("还没有别人有“批准岗位说明书”的权限。请管理员在“岗位与权限”里交给一个岗位。")
        )
    title = (
        _("审核岗位说明书：%(position)s %(version)s")
        if step == "review"
        else _("批准岗位说明书：%(position)s %(version)s")
    )
    approval = approvals.request(
        actor=actor, kind=kind, subject=obj, title=title % what, power=power, unit_id=unit_id, url=url_of(obj),
        reason=obj.change_note,
    )  # fmt: skip
    notify(actor=actor, to=able, title=title % what, url=url_of(obj), kind="approval", key=f"{kind}:{approval.pk}")


def ask_to_read(obj: PositionDescription, employees: Iterable[int] | None = None) -> None:
    """Open the to-do of everybody at work who holds the position and has not confirmed; or only of these employees."""
    people = Employee.objects.filter(positions=obj.position_id, is_active=True)
    if employees is not None:
        people = people.filter(pk__in=list(employees))
    done = Confirmation.objects.filter(description=obj).values("employee")
    title = _("请阅读并确认岗位说明书：%(position)s %(version)s")
    for pk in people.exclude(pk__in=done).order_by("pk").values_list("pk", flat=True):
        open_todo(
            label="staffing.positiondescription", object_id=obj.pk, kind=READ, employee_id=pk, url=url_of(obj),
            title=title % {"position": obj.position.name, "version": obj.version},
        )  # fmt: skip
