"""What every page's frame shows: places that the person may go to, and what waits."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template import loader
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.actor import Actor, Kind
from keqiao.kernel.resource.pages import actor_of
from keqiao.notices import queries

# (group, label, icon, url name, any of these powers; none means everybody)
PLACES: tuple[tuple[str | Promise, str | Promise, str, str, tuple[str, ...]], ...] = (
    ("", _("工作台"), "home", "home", ()),
    ("", pgettext_lazy("list", "工单"), "ticket", "tickets:list", ("ticket.view", "dispatch.answer")),
    ("", pgettext_lazy("list", "客户"), "customers", "customers:list", ("customer.view",)),
    ("", pgettext_lazy("list", "来电来访"), "reception", "reception:list", ("reception.view",)),
    ("", pgettext_lazy("list", "客户关怀"), "gift", "care:list", ("care.view",)),
    ("", pgettext_lazy("list", "回访"), "visit", "visits:list", ("visit.view",)),
    ("", _("待办"), "todo", "notices:todos", ()),
    (_("改进"), pgettext_lazy("list", "整改"), "rules", "corrections:list", ("ticket.view", "correction.change")),
    (_("改进"), pgettext_lazy("list", "回访整改"), "suggestion", "rectifications:list", ("rectification.view",)),
    (_("改进"), pgettext_lazy("list", "客户分群"), "filter", "segments:list", ("customer.view",)),
    (_("改进"), _("定向分析"), "reports", "customer-analysis", ("customer.view",)),
    (_("改进"), pgettext_lazy("list", "流失客户"), "pool", "losses:list", ("loss.view",)),
    (_("改进"), _("流失分析"), "reports", "loss-analysis", ("loss.view",)),
    (_("改进"), _("审批"), "approval", "approvals:list", ()),
    (_("管理"), _("经营看板"), "reports", "manager", ("report.view",)),
    (_("管理"), _("接待台账"), "note", "reception-ledger", ("reception.view",)),
    (_("管理"), _("关怀效果"), "trend", "care-results", ("care.view",)),
    (_("管理"), _("查重与合并"), "customers", "duplicates-start", ("customer.merge",)),
    (_("管理"), _("导入"), "import", "customer-imports", ("customer.import",)),
    (
        _("管理"),
        _("导出"),
        "export",
        "exports:list",
        ("customer.export", "reception.export", "care.export", "ticket.export", "export.approve"),
    ),
    (_("管理"), pgettext_lazy("list", "员工"), "people", "employees:list", ()),
    (_("管理"), _("组织架构"), "org", "units:list", ()),
    (_("管理"), _("岗位与权限"), "password", "positions:list", ("org.change",)),
    (_("管理"), _("业务规则"), "settings", "settings", ("settings.change",)),
    (_("管理"), _("查看记录"), "lock", "reveals:list", ("customer.oversee",)),
    (_("管理"), _("审计记录"), "audit", "events:list", ("audit.view",)),
    (_("管理"), _("工作日历"), "calendar", "calendars:year", ("calendars.change",)),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation."""

    label: str
    url: str
    icon: str
    group: str
    current: bool = False


@lru_cache(maxsize=512)
def places(powers: frozenset[str], language: str) -> tuple[Place, ...]:
    """The entries for somebody with these powers, in this language (the words are kept, so it is part of the key)."""
    return tuple(
        Place(str(label), reverse(name), icon, str(group))
        for group, label, icon, name, needs in PLACES
        if not needs or powers.intersection(needs)
    )


def navigation(actor: Actor, path: str) -> SafeString:
    """The drawn navigation, with the entry marked under which the path lies."""
    powers, language = frozenset(actor.grants), get_language() or ""
    inside = [
        place.url
        for place in places(powers, language)
        if path == place.url or (place.url != "/" and path.startswith(place.url))
    ]
    return drawn(powers, language, max(inside, key=len, default=""))


@lru_cache(maxsize=512)
def drawn(powers: frozenset[str], language: str, current: str) -> SafeString:
    """The navigation's HTML; it is the same for all who hold these powers, and every page shows it."""
    entries = [replace(place, current=place.url == current) for place in places(powers, language)]
    return loader.render_to_string("ui/nav.html", {"nav": entries})


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame's context; pages without a login have none of it. Nothing is counted until the template asks."""
    if not hasattr(request, "actor"):
        return {}
    actor = actor_of(request)
    if actor.kind is not Kind.EMPLOYEE:
        return {"shell": {"demo": settings.DEMO}}
    units = (actor.unit_id,) if actor.unit_id else ()
    counted = queries.counts(actor.id or 0, units)
    return {
        "shell": {
            "nav": navigation(actor, request.path),
            "user_name": actor.name,
            "unit_name": str(getattr(request.user, "unit", "")),
            "todo_count": counted["todo"],
            "notice_count": counted["notice"],
            "demo": settings.DEMO,
        }
    }
