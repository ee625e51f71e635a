"""Reports as pages and JSON."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.approvals import policies as approvals
from keqiao.approvals.queries import waiting_for
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full
from keqiao.kernel.resource import Column, Fact, Found, Preset, Resource, Verb, register
from keqiao.kernel.resource.pages import verb_buttons
from keqiao.kernel.templatetags.ui import badge
from keqiao.reports import actions, forms, policies
from keqiao.reports.filters import ReportFilter
from keqiao.reports.models import Report
from keqiao.search.queries import search

S = Report.State
TONES = {S.DRAFT: "info", S.WAITING: "warning", S.ARCHIVED: "success", S.DROPPED: "neutral"}


def find(rows: QuerySet[Report], term: str) -> Found:
    """By number, kind, time or words."""
    return search(rows, actions.LABEL, term)


def heading(obj: Report, actor: Actor) -> str:
    """The kind over the number."""
    return format_html('<strong>{}</strong> <span class="muted">{}</span>', obj.get_kind_display(), obj.number)


def state_badge(obj: Report, actor: Actor) -> str:
    """The state, coloured."""
    return badge(obj.get_state_display(), TONES[S(obj.state)])


def words(obj: Report) -> list[dict[str, Any]]:
    """The sections for programs: key, heading, words, and the revision that a change has to name."""
    return [
        {"key": one.key, "title": one.title, "text": one.text, "revision": one.revision} for one in obj.sections.all()
    ]


def sections(obj: Report, *, writing: bool) -> list[dict[str, Any]]:
    """The sections with what stands in them, in their order."""
    data = {one["key"]: one for one in obj.data}
    found = []
    for one in obj.sections.select_related("edited_by"):
        drawn = data.get(one.key, {})
        found.append(
            {
                "section": one, "figures": drawn.get("figures", []), "tables": drawn.get("tables", []),
                "charts": [(f"chart-{one.key}-{at}", chart) for at, chart in enumerate(drawn.get("charts", []))],
                "url": reverse("report-section", args=[obj.pk, one.key]) if writing else "",
                "other": one.drafted if writing and one.drafted != one.text else "",
            }
        )  # fmt: skip
    return found


def detail(request: Any, obj: Report) -> Mapping[str, Any]:
    """Section by section words, figures, tables and charts; beside it how far the report is."""
    actor: Actor = request.actor
    writing = policies.allowed(actor, "write", obj)
    approval = waiting_for(actions.LABEL, obj.pk, actions.KIND) if obj.state == S.WAITING else None
    seen = approval is not None and approvals.visible(actor).filter(pk=approval.pk).exists()
    side = [
        (_("部门"), obj.unit), (_("时间"), f"{obj.first} – {obj.last}"), (_("编写人"), obj.writer or _("未指定")),
        (_("数字计算于"), full(obj.counted_at)),
        (_("提交"), f"{obj.submitted_by or ''} {full(obj.submitted_at)}".strip() if obj.submitted_at else ""),
        (_("归档"), f"{obj.approved_by or ''} {full(obj.archived_at)}".strip() if obj.archived_at else ""),
    ]  # fmt: skip
    page = {
        "title": obj.get_kind_display(), "subtitle": f"{obj.unit.name} · {obj.span}", "badges": [state_badge(obj, actor)],
        "verbs": [one for one in verb_buttons(REPORTS, actor, obj) if not one[1].endswith("/do/write/")],
        "sections": [], "side": [(_("相关"), [(label, value) for label, value in side if value])],
    }  # fmt: skip
    return {
        "page": page, "parts": sections(obj, writing=writing), "writing": writing, "approval": approval,
        "approval_url": reverse("approvals:detail", args=[approval.pk]) if approval and seen else "",
        "broken": obj.state == S.ARCHIVED and not obj.intact,
        "returned": obj.returned_note if obj.state == S.DRAFT else "",
    }  # fmt: skip


REPORTS = register(
    Resource(
        model=Report,
        name="reports",
        title=pgettext_lazy("list", "分析报告"),
        icon="reports",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("unit", "writer", "submitted_by", "approved_by"),
        columns=(
            Column(name="kind", label=_("报告"), value=lambda o, a: str(o.get_kind_display()), render=heading),
            Column(name="number", label=_("编号"), value=lambda o, a: o.number, listed=False),
            Column(name="span", label=_("时间"), value=lambda o, a: o.span),
            Column(name="unit", label=_("部门"), value=lambda o, a: o.unit.name),
            Column(name="writer", label=_("编写人"), value=lambda o, a: o.writer.name if o.writer else ""),
            Column(name="first", label=_("起始日期"), type=date, value=lambda o, a: o.first, sort="first"),
            Column(name="last", label=_("截止日期"), type=date, value=lambda o, a: o.last, listed=False),
            Column(
                name="state", label=_("状态"), value=lambda o, a: str(o.get_state_display()), render=state_badge
            ),
        ),
        facts=(
            Fact(name="counted_at", label=_("数字计算于"), value=lambda o, a: full(o.counted_at)),
            Fact(name="sections", label=_("各节文字"), value=lambda o, a: words(o), type=list),
            Fact(name="data", label=_("数字"), value=lambda o, a: o.data, type=list),
        ),
        order="-first",
        filters=ReportFilter,
        presets=(
            Preset(name="all", label=_("全部"), where=lambda rows, a: rows.exclude(state=S.DROPPED)),
            Preset(name="open", label=_("编写和审批中"), where=lambda rows, a: rows.filter(state__in=[S.DRAFT, S.WAITING])),
            Preset(name="archived", label=_("已归档"), where=lambda rows, a: rows.filter(state=S.ARCHIVED)),
            Preset(name="dropped", label=_("已放弃"), where=lambda rows, a: rows.filter(state=S.DROPPED)),
        ),
        search=find,
        search_hint=_("编号、报告或文字"),
        form=forms.DraftForm,
        create=actions.draft,
        create_label=_("起草报告"),
        verbs=(
            Verb(
                name="submit", label=_("提交审批"), form=forms.SubmitForm, action=actions.submit, icon="send", primary=True
            ),
            Verb(
                name="recalculate", label=_("重新计算"), action=actions.recalculate, icon="refresh",
                confirm=_("数字、表格和图按现在的记录重算；没有人改过的文字随之更新，改过的文字保持不变。"),
                done=_("已按现在的记录重新计算。"),
            ),
            Verb(name="write", label=_("修改文字"), form=forms.SectionForm, action=actions.write, icon="edit"),
            Verb(
                name="drop", label=_("放弃草稿"), action=actions.drop, icon="close", tone="danger",
                confirm=_("放弃以后不能恢复；需要时可以为同一段时间重新起草。"),
            ),
        ),
        detail=detail,
        template="reports/report.html",
        empty=_("到业务规则的“报告计划”里设定哪个部门要哪些报告，每期第一个工作日会自动起草；也可以在这里起草。"),
    )
)  # fmt: skip
