"""The rules of the desk as pages and JSON: versions, their tabs, differences, trial and force."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Resource, Verb, register
from keqiao.kernel.resource.pages import actor_of
from keqiao.kernel.templatetags.ui import badge
from keqiao.tickets import forms, policies
from keqiao.tickets.models import Rule, RuleSet
from keqiao.tickets.ruling import forcing, keeping, kinds, trying
from keqiao.tickets.ruling.differing import Difference, differences
from keqiao.tickets.ruling.kinds.base import REST, Names, RuleKind
from keqiao.tickets.ruling.reading import rows_of

State = RuleSet.State
TONES = {"draft": "warning", "tried": "info", "scheduled": "info", "force": "success", "old": "neutral"}
CHANGES, TRIAL = "changes", "trial"
WORDS = {
    "severity": _("严重程度改变"),
    "unit": _("承办部门改变"),
    "deadline": _("时限改变"),
    "escalation": _("逐级上报改变"),
    "approval": _("补偿审批改变"),
    "closing": _("办结条件改变"),
    "type": _("问题类别改变"),
    "receipt": _("受理回执改变"),
}


def state(obj: RuleSet, actor: Actor) -> str:
    """The state as a badge."""
    return badge(obj.get_state_display(), TONES[obj.state])


def in_tree(rows: list[Rule]) -> list[Rule]:
    """Types as a tree: each top with what is below it."""

    def place(row: Rule) -> tuple[int, str]:
        return row.data["position"], row.key

    tops = sorted((row for row in rows if row.data["parent"] is None), key=place)
    below = {top.key: sorted((row for row in rows if str(row.data["parent"]) == top.key), key=place) for top in tops}
    return [row for top in tops for row in (top, *below[top.key])]


def section(kind: RuleKind, rows: list[Rule], names: Names, *, open_: bool, ruleset: RuleSet) -> dict[str, Any]:
    """One kind of rule on its tab: its table, and what may be done to each row."""
    mine = [row for row in rows if row.kind == kind.code]
    mine = in_tree(mine) if kind.code == "category" else mine
    movable = [row.pk for row in mine if kind.ordered and row.key != REST]
    return {
        "kind": kind,
        "columns": kind.columns,
        "add_url": reverse("ticket-rule-new", args=[ruleset.pk, kind.code]) if open_ and kind.addable else "",
        "rows": [
            {
                "active": row.active,
                "cells": list(zip(kind.columns, kind.cells(row.data, names), strict=True)),
                "below": kind.code == "category" and row.data["parent"] is not None,
                "url": reverse("ticket-rule", args=[row.pk]) if open_ else "",
                "up": row.pk in movable[1:],
                "down": row.pk in movable[:-1],
                "ways": {way: reverse("ticket-rule-move", args=[row.pk, way]) for way in ("up", "down", "remove")},
                "removable": kind.addable and row.key != REST,
            }
            for row in mine
        ],
    }


def tabs_of(obj: RuleSet, current: str, changes: list[Difference]) -> list[tuple[Any, str, bool, int | None]]:
    """A tab for each kind of rule, then the differences and the trial."""
    url = reverse("ticket-rules:detail", args=[obj.pk])
    touched = [one.tab for one in changes]
    found: list[tuple[Any, str, bool, int | None]] = [
        (label, f"{url}?tab={tab}", tab == current, (touched.count(tab) or None) if obj.in_work else None)
        for tab, label in kinds.TABS
    ]
    found.append((_("改动"), f"{url}?tab={CHANGES}", current == CHANGES, len(changes)))
    if obj.trial:
        found.append((_("试运行"), f"{url}?tab={TRIAL}", current == TRIAL, obj.trial.get("changed", 0)))
    return found


def compared_with(obj: RuleSet) -> RuleSet | None:
    """The version that differences are told against: the one in force, for it and older ones the one before."""
    if obj.in_work:
        return RuleSet.objects.filter(state=State.FORCE).first()
    return RuleSet.objects.filter(in_work=False, number__lt=obj.number).order_by("-number").first()


def facts_of(obj: RuleSet) -> list[tuple[Any, Any]]:
    """What goes with the rules."""
    pairs = [
        (_("修改说明"), obj.note),
        (_("来自版本"), str(obj.began_as) if obj.began_as else ""),
        (_("制定人"), obj.made_by.name if obj.made_by else ""),
        (_("建立时间"), dates.full(obj.made_at)),
        (_("试运行时间"), dates.full(obj.tried_at) if obj.tried_at else ""),
        (_("定时生效"), dates.full(obj.starts_at) if obj.starts_at else ""),
        (_("生效时间"), dates.full(obj.forced_at) if obj.forced_at else ""),
        (_("启用人"), obj.forced_by.name if obj.forced_by else ""),
        (_("停用时间"), dates.full(obj.ended_at) if obj.ended_at else ""),
    ]
    return [(label, value) for label, value in pairs if value]


def trial_of(obj: RuleSet, what: str) -> list[dict[str, Any]]:
    """The numbers of the trial as a table, with where to look at the tickets."""
    url = reverse("ticket-rules-trial", args=[obj.pk])
    return [
        {"label": label, "count": obj.trial.get(name, 0), "url": f"{url}?what={name}"} for name, label in WORDS.items()
    ]


def detail(request: Any, obj: RuleSet) -> Mapping[str, Any]:
    """The tab that is asked for; the number of queries does not grow with the rules."""
    actor, names = actor_of(request), Names()
    other = compared_with(obj)
    changes = differences(rows_of(other.pk), rows_of(obj.pk), names) if other else []
    known = {tab for tab, _label in kinds.TABS} | {CHANGES} | ({TRIAL} if obj.trial else set())
    tab = request.GET.get("tab", "")
    tab = tab if tab in known else kinds.TABS[0][0]
    open_ = policies.allowed_ruleset(actor, "rules", obj)
    rows = list(obj.rules.all()) if kinds.of_tab(tab) else []
    job = trying.running(obj) if obj.in_work else None
    return {
        "tab": tab,
        "open": open_,
        "other": other,
        "changes": changes,
        "sections": [section(kind, rows, names, open_=open_, ruleset=obj) for kind in kinds.of_tab(tab)],
        "trial": trial_of(obj, "") if tab == TRIAL else [],
        "job": job,
        "percent": job.done * 100 // job.total if job and job.total else 0,
        "days": trying.DAYS,
        "waiting": RuleSet.objects.filter(in_work=True).exclude(pk=obj.pk).first(),
        "versions": list(RuleSet.objects.order_by("-number")[:10]),
        "page": {
            "number": "",
            "sections": [],
            "tabs": tabs_of(obj, tab, changes),
            "side": [(_("版本"), facts_of(obj))],
        },
    }


def rules_json(obj: RuleSet, _actor: Actor) -> list[dict[str, Any]]:
    """Every rule as the JSON has it."""
    return [
        {"kind": row.kind, "key": row.key, "place": row.place, "active": row.active, "data": row.data}
        for row in obj.rules.all()
    ]


def trial_words(obj: RuleSet, _actor: Actor) -> str:
    """What the trial said, in a few words."""
    if not obj.trial:
        return ""
    return now_("%(n)d 张工单中 %(changed)d 张会改变") % {
        "n": obj.trial.get("tickets", 0), "changed": obj.trial.get("changed", 0),
    }  # fmt: skip


RULESETS = register(
    Resource(
        model=RuleSet,
        name="ticket-rules",
        title=_("工单规则"),
        icon="rules",
        visible=policies.visible_rulesets,
        allowed=policies.allowed_ruleset,
        related=("made_by", "forced_by", "began_as"),
        order="-number",
        columns=(
            Column(name="name", label=_("版本"), value=lambda o, a: str(o)),
            Column(name="note", label=_("修改说明"), value=lambda o, a: o.note),
            Column(name="trial", label=_("试运行结果"), value=trial_words),
            Column(name="forced_at", label=_("生效时间"), type=datetime, value=lambda o, a: o.forced_at),
            Column(name="ended_at", label=_("停用时间"), type=datetime, value=lambda o, a: o.ended_at),
            Column(name="state", label=_("状态"), value=lambda o, a: o.get_state_display(), render=state),
        ),
        facts=(Fact(name="rules", label=_("规则"), type=list, value=rules_json),),
        form=forms.RuleSetForm,
        update=keeping.keep_note,
        verbs=(
            Verb(
                name="draft", label=_("修改规则"), action=keeping.draft, form=forms.DraftForm, icon="edit", primary=True,
                done=_("已建立草稿，可以修改了。"),
            ),
            Verb(name="try", label=_("试运行"), action=trying.try_out, icon="play", primary=True,
                 confirm=_("用最近 30 天的工单试一遍，看看会有什么不同。不会真的改变工单。"), done=_("已开始试运行。")),
            Verb(name="force", label=_("启用"), action=forcing.force, form=forms.ForceForm, icon="check", primary=True,
                 confirm=_("启用后，新的工单按这一版办理；在办的工单仍按受理时的版本，除非逐张重新计算。"), done=_("已启用。")),
            Verb(name="unschedule", label=_("取消定时"), action=forcing.unschedule, icon="close",
                 confirm=_("取消定时后，这一版不会自动生效。")),
            Verb(name="drop", label=_("放弃草稿"), action=keeping.drop, tone="danger", icon="delete",
                 confirm=_("放弃这份草稿？"), done=_("草稿已放弃。")),
        ),
        detail=detail,
        template="tickets/ruleset.html",
        empty=_("还没有工单规则。请从“设置 → 业务规则 → 工单规则”采用一套通用规则。"),
    )
)  # fmt: skip
