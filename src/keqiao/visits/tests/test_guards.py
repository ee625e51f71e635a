"""What is refused although the page does not offer it: ended visits, one's own check, tries without a time, too many numbers."""

from datetime import timedelta

import pytest

from keqiao.audit.models import Event
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Notice
from keqiao.visits import actions, jobs
from keqiao.visits.actions import calling
from keqiao.visits.models import Rectification, Visit, VisitAttempt
from keqiao.visits.tests.conftest import Round

pytestmark = pytest.mark.django_db


def test_an_ended_visit_shows_no_number_and_takes_no_link_nor_person(round_: Round) -> None:
    visit, colleague = round_.visit(), round_.company.actor("colleague")
    actions.record_result(actor=colleague, obj=visit, satisfaction=5, solved=True)
    for deed in (
        lambda: actions.show_phone(actor=colleague, obj=visit),
        lambda: actions.make_link(actor=colleague, obj=visit),
        lambda: actions.assign(
            actor=round_.company.actor("leader"), obj=visit, assignee=round_.company.people["agent"]
        ),
    ):
        with pytest.raises(WrongState):
            deed()
    assert not Event.objects.filter(verb__in=["visit.phone_shown", "visit.link_made", "visit.assigned"]).exists()


def test_a_call_back_agreed_upon_needs_its_time(round_: Round) -> None:
    visit = round_.visit()
    with pytest.raises(Refused) as refused:
        actions.record_attempt(actor=round_.company.actor("colleague"), obj=visit, outcome="later")
    assert refused.value.field == "next_at"
    assert not VisitAttempt.objects.exists()


def test_numbers_are_shown_so_many_times_a_day(round_: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "SHOWN_A_DAY", 2)
    visit, colleague = round_.visit(), round_.company.actor("colleague")
    for _time in range(2):
        actions.show_phone(actor=colleague, obj=visit)
    with pytest.raises(Refused, match="上限"):
        actions.show_phone(actor=colleague, obj=visit)
    assert Event.objects.filter(verb="visit.phone_shown").count() == 2


def test_giving_it_to_who_has_it_is_no_news(round_: Round) -> None:
    visit = round_.visit()
    actions.assign(actor=round_.company.actor("leader"), obj=visit, assignee=round_.company.people["colleague"])
    assert not Event.objects.filter(verb="visit.assigned").exists()
    assert not Notice.objects.filter(kind="visit.assigned").exists()


def test_whoever_is_given_an_overdue_visit_is_told_that_it_is(round_: Round) -> None:
    visit, agent = round_.visit(), round_.company.people["agent"]
    round_.to(visit.due_at + timedelta(minutes=1))
    jobs.tell_overdue()
    actions.assign(actor=round_.company.actor("leader"), obj=visit, assignee=agent)
    assert Visit.objects.get().alarm_level == 0
    assert jobs.tell_overdue() == 1


def test_nobody_checks_what_he_did_himself(round_: Round) -> None:
    manager, visit = round_.company.actor("manager"), round_.visit()
    actions.record_result(actor=round_.company.actor("colleague"), obj=visit, satisfaction=1, solved=False)
    task = Rectification.objects.get()
    actions.plan_rectification(actor=manager, obj=task, plan="入库前抽检启动器")
    actions.finish_rectification(actor=manager, obj=task, proof="抽检记录 12 份")
    with pytest.raises(NotAllowed):
        actions.check_rectification(actor=manager, obj=task, passed=True)
    assert Rectification.objects.get().status == "done"
