"""What can be found. Each app declares its records here; the index, the search box and the lists read it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Manager, QuerySet
from django.utils.functional import Promise

from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Found
from keqiao.search.models import span


@dataclass(frozen=True, slots=True)
class Doc:
    """One record as the search sees it.

    `title` and `subtitle` are shown and searched, `text` is searched and shown in excerpts. `extra` is searched only,
    for example the pinyin initials of a name. Numbers such as TS20261123-0007 in title or subtitle are found by their
    ends too. Phones do not belong here: they have their own index.
    """

    object_id: int
    title: str
    text: str = ""
    subtitle: str = ""
    extra: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Through:
    """Another record whose words stand in the documents: a customer whose name is in every ticket of hers.

    label  the other record's label, "customers.customer"
    verbs  its events that may change those words
    only   its fields in which they stand; an event whose "changes" name none of them is passed over. None: all count
    field  the records' foreign key to it, which must be indexed
    """

    label: str
    verbs: tuple[str, ...]
    field: str
    only: tuple[str, ...] = ()

    def follows(self, label: str, verb: str, data: dict[str, Any]) -> bool:
        """Whether the event changes words that stand in the documents."""
        changes = data.get("changes")
        touched = not self.only or changes is None or not set(self.only).isdisjoint(changes)
        return label == self.label and verb in self.verbs and touched


@dataclass(frozen=True, slots=True, kw_only=True)
class Searchable:
    """One kind of record that can be found.

    label     model label in lower case, "tickets.ticket"
    kind      what people call it, the heading of its results
    verbs     events about such a record after which it is indexed again: "ticket.created", or "ticket.*" for all
    document  makes Docs of records; gets a queryset or a list of them, must not query per record
    visible   the rows that an actor may see; nothing else is ever found, counted or excerpted
    url       where the record of an id is shown
    find      how the record's own list searches, where that knows more than words: phones, beginnings of numbers
    through   other records whose words stand in the documents; these follow by a job, however many they are
    base      all records, with what `document` needs (select_related), whoever may see them
    """

    label: str
    kind: str | Promise
    verbs: tuple[str, ...]
    document: Callable[[Iterable[Any]], Iterable[Doc]]
    visible: Callable[[Actor], QuerySet[Any]]
    url: Callable[[int], str]
    base: Manager[Any] | QuerySet[Any]
    find: Callable[[QuerySet[Any], str], QuerySet[Any] | Found] | None = None
    through: tuple[Through, ...] = ()

    def follows(self, verb: str) -> bool:
        """Whether the record changes in the index after an event of that verb."""
        return verb in self.verbs or f"{verb.split('.')[0]}.*" in self.verbs


_searchables: dict[str, Searchable] = {}


def register(searchable: Searchable) -> Searchable:
    """Make a kind of record known; called from AppConfig.ready. Raises ValueError if its place is taken."""
    for other in _searchables.values():
        if span(other.label) == span(searchable.label):
            raise ValueError(f"{searchable.label} has the same place in the index as {other.label}")
    _searchables[searchable.label] = searchable
    return searchable


def get(label: str) -> Searchable | None:
    """The declaration of a label, None if it is not searchable."""
    return _searchables.get(label)


def searchables() -> list[Searchable]:
    """Everything that can be found, in the order of declaration."""
    return list(_searchables.values())
