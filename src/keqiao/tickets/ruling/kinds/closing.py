"""办结条件: what must be there before a matter is closed; and when a corrective action is checked for effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.db import models
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.tickets.ruling.kinds import where
from keqiao.tickets.ruling.kinds.base import Data, Names, Row, RuleForm, RuleKind
from keqiao.tickets.ruling.kinds.where import Case, Where, WhereForm

EFFECT_DAYS = 30


class Demand(models.TextChoices):
    """What can be asked for."""

    EVIDENCE = "evidence", _("已附调查证据")
    CORRECTION = "correction", _("已提出整改")
    RESPONSIBLE = "responsible", _("已写明责任人")
    ANSWERED = "answered", _("承办部门已答复")
    RECEIPT = "receipt", _("已出具书面受理回执")
    DECISION = "decision", _("成立的投诉，已出具处理决定")
    EXPLAINED = "explained", _("不成立的投诉，告知前已出具不成立说明")


@dataclass(frozen=True, slots=True)
class Condition:
    """What is asked for, and of which tickets."""

    where: Where
    demand: str


def parse(rows: Sequence[Data]) -> tuple[Condition, ...]:
    """The conditions in their order."""
    return tuple(Condition(Where.of(data), data["demand"]) for data in rows)


UNFOUNDED = frozenset({Demand.EVIDENCE, Demand.ANSWERED, Demand.RECEIPT})  # what makes sense where nothing was wrong


def demands_of(conditions: Sequence[Condition], case: Case) -> list[str]:
    """What is asked of a ticket, each once, in order."""
    return list(dict.fromkeys(one.demand for one in conditions if one.where.fits(case)))


class ClosingForm(WhereForm):
    """Of which tickets, and what."""

    asks = ("kinds", "severities", "categories")
    demand = forms.ChoiceField(
        label=_("办理完毕前必须"), choices=Demand.choices, help_text=_("文书在工单页面按模板起草、核对后出具。")
    )


def cells(data: Data, names: Names) -> Sequence[str]:
    """Which tickets; what."""
    return where.words(data, names), str(Demand(data["demand"]).label)


class EffectForm(RuleForm):
    """After how many days."""

    days = forms.IntegerField(label=_("整改效果验证间隔（天）"), min_value=1, max_value=365)


def effect_cells(data: Data, names: Names) -> Sequence[str]:
    """What it is about; the days."""
    return now_("整改完成"), now_("%d 天后验证效果") % data["days"]


CLOSING = RuleKind(
    code="closing",
    tab="closing",
    tab_label=_("办结条件"),
    title=_("办结条件"),
    hint=_(
        "投诉总是先告知客户、再回访，才能办结。这里是另外的条件，在“办理完毕”之前必须满足；不成立的投诉只查证据、答复和文书。"
    ),
    columns=(_("适用工单"), _("必须")),
    cells=cells,
    form=ClosingForm,
)
EFFECT = RuleKind(
    code="effect",
    tab="closing",
    tab_label=_("办结条件"),
    title=_("整改效果验证"),
    hint="",
    columns=(_("从什么时候"), _("做什么")),
    cells=effect_cells,
    form=EffectForm,
    addable=False,
    defaults=lambda: [Row("effect", "general", 1, {"days": EFFECT_DAYS})],
)
