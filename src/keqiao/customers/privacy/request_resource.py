"""The register of requests, the deadlines and the rules of keeping, as pages and JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import PrivacyRequest, PrivacySettings, RetentionRule
from keqiao.customers.privacy import retention
from keqiao.customers.privacy.filters import RequestFilter
from keqiao.customers.requests import actions, forms, policies
from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.templatetags.ui import badge

TONES = {
    "received": "warning", "verified": "info", "approving": "warning", "erasing": "info", "done": "success",
    "refused": "neutral", "cancelled": "neutral",
}  # fmt: skip


def state_cell(obj: PrivacyRequest, actor: Actor) -> str:
    """The state as a badge."""
    return badge(obj.get_state_display(), TONES[obj.state])


def due_cell(obj: PrivacyRequest, actor: Actor) -> str:
    """Until when, alarming when that has passed."""
    day = f"{timezone.localtime(obj.due_at):%Y-%m-%d}"
    late = obj.open and obj.due_at < timezone.now()
    return format_html("{} {}", day, badge(now_("超时"), "danger", "late")) if late else day


def open_ones(rows: QuerySet[PrivacyRequest], actor: Actor) -> QuerySet[PrivacyRequest]:
    """Those that somebody still has to do something about."""
    return rows.filter(state__in=PrivacyRequest.OPEN)


def customer_link(obj: PrivacyRequest, actor: Actor) -> str:
    """The customer, leading to the page where it is in sight."""
    if not policies.sees_customer(actor, obj):
        return obj.customer.name
    url = reverse("customers:detail", args=[obj.customer_id])
    return format_html('<a class="link" href="{}">{} {}</a>', url, obj.customer.name, obj.customer.number)


def who(person: Any, at: datetime | None) -> str:
    """Who did a step and when."""
    return f"{person or now_('系统')} {dates.full(at)}" if at else ""


def detail(request: Any, obj: PrivacyRequest) -> Mapping[str, Any]:
    """The request step by step, what is to be done next, and what an erasure came to."""
    actor: Actor = request.actor
    facts = [
        (_("客户"), customer_link(obj, actor)), (_("请求内容"), obj.get_kind_display()), (_("提出方式"), obj.get_way_display()),
        (_("客户的要求"), obj.wish), (_("收到时间"), who(obj.received_by, obj.received_at)),
        (_("答复期限"), due_cell(obj, actor)), (_("怎样核实身份"), obj.identity_check),
        (_("核实时间"), who(obj.verified_by, obj.verified_at)),
        (_("生成副本时间"), dates.full(obj.copied_at) if obj.copied_at else ""), (_("答复"), obj.answer),
        (_("答复时间"), who(obj.answered_by, obj.answered_at)),
    ]  # fmt: skip
    sections: list[tuple[Any, list[tuple[Any, Any]]]] = [(_("请求"), [fact for fact in facts if fact[1]])]
    if obj.report:
        lines = [
            (what, now_("%(n)s 条：%(deed)s") % {"n": count, "deed": deed} + (now_("，保留至 %(day)s") % {"day": until} if until else ""))
            for what, count, deed, until in obj.report
        ]  # fmt: skip
        sections.append((_("删除结果"), [*lines]))
    return {
        "next": [(word, url, post) for word, url, post, verb in ways(obj) if policies.allowed(actor, verb, obj)],
        "page": {
            "sections": sections,
            "title": f"{obj.get_kind_display()} · {obj.customer.name}",
            "badges": [state_cell(obj, actor)],
        },
    }


def ways(obj: PrivacyRequest) -> list[tuple[str, str, bool, str]]:
    """What a request leads to beyond its verbs: (label, address, by POST, verb)."""
    return [
        (now_("下载全部个人信息副本"), reverse("privacy-copy", args=[obj.pk]), True, "copy"),
        (now_("查看删除预览"), reverse("privacy-plan", args=[obj.pk]), False, "plan"),
    ]


requests = register(
    Resource(
        model=PrivacyRequest,
        name="privacy-requests",
        title=_("个人信息保护"),
        icon="lock",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("customer", "received_by", "verified_by", "answered_by", "unit"),
        columns=(
            Column(name="number", label=_("单号"), value=lambda o, a: o.number),
            Column(name="customer", label=_("客户"), value=lambda o, a: o.customer.name),
            Column(name="kind", label=_("请求内容"), value=lambda o, a: str(o.get_kind_display())),
            Column(name="way", label=_("提出方式"), value=lambda o, a: str(o.get_way_display()), listed=False),
            Column(name="received_at", label=_("收到时间"), type=datetime, value=lambda o, a: o.received_at, sort="received_at"),
            Column(name="due_at", label=_("答复期限"), type=datetime, value=lambda o, a: o.due_at, render=due_cell, sort="due_at"),
            Column(name="received_by", label=_("受理人"), value=lambda o, a: o.received_by.name if o.received_by else ""),
            Column(name="state", label=_("状态"), value=lambda o, a: str(o.get_state_display()), render=state_cell),
        ),
        facts=(
            Fact(name="customer_id", label=_("客户"), type=int, value=lambda o, a: o.customer_id),
            Fact(name="wish", label=_("客户的要求"), value=lambda o, a: o.wish),
            Fact(name="identity_check", label=_("怎样核实身份"), value=lambda o, a: o.identity_check),
            Fact(name="answer", label=_("答复"), value=lambda o, a: o.answer),
            Fact(name="answered_at", label=_("答复时间"), type=datetime, value=lambda o, a: o.answered_at),
            Fact(name="report", label=_("删除结果"), type=list, value=lambda o, a: o.report),
        ),
        filters=RequestFilter,
        presets=(
            Preset(name="open", label=_("待办理"), where=open_ones),
            Preset(
                name="late", label=_("已超时"),
                where=lambda rows, actor: open_ones(rows, actor).filter(due_at__lt=timezone.now()),
            ),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
        ),
        form=forms.RequestForm,
        create=actions.receive,
        create_label=_("登记请求"),
        verbs=(
            Verb(name="verify", label=_("核实身份"), form=forms.VerifyForm, action=actions.verify, icon="check", primary=True),
            Verb(name="answer", label=_("登记答复"), form=forms.AnswerForm, action=actions.answer, icon="check", primary=True),
            Verb(
                name="erase", label=_("申请删除"), action=actions.ask_erasure, icon="delete", tone="danger",
                confirm=_("先看过删除预览，确认无误后提交。批准后立即执行，不能恢复。"), done=_("已提交审批。"),
            ),
            Verb(name="refuse", label=_("不予办理"), form=forms.RefuseForm, action=actions.refuse, tone="danger"),
            Verb(
                name="cancel", label=_("申请人撤回"), action=actions.cancel, confirm=_("客户已撤回这个请求？"),
                done=_("已登记撤回。"),
            ),
        ),
        detail=detail,
        template="customers/privacy_request.html",
        empty=_("客户要求查阅、复制、更正、删除个人信息或撤回同意时，在这里登记。"),
    )
)  # fmt: skip


def settings_only(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The one row of deadlines is changed, never added or exported."""
    return verb not in {"export", "create"} and actor.can("settings.change")


def one_row(actor: Actor) -> QuerySet[PrivacySettings]:
    """The department's row."""
    return PrivacySettings.objects.all() if actor.can("settings.change") else PrivacySettings.objects.none()


def figure(name: str) -> Column:
    """A column with one of the numbers."""
    label = PrivacySettings._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return Column(name=name, label=label, type=int, value=lambda o, a: getattr(o, name), numeric=True)


privacy_settings = register(
    Resource(
        model=PrivacySettings,
        name="privacy-settings",
        title=_("个人信息保护规则"),
        icon="settings",
        visible=one_row,
        allowed=settings_only,
        columns=(
            Column(name="name", label=_("名称"), value=lambda o, a: str(o)),
            *(figure(name) for name in ("answer_days", "close_workdays", "warn_days", "keep_years")),
        ),
        form=forms.SettingsForm,
        update=actions.change_settings,
    )
)  # fmt: skip


def keepers(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The rules of keeping are changed by those who watch over personal data."""
    return verb not in {"export", "create"} and policies.oversees(actor)


def rules(actor: Actor) -> QuerySet[RetentionRule]:
    """All of them, to those who keep them."""
    return RetentionRule.objects.all() if policies.oversees(actor) else RetentionRule.objects.none()


def waiting(obj: RetentionRule, actor: Actor) -> int:
    """How many the rule would take now, counted up to a limit."""
    return retention.waiting(obj)


retention_rules = register(
    Resource(
        model=RetentionRule,
        name="retention-rules",
        title=_("保留期限"),
        icon="clock",
        visible=rules,
        allowed=keepers,
        order="pk",
        columns=(
            Column(name="kind", label=_("数据"), value=lambda o, a: str(o.get_kind_display())),
            Column(name="deed", label=_("到期怎样处理"), value=lambda o, a: retention.deed(o)),
            Column(name="months", label=_("保留多少个月"), type=int, value=lambda o, a: o.months, numeric=True),
            Column(name="waiting", label=_("现在会处理"), type=int, value=waiting, numeric=True),
            Column(
                name="active", label=_("状态"), type=bool, value=lambda o, a: o.active,
                render=lambda o, a: badge(now_("启用"), "success") if o.active else badge(now_("停用")),
            ),
            Column(name="last", label=_("上次执行"), value=lambda o, a: retention.last(o)),
        ),
        form=forms.RuleForm,
        update=retention.change_rule,
        empty=_("还没有保留期限。"),
    )
)  # fmt: skip
