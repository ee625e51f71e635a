"""Lost customers: marked with evidence once, won back or given up, counted with their records."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from keqiao.care.losses import actions, policies
from keqiao.care.models import Loss, LossReason
from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.customers.life_cycle import actions as life
from keqiao.customers.life_cycle import staging
from keqiao.customers.models import Customer
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Todo
from keqiao.reception.actions import register

pytestmark = pytest.mark.django_db
WHY = "半年没有复购，来电说已换别家"


def someone(company: Company, name: str = "顾念秋") -> Customer:
    return create_customer(actor=company.actor("agent"), name=name, owner=company.people["agent"])


def reason(company: Company) -> LossReason:
    top = actions.keep_reason(actor=company.actor("leader"), name="价格")
    return actions.keep_reason(actor=company.actor("leader"), name="比别家贵", parent=top)


def marked(company: Company) -> Loss:
    return actions.mark(actor=company.actor("agent"), customer=someone(company), reason=reason(company), evidence=WHY)


def test_a_customer_is_lost_once_with_reason_and_evidence(company: Company) -> None:
    loss = marked(company)
    assert (str(loss.reason), loss.owner_id, loss.status) == ("价格 / 比别家贵", company.people["agent"].pk, "lost")
    again = {"actor": company.actor("agent"), "customer": loss.customer, "reason": loss.reason}
    with pytest.raises(Refused, match="已登记为流失"):
        actions.mark(**again, evidence=WHY)
    with pytest.raises(Refused, match="依据"):
        actions.mark(**again, evidence=" ")
    with pytest.raises(Refused, match="将来"):
        actions.mark(**again, evidence=WHY, lost_on=today() + timedelta(days=1))
    with pytest.raises(NotAllowed):
        actions.mark(actor=company.actor("outsider"), customer=loss.customer, reason=loss.reason, evidence=WHY)
    assert Loss.objects.count() == 1


def test_winning_back_has_an_owner_a_day_a_todo_and_a_result(company: Company) -> None:
    loss, leader = marked(company), company.actor("leader")
    colleague = company.people["colleague"]
    with pytest.raises(Refused, match="早于今天"):
        actions.attempt(actor=leader, obj=loss, winner=colleague, due_on=today() - timedelta(days=1))
    trying = actions.attempt(actor=leader, obj=loss, winner=colleague, due_on=today(), plan="上门致歉")
    assert Todo.objects.filter(employee=colleague, done_at=None).count() == 1
    won = actions.win(actor=company.actor("colleague"), obj=trying, result="签了延保")
    assert won.status == "won"
    assert not Todo.objects.filter(done_at=None).exists()
    with pytest.raises((WrongState, NotAllowed)):
        actions.give_up(actor=leader, obj=trying, result="算了")
    actions.mark(actor=company.actor("agent"), customer=loss.customer, reason=loss.reason, evidence="又走了，这次嫌远")


def test_the_tree_has_two_levels_and_each_name_once(company: Company) -> None:
    leaf = reason(company)
    for values, field in (({"name": "三级", "parent": leaf}, "parent"), ({"name": "价格"}, "name")):
        with pytest.raises(Refused) as refused:
            actions.keep_reason(actor=company.actor("leader"), **values)
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        actions.keep_reason(actor=company.actor("agent"), name="我的")


def test_the_analysis_counts_and_every_figure_opens_its_losses(company: Company) -> None:
    why, leader = reason(company), company.actor("leader")
    for number in range(4):
        loss = actions.mark(actor=leader, customer=someone(company, f"客{number}"), reason=why, evidence=WHY)
        if number < 3:
            loss = actions.attempt(actor=leader, obj=loss, winner=company.people["agent"], due_on=today())
            (actions.win if number else actions.give_up)(actor=leader, obj=loss, result="结果")
    client = company.client("leader")
    tables = client.get("/losses/analysis/").context["tables"]
    for _title, lines in tables:
        assert [number for number, _url in lines[0]["cells"]] == [4, 2, 1]
        assert lines[0]["rate"] == "67% (21%–94%)"
        for number, url in lines[0]["cells"]:
            assert client.get(url).context["page"].count_text == f"共 {number} 条"
    assert client.get("/losses/analysis/?from=x&to=0001-01-01").status_code == 200
    assert company.client("department").get("/losses/analysis/").status_code == 403


def test_from_the_customers_page_to_the_mark_and_by_json(company: Company) -> None:
    customer, why = someone(company), reason(company)
    client = company.client("agent")
    part = client.get(f"/customers/{customer.pk}/losses/").content.decode()
    assert f"/losses/new/?customer={customer.pk}" in part
    form = client.get(f"/losses/new/?customer={customer.pk}").content.decode()
    assert f'value="{customer.number} {customer.name}"' in form
    stranger = company.client("outsider").get(f"/losses/new/?customer={customer.pk}").content.decode()
    assert customer.name not in stranger
    assert customer.number not in stranger
    data = {"customer": customer.pk, "reason": why.pk, "evidence": WHY}
    wrong = client.post("/losses/new/", data | {"customer": ""})
    assert wrong.status_code == 422
    assert WHY in wrong.content.decode()
    assert client.post("/losses/new/", data | {"customer": customer.name}).status_code == 302
    assert "登记为流失客户" not in client.get(f"/customers/{customer.pk}/losses/").content.decode()
    again = client.post("/api/losses", data, content_type="application/json")
    assert again.status_code == 409
    pk = Loss.objects.get().pk
    assert f'href="/customers/{customer.pk}/"' in client.get(f"/losses/{pk}/").content.decode()
    assert company.client("outsider").get(f"/losses/{pk}/").status_code == 404
    assert not policies.visible(company.actor("outsider")).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_many_who_mark_make_one_loss(company: Company, in_parallel: Callable[..., list[Any]]) -> None:
    customer, why, actor = someone(company), reason(company), company.actor("agent")
    results = in_parallel(lambda _n: actions.mark(actor=actor, customer=customer, reason=why, evidence=WHY), 6)
    assert sum(isinstance(one, Loss) for one in results) == 1
    assert all(isinstance(one, Loss | Refused) for one in results), results


def stage(customer: Customer) -> str:
    return Customer.objects.get(pk=customer.pk).life_cycle


def test_who_is_marked_is_lost_until_won_back_and_then_sorted_by_rule(company: Company) -> None:
    loss, leader = marked(company), company.actor("leader")
    customer = loss.customer
    assert stage(customer) == "lost"
    staging.settle_all(lambda done, total: None)
    assert stage(customer) == "lost", "no rule takes it back"
    trying = actions.attempt(actor=leader, obj=loss, winner=company.people["colleague"], due_on=today())
    assert stage(customer) == "lost"
    actions.win(actor=leader, obj=trying, result="签了延保")
    assert stage(customer) == "interested", "he was spoken with today"


def test_a_mark_weighs_more_than_a_stage_set_by_hand_before(company: Company) -> None:
    customer = someone(company)
    life.set_stage(actor=SYSTEM, obj=customer, stage="repeat")
    actions.mark(actor=company.actor("agent"), customer=customer, reason=reason(company), evidence=WHY)
    assert stage(customer) == "lost"
    life.set_stage(actor=SYSTEM, obj=Customer.objects.get(pk=customer.pk), stage="dormant")
    staging.settle_all(lambda done, total: None)
    assert stage(customer) == "dormant", "and a hand afterwards weighs more than the mark"


@pytest.mark.parametrize(("days", "after"), [(-1, "lost"), (1, "interested")])
def test_who_was_given_up_is_lost_until_he_comes_by_himself(company: Company, days: int, after: str) -> None:
    loss = marked(company)
    actions.give_up(actor=company.actor("leader"), obj=loss, result="不再考虑")
    assert stage(loss.customer) == "lost"
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        register(actor=company.actor("agent"), way="call", customer=loss.customer, matter="想再买一台")
    staging.settle([loss.customer_id])
    assert stage(loss.customer) == after


def test_the_analysis_of_customers_counts_those_on_the_list_of_the_lost(company: Company) -> None:
    why, leader = reason(company), company.actor("leader")
    for number in range(3):
        actions.mark(actor=leader, customer=someone(company, f"客{number}"), reason=why, evidence=WHY)
    page = company.client("leader").get("/customers/?life_cycle=lost").content.decode()
    assert [f"客{n}" in page for n in range(3)] == [True] * 3
