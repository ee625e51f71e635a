"""One open to-do for one matter, due first, closed with the matter."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from keqiao.notices import policies, queries
from keqiao.notices.actions import close_todos, open_todo
from keqiao.notices.models import Todo


def start(object_id: int = 1, kind: str = "handle", **more: Any) -> None:
    details = {"title": f"处理工单 {object_id}", "url": f"/tickets/{object_id}/"} | more
    if "unit_id" in more and "power" not in more:
        details |= {"power": "ticket.view", "anyone": True}
    open_todo(label="tickets.ticket", object_id=object_id, kind=kind, **details)


def titles(company, role: str) -> list[str]:
    return [todo.title for todo in queries.todos_page(company.actor(role)).rows]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("receiver", ["employee", "unit"])
def test_parallel_openings_open_one(company, in_parallel, receiver: str) -> None:
    ids = {"employee": {"employee_id": company.people["agent"].pk}, "unit": {"unit_id": company.units["team"].pk}}
    assert in_parallel(lambda _n: start(**ids[receiver])) == [None] * 20
    assert Todo.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_parallel_openings_open_many(company, in_parallel) -> None:
    """The control: it is the constraint that keeps the to-do single."""
    constraint = next(one for one in Todo._meta.constraints if one.name == "todo_open_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Todo, constraint)
    try:
        in_parallel(lambda _n: start(employee_id=company.people["agent"].pk))
        assert Todo.objects.count() > 1
    finally:
        Todo.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Todo, constraint)


def test_opening_again_renews_title_and_date(company) -> None:
    agent = company.people["agent"].pk
    start(employee_id=agent)
    due = timezone.now() + timedelta(hours=2)
    start(employee_id=agent, title="处理工单 1（已催办）", due_at=due)
    todo = Todo.objects.get()
    assert (todo.title, todo.due_at) == ("处理工单 1（已催办）", due)


def test_after_closing_it_can_be_opened_anew(company) -> None:
    agent = company.people["agent"].pk
    start(employee_id=agent)
    assert close_todos("tickets.ticket", 1) == 1
    assert close_todos("tickets.ticket", 1) == 0
    start(employee_id=agent)
    assert Todo.objects.count() == 2
    assert queries.counts(company.actor("agent"))["todo"] == 1


def test_closing_can_be_narrowed_to_a_kind_and_an_employee(company) -> None:
    agent, colleague = company.people["agent"].pk, company.people["colleague"].pk
    for receiver in (agent, colleague):
        start(employee_id=receiver)
        start(employee_id=receiver, kind="tell")
    start(2, employee_id=agent)
    assert close_todos("tickets.ticket", 1, "handle", employee_id=agent) == 1
    assert close_todos("tickets.ticket", 1, "tell") == 2
    assert close_todos("tickets.ticket", 1) == 1
    assert Todo.objects.filter(done_at__isnull=True).get().object_id == 2


@pytest.mark.parametrize("receiver", [{}, {"employee_id": 1, "unit_id": 1}])
def test_a_todo_is_for_exactly_one(db, receiver: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        start(**receiver)


def test_ones_own_and_ones_units_are_seen_and_nobody_elses(company) -> None:
    start(1, employee_id=company.people["agent"].pk, title="本人的")
    start(2, unit_id=company.units["team"].pk, title="本组的")
    start(3, employee_id=company.people["colleague"].pk, title="同事的")
    start(4, unit_id=company.units["finance"].pk, title="财务的")
    assert set(titles(company, "agent")) == {"本人的", "本组的"}
    assert titles(company, "outsider") == ["财务的"]
    assert titles(company, "manager") == []
    assert queries.counts(company.actor("agent"))["todo"] == 2
    html = company.client("agent").get(reverse("notices:todos")).content.decode()
    assert "投诉一组" in html
    assert "同事的" not in html
    assert "财务的" not in html


def test_what_is_due_first_comes_first_and_undated_last_over_all_pages(company) -> None:
    agent, now = company.people["agent"].pk, timezone.now()
    for number in range(60):
        due = None if number % 3 == 0 else now + timedelta(hours=(number * 7) % 20)
        start(number + 1, employee_id=agent, due_at=due)
    seen: list[Todo] = []
    after, pages = "", 0
    while pages == 0 or after:
        page = queries.todos_page(company.actor("agent"), after)
        assert len(page.rows) <= queries.PAGE
        seen, after, pages = seen + page.rows, page.after, pages + 1
    wanted = sorted(Todo.objects.all(), key=lambda todo: (todo.due_at is None, todo.due_at or now, todo.pk))
    assert [todo.pk for todo in seen] == [todo.pk for todo in wanted]
    assert pages == 3


@given(after=st.text(max_size=40))
def test_a_foreign_key_gives_the_first_page(after: str) -> None:
    due, pk = queries.todo_key(after)
    assert due is None
    assert pk == 0 or after[0] == "_"


def test_lateness_shows_and_rows_cost_no_queries(company) -> None:
    agent, now = company.people["agent"].pk, timezone.now()
    client = company.client("agent")
    assert "没有待办" in client.get(reverse("notices:todos")).content.decode()

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            response = client.get(reverse("notices:todos"))
        tones = [line.tone for line in response.context["lines"]]
        assert tones == sorted(tones, key=["danger", "warning", "neutral"].index)
        return len(captured)

    start(1, employee_id=agent, due_at=now - timedelta(minutes=1))
    one = cost()
    start(2, employee_id=agent, due_at=now + timedelta(hours=1))
    start(3, unit_id=company.units["team"].pk, due_at=now + timedelta(days=2))
    for number in range(4, 12):
        start(number, unit_id=company.units["team"].pk)
    assert cost() == one
    lines = client.get(reverse("notices:todos")).context["lines"]
    assert {line.tone for line in lines} == {"danger", "warning", "neutral"}
    assert policies.todos(company.actor("agent")).count() == 11
