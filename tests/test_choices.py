"""What a list offers to choose from is read once for all who open it, so it may hold only what all of them may see.

The filters come from the registry; a new one that asks a table of which not everybody sees every row fails here.
"""

import re
from collections.abc import Iterator
from typing import Any

import django_filters
import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keqiao.conftest import Company
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import get, resources
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import Desk
from keqiao.visits.actions.planning import rule_for
from tests.attacks.world import chief, secret, usual_choices

pytestmark = pytest.mark.django_db

# the address book, and the words that the house keeps for everybody: none of their rows is about a customer or a matter
OPEN = {
    "org.employee", "org.orgunit", "org.position", "customers.customertier", "customers.tag", "customers.territory",
    "customers.customfield", "tickets.category", "tickets.cause", "care.careplan", "care.lossreason",
    "badrecords.badkind", "reception.word", "visits.visitrule", "surveys.survey",
}  # fmt: skip
# lists of their keepers, because they say more: powers, wordings; the names stand on everybody's pages
NAMES_ONLY = {"org.position", "visits.visitrule"}
TABLE = re.compile(r'(?:FROM|JOIN) "(\w+)"')


def filters() -> Iterator[tuple[str, str, Any]]:
    """Every filter of every list, with those that people added: list, filter, and the field that offers the choices."""
    for resource in resources():
        declared: Any = resource.filterset()
        for name, one in declared.base_filters.items() if declared else ():
            if hasattr(one.field, "choices"):
                yield resource.name, name, one.field


def offered() -> set[tuple[str, str, str, str]]:
    """Everything that any list offers, as text."""
    return {
        (resource, name, str(value), str(label))
        for resource, name, field in filters()
        for value, label in field.choices
    }


def asked(field: Any) -> set[str]:
    """The models whose rows a field's choices are read from."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        list(field.choices)
    labels = {model._meta.db_table: model._meta.label_lower for model in apps.get_models(include_auto_created=True)}
    return {labels[table] for query in queries for table in TABLE.findall(query["sql"])}


@pytest.fixture
def place(desk: Desk, settings: Any, tmp_path: Any) -> Company:
    """The company with the head of another department and what every house has to choose from."""
    settings.MEDIA_ROOT = tmp_path
    chief(desk.company)
    usual_choices()
    rule_for("ticket.told", "complaint")  # a new house begins with this rule of visits
    return desk.company


def test_choices_are_read_from_open_tables_only(place: Company) -> None:
    found = {(resource, name, label) for resource, name, field in filters() for label in asked(field) - OPEN}
    assert not found, "not everybody sees every row of these: filter by text, or by a preset of the actor's own"


def test_the_open_tables_are_open(place: Company) -> None:
    """Whoever opens a list that offers rows of another list's model would see all of them there too."""
    narrow = {
        (label, role)
        for label in OPEN - NAMES_ONLY
        for role, actor in everybody(place)
        if (known := get(label)) is not None
        and known.allowed(actor, "list", None)
        and known.visible(actor).count() != known.model._base_manager.count()
    }
    assert not narrow


def everybody(place: Company) -> list[tuple[str, Actor]]:
    return [(role, place.actor(role)) for role in place.people]


def test_a_matter_adds_nothing_to_choose_from(place: Company) -> None:
    before = offered()
    hidden = secret(place, role="agent", unit="quality", answered_by="department")
    after = offered()
    assert after - before == set()
    assert not {one for one in after for mark in hidden.marks if mark in one[3]}


def test_the_judge_sees_a_choice_that_is_not_for_everybody(place: Company) -> None:
    secret(place, role="agent", unit="quality", answered_by="department")
    leaky = django_filters.ModelChoiceFilter(queryset=Ticket.objects.all()).field
    assert asked(leaky) - OPEN == {"tickets.ticket"}
    assert any("洗碗机" in str(label) for _value, label in leaky.choices)
