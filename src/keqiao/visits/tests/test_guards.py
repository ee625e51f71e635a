"""What is refused although the page does not offer it: ended visits, one's own check, tries without a time, too many numbers."""

from datetime import timedelta

import pytest

from keqiao.audit.models import Event
from keqiao.customers.models import Consent
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Notice
from keqiao.tickets.tests.conftest import MONDAY
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


def test_more_words_than_there_is_room_for_are_refused_whatever_the_way(round_: Round) -> None:
    visit = round_.visit()
    with pytest.raises(Refused) as refused:
        actions.record_result(
            actor=round_.company.actor("colleague"), obj=visit, satisfaction=5, solved=True, said="长" * 501
        )
    assert refused.value.field == "said"
    assert Visit.objects.get().open


def test_no_link_for_a_customer_who_wants_no_contact(round_: Round) -> None:
    visit = round_.visit()
    Consent.objects.create(customer=visit.customer, purpose="contact", channel="", given=False, at=MONDAY)
    with pytest.raises(Refused):
        actions.make_link(actor=round_.company.actor("colleague"), obj=visit)
    assert Visit.objects.get().token_digest is None


def test_a_try_after_which_somebody_else_tried_is_not_taken_back(round_: Round) -> None:
    visit, colleague = round_.visit(), round_.company.actor("colleague")
    actions.save_at_desk(actor=colleague, obj=visit, outcome="busy")
    actions.record_attempt(actor=round_.company.actor("leader"), obj=visit, outcome="no_answer")
    with pytest.raises(WrongState):
        actions.take_back(actor=colleague)
    assert (VisitAttempt.objects.count(), Visit.objects.get().attempts_made) == (2, 2)


def test_a_result_that_has_taken_effect_is_not_taken_back(round_: Round) -> None:
    visit, colleague = round_.visit(), round_.company.actor("colleague")
    actions.save_at_desk(actor=colleague, obj=visit, outcome="answered", satisfaction=5, solved=True)
    Visit.objects.update(follow_at=MONDAY)  # a clock that is a little ahead
    assert jobs.follow_desk() == 1
    with pytest.raises(WrongState):
        actions.take_back(actor=colleague)
    assert Visit.objects.get().status == "done"
