"""Transfers as pages and JSON."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, get, register
from keqiao.kernel.templatetags.ui import badge
from keqiao.org.pages import person
from keqiao.staffing.models import TransferItem, TransferShare, WorkTransfer
from keqiao.staffing.transfers import actions, filters, forms, policies

SHOWN = 100  # records of one kind on the page; the paper has all


def search(rows: QuerySet[WorkTransfer], term: str) -> QuerySet[WorkTransfer]:
    """By the number or the giver's name."""
    return rows.filter(Q(number__startswith=term.upper()) | Q(giver__name__contains=term))


def state(obj: WorkTransfer, actor: Actor) -> str:
    """The state as a coloured word."""
    return badge(obj.get_state_display(), "success" if obj.state == WorkTransfer.State.DONE else "warning")


def link_of(item: TransferItem) -> str:
    """Where the record is shown, empty where its kind has no page."""
    resource = get(item.label)
    return f"/{resource.name}/{item.object_id}/" if resource else ""


def open_to(actor: Actor, items: list[TransferItem]) -> set[int]:
    """The records of one kind that the actor may see; of the others the title is left out."""
    resource = get(items[0].label) if items else None
    if resource is None:
        return {item.object_id for item in items} if actor.can("org.change") else set()
    return set(resource.visible(actor).filter(pk__in=[item.object_id for item in items]).values_list("pk", flat=True))


def lines(actor: Actor, share: TransferShare, most: int | None) -> tuple[list[tuple[str, str]], int]:
    """(title, address) of what went over, and how many of them the actor may not see: these are only counted."""
    items = list(share.items.order_by("pk")[:most])
    seen = open_to(actor, items)
    shown = [(item.title, link_of(item)) for item in items if item.object_id in seen]
    return shown, len(items) - len(shown)


def page(request: HttpRequest, obj: WorkTransfer) -> Mapping[str, Any]:
    """Who gave what to whom, with every record."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shares = list(obj.shares.select_related("receiver").order_by("pk"))
    facts = [
        (now_("移交人"), person(obj.giver)), (now_("原因"), obj.get_reason_display()),
        (now_("经办人"), obj.created_by.name if obj.created_by else now_("系统")),
        (now_("移交时间"), dates.full(obj.created_at)), (now_("移交件数"), obj.moved), (now_("说明"), obj.note),
    ]  # fmt: skip
    if obj.left_on:
        facts.insert(2, (now_("离职日期"), obj.left_on.isoformat()))
    paper = reverse("work-transfer-paper", args=[obj.pk])
    return {
        "shares": [(one, person(one.receiver), *lines(actor, one, SHOWN), max(one.moved - SHOWN, 0)) for one in shares],
        "running": obj.state == WorkTransfer.State.RUNNING,
        "paper_url": paper,
        "page": {"title": now_("%s的工作移交") % obj.giver.name, "sections": [(now_("移交情况"), facts)]},
    }


def receivers(obj: WorkTransfer, actor: Actor) -> str:
    """Who got something, in words; prefetched with the list."""
    return now_("、").join(dict.fromkeys(one.receiver.name for one in obj.shares.all()))


TRANSFERS = register(
    Resource(
        model=WorkTransfer,
        name="work-transfers",
        title=pgettext_lazy("list", "工作移交"),
        icon="transfer",
        visible=lambda actor: policies.visible(actor).prefetch_related("shares__receiver"),
        allowed=policies.allowed,
        related=("giver", "created_by"),
        columns=(
            Column(name="number", label=_("单号"), value=lambda o, a: o.number),
            Column(name="giver", label=_("移交人"), value=lambda o, a: o.giver.name),
            Column(name="reason", label=_("原因"), value=lambda o, a: o.get_reason_display()),
            Column(name="receivers", label=_("接收人"), value=receivers),
            Column(name="moved", label=_("移交件数"), value=lambda o, a: o.moved, type=int, numeric=True),
            Column(name="created_at", label=_("移交时间"), type=datetime, value=lambda o, a: o.created_at),
            Column(name="state", label=_("状态"), value=lambda o, a: o.get_state_display(), render=state),
        ),
        facts=(
            Fact(name="left_on", label=_("离职日期"), type=date, value=lambda o, a: o.left_on),
            Fact(name="note", label=_("说明"), value=lambda o, a: o.note),
            Fact(name="finished_at", label=_("完成时间"), type=datetime, value=lambda o, a: o.finished_at),
        ),
        filters=filters.TransferFilter,
        presets=(
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
            Preset(name="mine", label=_("移交给我的"), where=lambda rows, a: rows.filter(policies.received(a.id))),
        ),
        search=search,
        search_hint=_("单号或移交人姓名"),
        form=forms.TransferForm,
        create=actions.hand_over,
        create_label=_("移交工作"),
        detail=page,
        template="staffing/transfer.html",
        empty=_("员工离职、长期请假或调整分工时，在这里把名下的客户、工单和待办一次交给别人。"),
    )
)
