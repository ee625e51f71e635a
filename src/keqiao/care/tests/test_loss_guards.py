"""Who marks and wins back lost customers, what must be said, and that each step is on record."""

from datetime import timedelta

import pytest

from keqiao.audit.models import Event
from keqiao.care.losses import actions
from keqiao.care.models import Loss, LossReason
from keqiao.care.tests.test_losses import WHY, marked, someone
from keqiao.conftest import Company
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.notices.models import Todo
from keqiao.org.models import Employee

pytestmark = pytest.mark.django_db
SOON = today() + timedelta(days=7)


def test_marking_needs_the_power_beside_the_customer(company: Company) -> None:
    post = company.people["agent"].positions.get()
    why = LossReason.objects.create(name="价格")
    customer = someone(company)
    post.powers = [power for power in post.powers if power != "loss.mark"]
    post.save()
    Employee.objects.update(access_version=99)
    with pytest.raises(NotAllowed):
        actions.mark(actor=company.actor("agent"), customer=customer, reason=why, evidence=WHY)
    assert not Loss.objects.exists()


@pytest.mark.parametrize("role", ["agent", "colleague", "outsider"])
def test_without_the_power_nobody_gives_out_or_ends_a_loss(company: Company, role: str) -> None:
    loss, actor = marked(company), company.actor(role)
    with pytest.raises(NotAllowed):
        actions.attempt(actor=actor, obj=loss, winner=company.people["agent"], due_on=SOON)
    for end in (actions.win, actions.give_up):
        with pytest.raises(NotAllowed):
            end(actor=actor, obj=loss, result="客户回来了")
    assert (Loss.objects.get().status, Todo.objects.count()) == ("lost", 0)


def test_nobody_who_has_left_is_given_the_task_and_a_result_is_said(company: Company) -> None:
    loss, leader = marked(company), company.actor("leader")
    Employee.objects.filter(pk=company.people["colleague"].pk).update(is_active=False)
    gone = Employee.objects.get(pk=company.people["colleague"].pk)
    with pytest.raises(Refused) as refused:
        actions.attempt(actor=leader, obj=loss, winner=gone, due_on=SOON)
    assert refused.value.field == "winner"
    loss = actions.attempt(actor=leader, obj=loss, winner=company.people["agent"], due_on=SOON)
    with pytest.raises(Refused) as refused:
        actions.win(actor=leader, obj=loss, result=" 好 ")
    assert refused.value.field == "result"


@pytest.mark.parametrize(("end", "verb"), [(actions.win, "loss.won"), (actions.give_up, "loss.given_up")])
def test_every_step_is_on_record_and_no_todo_is_left(company: Company, end: object, verb: str) -> None:
    loss, leader = marked(company), company.actor("leader")
    loss = actions.attempt(actor=leader, obj=loss, winner=company.people["agent"], due_on=SOON)
    assert callable(end)
    end(actor=leader, obj=loss, result="谈过两次")
    found = Event.objects.filter(about_id=loss.customer_id, verb__startswith="loss.").order_by("pk")
    assert list(found.values_list("verb", flat=True)) == ["loss.marked", "loss.tried", verb]
    assert not Todo.objects.filter(done_at=None).exists()
    assert Event.objects.filter(verb="loss_reason.created").count() == 2
