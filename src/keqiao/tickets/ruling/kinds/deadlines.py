"""时限: how much working time a stage, or the whole, may take. The standard gives no numbers, so these are the house's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.dates import humanise
from keqiao.tickets.models import Kind, Severity, Ticket
from keqiao.tickets.ruling.kinds.base import Data, Names, Row, RuleForm, RuleKind

SOLVE = "solve"
STAGES = [*Ticket.Stage.choices[:7], (SOLVE, _("从受理到办结"))]
DAY = 480  # working minutes of a usual day
LONGEST = DAY * 365

# Working minutes of a matter of general severity. The law's only number: an answer in 7 working days (消保法 46).
_COMPLAINT = {
    "accepted": 120,
    "assessed": 240,
    "investigating": 3 * DAY,
    "handling": 2 * DAY,
    "approving": DAY,
    "resolved": 240,
    "told": 3 * DAY,
    SOLVE: 7 * DAY,
}
_OTHERS = {
    Kind.CONSULTATION: {"accepted": 60, "handling": 240, "resolved": 120, SOLVE: DAY},
    Kind.AFTER_SALES: {"accepted": 120, "handling": 3 * DAY, "resolved": 240, SOLVE: 5 * DAY},
    Kind.REPAIR: {"accepted": 60, "handling": 2 * DAY, "resolved": 240, SOLVE: 3 * DAY},
    Kind.SUGGESTION: {"accepted": DAY, "handling": 5 * DAY, "resolved": DAY, SOLVE: 10 * DAY},
}
_FACTORS = {Severity.GENERAL: 100, Severity.SERIOUS: 75, Severity.MAJOR: 50, Severity.CRITICAL: 25}
_SHORTEST = 15
WARN_PERCENT = 80
LEVELS = tuple(Severity.values)


@dataclass(frozen=True, slots=True)
class Limit:
    """A deadline in working minutes and the share of it, in percent, after which is warned."""

    minutes: int
    warn_percent: int


Limits = dict[tuple[str, int, str], Limit]


def default_limit(kind: str, severity: int, stage: str) -> Limit:
    """What a new installation starts with; graver matters get less time."""
    table = _COMPLAINT if kind == Kind.COMPLAINT else _OTHERS[Kind(kind)]
    minutes = table.get(stage, DAY) * _FACTORS[Severity(severity)] // 100
    return Limit(max(minutes, _SHORTEST), WARN_PERCENT)


def key_of(kind: str, stage: str) -> str:
    """The key of the rule for a stage of a kind of ticket."""
    return f"{kind}.{stage}"


def data_of(kind: str, stage: str, limits: Limits) -> dict[str, Any]:
    """A rule's data from the limits of the four severities."""
    found = [limits.get((kind, level, stage)) or default_limit(kind, level, stage) for level in LEVELS]
    return {
        "kind": kind,
        "stage": stage,
        "minutes": [one.minutes for one in found],
        "warn_percent": [one.warn_percent for one in found],
    }


def rows_of(limits: Limits) -> list[Row]:
    """A row for every stage of every kind; the defaults where `limits` say nothing."""
    pairs = [
        (kind, stage)
        for kind in (Kind.COMPLAINT, *(one for one in Kind if one != Kind.COMPLAINT))
        for stage in (_COMPLAINT if kind == Kind.COMPLAINT else _OTHERS[kind])
    ]
    return [
        Row("deadline", key_of(kind, stage), place, data_of(kind, stage, limits))
        for place, (kind, stage) in enumerate(pairs, 1)
    ]


def defaults() -> list[Row]:
    """The rows of a new installation."""
    return rows_of({})


def parse(rows: Sequence[Data]) -> Limits:
    """Limits by kind, severity and stage."""
    return {
        (data["kind"], level, data["stage"]): Limit(minutes, percent)
        for data in rows
        for level, minutes, percent in zip(LEVELS, data["minutes"], data["warn_percent"], strict=True)
    }


class DeadlineForm(RuleForm):
    """Minutes and warning for each severity."""

    def prepare(self) -> None:
        """Two fields for each severity."""
        for level, label in Severity.choices:
            self.fields[f"minutes_{level}"] = forms.IntegerField(
                label=_("“%s”时限（工作分钟）") % label, min_value=1, max_value=LONGEST,
                help_text=_("一个工作日通常为 480 分钟。") if level == 1 else "",
            )  # fmt: skip
            self.fields[f"warn_{level}"] = forms.IntegerField(
                label=_("“%s”预警比例（%%）") % label, min_value=1, max_value=100
            )

    @classmethod
    def fill(cls, data: Data) -> dict[str, Any]:
        """One value a field."""
        minutes = {f"minutes_{level}": data["minutes"][place] for place, level in enumerate(LEVELS)}
        return minutes | {f"warn_{level}": data["warn_percent"][place] for place, level in enumerate(LEVELS)}

    def read(self) -> dict[str, Any]:
        """The four of each; kind and stage stay what they are."""
        return {
            "kind": self.obj["kind"],
            "stage": self.obj["stage"],
            "minutes": [self.cleaned_data[f"minutes_{level}"] for level in LEVELS],
            "warn_percent": [self.cleaned_data[f"warn_{level}"] for level in LEVELS],
        }


def spans(data: Data) -> list[str]:
    """The four limits as people say them."""
    return [humanise(minutes, day_minutes=DAY) for minutes in data["minutes"]]


def warnings(data: Data) -> str:
    """When is warned, once where it is the same for all."""
    percents = data["warn_percent"]
    return now_("、").join(f"{one}%" for one in (percents[:1] if len(set(percents)) == 1 else percents))


def cells(data: Data, names: Names) -> Sequence[str]:
    """Kind, stage, the four limits, the warning."""
    return [str(Kind(data["kind"]).label), str(dict(STAGES)[data["stage"]]), *spans(data), warnings(data)]


DEADLINES = RuleKind(
    code="deadline",
    tab="deadlines",
    tab_label=_("时限"),
    title=_("办理时限"),
    hint=_("每个阶段最多多少工作时间，按 8 小时为一天显示；到预警比例时提醒负责人。"),
    columns=(_("工单类型"), _("阶段"), *Severity.labels, _("预警比例")),
    cells=cells,
    condition=2,
    form=DeadlineForm,
    addable=False,
    defaults=defaults,
)
