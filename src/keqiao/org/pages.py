"""What the pages of employees, units and positions show beside their facts."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from keqiao.kernel import powers
from keqiao.kernel.actor import Actor
from keqiao.kernel.templatetags.ui import badge
from keqiao.org import holders, panels, policies, tree
from keqiao.org.models import Employee, OrgUnit, Position

SHOWN = 60  # people on a unit's page; the list has the rest


def person(employee: Employee | None) -> str | SafeString:
    """A name that leads to the person's page."""
    if employee is None:
        return "—"
    return format_html('<a class="link" href="/employees/{}/">{}</a>', employee.pk, employee.name)


def unit_link(unit: OrgUnit | None) -> str | SafeString:
    """A unit's name that leads to its page."""
    return "—" if unit is None else format_html('<a class="link" href="/units/{}/">{}</a>', unit.pk, unit.name)


def position_links(positions: list[Position], actor: Actor) -> str | SafeString:
    """The positions' names, leading to their pages for those who keep them."""
    if not actor.can("org.change"):
        return _("、").join(one.name for one in positions)
    link = '<a class="link" href="/positions/{}/">{}</a>'
    return format_html_join(_("、"), link, ((one.pk, one.name) for one in positions))


def of_unit(people: Iterable[Employee]) -> list[tuple[Employee, str]]:
    """People with the unit they are in."""
    return [(one, one.unit.name) for one in people]


def of_position(people: Iterable[Employee]) -> list[tuple[Employee, str]]:
    """People with the positions they hold."""
    return [(one, _("、").join(sorted(post.name for post in one.positions.all()))) for one in people]


def employee_page(request: HttpRequest, obj: Employee) -> Mapping[str, Any]:
    """The person with superior, positions and dates, and who answers to them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    below = list(Employee.objects.filter(manager=obj, is_active=True).select_related("unit").order_by("name")[:SHOWN])
    facts = [
        (_("用户名"), obj.username), (_("组织单元"), unit_link(obj.unit)), (_("直接上级"), person(obj.manager)),
        (_("岗位"), position_links(list(obj.positions.order_by("name")), actor)),
        (_("手机"), obj.phone), (_("邮箱"), obj.email), (_("入职日期"), day(obj.joined_on)),
    ]  # fmt: skip
    if obj.left_on:
        facts.append((_("离职日期"), day(obj.left_on)))
    return {
        "below": of_unit(below),
        "panels": panels.panels_for(actor, obj),
        "page": {
            "sections": [(_("基本资料"), facts)],
            "badges": [badge(_("在职"), "success") if obj.is_active else badge(_("离职"), "neutral")],
        },
    }


def day(value: Any) -> str:
    """A date, empty for none."""
    return value.isoformat() if value else ""


def unit_page(request: HttpRequest, obj: OrgUnit) -> Mapping[str, Any]:
    """The unit with its people and what is below it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    own, total = tree.heads(obj)
    people = Employee.objects.filter(unit=obj, is_active=True).prefetch_related("positions").order_by("name")
    chief = obj.leader_id
    facts = [
        (_("类型"), obj.get_kind_display()), (_("上级"), unit_link(obj.parent)), (_("负责人"), person(obj.leader)),
        (_("本单元人数"), own), (_("含下级人数"), total),
    ]  # fmt: skip
    return {
        "above": tree.ancestors(obj),
        "people": of_position(sorted(people[:SHOWN], key=lambda one: one.pk != chief)),
        "more": max(own - SHOWN, 0),
        "list_url": f"/employees/?view=active&unit={obj.pk}",
        "below": tree.tree(policies.units(actor).filter(path__startswith=obj.path))[0].children if obj.active else [],
        "page": {
            "sections": [(_("基本资料"), facts)],
            "badges": [] if obj.active else [badge(_("已撤销"), "neutral")],
            "back_url": reverse("org-tree"),
        },
    }


def position_page(request: HttpRequest, obj: Position) -> Mapping[str, Any]:
    """What the position may do, by kinds of power and in words, and who holds it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    people = Employee.objects.filter(positions=obj, is_active=True).select_related("unit").order_by("name")
    facts = [
        (_("岗位目的"), obj.purpose), (_("数据范围"), obj.get_scope_display()),
        (_("每日可查看完整信息的次数"), obj.reveals_a_day), (_("权限数"), len(obj.powers)),
    ]  # fmt: skip
    return {
        "groups": [(kind, powers.MEANINGS[kind], members) for kind, members in powers.by_kind(obj.powers)],
        "reach": reach_words(obj.scope),
        "lacking": [kind.label for kind in powers.Kind if kind not in dict(powers.by_kind(obj.powers))],
        "people": of_unit(people[:SHOWN]),
        "panels": panels.panels_for(actor, obj),
        "page": {"sections": [(_("基本资料"), facts)], "badges": [] if obj.active else [badge(_("停用"), "neutral")]},
    }


def reach_words(scope: str) -> str:
    """How far a data scope reaches, as the beginning of a sentence."""
    return {
        "own": _("只对自己负责的记录"),
        "team": _("对自己和本组的记录"),
        "department": _("对本部门及下级的记录"),
        "site": _("对本网点的记录"),
        "all": _("对全公司的记录"),
    }[scope]


def power_groups() -> list[tuple[powers.Kind, Any, list[tuple[powers.Power, int, int]]]]:
    """Every power under its kind, with how many positions carry it and how many people hold it."""
    now = holders.holders()
    held = now.of_power()
    carried = {power.code: sum(power.code in codes for codes in now.powers.values()) for power in powers.every()}
    return [
        (kind, powers.MEANINGS[kind], [(one, carried[one.code], len(held.get(one.code, ()))) for one in members])
        for kind, members in powers.by_kind()
    ]
