"""Sharings-out with their lines, weights and rules as pages and JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers.models import Ability, ShareLine, ShareOut, ShareRule
from keqiao.customers.pool import words
from keqiao.customers.pool.filters import LineFilter
from keqiao.customers.sharing import forms, keeping, planning, policies, running
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.templatetags.ui import badge
from keqiao.runtime import jobs

TONES = {
    "draft": "warning", "running": "info", "done": "success", "undoing": "info", "undone": "neutral", "dropped": "neutral",
}  # fmt: skip
LINE_TONES = {"planned": "info", "given": "success", "left": "warning", "returned": "neutral", "kept": "warning"}
SHOWN = 20


def by_person(share: ShareOut) -> list[dict[str, Any]]:
    """What each person gets: had before, gets, has then. One query."""
    rows = share.lines.filter(employee__isnull=False).order_by()
    counted = rows.values("employee", "employee__name", "employee__unit__name", "weight").annotate(
        n=Count("pk"), had=Min("had")
    )
    return [
        {
            "id": one["employee"], "name": one["employee__name"], "unit": one["employee__unit__name"],
            "weight": one["weight"], "had": one["had"], "gets": one["n"], "then": one["had"] + one["n"],
        }
        for one in sorted(counted, key=lambda one: (-one["n"], one["employee"]))
    ]  # fmt: skip


def left_over(share: ShareOut) -> list[dict[str, Any]]:
    """How many nobody gets, by reason. One query."""
    rows = share.lines.filter(state=ShareLine.State.LEFT).order_by().values("why").annotate(n=Count("pk"))
    return [{"why": str(words.WHY.get(one["why"], one["why"])), "count": one["n"]} for one in rows]


def wanted(share: ShareOut) -> str:
    """Which customers were asked for, in words."""
    said = [now_("：").join(pair) for pair in share.wanted.get("said", [])]
    return now_("；").join(said) or (now_("规则：%s") % share.rule if share.rule else now_("公海里的全部客户"))


def progress(share: ShareOut) -> dict[str, Any]:
    """How far the work in the background is."""
    job = share.job
    busy = share.state in {"running", "undoing"}
    done = job.done if job is not None else 0
    percent = min(99, done * 100 // share.planned) if share.planned else 0
    return {"busy": busy, "percent": percent, "done": done, "silent": busy and job is not None and jobs.silent(job)}


def detail(request: Any, obj: ShareOut) -> Mapping[str, Any]:
    """The plan by person, what is left and why, and the first lines."""
    lines = obj.lines.select_related("customer", "employee").order_by("pk")[:SHOWN]
    url = f"{reverse('share-lines:list')}?view=all&share={obj.number}"
    return {
        "people": by_person(obj), "left_over": left_over(obj), "lines_url": url, "progress": progress(obj),
        "lines": [(line, words.why(line), line_cell(line, request.actor)) for line in lines],
        "page": {
            "title": str(obj._meta.verbose_name),
            "sections": [],
            "subtitle": wanted(obj),
            "side": [
                (_("分配"), [
                    (_("分配方式"), obj.get_way_display()),
                    (_("只分给客户所属区域的人员"), now_("是") if obj.by_territory else now_("否")),
                    (_("分配人"), obj.by or now_("系统")),
                    (_("时间"), words.moment(obj.made_at)),
                    (_("执行时间"), words.moment(obj.done_at)),
                ])
            ],
        },
    }  # fmt: skip


def line_cell(line: ShareLine, actor: Actor) -> str:
    """The state of a line."""
    return badge(line.get_state_display(), LINE_TONES[line.state])


def counted(name: str, label: Any) -> Column:
    """A figure of a sharing-out."""
    return Column(name=name, label=label, type=int, numeric=True, value=lambda o, a: getattr(o, name))


share_outs = register(
    Resource(
        model=ShareOut,
        name="share-outs",
        title=pgettext_lazy("list", "客户分配"),
        icon="assign",
        visible=policies.shares,
        allowed=policies.shares_allowed,
        related=("by", "rule", "job"),
        columns=(
            Column(name="number", label=_("单号"), value=lambda o, a: o.number),
            Column(name="wanted", label=_("分配哪些客户"), value=lambda o, a: wanted(o)),
            Column(name="way", label=_("分配方式"), value=lambda o, a: str(o.get_way_display())),
            counted("planned", _("客户数")),
            counted("given", _("已分配")),
            counted("left", _("未分配")),
            counted("returned", _("已撤回")),
            Column(name="by", label=_("分配人"), value=lambda o, a: o.by.name if o.by else str(_("系统"))),
            Column(name="made_at", label=_("时间"), type=datetime, value=lambda o, a: o.made_at),
            Column(
                name="state", label=_("状态"), value=lambda o, a: str(o.get_state_display()),
                render=lambda o, a: badge(o.get_state_display(), TONES[o.state]),
            ),
        ),
        facts=(
            Fact(name="people", label=_("分给谁"), type=list, value=lambda o, a: by_person(o)),
            Fact(name="left_over", label=_("未分配的原因"), type=list, value=lambda o, a: left_over(o)),
        ),
        presets=(
            Preset(name="valid", label=_("有效"), where=lambda rows, actor: rows.exclude(state="dropped")),
            Preset(name="draft", label=_("待执行"), where=lambda rows, actor: rows.filter(state="draft")),
            Preset(name="by_hand", label=_("主管分配"), where=lambda rows, actor: rows.filter(rule=None)),
            Preset(name="by_rule", label=_("自动分配"), where=lambda rows, actor: rows.filter(rule__isnull=False)),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
        ),
        form=forms.ShareForm,
        create=planning.plan,
        create_label=_("分配公海客户"),
        verbs=(
            Verb(
                name="run", label=_("按此方案分配"), action=running.run, icon="assign", primary=True,
                confirm=_("按方案把客户交给各人。期间被领走的、超过上限的会留在公海。执行以后可以撤销没有动过的客户。"),
            ),
            Verb(name="drop", label=_("放弃方案"), action=running.drop, icon="cancel", confirm=_("方案放弃后不能再执行。")),
            Verb(
                name="undo", label=_("撤销分配"), action=running.undo, icon="reopen", tone="danger",
                confirm=_("没有联系过、也没有改动过的客户退回公海，其他的保留。"),
            ),
        ),
        detail=detail,
        template="customers/share_out.html",
        empty=_("把公海客户平均或按能力权重分给团队，先看方案再执行。"),
    )
)  # fmt: skip


def lines(actor: Actor) -> QuerySet[ShareLine]:
    """The lines of what the actor sees; an archive that is gone is out of sight."""
    rows = ShareLine.objects.filter(share__in=policies.shares(actor).values("pk"))
    return rows.filter(customer__merged_into=None, customer__erased=False)


def lines_allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """They are only looked at."""
    if verb not in {"list", "view"}:
        return verb == "export" and obj is None and actor.can("customer.export") and actor.can("customer.share")
    return policies.shares_allowed(actor, verb, obj.share if obj else None)


register(
    Resource(
        model=ShareLine,
        name="share-lines",
        title=pgettext_lazy("list", "分配明细"),
        icon="assign",
        visible=lines,
        allowed=lines_allowed,
        related=("customer", "employee", "share"),
        columns=(
            Column(
                name="customer", label=_("客户"), value=lambda o, a: f"{o.customer.name} {o.customer.number}",
                render=lambda o, a: format_html(
                    '<strong>{}</strong> <span class="muted">{}</span>', o.customer.name, o.customer.number
                ),
            ),
            Column(name="employee", label=_("分给"), value=lambda o, a: o.employee.name if o.employee else ""),
            Column(name="why", label=_("理由"), value=lambda o, a: words.why(o)),
            Column(
                name="state", label=_("状态"), value=lambda o, a: str(o.get_state_display()), render=line_cell
            ),
            Column(name="share", label=_("分配单号"), value=lambda o, a: o.share.number),
        ),
        order="pk",
        filters=LineFilter,
        presets=(
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
            Preset(name="left", label=_("未分配"), where=lambda rows, actor: rows.filter(state="left")),
            Preset(name="kept", label=_("未撤回"), where=lambda rows, actor: rows.filter(state="kept")),
        ),
        empty=_("这里是每次分配的明细。"),
    )
)  # fmt: skip

register(
    Resource(
        model=Ability,
        name="abilities",
        title=pgettext_lazy("list", "分配权重"),
        icon="people",
        visible=policies.abilities,
        allowed=policies.abilities_allowed,
        related=("employee__unit",),
        columns=(
            Column(name="employee", label=_("员工"), value=lambda o, a: o.employee.name),
            Column(name="unit", label=_("组织单元"), value=lambda o, a: o.employee.unit.name),
            Column(name="weight", label=_("能力权重（%）"), type=int, numeric=True, value=lambda o, a: o.weight),
            Column(name="owned_limit", label=_("最多负责多少位客户"), type=int, numeric=True, value=lambda o, a: o.owned_limit),
            Column(
                name="paused", label=_("暂停接收"), type=bool, value=lambda o, a: o.paused,
                render=lambda o, a: badge(now_("暂停接收"), "warning") if o.paused else badge(now_("正常"), "success"),
            ),
        ),
        form=forms.AbilityForm,
        create=keeping.keep_ability,
        update=keeping.keep_ability,
        create_label=_("设置权重"),
        empty=_("没有设置的员工权重都是 100。给新人设 50，给骨干设 150，分配时就会少分或多分。"),
    )
)  # fmt: skip


def rule_words(rule: ShareRule) -> str:
    """The rule in one line."""
    parts = [
        now_("来源 %s") % rule.get_source_display() if rule.source else "",
        now_("区域 %s") % rule.territory if rule.territory else "",
    ]
    return now_("，").join(part for part in parts if part) or now_("全部新客户")


register(
    Resource(
        model=ShareRule,
        name="share-rules",
        title=pgettext_lazy("list", "自动分配规则"),
        icon="rules",
        visible=policies.rules,
        allowed=policies.rules_allowed,
        related=("unit", "team", "territory"),
        order="place",
        columns=(
            Column(name="name", label=_("规则名称"), value=lambda o, a: o.name),
            Column(name="words", label=_("条件"), value=lambda o, a: rule_words(o)),
            Column(name="unit", label=_("哪个部门的公海"), value=lambda o, a: o.unit.name),
            Column(name="team", label=_("分给哪个部门"), value=lambda o, a: o.team.name),
            Column(name="place", label=_("判断顺序"), type=int, numeric=True, value=lambda o, a: o.place, sort="place"),
            Column(name="weighted", label=_("按能力权重"), type=bool, value=lambda o, a: o.weighted),
            Column(
                name="active", label=_("启用"), type=bool, value=lambda o, a: o.active,
                render=lambda o, a: badge(now_("启用"), "success") if o.active else badge(now_("停用")),
            ),
        ),
        form=forms.ShareRuleForm,
        create=keeping.keep_rule,
        update=keeping.keep_rule,
        create_label=_("新增规则"),
        empty=_("让某个来源或区域的新客户一建档就自动分到人。"),
    )
)  # fmt: skip
