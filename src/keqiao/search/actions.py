"""Every write to the index. It repeats what other tables hold, so nothing here is a deed that audit records."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import transaction

from keqiao.kernel import sql
from keqiao.kernel.text import bigrams, single_line
from keqiao.runtime import jobs
from keqiao.search import registry
from keqiao.search.models import Document, span
from keqiao.search.registry import Doc

BATCH = 500
MAX_TEXT = 10_000  # characters; a tsvector keeps no positions beyond 16,383
REINDEX = "search.reindex"
# Stands between the fields of a record, so that no phrase reaches from one into the next.
BORDER = " zfieldborderz "
_NUMBER = re.compile(r"\b[A-Z]{2,4}(\d{8})-(\d{4,})\b")


def index(label: str, objs: Iterable[Any]) -> int:
    """Put records into the index, or bring them up to date; returns how many. `objs` is a queryset or a list.

    Records that change follow by themselves through their events; this is for rows made in bulk without events.
    """
    searchable = registry.get(label)
    if searchable is None:
        raise LookupError(f"{label} is not searchable")
    count = 0
    with transaction.atomic():
        for batch in _batches(searchable.document(objs)):
            count += store(label, batch)
    return count


def store(label: str, docs: Iterable[Doc]) -> int:
    """Write documents in one statement per few hundred; returns how many."""
    rows = [document(label, doc) for doc in docs]
    Document.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["title", "subtitle", "body", "tokens"],
        batch_size=BATCH,
    )
    return len(rows)


def document(label: str, doc: Doc) -> Document:
    """The row that stands for a record, unsaved."""
    title, subtitle, body = single_line(doc.title, 200), single_line(doc.subtitle, 200), doc.text[:MAX_TEXT]
    extra = f"{doc.extra} {ends_of_numbers(f'{title} {subtitle}')}"
    return Document(
        id=span(label)[0] + doc.object_id,
        label=label,
        object_id=doc.object_id,
        title=title,
        subtitle=subtitle,
        body=body,
        tokens=BORDER.join(bigrams(field) for field in (title, subtitle, extra, body) if field.strip()),
    )


def ends_of_numbers(text: str) -> str:
    """What people type for TS20261123-0007 beside the whole: 20261123-0007, 1123-0007, and both without the hyphen."""
    terms: list[str] = []
    for match in _NUMBER.finditer(text):
        day, last = match.groups()
        terms += [f"{day}-{last}", f"{day[4:]}-{last}", match[0].replace("-", ""), f"{day}{last}", f"{day[4:]}{last}"]
    return " ".join(terms)


def remove(label: str, object_ids: Iterable[int]) -> None:
    """Take records out of the index, for example erased ones."""
    first = span(label)[0]
    Document.objects.filter(pk__in=[first + object_id for object_id in object_ids]).delete()


def refresh(label: str, object_ids: Iterable[int]) -> None:
    """Read the records anew and index them; those that are gone leave the index. Runs in the caller's transaction."""
    searchable = registry.get(label)
    if searchable is None:
        return
    ids = set(object_ids)
    docs = list(searchable.document(searchable.base.filter(pk__in=ids)))
    store(label, docs)
    gone = ids - {doc.object_id for doc in docs}
    if gone:
        remove(label, gone)


def reindex(label: str) -> None:
    """Queue a job that indexes every record of the label anew and drops what is no longer there."""
    if registry.get(label) is None:
        raise LookupError(f"{label} is not searchable")
    with transaction.atomic():
        jobs.enqueue(REINDEX, {"label": label}, key=f"{REINDEX}:{label}")


def tidy() -> None:
    """Bring the index into its fastest form; after an import or a reindex."""
    with transaction.atomic():
        sql.tidy_text_index(Document._meta.db_table, "tokens")


def _batches(docs: Iterable[Doc]) -> Iterator[list[Doc]]:
    walk = iter(docs)
    while batch := list(islice(walk, BATCH)):
        yield batch
