"""Bulk insert stores what an ordinary save stores."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from keqiao.audit.actions import record
from keqiao.audit.models import Event
from keqiao.kernel import bulk
from keqiao.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db


def test_same_columns_as_an_ordinary_insert() -> None:
    at = datetime(2026, 11, 23, 4, 5, 6, 789, tzinfo=UTC)
    given = {
        "at": at,
        "actor_name": "系统",
        "verb": "thing.done",
        "label": "",
        "title": "甲",
        "data": {"名": [1, None]},
    }
    plain = Event.objects.create(**given)
    bulk.insert(Event, [given, Event(**{**given, "title": "乙"}), {**given, "about_id": 7}])
    stored = list(Event.objects.exclude(pk=plain.pk).order_by("pk").values())
    expected = Event.objects.filter(pk=plain.pk).values().get()
    assert [row.pop("title") for row in stored] == ["甲", "乙", "甲"]
    assert [row.pop("about_id") for row in stored] == [None, None, 7]
    assert all(row.pop("id") > plain.pk for row in stored)
    for name in ("title", "about_id", "id"):
        expected.pop(name)
    assert stored == [expected] * 3


def test_nothing_to_insert_is_fine() -> None:
    bulk.insert(Event, [])
    assert not Event.objects.exists()


def test_bulk_rows_join_the_transaction() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        undone()
    assert not Event.objects.exists()


def undone() -> None:
    """Write both ways, then fail."""
    record(SYSTEM, "thing.done", None)
    bulk.insert(Event, [{"at": datetime.now(UTC), "actor_name": "", "verb": "x", "label": "", "title": ""}])
    raise ZeroDivisionError
