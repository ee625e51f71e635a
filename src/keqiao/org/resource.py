"""Employees, units and positions as pages and JSON."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.kernel import powers
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.org import actions, closing, forms, pages, policies
from keqiao.org.factors import actions as factors
from keqiao.org.models import Employee, OrgUnit, PasswordRules, Position


class EmployeeFilter(django_filters.FilterSet):
    """Employees by unit with all below it, position and line manager."""

    unit = django_filters.ModelChoiceFilter(
        label=_("组织单元"), queryset=OrgUnit.objects.filter(active=True).order_by("path"), method="below"
    )
    positions = django_filters.ModelChoiceFilter(label=_("岗位"), queryset=Position.objects.filter(active=True))
    manager = django_filters.ModelChoiceFilter(
        label=_("直接上级"), queryset=Employee.objects.filter(is_active=True).order_by("name")
    )

    def below(self, rows: QuerySet[Employee], _name: str, unit: OrgUnit) -> QuerySet[Employee]:
        """The people of the unit and of everything below it."""
        return rows.filter(unit__path__startswith=unit.path)


def search_employees(rows: QuerySet[Employee], term: str) -> QuerySet[Employee]:
    """By part of the name or the user name."""
    return rows.filter(Q(name__contains=term) | Q(username__startswith=term.lower()))


def create_employee(*, actor: Actor, password: str = "", **fields: Any) -> Employee:  # noqa: S107 – empty means none
    """An empty password means none yet."""
    return actions.create_employee(actor=actor, password=password or None, **fields)


def employee_initial(obj: Employee, actor: Actor) -> dict[str, Any]:
    """An employee's values, with the positions as a list."""
    names = ("username", "name", "unit", "manager", "phone", "email", "joined_on")
    return {name: getattr(obj, name) for name in names} | {"positions": list(obj.positions.all())}


def position_names(obj: Employee, actor: Actor) -> str:
    """The positions held, in words."""
    return now_("、").join(sorted(one.name for one in obj.positions.all()))


def indented(obj: OrgUnit, actor: Actor) -> str:
    """The name, set in by the unit's depth."""
    return format_html('<span class="indent-{}">{}</span>', min(obj.path.count("/") - 2, 5), obj.name)


employees = register(
    Resource(
        model=Employee,
        name="employees",
        title=pgettext_lazy("list", "员工"),
        icon="people",
        visible=policies.employees,
        allowed=policies.may_employee,
        related=("unit", "manager"),
        columns=(
            Column(name="name", label=_("姓名"), value=lambda o, a: o.name),
            Column(name="username", label=_("用户名"), value=lambda o, a: o.username, sort="username"),
            Column(name="unit", label=_("组织单元"), value=lambda o, a: str(o.unit)),
            Column(name="phone", label=_("手机"), value=lambda o, a: o.phone),
            Column(name="is_active", label=_("状态"), value=lambda o, a: str(_("在职") if o.is_active else _("离职"))),
        ),
        facts=(
            Fact(name="manager", label=_("直接上级"), value=lambda o, a: o.manager.name if o.manager else ""),
            Fact(name="positions", label=_("岗位"), value=position_names),
            Fact(name="email", label=_("邮箱"), value=lambda o, a: o.email),
            Fact(name="joined_on", label=_("入职日期"), type=date, value=lambda o, a: o.joined_on),
            Fact(name="left_on", label=_("离职日期"), type=date, value=lambda o, a: o.left_on),
        ),
        detail=pages.employee_page,
        template="org/employee.html",
        filters=EmployeeFilter,
        presets=(
            Preset(name="active", label=_("在职"), where=lambda rows, actor: rows.filter(is_active=True)),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
        ),
        search=search_employees,
        search_hint=_("姓名或用户名"),
        form=forms.EmployeeForm,
        initial=employee_initial,
        create=create_employee,
        create_label=_("新增员工"),
        update=lambda actor, obj, **fields: actions.change_employee(actor=actor, employee=obj, **fields),
        verbs=(
            Verb(
                name="reset", label=_("重设密码"), form=forms.ResetForm,
                action=lambda actor, obj, password: actions.change_password(actor=actor, employee=obj, password=password, must_change=True),
            ),
            Verb(
                name="reset_factor", label=_("重设两步验证"), icon="shield", tone="danger",
                confirm=_("本人丢失手机和恢复码时使用。对方下次登录只需要密码，并会收到通知。请先用别的办法确认是本人要求的。"),
                action=lambda actor, obj: factors.reset(actor=actor, employee=obj),
            ),
            Verb(
                name="leave", label=_("办理离职"), form=forms.LeaverForm, tone="danger",
                action=lambda actor, obj, left_on: actions.deactivate_employee(actor=actor, employee=obj, left_on=left_on),
            ),
        ),
    )
)  # fmt: skip

units = register(
    Resource(
        model=OrgUnit,
        name="units",
        title=pgettext_lazy("list", "组织单元"),
        icon="org",
        visible=policies.units,
        allowed=policies.may_unit,
        related=("parent", "leader"),
        order="path",
        columns=(
            Column(name="name", label=_("名称"), value=lambda o, a: o.name, render=indented),
            Column(name="kind", label=_("类型"), value=lambda o, a: o.get_kind_display()),
            Column(name="parent", label=_("上级"), value=lambda o, a: str(o.parent or "")),
            Column(name="leader", label=_("负责人"), value=lambda o, a: str(o.leader or "")),
            Column(name="active", label=_("状态"), value=lambda o, a: str(_("在用") if o.active else _("已撤销"))),
        ),
        presets=(
            Preset(name="active", label=_("在用"), where=lambda rows, actor: rows.filter(active=True)),
            Preset(name="closed", label=_("已撤销"), where=lambda rows, actor: rows.filter(active=False)),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
        ),
        verbs=(
            Verb(
                name="close",
                label=_("撤销"),
                tone="danger",
                done=_("已撤销。"),
                action=lambda actor, obj: closing.close_unit(actor=actor, unit=obj),
                confirm=_("撤销后不能再往里安排人员和工作。里面还有人或未了的事时不能撤销。"),
            ),
            Verb(
                name="reopen",
                label=_("恢复使用"),
                done=_("已恢复使用。"),
                action=lambda actor, obj: closing.reopen_unit(actor=actor, unit=obj),
                confirm=_("恢复后可以再安排人员和工作。"),
            ),
        ),
        detail=pages.unit_page,
        template="org/unit.html",
        form=forms.UnitChangeForm,
        create=lambda actor, name, kind, parent, leader=None: actions.create_unit(
            actor=actor, name=name, kind=kind, parent=parent
        ),
        create_label=_("新增组织单元"),
        update=lambda actor, obj, **fields: actions.change_unit(actor=actor, unit=obj, **fields),
    )
)

positions = register(
    Resource(
        model=Position,
        name="positions",
        title=_("岗位与权限"),
        icon="rules",
        visible=policies.positions,
        allowed=lambda actor, verb, obj: actor.can("org.change"),
        order="name",
        columns=(
            Column(name="name", label=_("岗位名称"), value=lambda o, a: o.name, sort="name"),
            Column(name="scope", label=_("数据范围"), value=lambda o, a: o.get_scope_display()),
            Column(name="powers", label=_("权限数"), value=lambda o, a: len(o.powers), type=int, numeric=True),
            Column(
                name="reveals_a_day",
                label=_("每日查看次数"),
                value=lambda o, a: o.reveals_a_day,
                type=int,
                numeric=True,
            ),
            Column(
                name="second_factor", label=_("两步验证"),
                value=lambda o, a: str(_("必须") if o.second_factor else _("自愿")),
            ),
            Column(name="purpose", label=_("岗位目的"), value=lambda o, a: o.purpose),
        ),
        facts=(
            Fact(name="may", label=_("可以做什么"), value=lambda o, a: powers.said(o.powers)),
            Fact(name="power_codes", label=_("权限代码"), type=list, value=lambda o, a: o.powers),
        ),
        detail=pages.position_page,
        template="org/position.html",
        form=forms.PositionForm,
        create=actions.create_position,
        create_label=_("新增岗位"),
        update=lambda actor, obj, **fields: actions.change_position(actor=actor, position=obj, **fields),
    )
)  # fmt: skip

password_rules = register(
    Resource(
        model=PasswordRules,
        name="password-rules",
        title=_("密码规则"),
        icon="password",
        visible=lambda actor: PasswordRules.objects.all() if actor.can("org.change") else PasswordRules.objects.none(),
        allowed=lambda actor, verb, obj: verb in {"list", "view", "history", "edit"} and actor.can("org.change"),
        columns=(
            Column(name="name", label=_("名称"), value=lambda o, a: str(o)),
            Column(name="min_length", label=_("最短长度"), type=int, numeric=True, value=lambda o, a: o.min_length),
            Column(
                name="refuse_common", label=_("不接受常见密码"),
                value=lambda o, a: str(_("是") if o.refuse_common else _("否")),
            ),
            Column(name="expires_days", label=_("有效天数"), type=int, numeric=True, value=lambda o, a: o.expires_days),
            Column(
                name="history", label=_("不得与最近几次相同"), type=int, numeric=True, value=lambda o, a: o.history
            ),
        ),
        form=forms.PasswordRulesForm,
        update=actions.change_password_rules,
    )
)  # fmt: skip
