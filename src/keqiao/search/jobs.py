"""The index follows the events, and can be made anew."""

from collections import defaultdict

from django.db import transaction

from keqiao.audit.models import Event, Mark
from keqiao.audit.readers import reader
from keqiao.runtime import jobs
from keqiao.search import actions, registry
from keqiao.search.models import Document, span

READER = "search"
FOLLOW = "search.follow"


@reader(READER)
def follow(events: list[Event]) -> None:
    """Index the records that events touched: one query and one write for each kind, however many events there are."""
    touched: dict[str, set[int]] = defaultdict(set)
    for event in events:
        searchable = registry.get(event.label)
        if event.object_id is None:
            continue
        if searchable is not None and searchable.follows(event.verb):
            touched[event.label].add(event.object_id)
        spread(event)
    for label, ids in touched.items():
        actions.refresh(label, ids)


def spread(event: Event) -> None:
    """Queue a job for the records of each kind in which words of the event's record stand."""
    for searchable in registry.searchables():
        for through in searchable.through:
            if through.follows(event.label, event.verb, event.data):
                payload = {"label": searchable.label, "field": through.field, "id": event.object_id}
                jobs.enqueue(FOLLOW, payload, key=f"{FOLLOW}:{searchable.label}:{through.field}:{event.pk}")


@jobs.handler(FOLLOW)
def follow_through(run: jobs.Run) -> None:
    """Index the records that belong to another one, in chunks by ascending id, each in its own transaction."""
    label, field, other = run.payload["label"], run.payload["field"], run.payload["id"]
    searchable = registry.get(label)
    if searchable is None:
        return
    rows = searchable.base.filter(**{field: other}).order_by("pk").values_list("pk", flat=True)
    last, done = 0, 0
    while True:
        with transaction.atomic():
            hold_reader()
            ids = list(rows.filter(pk__gt=last)[: actions.BATCH])
            actions.refresh(label, ids)
        if not ids:
            break
        last, done = ids[-1], done + len(ids)
        run.progress(done)
    run.result(count=done)


@jobs.handler(actions.REINDEX)
def reindex(run: jobs.Run) -> None:
    """Index all records of a label in chunks by ascending id, each chunk in its own transaction."""
    label = run.payload["label"]
    searchable = registry.get(label)
    if searchable is None:
        return
    last, done, total = 0, 0, searchable.base.count()
    while True:
        with transaction.atomic():
            hold_reader()
            ids = chunk(label, last)
            actions.refresh(label, ids)
        if not ids:
            break
        last, done = ids[-1], done + len(ids)
        run.progress(min(done, total), total)
    actions.tidy()
    run.result(count=done)


def hold_reader() -> None:
    """Keep `follow` out until this transaction ends, or a chunk that read a record before its change would undo it."""
    Mark.objects.get_or_create(name=READER)
    Mark.objects.select_for_update().get(name=READER)


def chunk(label: str, last: int) -> list[int]:
    """The next ids above `last`, of records and of documents whose record may be gone, in ascending order."""
    searchable = registry.get(label)
    if searchable is None:
        return []
    records = searchable.base.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[: actions.BATCH]
    first, end = span(label)
    documents = Document.objects.filter(pk__gt=first + last, pk__lte=end).order_by("pk")[: actions.BATCH]
    ids = {*records, *documents.values_list("object_id", flat=True)}
    return sorted(ids)[: actions.BATCH]
