"""A customer's timeline: the audit's events about the customer, as sentences.

Higher apps add their verbs with `sentence` without this app knowing them. An event about a record of another app is
shown only to those who may see that record: its resource decides, or the `guard` of its label.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.audit import wording
from keqiao.audit.models import Event
from keqiao.customers.models import Customer
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import bounds, start_of
from keqiao.kernel.resource import Resource, get, resources

LIMIT = 20
ROUNDS = 5
OWN = "customers.customer"

Sentence = Callable[[Event], str]
Guard = Callable[[Actor, set[int]], set[int]]


@dataclass(frozen=True, slots=True)
class Line:
    """How events of a verb read."""

    say: Sentence
    icon: str
    tone: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline, as the template draws it."""

    id: int
    at: datetime
    actor: str
    title: str
    icon: str
    tone: str
    body: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, newest first, and the id before which the older ones begin; None at the end."""

    entries: list[Entry]
    next: int | None


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that a timeline can be narrowed to: records with these labels."""

    name: str
    title: Any
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Only:
    """What of a timeline is asked for; without anything all of it."""

    kind: Kind | None = None
    since: date | None = None
    until: date | None = None

    def narrowed(self, events: QuerySet[Event]) -> QuerySet[Event]:
        """The events asked for; the days are those of the reader's zone, both included."""
        if self.kind is not None:
            events = events.filter(label__in=self.kind.labels)
        if self.since is not None:
            events = events.filter(at__gte=start_of(self.since))
        if self.until is not None:
            events = events.filter(at__lt=bounds(self.until, self.until + timedelta(days=1))[1])
        return events


EVERYTHING = Only()
_lines: dict[str, Line] = {}
_guards: dict[str, Guard] = {}


def sentence(verb: str, say: Sentence, *, icon: str = "history", tone: str = "neutral") -> None:
    """Declare how events of that verb read in a timeline; called from AppConfig.ready."""
    _lines[verb] = Line(say, icon, tone)


def guard(label: str, may: Guard) -> None:
    """Declare who may see events of records without a resource: of the ids, those that the actor may see."""
    _guards[label] = may


def kinds(actor: Actor) -> list[Kind]:
    """The archive itself, then every list of records about customers that the actor may open.

    They are the same for all customers, so that what is offered tells nothing. Records of an app that do not name the
    customer themselves (the letters of a ticket) go with the app's first list.
    """
    by_app: dict[str, list[Resource]] = {}
    for one in resources():
        by_app.setdefault(one.label.partition(".")[0], []).append(one)
    own = OWN.partition(".")[0]
    found = [Kind("customers", gettext_lazy("客户档案"), frozenset(one.label for one in by_app.pop(own, ())))]
    for several in by_app.values():
        naming = [one for one in several if names_customer(one)]
        rest = {one.label for one in several if one not in naming}
        for place, one in enumerate(naming):
            if one.allowed(actor, "list", None):
                found.append(Kind(one.name, one.title, frozenset({one.label, *(() if place else rest)})))
    return found


def names_customer(one: Resource) -> bool:
    """Whether its records name a customer."""
    return any(field.related_model is Customer for field in one.model._meta.fields)


def read(
    actor: Actor,
    customer: Customer,
    before: int | None = None,
    *,
    only: Only = EVERYTHING,
    limit: int = LIMIT,
    merged: bool = True,
) -> Page:
    """The newest entries that the actor may see, or those older than the event `before`."""
    entries: list[Entry] = []
    about = [customer.pk]
    if merged:
        about += Customer.objects.filter(merged_into=customer).values_list("pk", flat=True)
    for _round in range(ROUNDS):
        events = only.narrowed(Event.objects.filter(about_id__in=about))
        if before is not None:
            events = events.filter(pk__lt=before)
        found = list(events.order_by("-pk")[: limit + 1])
        rest, found = len(found) > limit, found[:limit]
        for event in seen(actor, found):
            if len(entries) == limit:
                return Page(entries, before)
            entries.append(entry(event, actor))
            before = event.pk
        if not rest:
            return Page(entries, None)
        before = found[-1].pk
        if len(entries) == limit:
            return Page(entries, before)
    return Page(entries, before)


def seen(actor: Actor, events: Iterable[Event]) -> list[Event]:
    """The events that have words and whose record the actor may see; one query for each kind of record."""
    events = [event for event in events if event.verb in _lines or wording.verb(event.verb) != event.verb]
    ids: dict[str, set[int]] = {}
    for event in events:
        if event.label != OWN and event.object_id is not None:
            ids.setdefault(event.label, set()).add(event.object_id)
    open_ids = {label: visible_ids(actor, label, wanted) for label, wanted in ids.items()}
    return [event for event in events if event.label == OWN or event.object_id in open_ids.get(event.label, set())]


def visible_ids(actor: Actor, label: str, ids: set[int]) -> set[int]:
    """Which of these records the actor may see; none of a kind that nobody declared."""
    if label in _guards:
        return _guards[label](actor, ids)
    resource = get(label)
    if resource is None:
        return set()
    return set(resource.visible(actor).filter(pk__in=ids).values_list("pk", flat=True))


def entry(event: Event, actor: Actor) -> Entry:
    """An event in words, with a link to its record and the fields that changed."""
    event.data = wording.said(event, actor)
    line = _lines.get(event.verb) or Line(lambda one: wording.verb(one.verb), "history", "neutral")
    resource = get(event.label)
    changes: list[tuple[str, str, str]] = []
    said = line.say(event)
    body = str(event.data.get("note", ""))
    if event.label == OWN and resource is not None:
        changes = wording.entry(resource, event, actor)["changes"]
    elif resource is not None and event.object_id is not None:
        url = reverse(f"{resource.name}:detail", args=[event.object_id])
        link = format_html('<a class="link" href="{}">{}</a>', url, event.title)
        before, named, after = said.partition(event.title) if event.title else (said, "", "")
        # a sentence that names the record leads to it; the name is not said twice
        said, body = (format_html("{}{}{}", before, link, after), "") if named else (said, link)
    return Entry(event.pk, event.at, event.who, said, line.icon, line.tone, body, changes)


def words(text: str, *names: str) -> Sentence:
    """A sentence with %(name)s filled from the event's data; lists are joined."""

    def say(event: Event) -> str:
        data: dict[str, Any] = {}
        for name in names:
            value = event.data.get(name, "")
            data[name] = _("、").join(map(str, value)) if isinstance(value, list) else value
        return _(text) % data if names else _(text)

    return say
