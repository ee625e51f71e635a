"""By what customers are told apart in reports. Higher apps add theirs; each is a filter of the list of customers too.

So every figure of a report is the count of a list that can be opened.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import django_filters
from django.db.models import Case, CharField, QuerySet, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keqiao.customers.filters import CustomerFilter
from keqiao.customers.models import Customer, every_tier

Expression = Callable[[], Any]
Choices = tuple[tuple[str, Any], ...] | Callable[[], Sequence[tuple[str, Any]]]


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to tell customers apart: `expression()` gives each row one of the codes of `choices`."""

    name: str
    label: str | Promise
    offered: Choices
    expression: Expression | None = None

    @property
    def choices(self) -> Sequence[tuple[str, Any]]:
        """The codes with their names; what people keep themselves is read anew each time."""
        return self.offered() if callable(self.offered) else self.offered

    def marked(self, rows: QuerySet[Customer], column: str) -> QuerySet[Customer]:
        """The rows with their code in `column`."""
        from_field = self.expression is None
        return rows if from_field else rows.annotate(**{column: self.expression()})  # type: ignore[misc]

    def column(self, alias: str) -> str:
        """Where the code stands after `marked`."""
        return self.name if self.expression is None else alias


_facets: dict[str, Facet] = {}


def register(name: str, label: str | Promise, choices: Choices, expression: Expression | None = None) -> None:
    """Add a facet; called from ready. One with an expression becomes a filter of the list under its name."""
    facet = Facet(name, label, choices, expression)
    _facets[name] = facet
    if expression is not None:
        CustomerFilter.base_filters[name] = django_filters.ChoiceFilter(
            label=label, choices=choices, method=lambda rows, _name, value: where(facet, rows, value)
        )


def where(facet: Facet, rows: QuerySet[Customer], code: str) -> QuerySet[Customer]:
    """The customers with that code."""
    alias = f"is_{facet.name}"
    return facet.marked(rows, alias).filter(**{alias: code})


def facets() -> dict[str, Facet]:
    """All of them by name, in the order of declaration."""
    return dict(_facets)


AGES = (
    ("month", _("一个月内"), 30), ("half", _("一个月至半年"), 183), ("year", _("半年至一年"), 365),
    ("three", _("一至三年"), 1096),
)  # fmt: skip
OLDEST = ("older", _("三年以上"))


def days_ago(days: int) -> datetime:
    """The first instant of the day so many days before today, so that a figure stays the same for a day."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days)


def age() -> Case:
    """How long the customer has been known, from the first day of the archive."""
    whens = [When(created_at__gte=days_ago(days), then=Value(code)) for code, _label, days in AGES]
    return Case(*whens, default=Value(OLDEST[0]), output_field=CharField())


def declare() -> None:
    """What the customer's own row says."""
    register("tier", _("客户等级"), every_tier)
    register("life_cycle", _("生命周期"), tuple(Customer.LifeCycle.choices))
    register("source", _("来源"), tuple(Customer.Source.choices))
    register("kind", _("客户类型"), tuple(Customer.Kind.choices))
    register("age", _("建档时长"), (*((code, label) for code, label, _days in AGES), OLDEST), age)
