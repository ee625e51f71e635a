"""The one declaration of approvals."""

from datetime import datetime

from django.utils.html import format_html
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.approvals import actions, forms, policies, tables
from keqiao.approvals.models import Approval
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register


def link(obj: Approval, _actor: object) -> str:
    """The way to the record that the approval is about."""
    return format_html('<a class="link" href="{}">{}</a>', obj.url, now_("查看原单")) if obj.url else "—"


APPROVALS = register(
    Resource(
        model=Approval,
        name="approvals",
        title=_("审批"),
        icon="approval",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("unit", "requested_by", "decided_by"),
        columns=(
            Column(name="title", label=_("事项"), value=lambda obj, actor: obj.title),
            Column(name="amount", label=_("金额"), value=tables.amount, numeric=True),
            Column(name="unit", label=_("部门"), value=lambda obj, actor: obj.unit.name),
            Column(name="requested_by", label=_("申请人"), value=lambda obj, actor: obj.requested_by.name),
            Column(
                name="requested_at",
                label=_("申请时间"),
                type=datetime,
                value=lambda obj, actor: obj.requested_at,
                sort="requested_at",
            ),
            Column(
                name="state", label=_("状态"), value=lambda obj, actor: obj.get_state_display(), render=tables.state
            ),
        ),
        facts=(
            Fact(name="reason", label=_("申请理由"), value=lambda obj, actor: obj.reason),
            Fact(name="link", label=_("相关单据"), value=lambda obj, actor: obj.url, render=link),
            Fact(
                name="decided_by",
                label=_("审批人"),
                value=lambda obj, actor: obj.decided_by.name if obj.decided_by else "",
            ),
            Fact(name="decided_at", label=_("审批时间"), type=datetime, value=lambda obj, actor: obj.decided_at),
            Fact(name="note", label=_("审批意见"), value=lambda obj, actor: obj.note),
        ),
        presets=(
            Preset(
                name="waiting",
                label=_("待我审批"),
                where=lambda rows, actor: rows.filter(policies.decidable(actor), state=Approval.State.WAITING).exclude(
                    requested_by_id=actor.id
                ),
            ),
            Preset(name="mine", label=_("我发起的"), where=lambda rows, actor: rows.filter(requested_by_id=actor.id)),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
        ),
        verbs=(
            Verb(
                name="approve",
                label=_("同意"),
                action=actions.approve,
                form=forms.ApproveForm,
                primary=True,
                done=_("已同意。"),
            ),
            Verb(
                name="reject",
                label=_("驳回"),
                action=actions.reject,
                form=forms.RejectForm,
                tone="danger",
                done=_("已驳回。"),
            ),
            Verb(
                name="withdraw",
                label=_("撤回"),
                action=actions.withdraw,
                confirm=_("撤回这份申请？"),
                done=_("已撤回。"),
            ),
        ),
        empty=_("这里没有审批。需要您决定的申请会出现在“待我审批”。"),
    )
)
