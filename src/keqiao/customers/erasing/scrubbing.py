"""The search through every table for what gives a person away. Safe to stop and to repeat: what is replaced stays so."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from keqiao.audit.models import Event, Seal
from keqiao.audit.redacting import redact
from keqiao.customers.erasing.needles import GONE, Needles, without
from keqiao.customers.erasing.reach import Rows, chunks, every_model
from keqiao.kernel.actor import SYSTEM
from keqiao.runtime.models import IdempotencyKey, Throttle
from keqiao.search import actions as search
from keqiao.search.models import Document

Tell = Callable[[int, int], None]
TEXTS = (models.CharField, models.TextField, models.JSONField)
# rows that are of no use any more once they name somebody: answers kept for repetitions, counters of attempts
THROWN_AWAY = (IdempotencyKey, Throttle)
# seals hold digests; people of the house are not the person, and their names are theirs
LEFT = (Seal,)
LEFT_APPS = {"org", "contenttypes", "auth"}
# what histories keep of an emptied record: whose it was and how it was sorted
OF_THE_HOUSE = {"owner", "unit", "assignee", "territory", "tier", "life_cycle"}
NUMBER = re.compile(r"[A-Z]{2,4}\d{8}-\d{4,}")


def scrub(needles: Needles, rows: Rows, request: models.Model | None, tell: Tell = lambda done, total: None) -> int:
    """Replace the person's own words in every table, and shared ones in the rows about the person; returns how many rows."""
    tables = [one for one in every_model() if one not in LEFT and one._meta.app_label not in LEFT_APPS]
    tables.sort(key=lambda model: model is Document)  # the search repeats what the other tables say
    count = 0
    for at, model in enumerate(tables, 1):
        count += scrub_table(model, needles.own, needles, None, request)
        for some in chunks(sorted(rows.get(model, ()))):
            count += scrub_table(model, needles.every, needles, some, request)
        tell(at, len(tables))
    return count


def scrub_table(
    model: type[models.Model], words: Sequence[str], needles: Needles, only: Sequence[Any] | None, request: Any
) -> int:
    """Replace these words in one table, in all of its rows or in those with these ids."""
    fields = [field for field in model._meta.concrete_fields if isinstance(field, TEXTS) and not field.is_relation]
    if not fields or not words:
        return 0
    count = 0
    for pks in found(model, fields, words, only):
        with transaction.atomic():
            if model in THROWN_AWAY:
                count += model._base_manager.filter(pk__in=pks).delete()[0]
            elif model is Document:
                count += index_anew(pks)
            elif model is Event:
                count += redact_some(fields, needles, pks, only is not None, request)
            else:
                count += replace_some(model, fields, words, pks)
    return count


def found(
    model: type[models.Model], fields: Sequence[Any], words: Sequence[str], only: Sequence[Any] | None
) -> Iterator[list[Any]]:
    """The keys of rows that hold one of the words, some at a time. All are read before the first is changed."""
    rows: QuerySet[Any] = QuerySet(model)
    if only is not None:
        rows = rows.filter(pk__in=only)
    condition = Q(pk__in=())
    for field in fields:
        column = field.name
        if isinstance(field, models.JSONField):
            column = f"text_of_{field.name}"
            rows = rows.alias(**{column: Cast(field.name, TextField())})
        for word in words:
            condition |= Q(**{f"{column}__contains": word})
            if isinstance(field, models.JSONField) and escaped(word) != word:
                condition |= Q(**{f"{column}__contains": escaped(word)})
    yield from chunks(list(rows.filter(condition).order_by("pk").values_list("pk", flat=True)))


def escaped(word: str) -> str:
    """The word as SQLite keeps it inside JSON."""
    return json.dumps(word)[1:-1] if connection.vendor == "sqlite" else word


def index_anew(pks: Sequence[int]) -> int:
    """Make these documents of the search anew from their records."""
    labels: dict[str, list[int]] = defaultdict(list)
    for label, pk in Document.objects.filter(pk__in=pks).values_list("label", "object_id"):
        labels[label].append(pk)
    for label, ids in labels.items():
        search.refresh(label, ids)
    return len(pks)


def replace_some(model: type[models.Model], fields: Sequence[Any], words: Sequence[str], pks: Sequence[Any]) -> int:
    """Rewrite the texts of these rows."""
    names = [field.attname for field in fields if not field.primary_key]
    rows: QuerySet[Any] = QuerySet(model)
    count = 0
    for pk, *values in rows.filter(pk__in=pks).values_list("pk", *names):
        clean = {name: without(value, words) for name, value in zip(names, values, strict=True)}
        changed = {name: clean[name] for name, value in zip(names, values, strict=True) if clean[name] != value}
        if changed:
            count += rows.filter(pk=pk).update(**changed)
    return count


def redact_some(
    fields: Sequence[Any], needles: Needles, pks: Sequence[int], mine: bool, request: models.Model | None
) -> int:
    """Rewrite what happened, on record and told apart from forgery (audit.redacting)."""
    words = needles.every if mine else needles.own
    changes: dict[int, dict[str, Any]] = {}
    for pk, title, data in Event.objects.filter(pk__in=pks).values_list("pk", "title", "data"):
        clean = {"title": without(title, words), "data": without(data, words)}
        now = {"title": title, "data": data}
        changed = {name: value for name, value in clean.items() if value != now[name]}
        if changed:
            changes[pk] = changed
    if changes:
        redact(SYSTEM, changes, request)
    return len(changes)


def empty_histories(told: Mapping[str, Collection[str]], rows: Rows, request: models.Model | None) -> int:
    """Take what the histories of emptied records repeat of their content: who did what and when stays."""
    count = 0
    for model, pks in rows.items():
        label = model._meta.label_lower
        for some in chunks(sorted(pks)) if label in told else ():
            changes: dict[int, dict[str, Any]] = {}
            found = Event.objects.filter(label=label, object_id__in=some).order_by("pk")
            for pk, data in found.values_list("pk", "data"):
                clean = emptied(data, told[label])
                if clean != data:
                    changes[pk] = {"data": clean}
            if changes:
                with transaction.atomic():
                    redact(SYSTEM, changes, request)
            count += len(changes)
    return count


def emptied(data: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """An event's data without these contents and without old and new values, but for what the house decided itself."""
    clean = {key: gone(value) if key in keys else value for key, value in data.items()}
    if "changes" in data:
        clean["changes"] = {
            name: pair if name in OF_THE_HOUSE else [gone(value) for value in pair]
            for name, pair in data["changes"].items()
        }
    return clean


def gone(value: Any) -> Any:
    """What stands in a value's place; nothing stays nothing, and the number of a record stays too."""
    if not value or (isinstance(value, str) and NUMBER.fullmatch(value)):
        return value
    return [GONE] if isinstance(value, list) else GONE


def overwrite_what_goes() -> None:
    """Let SQLite write over what it freed, instead of leaving it in the file; PostgreSQL's vacuum does so by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
