"""Versions of the rules: edited, tried, taken into force, and what tickets keep of them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.org.actions import change_employee, create_position
from keqiao.runtime import jobs
from keqiao.runtime.models import Job
from keqiao.tickets import actions
from keqiao.tickets.models import Category, RuleSet, Ticket, Trial
from keqiao.tickets.ruling import flooding, forcing, keeping, kinds, trying
from keqiao.tickets.ruling.differing import differences
from keqiao.tickets.ruling.kinds.base import Names
from keqiao.tickets.ruling.kinds.texts import RECEIPT
from keqiao.tickets.ruling.reading import rows_of, rules, rules_of
from keqiao.tickets.ruling.telling import in_words
from keqiao.tickets.tests.conftest import MONDAY, Desk, set_deadline

Parallel = Any


def draft_with(company: Company, minutes: int = 60) -> RuleSet:
    """A draft in which the first stage of a complaint takes another time."""
    made = keeping.draft(actor=company.actor("manager"))
    rule = made.rules.get(kind="deadline", key="complaint.accepted")
    keeping.change_rule(actor=company.actor("manager"), obj=rule, data={**rule.data, "minutes": [minutes] * 4})
    return made


def test_a_draft_has_no_effect_until_it_is_tried_and_taken_into_force(desk: Desk, company: Company) -> None:
    boss, made = company.actor("manager"), draft_with(company)
    assert rules().limit("complaint", 1, "accepted").minutes == 120
    with pytest.raises(WrongState):
        forcing.force(actor=boss, obj=made)
    trying.try_out(actor=boss, obj=made)
    done = forcing.force(actor=boss, obj=made)
    assert (done.state, done.forced_by_id) == ("force", boss.id)
    assert rules().limit("complaint", 1, "accepted").minutes == 60
    assert RuleSet.objects.get(number=1).state == "old"
    assert Event.objects.get(verb="ruleset.forced").data["differences"]


def test_editing_a_tried_draft_makes_it_a_draft_again(desk: Desk, company: Company) -> None:
    boss, made = company.actor("manager"), draft_with(company)
    desk.accept()
    trying.try_out(actor=boss, obj=made)
    assert Trial.objects.count() == 1
    keeping.change_rule(actor=boss, obj=made.rules.get(kind="effect"), data={"days": 9})
    made.refresh_from_db()
    assert (made.state, made.trial, Trial.objects.count()) == ("draft", {}, 0)


def test_what_was_in_force_never_changes(desk: Desk, company: Company) -> None:
    boss, now = company.actor("manager"), RuleSet.objects.get(state="force")
    rule = now.rules.get(kind="effect")
    for deed in (
        lambda: keeping.change_rule(actor=boss, obj=rule, data={"days": 1}),
        lambda: keeping.remove_rule(actor=boss, obj=now.rules.filter(kind="severity")[0]),
        lambda: keeping.add_rule(actor=boss, obj=now, kind="severity", data={"safety": True, "severity": 4}),
        lambda: keeping.keep_note(actor=boss, obj=now, note="改"),
        lambda: keeping.drop(actor=boss, obj=now),
        lambda: trying.try_out(actor=boss, obj=now),
    ):
        with pytest.raises(WrongState):
            deed()


def test_one_draft_and_one_version_in_force_at_a_time(desk: Desk, company: Company) -> None:
    keeping.draft(actor=company.actor("manager"))
    with pytest.raises(Refused, match="正在修改"):
        keeping.draft(actor=company.actor("manager"))
    for values in ({"state": "force", "in_work": False}, {"state": "tried"}, {"state": "old", "in_work": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RuleSet.objects.create(number=90, **values)


def test_nobody_else_keeps_the_rules(desk: Desk, company: Company) -> None:
    made, leader = draft_with(company), company.actor("leader")
    for deed in (keeping.draft, trying.try_out, forcing.force, keeping.drop):
        with pytest.raises(NotAllowed):
            deed(actor=leader, obj=made)
    assert company.client("leader").get(f"/ticket-rules/{made.pk}/").status_code in {403, 404}
    row = made.rules.get(kind="effect")
    assert company.client("leader").post(f"/ticket-rules/rows/{row.pk}/", {"days": 1}).status_code in {403, 404}


def test_a_version_comes_into_force_at_its_instant_and_not_before(desk: Desk, company: Company) -> None:
    boss, made = company.actor("manager"), draft_with(company)
    trying.try_out(actor=boss, obj=made)
    with pytest.raises(Refused):
        forcing.force(actor=boss, obj=made, at=timezone.now())
    at = timezone.now() + timedelta(days=1)
    forcing.force(actor=boss, obj=made, at=at)
    with pytest.raises(WrongState):
        keeping.change_rule(actor=boss, obj=made.rules.get(kind="effect"), data={"days": 9})
    assert forcing.take_due(at - timedelta(seconds=1)) == 0
    assert forcing.take_due(at) == 1
    assert forcing.take_due(at) == 0
    assert RuleSet.objects.get(state="force") == made


def test_a_schedule_can_be_taken_back(desk: Desk, company: Company) -> None:
    boss, made = company.actor("manager"), draft_with(company)
    trying.try_out(actor=boss, obj=made)
    forcing.force(actor=boss, obj=made, at=timezone.now() + timedelta(days=1))
    assert forcing.unschedule(actor=boss, obj=made).state == "tried"
    assert forcing.take_due(timezone.now() + timedelta(days=2)) == 0


def test_a_ticket_keeps_its_version_until_it_is_judged_anew(desk: Desk, company: Company) -> None:
    with time_machine.travel(MONDAY, tick=False):
        ticket = desk.accept()
        due = ticket.due_at
        first = set_deadline("solve", 60)
        fresh = Ticket.objects.get(pk=ticket.pk)
        assert (fresh.due_at, rules_of(fresh).limit("complaint", 1, "solve").minutes) == (due, 3360)
        assert desk.accept().ruleset == first
        done = actions.rejudge(actor=company.actor("agent"), obj=fresh, reason="新规定从今天起执行")
        assert (done.ruleset_id, done.due_at) == (first.pk, MONDAY + timedelta(minutes=60))
        with pytest.raises(WrongState):
            actions.rejudge(actor=company.actor("agent"), obj=done, reason="再来一次")


def test_going_back_is_a_draft_of_the_older_version(desk: Desk, company: Company) -> None:
    boss, old = company.actor("manager"), RuleSet.objects.get(state="force")
    set_deadline("accepted", 5)
    made = keeping.draft(actor=boss, obj=old)
    assert made.began_as == old
    trying.try_out(actor=boss, obj=made)
    forcing.force(actor=boss, obj=made)
    assert rules().limit("complaint", 1, "accepted").minutes == 120


def test_differences_are_told_in_words(desk: Desk, company: Company) -> None:
    boss, made = company.actor("manager"), draft_with(company)
    keeping.add_rule(actor=boss, obj=made, kind="closing", data={"demand": "evidence", "severities": [3, 4]})
    keeping.remove_rule(actor=boss, obj=made.rules.get(kind="severity", key="d10"))
    other = RuleSet.objects.get(state="force")
    found = differences(rows_of(other.pk), rows_of(made.pk), Names())
    assert [(one.what, one.tab) for one in found] == [("删除", "severity"), ("修改", "deadlines"), ("新增", "closing")]
    assert ("一般", "2小时", "1小时") in found[1].parts
    assert "重大、紧急" in found[2].rule
    page = company.client("manager").get(f"/ticket-rules/{made.pk}/?tab=changes").content.decode()
    assert "2小时" in page
    assert not differences(rows_of(made.pk), rows_of(made.pk), Names())


def test_types_follow_the_version_in_force(desk: Desk, company: Company) -> None:
    boss, made = company.actor("manager"), keeping.draft(actor=company.actor("manager"))
    one, two = desk.category("功能故障"), desk.category("外观破损")
    for mine, other in ((one, two), (two, one)):
        row = made.rules.get(kind="category", key=str(mine.pk))
        row.data["name"] = other.name
        row.save()
    new = keeping.add_rule(
        actor=boss, obj=made, kind="category", data={"name": "异味", "parent": one.parent_id, "position": 9}
    )
    assert not Category.objects.get(pk=int(new.key)).active
    trying.try_out(actor=boss, obj=made)
    forcing.force(actor=boss, obj=made)
    assert Category.objects.get(pk=one.pk).name == two.name
    assert Category.objects.get(pk=int(new.key)).active
    with pytest.raises(Refused):
        keeping.add_rule(
            actor=boss, obj=keeping.draft(actor=boss), kind="category",
            data={"name": "异味", "parent": one.parent_id, "position": 1},
        )  # fmt: skip


def test_a_draft_given_up_leaves_no_type_behind(desk: Desk, company: Company) -> None:
    boss, before = company.actor("manager"), Category.objects.count()
    made = keeping.draft(actor=boss)
    top = keeping.add_rule(
        actor=boss, obj=made, kind="category", data={"name": "新大类", "parent": None, "position": 1}
    )
    keeping.add_rule(
        actor=boss, obj=made, kind="category", data={"name": "新小类", "parent": int(top.key), "position": 1}
    )
    keeping.drop(actor=boss, obj=made)
    assert Category.objects.count() == before


def test_a_trial_tells_before_and_after(desk: Desk, company: Company) -> None:
    boss, ticket = company.actor("manager"), desk.at("assessed")
    old = desk.accept()
    Ticket.objects.filter(pk=old.pk).update(accepted_at=timezone.now() - timedelta(days=31))
    made = draft_with(company, 30)
    keeping.add_rule(
        actor=boss, obj=made, kind="severity", data={"categories": [desk.category().parent_id], "severity": 3}
    )
    done = trying.try_out(actor=boss, obj=made)
    assert (done.trial["tickets"], done.trial["changed"], done.trial["severity"]) == (1, 1, 1)
    trial = Trial.objects.get()
    assert (trial.ticket, trial.before["severity"], trial.after["severity"]) == (ticket, 1, 3)
    page = company.client("manager").get(f"/ticket-rules/{made.pk}/trial/?what=severity").content.decode()
    assert ticket.number in page
    assert "重大" in page
    assert Ticket.objects.get(pk=ticket.pk).severity == 1


def test_who_does_not_see_the_tickets_of_a_trial_is_told_so(desk: Desk, company: Company) -> None:
    """Who keeps the rules need not see every ticket: the count is not contradicted by an empty list."""
    boss = company.actor("manager")
    post = create_position(actor=SYSTEM, name="规则管理员", scope="own", powers=["settings.change", "ticket.view"])
    change_employee(actor=SYSTEM, employee=company.people["outsider"], positions=[post])
    desk.accept()
    made = draft_with(company, 30)
    trying.try_out(actor=boss, obj=made)
    page = company.client("outsider").get(f"/ticket-rules/{made.pk}/trial/").content.decode()
    assert "有 1 张会改变，但都不在您能看到的范围里" in page
    assert "没有工单会改变" not in page
    assert (
        "没有工单会改变" in company.client("manager").get(f"/ticket-rules/{made.pk}/trial/?what=type").content.decode()
    )


def test_a_trial_tells_of_types_and_receipts(desk: Desk, company: Company) -> None:
    boss, client = company.actor("manager"), company.client("manager")
    ticket, other = desk.at("assessed"), desk.accept(kind="repair", channel="counter")
    category = desk.category()
    made = keeping.draft(actor=boss)
    row = made.rules.get(kind="category", key=str(category.pk))
    keeping.change_rule(actor=boss, obj=row, data=row.data, active=False)
    keeping.add_rule(
        actor=boss, obj=made, kind="text", data={"channels": ["counter"], "text": "柜台受理单号 {单号}，请留存。"}
    )
    done = trying.try_out(actor=boss, obj=made)
    assert {name: done.trial.get(name, 0) for name in trying.WHAT} == dict.fromkeys(trying.WHAT, 0) | {
        "type": 1,
        "receipt": 1,
    }
    told = {trial.ticket_id: in_words(trial, Names()) for trial in Trial.objects.all()}
    assert told[ticket.pk] == [("问题类别", str(category), f"{category}（停用）")]
    assert told[other.pk] == [("受理回执", str(RECEIPT), "柜台受理单号 {单号}，请留存。")]
    for what, shown, hidden in (("type", ticket, other), ("receipt", other, ticket)):
        page = client.get(f"/ticket-rules/{made.pk}/trial/?what={what}").content.decode()
        assert shown.number in page
        assert hidden.number not in page


def test_a_trial_tells_how_often_many_alike_would_have_raised_an_alarm(desk: Desk, company: Company) -> None:
    boss = company.actor("manager")
    for _one in range(3):
        desk.accept(category=desk.category())
    desk.accept(category=desk.category(), product="油烟机")
    made = keeping.draft(actor=boss)
    row = made.rules.get(kind="wave", key="product")
    keeping.change_rule(actor=boss, obj=row, data={**row.data, "count": 3})
    done = trying.try_out(actor=boss, obj=made)
    assert (done.trial["waves_before"], done.trial["waves_after"]) == (0, 1)
    page = company.client("manager").get(f"/ticket-rules/{made.pk}/?tab=trial").content.decode()
    assert "按现行规则 0 次，按这一版 1 次" in page


@pytest.mark.parametrize(
    ("hours", "raised"),
    [
        ((0, 1), 0), ((0, 1, 2), 1), ((0, 12, 24), 0), ((0, 12, 23), 1), ((0, 1, 2, 3, 4, 5), 1),
        ((0, 1, 2, 30, 31, 32), 2), ((0, 1, 2, 20, 40, 60, 61), 1), ((0, 1, 2, 26, 27), 1),
    ],
)  # fmt: skip
def test_a_wave_that_runs_takes_in_what_comes(hours: tuple[int, ...], raised: int) -> None:
    times = [MONDAY + timedelta(hours=hour) for hour in hours]
    assert flooding.waves(times, 3, timedelta(hours=24)) == raised


def test_very_many_tickets_are_tried_by_a_job(desk: Desk, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "AT_ONCE", 1)
    boss, made = company.actor("manager"), draft_with(company)
    desk.accept(), desk.accept()
    assert trying.try_out(actor=boss, obj=made).state == "draft"
    assert "正在试运行" in company.client("manager").get(f"/ticket-rules/{made.pk}/").content.decode()
    with pytest.raises(Refused):
        trying.try_out(actor=boss, obj=made)
    job = Job.objects.get(name=trying.JOB)
    job.state, job.attempts = Job.State.RUNNING, 1
    job.save()
    jobs.run(job)
    made.refresh_from_db()
    assert (made.state, made.trial["changed"]) == ("tried", 2)


def test_a_draft_edited_while_it_is_tried_stays_a_draft(
    desk: Desk, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "AT_ONCE", 0)
    boss, made = company.actor("manager"), draft_with(company)
    desk.accept()
    trying.try_out(actor=boss, obj=made)
    job = Job.objects.get(name=trying.JOB)
    run = jobs.Run(job)

    def meanwhile(_done: int, _total: int = 0) -> None:
        keeping.change_rule(actor=boss, obj=made.rules.get(kind="effect"), data={"days": 3})

    monkeypatch.setattr(jobs.Run, "progress", lambda _run, done, total=0: meanwhile(done, total))
    trying.try_in_background(run)
    made.refresh_from_db()
    assert made.state == "draft"


def test_every_tab_opens_and_asks_the_same_for_any_number_of_rules(desk: Desk, company: Company) -> None:
    made, client = draft_with(company), company.client("manager")
    for tab, _label in kinds.TABS:
        assert client.get(f"/ticket-rules/{made.pk}/?tab={tab}").status_code == 200
    units = [company.units["quality"].pk]
    keeping.add_rule(actor=SYSTEM, obj=made, kind="dispatch", data={"product": "冰箱", "units": units})
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/ticket-rules/{made.pk}/?tab=dispatch")
        counts.append(len(queries))
        for number in range(6):
            keeping.add_rule(actor=SYSTEM, obj=made, kind="dispatch", data={"product": f"冰箱{number}", "units": units})
    assert counts[0] == counts[1]


def test_rules_are_edited_in_the_browser(desk: Desk, company: Company) -> None:
    made, client = keeping.draft(actor=company.actor("manager")), company.client("manager")
    for kind in kinds.KINDS:
        if kind.addable:
            assert client.get(f"/ticket-rules/{made.pk}/new/{kind.code}/").status_code == 200
        for row in made.rules.filter(kind=kind.code)[:1]:
            assert client.get(f"/ticket-rules/rows/{row.pk}/").status_code == 200
    new = f"/ticket-rules/{made.pk}/new/"
    assert client.post(f"{new}severity/", {"severity": 3, "active": "on"}).status_code == 422
    assert client.post(f"{new}severity/", {"severity": 3, "amount": "800", "active": "on"}).status_code == 302
    assert made.rules.get(kind="severity", data__amount_fen=80_000).data["severity"] == 3
    sent = {"units": [company.units["quality"].pk], "divisions": "山东省 济南市", "active": "on"}
    assert client.post(f"{new}dispatch/", sent).status_code == 302
    row = made.rules.get(kind="dispatch")
    assert row.data["divisions"] == ["370100"]
    assert client.post(f"{new}dispatch/", {**sent, "divisions": "大西洋"}).status_code == 422
    assert client.post(f"{new}text/", {"text": "您好 {姓名} {单号}", "active": "on"}).status_code == 422
    assert client.post(f"/ticket-rules/rows/{row.pk}/remove/").status_code == 302
    assert not made.rules.filter(kind="dispatch").exists()
    rest = made.rules.get(kind="limit", key="general")
    client.post(f"/ticket-rules/rows/{rest.pk}/remove/")
    assert client.post(f"/ticket-rules/rows/{rest.pk}/", {"limit": "800"}).status_code == 302
    rest.refresh_from_db()
    assert rest.data == {"limit_fen": 80_000}


def test_another_process_feels_a_new_version_at_its_next_question(desk: Desk, company: Company) -> None:
    rules()
    set_deadline("accepted", 7)
    with CaptureQueriesContext(connection) as first:
        assert rules().limit("complaint", 1, "accepted").minutes == 7
    with CaptureQueriesContext(connection) as second:
        ticket = Ticket(ruleset_id=rules().pk)
        assert rules_of(ticket) is rules()
    assert len(second) == 2
    assert len(first) >= len(second) - 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_clicks_take_a_version_into_force_once(desk: Desk, company: Company, in_parallel: Parallel) -> None:
    boss, made = company.actor("manager"), draft_with(company)
    trying.try_out(actor=boss, obj=made)
    results = in_parallel(lambda _n: forcing.force(actor=boss, obj=made), 6)
    assert sum(not isinstance(one, Exception) for one in results) == 1
    assert all(isinstance(one, Refused | RuleSet) for one in results), results
    assert Event.objects.filter(verb="ruleset.forced").count() == 1
    assert list(RuleSet.objects.order_by("number").values_list("state", flat=True)) == ["old", "force"]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_drafts_make_one(desk: Desk, company: Company, in_parallel: Parallel) -> None:
    results = in_parallel(lambda _n: keeping.draft(actor=company.actor("manager")), 6)
    assert all(isinstance(one, Refused | RuleSet) for one in results), results
    assert RuleSet.objects.filter(in_work=True).count() == 1


def test_reopening_begins_by_the_rules_in_force(desk: Desk, company: Company) -> None:
    ticket = desk.at("closed")
    now = set_deadline("solve", 77)
    done = actions.reopen(actor=company.actor("manager"), obj=ticket, reason="客户来信不认可")
    assert done.ruleset == now


def test_the_moment_is_in_the_record(desk: Desk, company: Company) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 10, tzinfo=MONDAY.tzinfo), tick=False):
        done = set_deadline("accepted", 9)
    assert done.forced_at == datetime(2026, 11, 23, 10, tzinfo=MONDAY.tzinfo)
