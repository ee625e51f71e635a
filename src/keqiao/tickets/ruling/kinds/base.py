"""What every kind of rule is made of: its form, its words, its defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as now_

from keqiao.customers.models import Tag
from keqiao.kernel.forms import ActorForm
from keqiao.org.models import OrgUnit
from keqiao.tickets.models import Category

Label = str | Promise
Data = Mapping[str, Any]
REST = "general"  # the key of the rule for everything that no other fits
LAST = 9999  # its place


class Names:
    """Names of units, tags and types by id, read once for a page however many rows it has."""

    @cached_property
    def units(self) -> dict[int, str]:
        return dict(OrgUnit.objects.values_list("pk", "name"))

    @cached_property
    def tags(self) -> dict[int, str]:
        return dict(Tag.objects.values_list("pk", "name"))

    @cached_property
    def categories(self) -> dict[int, str]:
        rows = Category.objects.values_list("pk", "name", "parent__name")
        return {pk: f"{above} / {name}" if above else name for pk, name, above in rows}

    def unit(self, pk: int | None) -> str:
        """A unit's name, a dash for none."""
        return self.units.get(pk or 0, "—")

    def category(self, pk: int | None) -> str:
        """A type with the one above it."""
        return self.categories.get(pk or 0, "—")


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: of which kind, under which key, in which place, in use or not, and what it says."""

    kind: str
    key: str
    place: int
    data: Data
    active: bool = True


class RuleForm(ActorForm):
    """Edits one rule. The field names are the keys of its data unless `read` and `fill` say otherwise."""

    @classmethod
    def fill(cls, data: Data) -> dict[str, Any]:
        """Initial values from a rule's data."""
        return dict(data)

    def read(self) -> dict[str, Any]:
        """A rule's data, JSON-safe, from what was entered."""
        return dict(self.cleaned_data)


def nothing(_data: Data, _key: str) -> str:
    """No fault."""
    return ""


def none() -> list[Row]:
    """No rows."""
    return []


@dataclass(frozen=True, kw_only=True)
class RuleKind:
    """One kind of rule.

    `cells(data, names)` gives the words of a row under `columns`; the first `condition` of them say when it applies.
    `ordered`: the first one that fits counts, so people put them in order. `addable`: rows may be added and removed.
    `rest` is the form of the rule for everything that no other fits; it stays, and stays last.
    """

    code: str
    tab: str
    tab_label: Label
    title: Label
    hint: Label
    columns: tuple[Label, ...]
    cells: Callable[[Data, Names], Sequence[str]]
    form: type[RuleForm]
    condition: int = 1
    ordered: bool = False
    addable: bool = True
    rest: type[RuleForm] | None = None
    defaults: Callable[[], list[Row]] = field(default=none)

    def words(self, row: Row, names: Names) -> str:
        """A row as one sentence."""
        cells = list(self.cells(row.data, names))
        when, then = cells[: self.condition], cells[self.condition :]
        return now_("：").join(now_("，").join(part for part in parts if part) for parts in (when, then) if any(parts))
