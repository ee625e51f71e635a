"""Rectifications as pages and JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, get, register
from keqiao.visits import actions, filters, forms, policies, tables
from keqiao.visits.models import Rectification
from keqiao.visits.resource import ticket_link

PASSED = Rectification.Status.PASSED


def mine(rows: QuerySet[Rectification], actor: Actor) -> QuerySet[Rectification]:
    """Open ones that one has, or that one's unit has and nobody in person."""
    return rows.filter(Q(owner_id=actor.id) | Q(owner=None, unit_id=actor.unit_id), open=True)


def late(rows: QuerySet[Rectification], actor: Actor) -> QuerySet[Rectification]:
    """Not done by the deadline."""
    status = Rectification.Status
    return rows.filter(open=True, status__in=[status.WAITING, status.PLANNED], due_at__lt=timezone.now())


def visit_link(obj: Rectification, actor: Actor) -> str:
    """The visit, as a link for those who see it."""
    if obj.visit is None:
        return ""
    if not policies.allowed(actor, "view", obj.visit):
        return str(obj.visit.number)
    url = reverse("visits:detail", args=[obj.visit_id])
    return format_html('<a class="link" href="{}">{}</a>', url, obj.visit.number)


def said_facts(obj: Rectification, actor: Actor) -> list[tuple[Any, Any]]:
    """Score and words of the visit; of a survey the way to the answers, for those who see them."""
    visit = obj.visit
    if visit is not None:
        return [
            (_("满意度"), tables.score(visit, actor)),
            (_("问题是否解决"), _("已解决") if visit.solved else _("没有解决")), (_("客户意见"), visit.said),
        ]  # fmt: skip
    label, _colon, pk = (obj.origin or "").partition(":")
    resource = get(label)
    row = resource.queryset(actor).filter(pk=pk).first() if resource is not None and pk.isdecimal() else None
    if resource is None or row is None:
        return [(_("问卷"), obj.matter)]
    return [(_("问卷"), format_html('<a class="link" href="{}">{}</a>', resource.url(row), row))]


def detail(request: Any, obj: Rectification) -> Mapping[str, Any]:
    """What the customer said, then plan, proof, check and report, each with who and when."""
    actor: Actor = request.actor
    status = Rectification.Status
    order = [status.WAITING, status.PLANNED, status.DONE, status.PASSED, status.REPORTED]
    at = order.index(status(obj.status))
    stages = [
        (one.label, "done" if place < at else "current" if place == at else "", "") for place, one in enumerate(order)
    ]
    sections: list[tuple[Any, list[tuple[Any, Any]]]] = [
        (_("客户怎么说"), said_facts(obj, actor)),
        (_("整改计划"), [(_("计划"), obj.plan), (_("提交"), signed(obj.planned_by, obj.planned_at))]),
    ]  # fmt: skip
    if obj.done_at:
        sections.append((_("完成情况"), [(_("说明与证明"), obj.proof), (_("完成"), signed(obj.done_by, obj.done_at))]))
    if obj.checked_at:
        sections.append((_("检查"), [(_("意见"), obj.check_note), (_("检查"), signed(obj.checked_by, obj.checked_at))]))
    if obj.reported_at:
        sections.append((_("上报"), [(_("说明"), obj.report), (_("上报"), signed(obj.reported_by, obj.reported_at))]))
    side = [
        (_("客户"), obj.customer.name), (_("工单"), ticket_link(obj, actor)), *([(_("回访"), visit_link(obj, actor))] if obj.visit else []),
        (_("整改部门"), obj.unit), (_("负责人"), obj.owner or _("部门待定")),
        (_("下达时间"), dates.full(obj.created_at)),
        (_("整改期限"), dates.full(obj.due_at)), (_("检查不通过"), _("%(n)s 次") % {"n": obj.failed_checks}),
    ]  # fmt: skip
    badges = [tables.rectification_status(obj, actor), tables.rectification_due(obj, actor)]
    return {
        "page": {"title": obj.subject, "badges": badges, "stages": stages, "sections": sections,
                 "side": [(_("相关"), side)]}
    }  # fmt: skip


def signed(person: Any, at: datetime | None) -> str:
    """Who and when."""
    return f"{person or ''} {dates.full(at)}".strip() if at else ""


RECTIFICATIONS = register(
    Resource(
        model=Rectification,
        name="rectifications",
        title=pgettext_lazy("list", "回访整改"),
        icon="warning",
        visible=policies.rectifications,
        allowed=policies.allowed_rectification,
        related=(
            "visit",
            "visit__rule",
            "customer",
            "ticket",
            "unit",
            "owner",
            "planned_by",
            "done_by",
            "checked_by",
            "reported_by",
        ),
        order="due_at",
        columns=(
            Column(name="matter", label=_("事项"), value=lambda o, a: o.subject, render=tables.matter_of),
            Column(name="number", label=_("单号"), value=lambda o, a: o.number, listed=False),
            Column(name="customer", label=_("客户"), value=lambda o, a: o.customer.name, listed=False),
            Column(name="ticket", label=_("工单"), value=lambda o, a: o.ticket.number if o.ticket else ""),
            Column(name="unit", label=_("整改部门"), value=lambda o, a: o.unit.name),
            Column(name="owner", label=_("负责人"), value=lambda o, a: o.owner.name if o.owner else ""),
            Column(
                name="due_at",
                label=_("期限"),
                type=datetime,
                value=lambda o, a: o.due_at,
                render=tables.rectification_due,
                sort="due_at",
            ),
            Column(
                name="status",
                label=_("状态"),
                value=lambda o, a: str(o.get_status_display()),
                render=tables.rectification_status,
            ),
        ),
        facts=(
            Fact(
                name="satisfaction",
                label=_("满意度"),
                type=int,
                value=lambda o, a: o.visit.satisfaction if o.visit else None,
            ),
            Fact(name="said", label=_("客户意见"), value=lambda o, a: o.visit.said if o.visit else ""),
            Fact(name="plan", label=_("整改计划"), value=lambda o, a: o.plan),
            Fact(name="proof", label=_("完成情况与证明"), value=lambda o, a: o.proof),
            Fact(name="check_note", label=_("检查意见"), value=lambda o, a: o.check_note),
            Fact(name="report", label=_("上报说明"), value=lambda o, a: o.report),
        ),
        filters=filters.RectificationFilter,
        presets=(
            Preset(name="open", label=_("进行中"), where=lambda rows, actor: rows.filter(open=True)),
            Preset(name="mine", label=_("我的整改"), where=mine),
            Preset(
                name="check", label=_("待检查"), where=lambda rows, actor: rows.filter(status=Rectification.Status.DONE)
            ),
            Preset(name="report", label=_("待上报"), where=lambda rows, actor: rows.filter(status=PASSED)),
            Preset(name="late", label=_("已超时"), where=late),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
        ),
        verbs=(
            Verb(
                name="plan",
                label=_("提交整改计划"),
                action=actions.plan_rectification,
                form=forms.PlanForm,
                icon="edit",
                primary=True,
                done=_("整改计划已提交。"),
            ),
            Verb(
                name="finish",
                label=_("完成整改"),
                action=actions.finish_rectification,
                form=forms.FinishForm,
                icon="check",
                primary=True,
                done=_("已提交检查。"),
            ),
            Verb(
                name="check",
                label=_("检查"),
                action=actions.check_rectification,
                form=forms.CheckForm,
                icon="approve",
                primary=True,
                done=_("检查结论已记录。"),
            ),
            Verb(
                name="report",
                label=_("上报总经理"),
                action=actions.report_rectification,
                form=forms.ReportForm,
                icon="send",
                primary=True,
                done=_("已上报。"),
            ),
        ),
        detail=detail,
        empty=_("没有整改任务。回访得分低时，责任部门的整改任务会自动出现在这里。"),
    )
)
