"""Every write to reports: drafting, writing, counting again, handing in, keeping; and to the plans."""

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.approvals.queries import would_ask
from keqiao.audit.actions import changes, record
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full, today
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.kernel.sql import hold
from keqiao.kernel.state import move
from keqiao.notices.actions import close_todos, notify, open_todo
from keqiao.org.models import Employee, OrgUnit
from keqiao.org.queries import subtree
from keqiao.reports import policies
from keqiao.reports.contents.kinds import counted
from keqiao.reports.contents.parts import Part
from keqiao.reports.models import TRANSITIONS, Kind, Plan, Report, Section
from keqiao.reports.spans import span_of
from keqiao.runtime import counters

S = Report.State
LABEL, KIND = policies.LABEL, policies.KIND
WRITE, DAYS = "report.write", 3  # the to-do, and the days that there are for writing
LONGEST = 5000


def url_of(obj: Report) -> str:
    """Where a report is shown."""
    return f"/reports/{obj.pk}/"


def demand(actor: Actor, verb: str, obj: Report) -> None:
    """Raise unless the actor may do that to the report as it is now."""
    if policies.allowed(actor, verb, obj):
        return
    if actor.covers(policies.DRAFT, owner_id=obj.writer_id, unit_id=obj.unit_id):
        raise WrongState(
            _("报告现在是“%(state)s”，不能这样处理。请刷新页面看看最新进展。") % {"state": obj.get_state_display()}
        )
    raise NotAllowed(_("您没有编写这份报告的权限。如工作需要，请联系主管。"))


def locked(actor: Actor, verb: str, obj: Report) -> Report:
    """The report as it is now, held until the transaction ends, if the actor may do that to it."""
    hold(f"report:{obj.pk}")
    fresh = Report.objects.select_related("unit", "writer").get(pk=obj.pk)
    demand(actor, verb, fresh)
    return fresh


def draft(
    *, actor: Actor, kind: str, unit: OrgUnit, day: date, writer: Employee | None = None
) -> Report:  # fmt: skip
    """Draft the report of the month or week that the day lies in. One of each kind, unit and period."""
    if not actor.can(policies.DRAFT) or not actor.covers(policies.DRAFT, owner_id=actor.id, unit_id=unit.pk):
        raise NotAllowed(_("您没有为这个部门起草报告的权限。"))
    if not within(actor, unit):
        raise Refused(_("只能起草您所管部门的报告。"), field="unit")
    first, last = span_of(kind, day)
    if first > today():
        raise Refused(_("这段时间还没有开始，不能起草报告。"), field="day")
    made = begin(actor, kind, unit, first, last, writer or Employee.objects.filter(pk=actor.id or 0).first())
    if made is None:
        raise Refused(_("这个部门这段时间的报告已经有了，请在列表里打开它。"), field="day")
    return made


def within(actor: Actor, unit: OrgUnit) -> bool:
    """Whether the power reaches the unit with all units below it, since the report counts what these did too."""
    reach = actor.reach(policies.DRAFT)
    return reach is not None and (reach.everything or reach.units.issuperset(subtree(unit)))


def begin(
    actor: Actor, kind: str, unit: OrgUnit, first: date, last: date, writer: Employee | None
) -> Report | None:  # fmt: skip
    """A new draft with its figures and sentences, and the to-do of whoever writes it; None where there is one already.

    Counted before anything is written, so that other writers need not wait for it.
    """
    if known(kind, unit, first):
        return None
    now = timezone.now()
    report = Report(
        kind=kind, unit=unit, first=first, last=last, writer=writer, counted_at=now, drafted_at=now,
    )  # fmt: skip
    return store(actor, report, counted(report))


def known(kind: str, unit: OrgUnit, first: date) -> bool:
    """Whether there is such a report that was not given up."""
    return Report.objects.filter(kind=kind, unit=unit, first=first).exclude(state=S.DROPPED).exists()


@transaction.atomic
def store(actor: Actor, report: Report, parts: list[Part]) -> Report | None:
    """Write a counted draft down, unless another was quicker."""
    hold(f"report:{report.kind}:{report.unit_id}:{report.first}")
    if known(report.kind, report.unit, report.first):
        return None
    report.number, report.data = counters.number("BG", today()), [part.stored() for part in parts]
    report.save(force_insert=True)
    Section.objects.bulk_create(
        Section(report=report, key=one.key, place=place, title=one.title, drafted=one.text, text=one.text)
        for place, one in enumerate(parts, 1)
    )
    if report.writer_id is not None:
        open_todo(
            label=LABEL, object_id=report.pk, kind=WRITE, title=_("编写报告：%s") % report, url=url_of(report),
            employee_id=report.writer_id, due_at=timezone.now() + timedelta(days=DAYS),
        )  # fmt: skip
    record(actor, "report.drafted", report, {"unit": report.unit.name, "span": report.span})
    return report


@transaction.atomic
def write(*, actor: Actor, obj: Report, section: str, text: str, revision: int) -> Section:
    """Change the words of one section. `revision` is that which the writer began with: who was overtaken is told by whom."""
    report = locked(actor, "write", obj)
    one = report.sections.select_related("edited_by").filter(key=section).first()
    if one is None:
        raise Refused(_("报告里没有这一节。"), field="section")
    words = text.replace("\r\n", "\n").strip()
    if len(words) > LONGEST:
        raise Refused(_("一节最多 %d 字，请精简或分到别的节里。") % LONGEST, field="text")
    if one.revision != revision:
        who = {"name": one.edited_by or _("程序（重新计算）"), "at": full(one.edited_at) if one.edited_at else ""}
        raise Refused(
            _("您编辑时，%(name)s在 %(at)s 改了这一节，您写的还没有保存。请对照下面的新内容合并，再点保存。") % who,
            field="text",
        )
    if words == one.text:
        return one
    data = {"section": one.title, "changes": {one.title: [one.text, words]}}
    one.text, one.revision, one.edited_at, one.edited_by_id = words, one.revision + 1, timezone.now(), actor.id
    one.save(update_fields=["text", "revision", "edited_at", "edited_by"])
    record(actor, "report.written", report, data)
    return one


def recalculate(*, actor: Actor, obj: Report) -> Report:
    """Count again. Words that nobody changed are drafted anew; what a person wrote stays as it is."""
    before = Report.objects.select_related("unit").get(pk=obj.pk)
    demand(actor, "recalculate", before)
    return replace(actor, before, counted(before))


@transaction.atomic
def replace(actor: Actor, obj: Report, parts: list[Part]) -> Report:
    """Put the new figures into a draft."""
    report = locked(actor, "recalculate", obj)
    report.data, report.counted_at = [part.stored() for part in parts], timezone.now()
    report.save(update_fields=["data", "counted_at"])
    written = {one.key: one for one in report.sections.all()}
    for part in parts:
        one = written[part.key]
        if one.text == one.drafted != part.text:
            one.text, one.revision, one.edited_at = part.text, one.revision + 1, report.counted_at
        one.drafted = part.text
        one.save(update_fields=["drafted", "text", "revision", "edited_at"])
    record(actor, "report.recalculated", report)
    return report


@transaction.atomic
def submit(*, actor: Actor, obj: Report, note: str = "") -> Report:
    """Hand it in: from now on the figures stand as they are."""
    report = locked(actor, "submit", obj)
    if report.last >= today():
        raise Refused(_("报告的时间还没有结束，%s 以后才能提交。") % report.last)
    if not would_ask(KIND, requester_id=actor.id, unit_id=report.unit_id, power=policies.APPROVE):
        raise Refused(_("还没有别人能审批这份报告。请管理员把“审批分析报告”交给一个岗位，或设置审批流程。"))
    moved = move(
        report, S.WAITING, field="state", transitions=TRANSITIONS, submitted_at=timezone.now(), submitted_by_id=actor.id,
        returned_note="",
    )  # fmt: skip
    close_todos(LABEL, moved.pk)
    approvals.request(
        actor=actor, kind=KIND, subject=moved, title=f"{moved.unit.name} {moved}", power=policies.APPROVE,
        unit_id=moved.unit_id, url=url_of(moved), reason=note.strip()[:500] or _("请审批后归档"),
    )  # fmt: skip
    record(actor, "report.submitted", moved, {"note": note.strip()[:500]})
    return moved


def decided(actor: Actor, approval: Approval) -> None:
    """Called in the transaction of the decision: approved, it is kept as it is; otherwise it is a draft again."""
    report = Report.objects.select_related("unit").get(pk=approval.object_id)
    if approval.state == Approval.State.APPROVED:
        archive(actor, report, approval)
        return
    moved = move(
        report, S.DRAFT, field="state", transitions=TRANSITIONS, returned_note=approval.note[:500], submitted_at=None,
        submitted_by_id=None,
    )  # fmt: skip
    record(actor, "report.returned", moved, {"note": approval.note})
    tell(actor, moved, _("报告退回修改：%s"), f"returned:{approval.pk}")


def archive(actor: Actor, report: Report, approval: Approval) -> None:
    """What it says is sealed by its checksum."""
    moved = move(
        report, S.ARCHIVED, field="state", transitions=TRANSITIONS, archived_at=timezone.now(), approved_by_id=actor.id,
        sha256=report.digest(),
    )  # fmt: skip
    record(actor, "report.archived", moved, {"note": approval.note})
    tell(actor, moved, _("报告已批准归档：%s"), f"archived:{moved.pk}")


def tell(actor: Actor, report: Report, title: str, key: str) -> None:
    """Tell whoever writes it and whoever handed it in."""
    to = {pk for pk in (report.writer_id, report.submitted_by_id) if pk is not None}
    notify(actor=actor, to=to, title=title % report, url=url_of(report), kind="report", key=f"report:{key}")


@transaction.atomic
def drop(*, actor: Actor, obj: Report) -> Report:
    """Give a draft up; another may be drafted for the same period."""
    report = locked(actor, "drop", obj)
    moved = move(report, S.DROPPED, field="state", transitions=TRANSITIONS)
    close_todos(LABEL, moved.pk)
    record(actor, "report.dropped", moved)
    return moved


@transaction.atomic
def keep_plan(
    *, actor: Actor, kind: str, unit: OrgUnit, writer: Employee | None = None, active: bool = True, obj: Plan | None = None
) -> Plan:  # fmt: skip
    """Let a report be drafted by itself for a unit, or no longer."""
    if not policies.keeps(actor, "edit", obj):
        raise NotAllowed(_("您没有维护报告计划的权限。"))
    if kind not in Kind.values:
        raise Refused(_("请选择报告。"), field="kind")
    plan = obj or Plan()
    values: dict[str, Any] = {"kind": kind, "unit": unit, "writer": writer, "active": active}
    known = {
        "kind": plan.kind,
        "unit": plan.unit if plan.unit_id else None,
        "writer": plan.writer,
        "active": plan.active,
    }
    changed = changes(known, values)
    for name, value in values.items():
        setattr(plan, name, value)
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError as error:
        raise Refused(_("这个部门已有这种报告的计划。"), field="unit") from error
    record(actor, "report_plan.changed" if obj else "report_plan.created", plan, {"changes": changed})
    return plan
