"""For which tickets a rule is meant: the conditions that dispatch, escalation, limits, closing and texts share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import every_tier
from keqiao.kernel import divisions
from keqiao.tickets.models import Category, Channel, Kind, Severity
from keqiao.tickets.ruling.kinds.base import Data, Names, RuleForm

FIELDS = ("kinds", "severities", "categories", "channels", "product", "divisions", "tiers")


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a ticket when rules are asked."""

    kind: str
    severity: int
    category: int = 0
    parent: int = 0
    channel: str = ""
    product: str = ""
    division: str = ""
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions; an empty one holds for every ticket, all that are given must hold."""

    kinds: frozenset[str] = frozenset()
    severities: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()
    channels: frozenset[str] = frozenset()
    product: str = ""
    divisions: tuple[tuple[str, str], ...] = ()
    tiers: frozenset[str] = frozenset()

    @classmethod
    def of(cls, data: Data) -> Where:
        """Read from a rule's data."""
        return cls(
            kinds=frozenset(data.get("kinds") or ()),
            severities=frozenset(data.get("severities") or ()),
            categories=frozenset(data.get("categories") or ()),
            channels=frozenset(data.get("channels") or ()),
            product=(data.get("product") or "").casefold(),
            divisions=tuple(divisions.within(code) for code in data.get("divisions") or ()),
            tiers=frozenset(data.get("tiers") or ()),
        )

    def fits(self, case: Case) -> bool:
        """Whether the rule is meant for this ticket; a type covers the types below it, a province its counties."""
        one_of = (
            (self.kinds, case.kind),
            (self.severities, case.severity),
            (self.channels, case.channel),
            (self.tiers, case.tier),
        )
        if any(wanted and value not in wanted for wanted, value in one_of):
            return False
        if self.categories and not self.categories & {case.category, case.parent}:
            return False
        if self.product and self.product not in case.product.casefold():
            return False
        return not self.divisions or any(low <= case.division <= high for low, high in self.divisions)

    @property
    def asks_customer(self) -> bool:
        """Whether the customer must be known to answer."""
        return bool(self.divisions or self.tiers)


def labels(wanted: Iterable[Any], choices: Iterable[tuple[Any, Any]]) -> str:
    """The words of the chosen ones, in the order of the choices."""
    chosen = set(wanted)
    return now_("、").join(str(label) for value, label in choices if value in chosen)


def words(data: Data, names: Names) -> str:
    """The conditions in words."""
    parts = [
        labels(data.get("kinds") or (), Kind.choices),
        labels(data.get("severities") or (), Severity.choices),
        now_("、").join(names.category(pk) for pk in data.get("categories") or ()),
        labels(data.get("channels") or (), Channel.choices),
        now_("产品含“%s”") % data["product"] if data.get("product") else "",
        now_("、").join(place(code) for code in data.get("divisions") or ()),
        labels(data.get("tiers") or (), every_tier()),
    ]
    return now_("，").join(part for part in parts if part) or now_("所有工单")


def place(code: str) -> str:
    """A division from the province down."""
    return "".join(step.name for step in divisions.path(code)) or code


def ticks(label: Any, choices: Any, **more: Any) -> forms.MultipleChoiceField:
    """Any number of ticks; none means all."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **more
    )


def of_types(label: Any) -> forms.ModelMultipleChoiceField:  # type: ignore[type-arg]
    """Any number of types, a group standing for all below it."""
    rows = Category.objects.filter(active=True).select_related("parent").order_by("parent__position", "position")
    return forms.ModelMultipleChoiceField(
        label=label, queryset=rows, required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )


def areas(label: Any) -> forms.CharField:
    """Divisions, one a line, by name or code."""
    return forms.CharField(
        label=label, required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("每行一个省、市或区县，例如：山东省 济南市。"),
    )  # fmt: skip


MAKERS: dict[str, Callable[[], forms.Field]] = {
    "kinds": lambda: ticks(_("工单类型"), Kind.choices),
    "severities": lambda: ticks(_("严重程度"), Severity.choices),
    "categories": lambda: of_types(_("问题类别")),
    "channels": lambda: ticks(_("来源渠道"), Channel.choices),
    "product": lambda: forms.CharField(
        label=_("产品含有"), required=False, max_length=40, help_text=_("产品名称里含有这几个字时适用。")
    ),
    "divisions": lambda: areas(_("客户所在地区")),
    "tiers": lambda: ticks(_("客户等级"), every_tier()),
}


class WhereForm(RuleForm):
    """A rule with conditions: `asks` names those that make sense for its kind. Nothing chosen means all."""

    asks: tuple[str, ...] = FIELDS

    def prepare(self) -> None:
        """The conditions come before the rule's own fields."""
        own = dict(self.fields)
        self.fields.clear()
        self.fields.update({name: MAKERS[name]() for name in self.asks} | own)

    @classmethod
    def fill(cls, data: Data) -> dict[str, Any]:
        """Divisions by their names."""
        return {**data, "divisions": "\n".join(place(code) for code in data.get("divisions") or ())}

    def clean_divisions(self) -> list[str]:
        """The codes; each line must be a division for sure."""
        found = []
        for line in self.cleaned_data["divisions"].splitlines():
            word = line.strip()
            code = word if divisions.get(word) else divisions.resolve(*word.split()) if word else ""
            if word and not code:
                raise forms.ValidationError(_("不认识“%(place)s”，请写明省、市、区县。"), params={"place": word})
            found += [code] if code else []
        return list(dict.fromkeys(found))

    def read(self) -> dict[str, Any]:
        """Only what was given."""
        data = dict(self.cleaned_data)
        if "categories" in data:
            data["categories"] = sorted(one.pk for one in data["categories"])
        if "severities" in data:
            data["severities"] = sorted(int(one) for one in data["severities"])
        return {name: value for name, value in data.items() if name not in self.asks or value}
