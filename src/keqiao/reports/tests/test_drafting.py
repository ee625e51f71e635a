"""When reports are drafted by themselves: once, on the first working day, whoever is at work."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from keqiao.conftest import Company
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.notices.models import Todo
from keqiao.org.models import Employee, OrgUnit
from keqiao.reports import actions, jobs
from keqiao.reports.models import Kind, Plan, Report
from keqiao.reports.spans import before, due_on, span_of
from keqiao.runtime import worker
from keqiao.runtime.models import Job

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)  # a Tuesday morning in Shanghai


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=True):
        yield


def plan(company: Company, kind: str = Kind.COMPLAINTS) -> Plan:
    return actions.keep_plan(
        actor=company.actor("manager"), kind=kind, unit=company.units["service"], writer=company.people["leader"]
    )


@pytest.mark.django_db(transaction=True)
def test_the_clock_drafts_each_report_once_on_the_first_working_day(company: Company) -> None:
    kept = plan(company)
    with time_machine.travel(datetime(2026, 10, 31, 22, 30, tzinfo=UTC)):  # Sunday, 1 November in Shanghai
        assert jobs.look() == 0
    with time_machine.travel(datetime(2026, 11, 1, 22, 30, tzinfo=UTC)):  # Monday morning
        assert (jobs.look(), jobs.look()) == (1, 0)
        worker.drain()
        assert jobs.look() == 0
    report = Report.objects.get()
    assert (report.first, report.writer, report.state) == (date(2026, 10, 1), company.people["leader"], "draft")
    assert Todo.objects.filter(employee=company.people["leader"], kind=actions.WRITE, done_at=None).count() == 1
    actions.drop(actor=company.actor("leader"), obj=report)
    assert jobs.look() == 0
    assert kept.active


def test_a_plan_out_of_use_drafts_nothing_and_one_without_its_writer_asks_the_leader(company: Company) -> None:
    kept = plan(company)
    job = Job(name=jobs.DRAFT, payload={"plan": kept.pk, "first": "2026-10-01"})
    Plan.objects.filter(pk=kept.pk).update(active=False)
    assert jobs.look() == 0
    jobs.draft(jobs.jobs.Run(job))
    assert not Report.objects.exists()
    Plan.objects.filter(pk=kept.pk).update(active=True)
    Employee.objects.filter(pk=company.people["leader"].pk).update(is_active=False)
    OrgUnit.objects.filter(pk=company.units["service"].pk).update(leader=company.people["manager"])
    jobs.draft(jobs.jobs.Run(job))
    assert Report.objects.get().writer == company.people["manager"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_draft_one(company: Company, in_parallel: Any) -> None:
    kept = plan(company, Kind.FOLLOWUP)
    job = Job(name=jobs.DRAFT, payload={"plan": kept.pk, "first": "2026-10-26"})
    results = in_parallel(lambda _n: jobs.draft(jobs.jobs.Run(job)), 4)
    assert not [one for one in results if isinstance(one, Exception)], results
    report = Report.objects.get()
    assert (report.first, report.last) == (date(2026, 10, 26), date(2026, 11, 1))
    assert Todo.objects.filter(kind=actions.WRITE).count() == 1
    assert report.number == "BG20261103-0001"


def test_a_plan_is_kept_once_and_only_by_who_keeps_the_rules(company: Company) -> None:
    plan(company)
    with pytest.raises(Refused, match="已有这种报告的计划"):
        plan(company)
    with pytest.raises(NotAllowed):
        actions.keep_plan(actor=company.actor("leader"), kind=Kind.VISITS, unit=company.units["service"])
    assert company.client("leader").get("/report-plans/").status_code == 403
    assert "许知远" in company.client("manager").get("/report-plans/").content.decode()


@given(day=st.dates(date(2024, 1, 1), date(2035, 12, 31)), kind=st.sampled_from(Kind.values))
def test_periods_meet_without_gap_and_hold_their_day(day: date, kind: str) -> None:
    first, last = span_of(kind, day)
    assert first <= day <= last
    assert before(kind, day)[1] == first - timedelta(days=1)
    assert span_of(kind, first) == span_of(kind, last) == (first, last)
    assert (last - first).days + 1 in ({7} if kind == Kind.FOLLOWUP else {28, 29, 30, 31})


@pytest.mark.parametrize(
    ("day", "kind", "due"),
    [
        (date(2026, 10, 20), Kind.COMPLAINTS, date(2026, 10, 8)),  # after the holidays of National Day
        (date(2026, 11, 20), Kind.VISITS, date(2026, 11, 2)),  # the 1st is a Sunday
        (date(2026, 10, 7), Kind.FOLLOWUP, date(2026, 10, 8)),
        (date(2026, 11, 4), Kind.FOLLOWUP, date(2026, 11, 2)),
    ],
)
def test_the_first_working_day_minds_holidays(company: Company, day: date, kind: str, due: date) -> None:
    assert due_on(kind, company.units["service"].pk, day) == due
