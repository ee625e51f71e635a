"""The one declaration of approvals."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.approvals import actions, filters, forms, policies, tables
from keqiao.approvals.actions.base import LABEL
from keqiao.approvals.models import Approval, Decider
from keqiao.files.queries import attachments_of
from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, get, register
from keqiao.kernel.resource.pages import actor_of, verb_buttons

Seat = Decider.State
ORDER = ("approve", "resubmit", "assign", "reject", "return", "urge", "delegate", "withdraw")
SPOKEN = (Seat.AGREED, Seat.REFUSED, Seat.RETURNED, Seat.PASSED)


def link(obj: Approval, _actor: object) -> str:
    """The way to the record that the approval is about."""
    return format_html('<a class="link" href="{}">{}</a>', obj.url, now_("查看原单")) if obj.url else "—"


def opens(obj: Approval, actor: Actor) -> bool:
    """Whether the record may be seen by the actor; a delegate may know of it no more than the request says."""
    resource = get(obj.label)
    return resource is None or resource.visible(actor).filter(pk=obj.object_id).exists()


def mine(actor: Actor, *states: Decider.State) -> Any:
    """Ids of the approvals in which the actor sits, or sat, like that."""
    return Decider.objects.filter(employee_id=actor.id or 0, state__in=states).values("approval_id")


def asked_of(obj: Approval, actor: Actor) -> list[tuple[Any, Any]]:
    """What was asked, for whom and why."""
    pairs = [
        (_("类型"), tables.kind(obj, actor)),
        (_("金额"), tables.amount(obj, actor)),
        (_("部门"), obj.unit.name),
        (_("申请人"), obj.requested_by.name),
        (_("申请时间"), dates.full(obj.requested_at)),
        (_("相关单据"), link(obj, actor) if obj.url and opens(obj, actor) else ""),
        (_("申请理由"), obj.reason),
    ]
    return [(label, value) for label, value in pairs if value not in (None, "")]


def standing(obj: Approval, actor: Actor) -> list[tuple[Any, Any]]:
    """Where it stands."""
    urged = now_("%(n)d 次，最近 %(at)s") % {"n": obj.urges, "at": dates.full(obj.urged_at)} if obj.urged_at else ""
    pairs = [
        (_("当前审批人"), obj.waits_for),
        (_("期限"), tables.due(obj, actor)),
        (_("催办"), urged),
        (_("审批人"), obj.decided_by.name if obj.decided_by else ""),
        (_("审批时间"), dates.full(obj.decided_at) if obj.decided_at else ""),
        (_("第几次提交"), obj.round if obj.round > 1 else ""),
        (_("审批流程"), now_("第 %d 版") % obj.flow.number if obj.flow else now_("默认（一步）")),
    ]
    return [(label, value) for label, value in pairs if value not in (None, "")]


def in_order(button: tuple[Any, str, str, str, bool]) -> int:
    """The decisions first: yes, no, not yet."""
    name = button[1].rstrip("/").rpartition("/")[2]
    return ORDER.index(name) if name in ORDER else len(ORDER)


def detail(request: Any, obj: Approval) -> Mapping[str, Any]:
    """The way above, what was asked below, then who said what."""
    actor = actor_of(request)
    way = tables.way_of(obj, ahead=True)
    copies = obj.deciders.filter(state=Seat.COPIED).select_related("employee").order_by("pk")
    returned = obj.deciders.filter(state=Seat.RETURNED).select_related("employee").order_by("-pk").first()
    own = obj.requested_by_id == actor.id
    return {
        "way": way,
        "rounds": obj.round > 1,
        "copies": now_("、").join(row.employee.name for row in copies),
        "returned": returned if obj.state == Approval.State.RETURNED else None,
        "attachments": attachments_of(LABEL, obj.pk),
        "can_attach": own and obj.state in {Approval.State.WAITING, Approval.State.RETURNED},
        "page": {
            "stages": tables.bar_of(way) if len(way) > 1 else [],
            "verbs": sorted(verb_buttons(APPROVALS, actor, obj), key=in_order),
            "sections": [(_("申请内容"), asked_of(obj, actor))],
            "side": [(_("进展"), standing(obj, actor))],
        },
    }


COLUMNS = (
    Column(name="title", label=_("事项"), value=lambda obj, actor: obj.title),
    Column(name="kind", label=_("类型"), value=tables.kind, listed=False),
    Column(name="amount", label=_("金额"), value=tables.amount, numeric=True),
    Column(name="unit", label=_("部门"), value=lambda obj, actor: obj.unit.name),
    Column(name="requested_by", label=_("申请人"), value=lambda obj, actor: obj.requested_by.name),
    Column(
        name="requested_at", label=_("申请时间"), type=datetime, value=lambda obj, actor: obj.requested_at,
        sort="requested_at",
    ),
    Column(name="waits_for", label=_("当前审批人"), value=lambda obj, actor: obj.waits_for),
    Column(name="due_at", label=_("期限"), type=datetime, value=lambda obj, actor: obj.due_at, render=tables.due),
    Column(name="state", label=_("状态"), value=lambda obj, actor: obj.get_state_display(), render=tables.state),
)  # fmt: skip
FACTS = (
    Fact(name="reason", label=_("申请理由"), value=lambda obj, actor: obj.reason),
    Fact(name="link", label=_("相关单据"), value=lambda obj, actor: obj.url, render=link),
    Fact(
        name="decided_by", label=_("审批人"), value=lambda obj, actor: obj.decided_by.name if obj.decided_by else ""
    ),
    Fact(name="decided_at", label=_("审批时间"), type=datetime, value=lambda obj, actor: obj.decided_at),
    Fact(name="note", label=_("审批意见"), value=lambda obj, actor: obj.note),
    Fact(name="round", label=_("第几次提交"), type=int, value=lambda obj, actor: obj.round),
    Fact(name="stuck", label=_("无人可批"), type=bool, value=lambda obj, actor: obj.stuck),
    Fact(name="way", label=_("审批过程"), type=list, value=tables.plain_way),
)  # fmt: skip
PRESETS = (
    Preset(
        name="waiting", label=_("待我审批"),
        where=lambda rows, actor: rows.filter(pk__in=mine(actor, Seat.OPEN), state=Approval.State.WAITING),
    ),
    Preset(name="mine", label=_("我发起的"), where=lambda rows, actor: rows.filter(requested_by_id=actor.id)),
    Preset(name="done", label=_("我已审批"), where=lambda rows, actor: rows.filter(pk__in=mine(actor, *SPOKEN))),
    Preset(name="copied", label=_("抄送我的"), where=lambda rows, actor: rows.filter(pk__in=mine(actor, Seat.COPIED))),
    Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
)  # fmt: skip
VERBS = (
    Verb(
        name="approve", label=_("同意"), action=actions.approve, form=forms.ApproveForm, primary=True, bulk=True,
        icon="approve", done=_("已同意。"),
    ),
    Verb(
        name="reject", label=_("驳回"), action=actions.reject, form=forms.RejectForm, tone="danger", icon="reject",
        done=_("已驳回。"),
    ),
    Verb(
        name="return", label=_("退回补充"), action=actions.give_back, form=forms.ReturnForm, icon="reply",
        done=_("已退回，申请人补充后会再来。"),
    ),
    Verb(
        name="delegate", label=_("转交"), action=actions.delegate, form=forms.PassForm, icon="transfer",
        done=_("已转交。"),
    ),
    Verb(
        name="resubmit", label=_("补充后重新提交"), action=actions.resubmit, form=forms.ResubmitForm, primary=True,
        icon="send", done=_("已重新提交。"),
    ),
    Verb(
        name="assign", label=_("指派审批人"), action=actions.assign, form=forms.AssignForm, primary=True, icon="assign",
        done=_("已指派。"),
    ),
    Verb(name="urge", label=_("催办"), action=actions.urge, icon="urge", confirm=_("提醒当前审批人尽快处理？"),
         done=_("已催办。")),
    Verb(
        name="withdraw", label=_("撤回"), action=actions.withdraw, icon="cancel", confirm=_("撤回这份申请？"),
        done=_("已撤回。"),
    ),
)  # fmt: skip

APPROVALS = register(
    Resource(
        model=Approval,
        name="approvals",
        title=_("审批"),
        icon="approval",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("unit", "requested_by", "decided_by", "flow"),
        columns=COLUMNS,
        facts=FACTS,
        filters=filters.ApprovalFilter,
        presets=PRESETS,
        verbs=VERBS,
        detail=detail,
        template="approvals/detail.html",
        empty=_("这里没有审批。需要您决定的申请会出现在“待我审批”。"),
    )
)
