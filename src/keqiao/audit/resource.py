"""Who did, saw and took away what: the audit as a list with filters, a page for each deed, export and JSON."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from keqiao.audit import policies, wording
from keqiao.audit.filters import EventFilter, verbs
from keqiao.audit.models import Event
from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, get, register

SEEN = ("_revealed", ".revealed", "_shown", ".viewed", ".phone_shown", ".shown_in_full")
TAKEN = (".exported", ".printed", ".downloaded", ".copied")
DOORS = ("employee.", "session.", "token.", "position.", "unit.")


def find(rows: QuerySet[Event], term: str) -> QuerySet[Event]:
    """By part of the record's name, or by who did it."""
    return rows.filter(Q(title__contains=term) | Q(actor_name=term))


def ending(*parts: str) -> list[str]:
    """The deeds whose names end so."""
    return [name for name, _words in verbs() if name.endswith(parts)]


def seen(rows: QuerySet[Event], actor: Actor) -> QuerySet[Event]:
    """Personal data shown in full."""
    return rows.filter(verb__in=ending(*SEEN))


def taken(rows: QuerySet[Event], actor: Actor) -> QuerySet[Event]:
    """What left the system."""
    return rows.filter(verb__in=ending(*TAKEN))


def doors(rows: QuerySet[Event], actor: Actor) -> QuerySet[Event]:
    """Who came in, and who may do what."""
    return rows.filter(verb__in=[name for name, _words in verbs() if name.startswith(DOORS)])


def kind(event: Event) -> str:
    """What kind of record it was, as its list is called."""
    resource = get(event.label)
    return str(resource.title) if resource else ""


def open_to(actor: Actor, event: Event) -> bool:
    """Whether the actor sees the record itself; only then its old and new values."""
    resource = get(event.label)
    if resource is None or event.object_id is None:
        return event.object_id is None
    return resource.visible(actor).filter(pk=event.object_id).exists()


def record_cell(event: Event, actor: Actor) -> str:
    """The record's name, and what kind of record it is."""
    return format_html('{} <span class="muted">{}</span>', event.title, kind(event)) if event.title else ""


def link(event: Event, actor: Actor) -> str:
    """The record's name, leading to it where the actor sees it."""
    resource = get(event.label)
    if resource is None or event.object_id is None or not open_to(actor, event):
        return event.title
    return format_html('<a class="link" href="{}">{}</a>', f"/{resource.name}/{event.object_id}/", event.title)


def why(event: Event) -> str:
    """The reason that was given, or the filter of an export."""
    return str(event.data.get("reason") or event.data.get("note") or "")


def about(event: Event, actor: Actor) -> str:
    """What of the record: the contact point, masked."""
    data = wording.said(event, actor)
    return str(data.get("contact_point") or data.get("what") or "")


def lines(event: Event, actor: Actor) -> list[list[str]]:
    """The fields that changed, as [label, old, new]; nothing to those who do not see the record."""
    resource = get(event.label)
    if resource is None or not open_to(actor, event):
        return []
    return [list(line) for line in wording.entry(resource, event, actor)["changes"]]


def detail(request: Any, event: Event) -> dict[str, Any]:
    """The deed, and what it changed."""
    actor = request.actor
    facts = [
        (_now("时间"), dates.full(event.at)), (_now("人员"), event.who), (_now("做了什么"), wording.verb(event.verb)),
        (_now("记录"), link(event, actor)), (_now("记录类型"), kind(event)), (_now("内容"), about(event, actor)),
        (_now("原因或说明"), why(event)), (_now("条数"), event.data.get("rows", "")), (_now("来自地址"), event.ip),
    ]  # fmt: skip
    sections = [(_now("这件事"), [(name, value) for name, value in facts if value not in ("", None)])]
    changed = [
        (name, _now("%(old)s → %(new)s") % {"old": old or "—", "new": new or "—"})
        for name, old, new in lines(event, actor)
    ]
    if changed:
        sections.append((_now("改动"), changed))
    elif event.data.get("changes"):
        sections.append((_now("改动"), [(_now("内容"), _now("您看不到这条记录，改动的内容不显示。"))]))
    return {"page": {"title": wording.verb(event.verb), "sections": sections, "history_url": ""}}


events = register(
    Resource(
        model=Event,
        name="events",
        title=_("审计记录"),
        icon="audit",
        visible=policies.visible,
        allowed=policies.allowed,
        columns=(
            Column(name="at", label=_("时间"), value=lambda o, a: o.at, type=datetime),
            Column(name="actor", label=_("人员"), value=lambda o, a: o.who),
            Column(name="verb", label=_("做了什么"), value=lambda o, a: wording.verb(o.verb)),
            Column(name="record", label=_("记录"), value=lambda o, a: o.title, render=record_cell),
            Column(name="kind", label=_("记录类型"), value=lambda o, a: kind(o), listed=False),
            Column(name="about", label=_("内容"), value=lambda o, a: about(o, a), listed=False),
            Column(name="reason", label=_("原因或说明"), value=lambda o, a: why(o)),
            Column(name="ip", label=_("来自地址"), value=lambda o, a: o.ip),
        ),
        facts=(
            Fact(name="code", label=_("动作代码"), value=lambda o, a: o.verb),
            Fact(name="label", label=_("记录代码"), value=lambda o, a: o.label),
            Fact(name="object_id", label=_("记录的内部编号"), value=lambda o, a: o.object_id, type=int),
            Fact(name="customer", label=_("客户的内部编号"), value=lambda o, a: o.about_id, type=int),
            Fact(name="changes", label=_("改动"), value=lines, type=list),
        ),
        filters=EventFilter,
        presets=(
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
            Preset(name="taken", label=_("导出与打印"), where=taken),
            Preset(name="doors", label=_("登录与权限"), where=doors),
            Preset(name="seen", label=_("查看完整信息"), where=seen),
        ),
        search=find,
        search_hint=_("记录名称或人员姓名"),
        detail=detail,
        empty=_("换一个标签或放宽筛选，再看一次。"),
    )
)  # fmt: skip
