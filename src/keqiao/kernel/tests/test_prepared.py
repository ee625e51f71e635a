"""Queries and inserts that are compiled once: the same rows as the ordinary way, for whatever values."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from django.utils.safestring import SafeString

from keqiao.audit.models import Event
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.prepared import Prepared, held, insert
from keqiao.org.models import Employee, Token
from keqiao.runtime.models import Counter, IdempotencyKey

pytestmark = pytest.mark.django_db

at_work = Prepared(
    lambda pk, name: Employee.objects.select_related("unit", "manager").filter(pk=pk, name=name, is_active=True), 2
)


def test_rows_are_those_of_the_queryset(company, django_assert_num_queries) -> None:
    for one in company.people.values():
        with django_assert_num_queries(1):
            found = at_work.first(one.pk, one.name)
            assert found == one
            assert found.unit.name == one.unit.name
            assert found.manager is None or found.manager.name
        assert found.created_at == one.created_at
        assert not found._state.adding


def test_every_value_has_its_place(company) -> None:
    agent, leader = company.people["agent"], company.people["leader"]
    assert at_work.first(agent.pk, leader.name) is None
    assert at_work.first(agent.pk, agent.name) == agent
    Employee.objects.filter(pk=agent.pk).update(is_active=False)
    assert at_work.all(agent.pk, agent.name) == []


def test_a_value_is_never_read_as_sql(company) -> None:
    by_name = Prepared(lambda name: Employee.objects.filter(name=name), 1)
    assert by_name.all("' OR ''='") == []
    assert by_name.all("%s") == []


def test_an_insert_is_a_row_with_its_id_and_defaults(company) -> None:
    before = timezone.now()
    token = insert(
        Token(employee=company.people["agent"], name="报表", digest="a" * 64, hint="kq_…", scopes=["*:read"])
    )
    kept = Token.objects.get(pk=token.pk)
    assert (kept.name, kept.scopes, kept.expires_at, kept.employee) == (
        "报表", ["*:read"], None, company.people["agent"]
    )  # fmt: skip
    assert before <= kept.created_at <= timezone.now()
    kept.name = "另一用途"
    kept.save()
    token.refresh_from_db()
    assert token.name == "另一用途"


def test_an_insert_with_a_key_of_its_own() -> None:
    insert(Counter(key="x", value=7))
    assert Counter.objects.get(pk="x").value == 7


def test_an_insert_twice_is_refused_by_the_constraint() -> None:
    insert(IdempotencyKey(owner="a", key="b", request="c"))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(IdempotencyKey(owner="a", key="b", request="d"))
    assert IdempotencyKey.objects.get().request == "c"


def test_what_the_database_computes_is_left_to_it() -> None:
    made = insert(Event(at=timezone.now(), actor_name=SYSTEM.name, verb="x.done", title="甲"))
    kept = Event.objects.get(pk=made.pk)
    assert kept.title == "甲"
    assert (kept.xid > 0) is (connection.vendor == "postgresql")


def test_a_held_row_is_the_one_that_stands_now(company) -> None:
    agent = company.people["agent"]
    Employee.objects.filter(pk=agent.pk).update(name="改了名")
    assert held(agent).name == "改了名"
    Employee.objects.filter(pk=agent.pk).delete()
    with pytest.raises(Employee.DoesNotExist):
        held(agent)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_held_outside_a_transaction(company) -> None:
    with pytest.raises(TransactionManagementError):
        held(company.people["agent"])


def test_inserts_write_what_saving_writes(company) -> None:
    """Plain values of plain fields go past the fields, all others through them."""
    agent = company.people["agent"]
    values = {
        "employee": agent, "name": SafeString("甲 <b>"), "hint": "", "scopes": {"a": [1, None, "二"]},
        "expires_at": timezone.now(),
    }  # fmt: skip
    quick, slow = Token(digest="q" * 64, **values), Token(digest="s" * 64, **values)
    insert(quick)
    slow.save(force_insert=True)
    names = [
        field.attname for field in Token._meta.concrete_fields if field.attname not in {"id", "digest", "created_at"}
    ]
    rows = [Token.objects.filter(pk=one.pk).values(*names).get() for one in (quick, slow)]
    assert rows[0] == rows[1]
    assert rows[0]["employee_id"] == agent.pk


def test_moments_days_and_annotations(company) -> None:
    """A moment is compared as one, and what is counted beside a row comes with it."""
    agent = company.people["agent"]
    made = [Token.objects.create(employee=agent, name=name, digest=name * 64, hint="", scopes=[]) for name in "ab"]
    since = Prepared(
        lambda moment, day: (
            Employee.objects.filter(tokens__created_at__gte=moment, tokens__created_at__date__lte=day)
            .annotate(tokens_since=Count("tokens"))
            .select_related("unit")
        ),
        2,
    )
    today = timezone.localdate()
    for moment, day in ((made[0].created_at, today), (made[1].created_at, today)):
        ordinary = Employee.objects.filter(tokens__created_at__gte=moment).annotate(tokens_since=Count("tokens"))
        found = since.all(moment, day)
        assert [(one.pk, one.tokens_since) for one in found] == [(one.pk, one.tokens_since) for one in ordinary]  # type: ignore[attr-defined]  # annotated
        assert found[0].unit.name == agent.unit.name
    assert since.all(made[1].created_at + timedelta(microseconds=1), today) == []
    assert since.all(made[0].created_at, today - timedelta(days=1)) == []
