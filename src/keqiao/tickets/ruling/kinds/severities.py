"""分级: the severity that follows from safety, amount, impact and repetition (GB/T 19012: safety, complexity, impact).

All rules that fit count, and the gravest wins; so adding a rule never makes anything less grave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.money import format_yuan, parse_yuan, plain_yuan
from keqiao.tickets.models import Impact, Severity
from keqiao.tickets.ruling.kinds.base import Data, Names, Row, RuleKind
from keqiao.tickets.ruling.kinds.where import WhereForm

REPEAT_DAYS = 90
_REACH = {Impact.SINGLE.value: 0, Impact.SEVERAL.value: 1, Impact.PUBLIC.value: 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """What the first assessment found. `amount_fen` is what the matter is about; `times` counts this complaint too."""

    safety: bool = False
    impact: str = Impact.SINGLE.value
    immediate: bool = False
    complicated: bool = False
    amount_fen: int = 0
    times: int = 1
    category: int = 0
    parent: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """A suggested severity and the rules that led to it; none where nothing speaks for more than the lowest."""

    severity: int
    because: tuple[Data, ...]

    @property
    def reason(self) -> str:
        """Why, in words."""
        if not self.because:
            return now_("没有符合的分级规则，按“%s”办理") % Severity.GENERAL.label
        return now_("；").join(conditions(data) for data in self.because)


def fits(data: Data, found: Finding) -> bool:
    """Whether all conditions that the rule names hold."""
    if any(data.get(name) and not getattr(found, name) for name in ("safety", "immediate", "complicated")):
        return False
    if _REACH[found.impact] < _REACH[data.get("impact") or Impact.SINGLE.value]:
        return False
    if found.amount_fen < (data.get("amount_fen") or 0) or found.times < (data.get("times") or 0):
        return False
    categories = data.get("categories") or ()
    return not categories or found.category in categories or found.parent in categories


def judge(rules: Sequence[Data], found: Finding) -> Verdict:
    """The gravest severity of all rules that fit, and those rules."""
    fitting = [data for data in rules if fits(data, found)]
    severity = max((data["severity"] for data in fitting), default=int(Severity.GENERAL))
    return Verdict(severity, tuple(data for data in fitting if data["severity"] == severity))


def conditions(data: Data, names: Names | None = None) -> str:
    """A rule's conditions in words."""
    impact = data.get("impact")
    categories = (data.get("categories") or ()) if names else ()
    parts = [
        now_("涉及人身或财产安全") if data.get("safety") else "",
        {"several": now_("影响多位客户"), "public": now_("媒体或监管部门关注")}.get(impact or "", ""),
        now_("需要立即行动") if data.get("immediate") else "",
        now_("情况复杂") if data.get("complicated") else "",
        now_("涉及金额 %s 以上") % format_yuan(data["amount_fen"]) if data.get("amount_fen") else "",
        now_("%(days)d 天内或合并的第 %(n)d 次以上投诉") % {"days": REPEAT_DAYS, "n": data["times"]}
        if data.get("times")
        else "",
        now_("、").join(names.category(pk) for pk in categories) if names else "",
        now_("属于指定的问题类别") if not names and data.get("categories") else "",
    ]
    return now_("，").join(part for part in parts if part)


class SeverityRuleForm(WhereForm):
    """Conditions that must all hold, and the severity."""

    asks = ("categories",)
    safety = forms.BooleanField(label=_("涉及人身或财产安全"), required=False)
    immediate = forms.BooleanField(label=_("需要立即行动"), required=False)
    complicated = forms.BooleanField(label=_("情况复杂"), required=False)
    impact = forms.ChoiceField(label=_("影响范围至少"), choices=[("", _("不限")), *Impact.choices[1:]], required=False)
    amount = forms.CharField(
        label=_("涉及金额至少（元）"), max_length=20, required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    times = forms.IntegerField(
        label=_("重复投诉至少第几次"), min_value=2, max_value=99, required=False,
        help_text=_("同一客户 90 天内的投诉，或并在一起的重复投诉，包括这一次。"),
    )  # fmt: skip
    severity = forms.TypedChoiceField(label=_("建议严重程度"), choices=Severity.choices[1:], coerce=int)

    @classmethod
    def fill(cls, data: Data) -> dict[str, Any]:
        """The amount in yuan."""
        fen = data.get("amount_fen")
        return {**super().fill(data), "amount": plain_yuan(fen) if fen else ""}

    def clean_amount(self) -> int:
        """Fen."""
        text = self.cleaned_data["amount"].strip()
        try:
            return max(parse_yuan(text), 0) if text else 0
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """A rule without any condition would hold for everything."""
        data = super().clean() or {}
        named = ("categories", "safety", "immediate", "complicated", "impact", "amount", "times")
        if not self.errors and not any(data.get(name) for name in named):
            raise forms.ValidationError(_("请至少选择一个条件。"))
        return data

    def read(self) -> dict[str, Any]:
        """Only what was given, in fen."""
        data = super().read()
        fen = data.pop("amount")
        return {name: value for name, value in {**data, "amount_fen": fen}.items() if value}


def cells(data: Data, names: Names) -> Sequence[str]:
    """Conditions; severity."""
    return conditions(data, names), str(Severity(data["severity"]).label)


# The first seven are what the standard names; amount and repetition are the house's own numbers.
_DEFAULTS: tuple[dict[str, Any], ...] = (
    {"safety": True, "immediate": True, "severity": 4},
    {"safety": True, "impact": "several", "severity": 4},
    {"safety": True, "severity": 3},
    {"impact": "public", "severity": 3},
    {"immediate": True, "severity": 2},
    {"complicated": True, "severity": 2},
    {"impact": "several", "severity": 2},
    {"amount_fen": 2_000_000, "severity": 3},
    {"amount_fen": 500_000, "severity": 2},
    {"times": 3, "severity": 2},
)


SEVERITIES = RuleKind(
    code="severity",
    tab="severity",
    tab_label=_("分级"),
    title=_("分级规则"),
    hint=_("评审时按这些规则建议严重程度，符合多条时取最重的一条。涉及安全的投诉不能低于“重大”。"),
    columns=(_("条件"), _("建议严重程度")),
    cells=cells,
    form=SeverityRuleForm,
    defaults=lambda: [Row("severity", f"d{place}", place, data) for place, data in enumerate(_DEFAULTS, 1)],
)
