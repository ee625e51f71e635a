"""派单: which units a matter is usually given to, and which unit takes what customers send in themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import OrgUnit
from keqiao.tickets.ruling.kinds import where
from keqiao.tickets.ruling.kinds.base import Data, Names, Row, RuleForm, RuleKind
from keqiao.tickets.ruling.kinds.where import Case, Where, WhereForm

UNITS = OrgUnit.objects.filter(active=True).order_by("path")


@dataclass(frozen=True, slots=True)
class Route:
    """To which units, and for which tickets."""

    where: Where
    units: tuple[int, ...]
    data: Data


def parse(rows: Sequence[Data]) -> tuple[Route, ...]:
    """The rules in their order."""
    return tuple(Route(Where.of(data), tuple(data["units"]), data) for data in rows)


def route_of(routes: Sequence[Route], case: Case) -> Route | None:
    """The first rule that fits."""
    return next((one for one in routes if one.where.fits(case)), None)


class DispatchRuleForm(WhereForm):
    """Which tickets, and to whom."""

    asks = ("categories", "product", "divisions", "channels", "kinds", "severities", "tiers")
    units = forms.ModelMultipleChoiceField(
        label=_("承办部门"), queryset=UNITS, widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("可选多个部门或代理公司，同时派发。"), error_messages={"required": _("请选择承办部门。")},
    )  # fmt: skip

    def read(self) -> dict[str, Any]:
        """Units by their ids."""
        return {**super().read(), "units": [one.pk for one in self.cleaned_data["units"]]}


def cells(data: Data, names: Names) -> Sequence[str]:
    """Which tickets; the units."""
    return where.words(data, names), now_("、").join(names.unit(pk) for pk in data["units"])


class IntakeForm(RuleForm):
    """The unit for what customers send in."""

    unit = forms.ModelChoiceField(
        label=_("网页投诉的受理部门"), queryset=UNITS, required=False, empty_label=_("组织的最上级"),
        help_text=_("客户自己在网页上提交的投诉，由这个部门受理。"),
    )  # fmt: skip

    def read(self) -> dict[str, Any]:
        """By its id."""
        unit = self.cleaned_data["unit"]
        return {"unit": unit.pk if unit else None}


def intake_cells(data: Data, names: Names) -> Sequence[str]:
    """What it is about; the unit."""
    return now_("客户在网页上提交的投诉"), names.unit(data["unit"]) if data.get("unit") else now_("组织的最上级")


DISPATCHING = RuleKind(
    code="dispatch",
    tab="dispatch",
    tab_label=_("派单"),
    title=_("派单规则"),
    hint=_("从上往下，第一条符合的规则给出承办部门；派发时预先选好，办理人可以改。"),
    columns=(_("适用工单"), _("承办部门")),
    cells=cells,
    form=DispatchRuleForm,
    ordered=True,
)
INTAKE = RuleKind(
    code="intake",
    tab="dispatch",
    tab_label=_("派单"),
    title=_("受理部门"),
    hint="",
    columns=(_("来源"), _("受理部门")),
    cells=intake_cells,
    form=IntakeForm,
    addable=False,
    defaults=lambda: [Row("intake", "general", 1, {"unit": None})],
)
