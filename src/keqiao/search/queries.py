"""Finding records. What an actor may not see is never found, counted or excerpted."""

import re
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from keqiao.kernel import sql
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Found
from keqiao.kernel.text import bigrams, excerpt, phrases
from keqiao.search import registry
from keqiao.search.highlight import highlight
from keqiao.search.models import Document, span
from keqiao.search.registry import Searchable

LIMIT = 1001  # shown as "1000+"
MAX_QUERY = 200  # characters
MAX_KEYWORDS = 8
MAX_RUNS = 40
EXCERPT = 90
ALIKE = 3000  # of the newest records that are looked through for what resembles a text
_LONG_ENOUGH = re.compile(r"[^\x00-\u2e7f]|[a-z0-9]{2}")

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found; title, subtitle and excerpt are safe HTML with the keywords marked."""

    title: SafeString
    subtitle: SafeString
    excerpt: SafeString
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The records found of one kind, newest first; `more` when there are others."""

    label: str
    kind: str | Promise
    hits: list[Hit]
    more: bool


def keywords(query: str) -> list[list[str]]:
    """The phrases of a query, all of which a record must hold; at most MAX_KEYWORDS of them."""
    return phrases(query[:MAX_QUERY])[:MAX_KEYWORDS]


def is_enough(query: str) -> bool:
    """Whether a query is worth asking: one Chinese character or two letters or digits in a row."""
    return any(_LONG_ENOUGH.search(token) for phrase in keywords(query) for token in phrase)


def ids(label: str, query: str, limit: int = LIMIT) -> list[int]:
    """Ids of at most `limit` records that hold every keyword of the query, newest first, whoever may see them."""
    first, last = span(label)
    return sql.found(Document._meta.db_table, "tokens", keywords(query), low=first, high=last, limit=limit)


def alike(label: str, text: str, limit: int) -> list[int]:
    """Ids of at most `limit` of the newest records of which a text has some words, newest first, whoever may see them.

    Words are runs of three characters, or letters and digits. Only the newest few thousand records are looked through.
    """
    first, last = span(label)
    newest = Document.objects.filter(pk__range=(first, last)).order_by("-pk").values_list("pk", flat=True).first()
    wanted = runs(text)[:MAX_RUNS]
    if newest is None or not wanted:
        return []
    low = max(first, newest - ALIKE)
    return [low - first + one for one in sql.any_of(Document._meta.db_table, "tokens", wanted, low, last, limit)]


def runs(text: str) -> list[list[str]]:
    """The runs of three characters of a text as tokens of the index, and its words; each once, in their order."""
    tokens = bigrams(text).split(" ")
    found: list[tuple[str, ...]] = []
    for one, following in zip(tokens, [*tokens[1:], ""], strict=True):
        if len(one) == 2 and len(following) == 2 and one[1] == following[0]:
            found.append((one, following))
        elif len(one) > 2:
            found.append((one,))
    return [list(run) for run in dict.fromkeys(found)]


def search(rows: QuerySet[M], label: str, query: str) -> Found:
    """The rows that hold every keyword of the query, exactly, however many they are; all of them without a keyword.

    For lists: `search(visible(actor), "tickets.ticket", "漏水")`. Where they are very many, the newest come beside them.
    """
    wanted = keywords(query)
    if not wanted:
        return Found(rows)
    first, last = span(label)
    found, complete = sql.all_or_newest(Document._meta.db_table, "tokens", wanted, low=first, high=last, limit=LIMIT)
    few = rows.filter(pk__in=found)
    if complete:
        return Found(few)
    return Found(rows.filter(sql.holding(Document.objects.all(), "tokens", wanted, low=first, high=last)), few)


def everywhere(actor: Actor, query: str, limit: int = 8) -> list[Group]:
    """What the actor may see of all that holds the query's keywords, grouped by kind; empty kinds are left out."""
    if not is_enough(query):
        return []
    groups = (group(actor, searchable, query, limit) for searchable in registry.searchables())
    return [found for found in groups if found.hits]


def group(actor: Actor, searchable: Searchable, query: str, limit: int) -> Group:
    """The newest `limit` records of one kind."""
    visible: QuerySet[Any] = searchable.visible(actor)
    found = searchable.find(visible, query) if searchable.find else search(visible, searchable.label, query)
    shown = newest(found, limit + 1)
    first = span(searchable.label)[0]
    documents = Document.objects.in_bulk([first + pk for pk in shown[:limit]])
    hits = [hit(searchable, documents[first + pk], query) for pk in shown[:limit] if first + pk in documents]
    return Group(searchable.label, searchable.kind, hits, more=len(shown) > limit)


def newest(found: QuerySet[Any] | Found, limit: int) -> list[int]:
    """Ids of the newest rows found; out of the newest of very many where these are enough."""
    if isinstance(found, Found):
        if found.newest is not None:
            few = list(found.newest.order_by("-pk").values_list("pk", flat=True)[:limit])
            if len(few) == limit:
                return few
        found = found.rows
    return list(found.order_by("-pk").values_list("pk", flat=True)[:limit])


def hit(searchable: Searchable, document: Document, query: str) -> Hit:
    """A document as it is shown."""
    return Hit(
        title=highlight(document.title, query),
        subtitle=highlight(document.subtitle, query),
        excerpt=highlight(excerpt(document.body, query, EXCERPT), query),
        url=searchable.url(document.object_id),
    )
