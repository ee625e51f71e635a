"""Which rows are about a person: those that point at the archive, at such a row, or name it by label and id."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from keqiao.customers.models import Customer
from keqiao.org.models import Employee

STEPS = 3  # of foreign keys away from the customer
CHUNK = 500
LABELLED = (("label", "object_id"), ("owner_label", "owner_id"))
BELOW = {"org", "auth", "contenttypes", "sessions", "runtime", "search"}

Rows = dict[type[models.Model], set[int]]


def about(ids: Sequence[int]) -> Rows:
    """All rows about the customers with these ids, by model, the customers themselves too."""
    found: Rows = defaultdict(set)
    found[Customer] |= set(ids)
    fresh: Rows = {Customer: set(ids)}
    for _step in range(STEPS):
        fresh = {model: new for model, pks in pointing_at(fresh).items() if (new := pks - found[model])}
        for model, pks in fresh.items():
            found[model] |= pks
    for model, pks in labelled(found).items():
        found[model] |= pks
    event = apps.get_model("audit.event")
    found[event] |= set(event._base_manager.filter(about_id__in=ids).values_list("pk", flat=True))
    return found


def pointing_at(rows: Rows) -> Rows:
    """The rows whose foreign key leads to one of these; people and customers themselves are not gone on from."""
    found: Rows = defaultdict(set)
    for model, pks in rows.items():
        for relation in model._meta.related_objects:
            other = relation.related_model
            if isinstance(other, str) or other in {Customer, Employee} or other._meta.app_label in BELOW:
                continue
            for some in chunks(sorted(pks)):
                matching = other._base_manager.filter(**{f"{relation.field.attname}__in": some})
                found[other] |= set(matching.values_list("pk", flat=True))
    return found


def labelled(rows: Rows) -> Rows:
    """The rows that name one of these by label and id: events, to-dos, approvals, files."""
    found: Rows = defaultdict(set)
    for model in every_model():
        names = {field.name for field in model._meta.concrete_fields}
        for label, key in LABELLED:
            if not {label, key} <= names:
                continue
            for about_model, pks in list(rows.items()):
                for some in chunks(sorted(pks)):
                    wanted = Q(**{label: about_model._meta.label_lower, f"{key}__in": some})
                    found[model] |= set(model._base_manager.filter(wanted).values_list("pk", flat=True))
    return found


def every_model() -> list[type[models.Model]]:
    """Every table of the program, each once."""
    return [model for model in apps.get_models() if not model._meta.proxy and model._meta.managed]


def chunks(ids: Sequence[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """The ids, some at a time, so that no statement has too many parameters."""
    for at in range(0, len(ids), size):
        yield list(ids[at : at + size])
