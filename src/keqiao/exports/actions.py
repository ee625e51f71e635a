"""Asking for an export, deciding about it, its file and its end."""

import hashlib
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.approvals.queries import flow_of, would_ask
from keqiao.audit.actions import changes, record
from keqiao.exports import policies, queries, storage
from keqiao.exports.models import TRANSITIONS, Export, ExportSettings
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.resource import Resource
from keqiao.kernel.resource.export import described, kind_of
from keqiao.kernel.resource.listing import listing
from keqiao.kernel.state import move
from keqiao.notices.actions import notify
from keqiao.org.models import Employee
from keqiao.runtime import jobs

APPROVAL = "export"
JOB = "exports.make"
LABEL = "exports.export"
LARGEST = 1_000_000  # rows; a sheet of Excel ends at 1,048,576
NOT_OPEN = {"page", "after", "limit", "reason", "format", "csrfmiddlewaretoken"}
State = Export.State


def url_of(export: Export) -> str:
    """Where an export is shown."""
    return reverse("exports:detail", args=[export.pk])


def narrowed(query: QueryDict) -> str:
    """The query string with what narrows and orders the list, and nothing else."""
    kept = query.copy()
    for name in NOT_OPEN:
        kept.pop(name, None)
    return kept.urlencode()


@transaction.atomic
def ask(*, actor: Actor, resource: Resource, query: QueryDict, reason: str = "") -> Export:
    """Take the list of this query string away as a file; above the limit somebody must agree first.

    Returns the export; asked again while the same one waits or is made, that one.
    """
    if actor.id is None or actor.unit_id is None or not resource.allowed(actor, "export", None):
        raise NotAllowed(_("您没有导出的权限。"))
    found = listing(resource, actor, query)
    if found.errors:
        raise Refused(_("筛选条件有误，请回到列表改正后再导出。"))
    total = found.rows.order_by().count()
    if total > LARGEST:
        raise Refused(_("一次最多导出 %(n)s 条，请先用筛选缩小范围。") % {"n": f"{LARGEST:,}"})
    guarded = total > queries.rules().approval_rows
    if guarded and len(reason.strip()) < 2:
        raise Refused(_("请写明导出后用来做什么，审批人要据此决定。"), field="reason")
    kind, text = kind_of(query), narrowed(query)
    same = {
        "requested_by_id": actor.id,
        "fingerprint": hashlib.sha256(f"{resource.label} {kind} {text}".encode()).hexdigest(),
    }
    try:
        with transaction.atomic():
            export = Export.objects.create(
                **same, label=resource.label, title=str(resource.title)[:60], query=text, format=kind, total=total,
                conditions=[list(pair) for pair in described(found)], language=get_language() or "zh-hans",
                reason=reason.strip(), unit_id=actor.unit_id, state=State.WAITING if guarded else State.MAKING,
            )  # fmt: skip
    except IntegrityError:
        return Export.objects.get(**same, state__in=[State.WAITING, State.MAKING])
    told = {"list": export.title, "rows": total, "conditions": export.conditions, "format": kind, "reason": reason}
    record(actor, "export.asked", export, told)
    if guarded:
        ask_for_approval(actor, export)
    else:
        enqueue(export)
    return export


def ask_for_approval(actor: Actor, export: Export) -> None:
    """Put the question to those who decide it; Refused where nobody may."""
    if not would_ask(APPROVAL, requester_id=actor.id, unit_id=export.unit_id, power=policies.APPROVE):
        if flow_of(APPROVAL) is not None:
            raise Refused(
                _("这么多行要经审批，但按现在的审批流程没有人能审批您的申请。请管理员调整流程，或用筛选缩小范围。")
            )
        raise Refused(
            _(
                "这么多行要经审批，但还没有别人有“审批大量导出”的权限。"
                "请管理员在“岗位与权限”里交给一个岗位，或用筛选缩小范围。"
            )
        )
    title = _("导出%(list)s %(n)s 行") % {"list": export.title, "n": f"{export.total:,}"}
    approvals.request(
        actor=actor, kind=APPROVAL, subject=export, title=title, power=policies.APPROVE, unit_id=export.unit_id,
        url=url_of(export), reason=said(export),
    )  # fmt: skip


def said(export: Export) -> str:
    """Why, which rows, how many: what the approver is told."""
    conditions = _("；").join(f"{label}：{value}" for label, value in export.conditions) or _("无")
    return _("%(reason)s\n条件：%(conditions)s\n行数：%(n)s") % {
        "reason": export.reason, "conditions": conditions, "n": f"{export.total:,}",
    }  # fmt: skip


def enqueue(export: Export) -> None:
    """Let a worker make the file."""
    job = jobs.enqueue(JOB, {"export": export.pk}, key=f"{JOB}:{export.pk}")
    Export.objects.filter(pk=export.pk).update(job=job)


def decided(actor: Actor, approval: Approval) -> None:
    """Called in the transaction of the decision: the file is made, or it is not."""
    export = Export.objects.get(pk=approval.object_id)
    if approval.state == Approval.State.APPROVED:
        export = move(
            export, State.MAKING, field="state", transitions=TRANSITIONS, approved_by_id=actor.id, note=approval.note
        )
        enqueue(export)
        record(actor, "export.approved", export, {"rows": export.total, "note": approval.note})
        tell(actor, export, _("导出%(list)s已获批准，正在生成文件"))
        return
    withdrawn = approval.state == Approval.State.WITHDRAWN
    problem = _("申请已撤回") if withdrawn else _("审批人没有同意")
    export = move(export, State.REFUSED, field="state", transitions=TRANSITIONS, note=approval.note, problem=problem)
    record(actor, "export.rejected", export, {"note": approval.note})
    tell(actor, export, _("导出%(list)s未获批准"))


def tell(actor: Actor, export: Export, words: str) -> None:
    """Tell the person who asked; `words` may name the list."""
    notify(
        actor=actor, to=[export.requested_by_id], title=words % {"list": export.title}, url=url_of(export),
        kind="export", key=f"export:{export.pk}:{export.state}",
    )  # fmt: skip


@transaction.atomic
def fail(export: Export, problem: str) -> None:
    """Write that no file comes of it, and why."""
    done = move(export, State.FAILED, field="state", transitions=TRANSITIONS, problem=problem[:200])
    record(SYSTEM, "export.failed", done, {"note": problem})
    tell(SYSTEM, done, _("导出%(list)s没有完成"))


@transaction.atomic
def hand_out(*, actor: Actor, export: Export, resource: Resource | None) -> Path | None:
    """The finished file for the person who asked, on record; None where the right to it was lost, and the file with it."""
    fresh = Export.objects.select_for_update().get(pk=export.pk)
    if fresh.state != State.READY or fresh.requested_by_id != actor.id or fresh.expires_at <= timezone.now():  # type: ignore[operator]
        raise Refused(_("这份文件已经删除，请重新导出。"))
    version = Employee.objects.values_list("access_version", flat=True).get(pk=actor.id)
    if resource is None or version != fresh.access_version or not resource.allowed(actor, "export", None):
        drop(SYSTEM, fresh, _("您的权限在文件生成后有变动"))
        return None
    Export.objects.filter(pk=fresh.pk).update(downloads=F("downloads") + 1)
    record(actor, "export.downloaded", fresh, {"list": fresh.title, "rows": fresh.rows, "watermark": fresh.watermark})
    return storage.path_of(fresh.stored)


@transaction.atomic
def discard(*, actor: Actor, obj: Export) -> Export:
    """Delete one's own file before its time."""
    if not policies.allowed(actor, "discard", obj):
        raise NotAllowed(_("只有申请人可以删除自己的文件。"))
    return drop(actor, obj, _("申请人已删除文件"))


def drop(actor: Actor, export: Export, why: str) -> Export:
    """Take a file off; must run inside a transaction. Nobody gets it any more; its bytes go with the next sweep."""
    done = move(export, State.GONE, field="state", transitions=TRANSITIONS, problem=why)
    record(actor, "export.discarded", done, {"note": why})
    return done


@transaction.atomic
def change_settings(*, actor: Actor, obj: ExportSettings, **values: Any) -> ExportSettings:
    """Set above how many rows somebody must agree, and how many days a file is kept."""
    if not policies.allowed_settings(actor, "edit", obj):
        raise NotAllowed(_("您没有维护业务规则的权限。"))
    fresh = ExportSettings.objects.select_for_update().get(pk=obj.pk)
    before = {name: getattr(fresh, name) for name in values}
    for name, value in values.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=list(values))
    record(actor, "export_settings.changed", fresh, {"changes": changes(before, values)})
    return fresh
