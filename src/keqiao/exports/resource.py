"""Exports as pages and JSON, and their rules."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.approvals.queries import waiting_for
from keqiao.exports import actions, forms, policies
from keqiao.exports.models import Export, ExportSettings
from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.pace import remaining
from keqiao.kernel.resource import Column, Preset, Resource, Verb, register
from keqiao.kernel.resource.pages import actor_of
from keqiao.kernel.templatetags.ui import badge, filesize
from keqiao.runtime.jobs import silent
from keqiao.runtime.models import Job

State = Export.State
TONES = {
    State.WAITING: "warning", State.MAKING: "info", State.READY: "success", State.REFUSED: "danger",
    State.FAILED: "danger", State.GONE: "neutral",
}  # fmt: skip


def state_cell(obj: Export, _actor: Actor) -> str:
    """The state as a coloured word."""
    return badge(obj.get_state_display(), TONES[State(obj.state)])


def conditions(obj: Export, _actor: Actor) -> str:
    """What narrowed the list."""
    return now_("；").join(f"{label}：{value}" for label, value in obj.conditions)


def facts_of(obj: Export) -> list[tuple[Any, Any]]:
    """Everything that is on record about it; what is empty is left out."""
    pairs = [
        (_("列表"), obj.title),
        *((label, value) for label, value in obj.conditions),
        (_("行数"), f"{obj.rows or obj.total:,}"),
        (_("格式"), obj.format.upper()),
        (_("用途"), obj.reason),
        (_("申请人"), obj.requested_by),
        (_("申请时间"), dates.full(obj.requested_at)),
        (_("批准人"), obj.approved_by or ""),
        (_("审批意见"), obj.note),
        (_("水印"), obj.watermark),
        (_("大小"), filesize(obj.size) if obj.size else ""),
        (_("保留至"), dates.full(obj.expires_at) if obj.expires_at else ""),
        (_("下载次数"), obj.downloads or ""),
    ]
    return [(label, value) for label, value in pairs if value not in (None, "")]


def progress_context(request: Any, export: Export) -> dict[str, Any]:
    """How far the file is, and what the person may do now."""
    job = export.job
    moving = export.state == State.MAKING and not (job and job.state == Job.State.FAILED)
    done, total = (job.done, job.total or export.total) if job else (0, export.total)
    actor = actor_of(request)
    waiting = waiting_for(actions.LABEL, export.pk, actions.APPROVAL)
    return {
        "export": export,
        "mine": export.requested_by_id == actor.id,
        "moving": moving or export.state == State.WAITING,
        "making": moving,
        "done": f"{done:,}",
        "total": f"{total:,}",
        "percent": min(100, done * 100 // total) if total else 0,
        "left": remaining(done, total, since=export.started_at) if moving else "",
        "silent": moving and job is not None and silent(job),
        "approval": waiting,
    }


def detail(request: Any, obj: Export) -> Mapping[str, Any]:
    """Progress above, what was asked for below."""
    page = {"title": now_("导出%(list)s") % {"list": obj.title}, "sections": [(_("导出内容"), facts_of(obj))]}
    return {**progress_context(request, obj), "page": page}


EXPORTS = register(
    Resource(
        model=Export,
        name="exports",
        title=_("导出"),
        icon="export",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("requested_by", "approved_by", "job"),
        columns=(
            Column(name="title", label=_("列表"), value=lambda o, a: o.title),
            Column(name="conditions", label=_("条件"), value=conditions),
            Column(name="total", label=_("行数"), type=int, numeric=True, value=lambda o, a: o.rows or o.total),
            Column(name="state", label=_("状态"), value=lambda o, a: o.get_state_display(), render=state_cell),
            Column(name="requested_by", label=_("申请人"), value=lambda o, a: o.requested_by.name),
            Column(
                name="requested_at", label=_("申请时间"), type=datetime, value=lambda o, a: o.requested_at,
                sort="requested_at",
            ),
            Column(name="expires_at", label=_("保留至"), type=datetime, value=lambda o, a: o.expires_at),
        ),
        presets=(
            Preset(name="mine", label=_("我的导出"), where=lambda rows, a: rows.filter(requested_by_id=a.id)),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
        ),
        verbs=(
            Verb(
                name="discard", label=_("删除文件"), action=actions.discard, icon="delete",
                confirm=_("文件删除后不能恢复，要用时重新导出。"), done=_("文件已删除。"),
            ),
        ),
        detail=detail,
        template="exports/detail.html",
        empty=_("在任何一个列表里点“导出”，较大的导出会出现在这里。"),
    )
)  # fmt: skip

SETTINGS = register(
    Resource(
        model=ExportSettings,
        name="export-settings",
        title=_("导出规则"),
        icon="export",
        visible=policies.settings_rows,
        allowed=policies.allowed_settings,
        columns=(
            Column(
                name="approval_rows", label=_("免审批行数"), type=int, numeric=True, value=lambda o, a: o.approval_rows
            ),
            Column(
                name="keep_days", label=_("文件保留天数"), type=int, numeric=True, value=lambda o, a: o.keep_days
            ),
        ),
        form=forms.SettingsForm,
        update=actions.change_settings,
    )
)  # fmt: skip
