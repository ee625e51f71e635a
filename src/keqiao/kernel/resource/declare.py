"""The declaration. Composition only: what it cannot say is said by a plain function view, never by one more knob."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import get_script_prefix, reverse
from django.utils.functional import Promise
from django_filters import FilterSet

from keqiao.kernel.actor import Actor
from keqiao.kernel.forms import ActorForm

Label = str | Promise


@lru_cache(maxsize=256)
def _list_url(name: str, _prefix: str) -> str:
    """A list needs one address per row; reversing each costs more than drawing it."""
    return reverse(f"{name}:list")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a list, of its export and of its JSON.

    `value(obj, actor)` gives a plain value, masked where the actor may not see it; `render` the safe HTML of the
    cell where plain text is not enough; `figure` what a spreadsheet reckons with where JSON gives text. `sort` names a
    non-null model field, with an index for big tables. `needs` names relations of the resource that this column alone
    looks at (or others that name them too): a list that shows none of these does without the join.
    """

    name: str
    label: Label
    value: Callable[[Any, Actor], Any]
    type: type = str
    render: Callable[[Any, Actor], str] | None = None
    figure: Callable[[Any, Actor], Any] | None = None
    sort: str | None = None
    numeric: bool = False
    listed: bool = True
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One more field of the detail page and of the record's JSON; same meaning of `value` and `render`."""

    name: str
    label: Label
    value: Callable[[Any, Actor], Any]
    type: type = str
    render: Callable[[Any, Actor], str] | None = None


@dataclass(frozen=True, kw_only=True)
class Verb:
    """Something to do to a record beyond editing it: one action, with or without a form.

    `action(actor=..., obj=..., **cleaned_data)` does it. `allowed(actor, name, obj)` of the resource decides both
    power and state, and with that whether the button shows. `confirm` is the sentence above it, or gives it for a record.
    """

    name: str
    label: Label
    action: Callable[..., Any]
    form: type[ActorForm] | None = None
    tone: str = "plain"
    icon: str = ""
    primary: bool = False
    confirm: Label | Callable[[Any, Actor], str] = ""
    bulk: bool = False
    done: Label = ""

    @property
    def button_tone(self) -> str:
        """The look of its button."""
        return "primary" if self.primary else self.tone


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A ready-made view of a list: a tab with its own condition and, where it needs one, its own order."""

    name: str
    label: Label
    where: Callable[[QuerySet[Any], Actor], QuerySet[Any]]
    order: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found: `rows`, exactly; and where these are very many, `newest`: the newest of them.

    The first page of a search is cut from `newest` when they fill it, because finding all costs more than showing some.
    """

    rows: QuerySet[Any]
    newest: QuerySet[Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Added:
    """What people added to a list in the browser, read anew for every request: columns, their filters and form fields.

    The form adds the `inputs` to itself; here they are for the description of the JSON. `prefetch` is what columns need.
    """

    columns: tuple[Column, ...] = ()
    filters: tuple[tuple[str, Any], ...] = ()
    inputs: tuple[tuple[str, Any], ...] = ()
    prefetch: tuple[str, ...] = ()


@lru_cache(maxsize=32)
def _with_filters(base: Any, more: tuple[tuple[str, Any], ...]) -> Any:
    # beside what the base declared, the filters that higher apps added to it since
    return type(base.__name__, (base,), {**base.base_filters, **dict(more)})


@dataclass(frozen=True, kw_only=True)
class Resource:
    """Everything that pages and JSON need to know about one model."""

    model: type[Model]
    name: str
    title: Label
    icon: str
    visible: Callable[[Actor], QuerySet[Any]]
    allowed: Callable[[Actor, str, Any], bool]
    columns: tuple[Column, ...]
    added: Callable[[], Added] = Added
    order: str = "-pk"
    facts: tuple[Fact, ...] = ()
    related: tuple[str, ...] = ()
    filters: type[FilterSet] | None = None
    presets: tuple[Preset, ...] = ()
    search: Callable[[QuerySet[Any], str], QuerySet[Any] | Found] | None = None
    search_hint: Label = ""
    form: type[ActorForm] | None = None
    create: Callable[..., Any] | None = None
    update: Callable[..., Any] | None = None
    create_label: Label = ""
    initial: Callable[[Any, Actor], Mapping[str, Any]] | None = None
    verbs: tuple[Verb, ...] = ()
    detail: Callable[[Any, Any], Mapping[str, Any]] | None = None
    template: str = "kernel/detail.html"
    empty: Label = ""

    @property
    def label(self) -> str:
        """The model's label, the key under which events and files name its records."""
        return self.model._meta.label_lower

    def url(self, obj: Any) -> str:
        """Where the record is shown."""
        return f"{_list_url(self.name, get_script_prefix())}{obj.pk}/"

    def verb(self, name: str) -> Verb | None:
        """The verb of that name."""
        return next((verb for verb in self.verbs if verb.name == name), None)

    def creation(self) -> tuple[type[ActorForm], Callable[..., Any]]:
        """Form and action that add a record; TypeError where none are declared."""
        if self.form is None or self.create is None:
            raise TypeError(f"{self.name} cannot be added to")
        return self.form, self.create

    def change(self) -> tuple[type[ActorForm], Callable[..., Any]]:
        """Form and action that change a record; TypeError where none are declared."""
        if self.form is None or self.update is None:
            raise TypeError(f"{self.name} cannot be changed")
        return self.form, self.update

    def listed(self) -> tuple[Column, ...]:
        """The columns that the list page shows; all of them go into export and JSON."""
        return tuple(column for column in self.every_column() if column.listed)

    def every_column(self) -> tuple[Column, ...]:
        """The declared columns, then those that people added."""
        return self.columns + self.added().columns

    def filterset(self) -> type[FilterSet] | None:
        """The declared filters, then those of added columns."""
        more = self.added().filters
        base: Any = self.filters
        if base is None or not more:
            return self.filters
        return _with_filters(base, more)  # type: ignore[no-any-return]

    def queryset(self, actor: Actor) -> QuerySet[Any]:
        """The rows that the actor may see, with what their columns need."""
        rows, more = self.visible(actor), self.added().prefetch
        if self.related:
            rows = rows.select_related(*self.related)
        return rows.prefetch_related(*more) if more else rows

    def narrowed(self, rows: QuerySet[Any], shown: Iterable[Column]) -> QuerySet[Any]:
        """Those rows without the joins that only columns need which are not shown."""
        spare = {name for column in self.columns for name in column.needs}
        spare -= {name for column in shown for name in column.needs}
        if not spare:
            return rows
        kept = [name for name in self.related if name not in spare]
        bare = rows.select_related(None)
        return bare.select_related(*kept) if kept else bare  # without names it would join everything
