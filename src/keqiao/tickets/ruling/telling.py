"""What a trial found for one ticket, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as now_

from keqiao.kernel.dates import humanise
from keqiao.tickets.models import Severity, Ticket, Trial
from keqiao.tickets.ruling.kinds import closing, deadlines, escalating, texts
from keqiao.tickets.ruling.kinds.base import Names

Line = tuple[str, str, str]  # what, before, after


def in_words(trial: Trial, names: Names) -> list[Line]:
    """What differs: label, before, after."""
    old, new = trial.before, trial.after
    lines: list[Line] = []
    if trial.severity:
        lines.append((now_("严重程度"), level(old["severity"]), level(new["severity"])))
    if trial.unit:
        lines.append((now_("承办部门"), units(old["unit"], names), units(new["unit"], names)))
    if trial.deadline:
        lines += spans(old["deadline"], new["deadline"])
    if trial.escalation:
        lines.append((now_("逐级上报"), *apart(old["escalation"], new["escalation"])))
    if trial.approval:
        lines.append((now_("补偿审批"), need(old["approval"]), need(new["approval"])))
    if trial.closing:
        lines.append((now_("办结条件"), demands(old["closing"]), demands(new["closing"])))
    if "type" in old:
        lines.append((now_("问题类别"), kind(old["type"]), kind(new["type"])))
    if "receipt" in old:
        lines.append((now_("受理回执"), words(old["receipt"]), words(new["receipt"])))
    return lines  # fmt: skip


def kind(found: dict[str, Any]) -> str:
    """A type by its name, and whether it can be chosen."""
    name = str(found["name"])
    return name if found["active"] else now_("%s（停用）") % name


def words(receipt: str) -> str:
    """The words of a receipt."""
    return receipt or now_(str(texts.RECEIPT))


def level(severity: int) -> str:
    """A severity's word."""
    return str(Severity(severity).label)


def units(pks: list[int], names: Names) -> str:
    """Units by name."""
    return now_("、").join(names.unit(pk) for pk in pks) or now_("由办理人选择")


def need(asked: bool) -> str:
    """Whether approval is needed."""
    return now_("需要审批") if asked else now_("不需要审批")


def spans(old: dict[str, int], new: dict[str, int]) -> list[Line]:
    """The deadlines that differ, stage by stage."""
    return [
        (str(label), humanise(old[stage], day_minutes=deadlines.DAY), humanise(new[stage], day_minutes=deadlines.DAY))
        for stage, label in deadlines.STAGES
        if old[stage] != new[stage]
    ]


def apart(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> tuple[str, str]:
    """What only one of the two has: who would no longer have been told, and who would have been instead."""
    gone, more = [], list(new)
    for one in old:
        if one in more:
            more.remove(one)
        else:
            gone.append(one)
    return climbs(gone), climbs(more)


def climbs(rungs: list[dict[str, Any]]) -> str:
    """Who would have been told, and when."""
    return now_("；").join(one_climb(rung) for rung in rungs) or now_("无")


def one_climb(rung: dict[str, Any]) -> str:
    """One rung: in which stage, when, whom."""
    return now_("%(stage)s %(when)s告知%(who)s") % {
        "stage": Ticket.Stage(rung["stage"]).label,
        "when": escalating.when(rung["basis"], rung["amount"]),
        "who": escalating.who(rung["roles"]),
    }


def demands(codes: list[str]) -> str:
    """Conditions of closing."""
    return now_("、").join(str(closing.Demand(code).label) for code in codes) or now_("无")
