"""Who looked at what in full, for the leader."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.customers import policies as customers
from keqiao.customers.models import Reveal
from keqiao.customers.privacy import policies
from keqiao.customers.privacy.filters import RevealFilter
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Preset, Resource, register


def today(rows: QuerySet[Reveal], actor: Actor) -> QuerySet[Reveal]:
    """Since midnight."""
    return rows.filter(at__gte=timezone.make_aware(datetime.combine(timezone.localdate(), time())))


def week(rows: QuerySet[Reveal], actor: Actor) -> QuerySet[Reveal]:
    """The last seven days."""
    return rows.filter(at__gte=timezone.now() - timedelta(days=7))


def what(event: Reveal, actor: Actor) -> str:
    """The masked value that was shown in full."""
    data = wording.said(event, actor)
    shown = data.get("contact_point") or data.get("identity") or data.get("phones") or data.get("what") or ""
    return _now("、").join(map(str, shown)) if isinstance(shown, list) else str(shown)


def whose(event: Reveal) -> str:
    """The customer or the record; how many they were where a whole list was shown."""
    several = event.data.get("customers", [])
    return event.title or (_now("%(n)s 位客户") % {"n": len(several)} if several else "")


def why(event: Reveal) -> str:
    """The reason given; the showing of a number for a visit explains itself."""
    return str(event.data.get("reason") or wording.verb(event.verb))


def detail(request: Any, event: Reveal) -> dict[str, Any]:
    """One look, with a link to the customer where the leader sees it."""
    customer: Any = whose(event)
    if event.about_id and customers.visible(request.actor).filter(pk=event.about_id).exists():
        customer = format_html('<a class="link" href="/customers/{}/">{}</a>', event.about_id, event.title)
    facts = [
        (_now("时间"), event.at), (_now("人员"), event.who), (_now("客户或单据"), customer),
        (_now("看了什么"), what(event, request.actor)), (_now("原因"), why(event)), (_now("来自地址"), event.ip),
    ]  # fmt: skip
    return {"page": {"title": _now("查看完整信息"), "sections": [(_now("这次查看"), facts)], "history_url": ""}}


reveals = register(
    Resource(
        model=Reveal,
        name="reveals",
        title=_("查看记录"),
        icon="lock",
        visible=policies.reveals,
        allowed=policies.allowed,
        columns=(
            Column(name="at", label=_("时间"), value=lambda o, a: o.at, type=datetime),
            Column(name="actor", label=_("人员"), value=lambda o, a: o.who),
            Column(name="customer", label=_("客户或单据"), value=lambda o, a: whose(o)),
            Column(name="what", label=_("看了什么"), value=lambda o, a: what(o, a)),
            Column(name="reason", label=_("原因"), value=lambda o, a: why(o)),
            Column(name="ip", label=_("来自地址"), value=lambda o, a: o.ip, listed=False),
        ),
        filters=RevealFilter,
        presets=(
            Preset(name="week", label=_("近 7 天"), where=week),
            Preset(name="today", label=_("今天"), where=today),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
        ),
        detail=detail,
        empty=_("这段时间没有人查看过客户的完整电话、邮箱或证件号码。"),
    )
)  # fmt: skip
