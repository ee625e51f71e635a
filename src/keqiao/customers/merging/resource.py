"""Merges as pages and JSON: what went where, and the way back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers import masking
from keqiao.customers.merging import actions, policies, queries
from keqiao.customers.models import Customer, Merge, every_tier
from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.templatetags.ui import badge

TONES = {"done": "success", "undone": "neutral"}


def state_cell(obj: Merge, actor: Actor) -> str:
    """The state as a badge."""
    return badge(obj.get_state_display(), TONES[obj.state])


def link(customer: Customer) -> str:
    """A customer's name over its number, leading to the page."""
    url = reverse("customers:detail", args=[customer.pk])
    return format_html('<a class="link" href="{}">{} {}</a>', url, customer.name, customer.number)


def named(customer: Customer) -> str:
    """Name and number."""
    return f"{customer.name} {customer.number}"


def parts(obj: Merge) -> list[dict[str, Any]]:
    """What went over, by kind of record."""
    return [{"kind": kind, "moved": moved, "aside": aside} for kind, moved, aside in queries.parts_of(obj)]


def moved_facts(obj: Merge) -> list[tuple[str, str]]:
    """What went over, in words."""
    lines = []
    for kind, moved, aside in queries.parts_of(obj):
        said = now_("转入 %(n)d 条") % {"n": moved} if moved else ""
        rest = now_("%(n)d 条重复或未选，留在原档案") % {"n": aside} if aside else ""
        lines.append((kind, now_("，").join(part for part in (said, rest) if part)))
    return lines


def field_facts(obj: Merge) -> list[tuple[str, str]]:
    """Fields that the survivor took over."""
    lines = []
    for name, (before, after) in masking.for_record(obj.fields).items():
        field = Customer._meta.get_field(name)
        offered = every_tier() if name == "tier" else getattr(field, "flatchoices", ())
        words = {str(code): str(label) for code, label in offered}
        old, new = (words.get(str(value), str(value or now_("空"))) for value in (before, after))
        lines.append((str(field.verbose_name), f"{old} → {new}"))  # type: ignore[union-attr]
    return lines


def detail(request: Any, obj: Merge) -> Mapping[str, Any]:
    """Both archives, what moved, and after undoing what could not be put back."""
    sections: list[tuple[Any, list[tuple[Any, Any]]]] = [
        (_("两份档案"), [(_("保留"), link(obj.survivor)), (_("并入"), link(obj.merged))]),
        (_("转入的记录"), [*moved_facts(obj)] or [(_("记录"), _("没有记录需要转入"))]),
    ]
    if obj.fields:
        sections.append((_("采用并入档案的资料"), [*field_facts(obj)]))
    if obj.state == Merge.State.UNDONE:
        rest: list[tuple[Any, Any]] = [(what, why) for what, why in obj.left]
        sections.append((_("没有恢复的内容"), rest or [(_("结果"), _("全部记录都已回到原来的档案"))]))
    side = [(_("合并"), f"{obj.by or now_('系统')} {dates.full(obj.at)}")]
    if obj.undone_at:
        side.append((_("撤销"), f"{obj.undone_by or now_('系统')} {dates.full(obj.undone_at)}"))
    title = now_("%(merged)s 并入 %(survivor)s") % {"merged": obj.merged.name, "survivor": obj.survivor.name}
    return {"page": {"title": title, "sections": sections, "side": [(_("经办"), side)]}}


merges = register(
    Resource(
        model=Merge,
        name="merges",
        title=pgettext_lazy("list", "客户合并"),
        icon="customers",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("survivor", "merged", "by", "undone_by"),
        columns=(
            Column(name="number", label=_("单号"), value=lambda o, a: o.number),
            Column(name="survivor", label=_("保留的客户"), value=lambda o, a: named(o.survivor)),
            Column(name="merged", label=_("并入的客户"), value=lambda o, a: named(o.merged)),
            Column(name="state", label=_("状态"), value=lambda o, a: str(o.get_state_display()), render=state_cell),
            Column(name="by", label=_("合并人"), value=lambda o, a: o.by.name if o.by else now_("系统")),
            Column(name="at", label=_("合并时间"), type=datetime, value=lambda o, a: o.at),
        ),
        facts=(
            Fact(name="survivor_id", label=_("保留的客户"), type=int, value=lambda o, a: o.survivor_id),
            Fact(name="merged_id", label=_("并入的客户"), type=int, value=lambda o, a: o.merged_id),
            Fact(name="parts", label=_("转入的记录"), type=list, value=lambda o, a: parts(o)),
            Fact(name="left", label=_("没有恢复的内容"), type=list, value=lambda o, a: [": ".join(x) for x in o.left]),
        ),
        presets=(
            Preset(name="done", label=_("已合并"), where=lambda rows, actor: rows.filter(state="done")),
            Preset(name="undone", label=_("已撤销"), where=lambda rows, actor: rows.filter(state="undone")),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
        ),
        verbs=(
            Verb(
                name="undo", label=_("撤销合并"), action=actions.undo_merge, icon="history", tone="danger",
                confirm=_("两份档案会分开，转入的记录回到原来的档案。合并之后新增的内容留在保留的档案里。"),
                done=_("已撤销合并。"),
            ),
        ),
        detail=detail,
        empty=_("还没有合并过客户。在客户页面的“重复档案”里可以合并。"),
    )
)  # fmt: skip
