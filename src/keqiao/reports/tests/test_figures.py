"""Whose figures a report holds: those of its unit and of the units below it, never more than its drafter may see."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.org.actions import create_employee, create_position
from keqiao.org.models import OrgUnit
from keqiao.reports import actions
from keqiao.reports.figures import more
from keqiao.reports.figures.counts import by_day_and_agent
from keqiao.reports.figures.period import Period
from keqiao.reports.figures.within import of_unit
from keqiao.reports.models import Kind, Report
from keqiao.tickets.models import Ticket
from keqiao.visits.models import Rectification, Visit, VisitRule

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)  # a Tuesday morning in Shanghai
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
INSIDE = datetime(2026, 10, 15, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=True):
        yield


def low(
    company: Company, visited_by: str, at: datetime, *, status: str = "waiting", to: str = "quality"
) -> Rectification:
    """What a unit's call-back made another one put right."""
    number = Visit.objects.count() + 1
    unit = company.units[visited_by]
    rule, _new = VisitRule.objects.get_or_create(name="一次", defaults={"occasion": "once", "unit": unit})
    customer = create_customer(actor=SYSTEM, name=f"客户{number}", owner=company.people["agent"])
    visit = Visit.objects.create(
        number=f"HF{number}", customer=customer, rule=rule, matter="回访", unit=unit,
        occasion_key=str(number), planned_at=at, not_before=at, due_at=at, done_at=at, status="done", open=False,
        satisfaction=1, solved=False,
    )  # fmt: skip
    return Rectification.objects.create(
        number=f"ZG{number}", visit=visit, customer=customer, unit=company.units[to], status=status, created_at=at,
        due_at=at + timedelta(days=5), open=status not in {"passed", "reported"},
    )  # fmt: skip


def counted(report: Report) -> dict[str, str]:
    """The table of rectifications, by the words of the status."""
    tables = {table["title"]: table["rows"] for part in report.data for table in part["tables"]}
    return {row[0][0]: row[1][0] for row in tables["本期下达的回访整改"]}


@pytest.mark.parametrize("kind", [Kind.VISITS, Kind.FOLLOWUP])
def test_rectifications_are_those_of_the_units_own_call_backs(company: Company, kind: str) -> None:
    for at in (INSIDE, INSIDE + timedelta(days=1)):
        low(company, "team", at)
    low(company, "service", INSIDE, status="passed")
    low(company, "finance", INSIDE)  # another department's call-backs
    low(company, "finance", INSIDE, status="passed", to="team")  # put right here, but it came of theirs
    low(company, "team", datetime(2026, 9, 30, 15, 59, tzinfo=UTC))  # the month and the week before
    low(company, "team", datetime(2026, 10, 31, 16, 0, tzinfo=UTC))  # the first of November in Shanghai
    report = actions.draft(
        actor=company.actor("leader"), kind=kind, unit=company.units["service"], day=date(2026, 10, 15)
    )
    assert counted(report) == {"待提交计划": "2", "整改中": "0", "待检查": "0", "检查通过": "1", "已上报": "0"}
    words = report.sections.get(key="low").text
    assert "下达整改 3 项，已通过检查 1 项" in words
    tables = {table["title"]: table["rows"] for part in report.data for table in part["tables"]}
    client = company.client("manager")
    for row in tables["本期下达的回访整改"]:
        assert f"共 {row[1][0]} 条" in client.get(row[1][1]).content.decode(), row


def test_the_edges_of_a_period_belong_to_it(company: Company) -> None:
    for at in (datetime(2026, 9, 30, 16, 0, tzinfo=UTC), datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC)):
        low(company, "team", at)
    _eyes, period = of_unit(company.units["service"], FIRST, LAST)
    assert more.rectifications(period) == {"waiting": 2}


def test_without_a_unit_nobodys_are_counted(company: Company) -> None:
    low(company, "team", INSIDE)
    everybody = Period("custom", FIRST, LAST, None, ())
    assert (more.rectifications(everybody), more.corrections(everybody)) == ({}, {})


def test_a_report_is_drafted_only_by_those_who_see_all_that_it_counts(company: Company) -> None:
    """Its figures are those of the units below, too: a power that ends at the unit itself does not reach them."""
    for role, scope in (("narrow", "team"), ("own", "own"), ("wide", "department")):
        post = create_position(actor=SYSTEM, name=role, scope=scope, powers=["summary.view", "summary.draft"])
        company.people[role] = create_employee(
            actor=SYSTEM, username=role, name=role, unit=company.units["service"], positions=[post]
        )

    def draft(role: str) -> Report:
        return actions.draft(actor=company.actor(role), kind=Kind.VISITS, unit=service, day=FIRST)

    service = OrgUnit.objects.get(pk=company.units["service"].pk)
    for role in ("narrow", "own"):
        with pytest.raises((Refused, NotAllowed)):
            draft(role)
    assert not Report.objects.exists()
    assert draft("wide").unit == service
    assert timezone.localdate() > LAST


def test_the_figures_by_day_and_person_are_read_from_their_index_alone(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1) as asked:  # nobody to be named
        matrix = by_day_and_agent(SYSTEM, Period("90", FIRST, LAST))
    assert matrix.total(None) == 0
    index = next(one for one in Ticket._meta.indexes if one.name == "ticket_by_day")
    used = set(re.findall(r'"tickets_ticket"\."(\w+)"', asked.captured_queries[0]["sql"]))
    assert {"accepted_on", "owner_id", "late"} <= used
    assert used <= {Ticket._meta.get_field(name).column for name in index.fields}
