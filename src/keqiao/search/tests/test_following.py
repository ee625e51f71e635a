"""The index follows the records: created, changed, gone, made anew; without a query for each of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keqiao.audit.models import Missed
from keqiao.audit.readers import read
from keqiao.kernel.actor import SYSTEM
from keqiao.org.actions import change_unit, create_unit
from keqiao.org.models import OrgUnit
from keqiao.runtime.worker import drain
from keqiao.search import actions, queries
from keqiao.search.models import Document
from keqiao.search.tests.conftest import LABEL

# events are read once their transaction has ended
pytestmark = pytest.mark.django_db(transaction=True)


def ids(query: str) -> list[int]:
    return queries.ids(LABEL, query)


def rename(unit: OrgUnit, name: str) -> None:
    change_unit(actor=SYSTEM, unit=unit, name=name, kind=unit.kind, parent=unit.parent)


def test_created_and_changed_records_follow(units, company) -> None:
    drain()
    team = company.units["team"]
    assert ids("投诉一组") == [team.pk]
    assert ids("tsyz") == [team.pk]
    rename(team, "售后二组")
    drain()
    assert ids("投诉一组") == ids("tsyz") == []
    assert ids("售后二组") == [team.pk]
    assert not Missed.objects.exists()


def test_records_that_are_gone_leave_the_index(units, company) -> None:
    unit = create_unit(actor=SYSTEM, name="临时小组", kind="team", parent=company.units["head"])
    drain()
    assert ids("临时") == [unit.pk]
    OrgUnit.objects.filter(pk=unit.pk).delete()
    actions.refresh(LABEL, [unit.pk])
    assert ids("临时") == []


def test_remove_takes_out_only_what_is_named(units, company) -> None:
    drain()
    before = Document.objects.count()
    actions.remove(LABEL, [company.units["team"].pk])
    assert ids("投诉一组") == []
    assert Document.objects.count() == before - 1


def test_many_events_cost_as_many_queries_as_one(units, company) -> None:
    drain()

    def cost(names: list[str]) -> int:
        for name in names:
            create_unit(actor=SYSTEM, name=name, kind="team", parent=company.units["head"])
        with CaptureQueriesContext(connection) as captured:
            assert read("search") == len(names)
        return len(captured)

    assert cost(["甲组"]) == cost([f"乙{number}组" for number in range(40)])


def test_reindex_writes_what_is_missing_and_drops_what_is_gone(units, company) -> None:
    drain()
    team = company.units["team"]
    OrgUnit.objects.filter(pk=team.pk).update(name="没有事件的改名")
    Document.objects.filter(object_id=company.units["quality"].pk).delete()
    actions.store(LABEL, [actions.Doc(999_999, "幽灵")])
    actions.reindex(LABEL)
    actions.reindex(LABEL)  # one job
    drain()
    assert ids("没有事件") == [team.pk]
    assert ids("质量部") == [company.units["quality"].pk]
    assert ids("幽灵") == []
    assert Document.objects.count() == OrgUnit.objects.count()


def test_index_takes_rows_made_in_bulk(units, company) -> None:
    assert actions.index(LABEL, OrgUnit.objects.select_related("parent")) == OrgUnit.objects.count()
    assert ids("质量部") == [company.units["quality"].pk]
