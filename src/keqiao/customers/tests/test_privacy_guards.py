"""Who may do what with a person's request, what must be said first, and that every step is on record."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.customers.models import Customer, PrivacyRequest, PrivacySettings
from keqiao.customers.requests import actions, policies
from keqiao.customers.requests.copying import make_copy
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.notices.models import Notice, Todo
from keqiao.org.actions import create_employee, create_position

pytestmark = pytest.mark.django_db
HOW = "回拨档案电话核对"


def join(company: Company, role: str, unit: str, powers: list[str], scope: str = "department") -> Actor:
    """Somebody with a position of these powers."""
    post = create_position(actor=SYSTEM, name=role, scope=scope, powers=powers)
    company.people[role] = create_employee(
        actor=SYSTEM, username=role, name=f"专员{role}", unit=company.units[unit], positions=[post]
    )
    return company.actor(role)


@pytest.fixture
def officer(company: Company) -> Actor:
    """Handles the requests of 客户服务部, agrees to none."""
    return join(company, "officer", "service", ["customer.view", "privacy.handle"])


@pytest.fixture
def elsewhere(company: Company) -> Actor:
    """Handles the requests of another department."""
    return join(company, "elsewhere", "finance", ["customer.view", "privacy.handle", "privacy.approve"])


@pytest.fixture
def zhang(company: Company) -> Customer:
    return create_customer(actor=SYSTEM, name="张晓雯", phone="13812340001", owner=company.people["agent"])


def asked(actor: Actor, customer: Customer, kind: str = "copy", **more: Any) -> PrivacyRequest:
    return actions.receive(actor=actor, customer=customer, kind=kind, way="phone", **more)


def verified(actor: Actor, customer: Customer, kind: str = "copy") -> PrivacyRequest:
    return actions.verify(actor=actor, obj=asked(actor, customer, kind), identity_check=HOW)


def approving(company: Company, officer: Actor, customer: Customer) -> tuple[PrivacyRequest, Approval]:
    request = verified(officer, customer, "erase")
    approval = actions.ask_erasure(actor=officer, obj=request)
    request.refresh_from_db()
    return request, approval


def verbs(customer: Customer) -> list[str]:
    """The steps on record with the customer."""
    found = Event.objects.filter(about_id=customer.pk, verb__startswith="privacy.").order_by("pk")
    return [verb.removeprefix("privacy.") for verb in found.values_list("verb", flat=True)]


class TestReceiving:
    def test_needs_the_power_and_a_customer_within_sight(
        self, company: Company, elsewhere: Actor, zhang: Customer
    ) -> None:
        for actor in (company.actor("agent"), company.actor("leader"), elsewhere):
            with pytest.raises(NotAllowed):
                asked(actor, zhang)
        assert not PrivacyRequest.objects.exists()

    def test_not_of_an_erased_person_and_not_from_the_future(self, officer: Actor, zhang: Customer) -> None:
        with pytest.raises(Refused) as refused:
            asked(officer, zhang, received_at=timezone.now() + timedelta(minutes=1))
        assert refused.value.field == "received_at"
        Customer.objects.filter(pk=zhang.pk).update(erased=True)
        zhang.refresh_from_db()
        with pytest.raises(Refused) as refused:
            asked(officer, zhang)
        assert refused.value.field == "customer"


class TestSteps:
    def test_every_step_is_on_record_with_the_customer(self, officer: Actor, zhang: Customer) -> None:
        actions.answer(actor=officer, obj=verified(officer, zhang, "correct"), answer="已更正")
        actions.refuse(actor=officer, obj=asked(officer, zhang, "correct"), answer="身份无法核实")
        actions.cancel(actor=officer, obj=asked(officer, zhang, "correct"))
        assert verbs(zhang) == [
            "received", "verified", "answered", "received", "refused", "received", "cancelled",
        ]  # fmt: skip
        assert not Todo.objects.filter(done_at=None).exists()

    @pytest.mark.parametrize("who", ["agent", "leader", "elsewhere"])
    def test_nobody_else_takes_a_step(
        self, company: Company, officer: Actor, elsewhere: Actor, zhang: Customer, who: str
    ) -> None:
        other = company.actor(who)
        request = asked(officer, zhang)
        ready = verified(officer, zhang, "erase")
        assert not policies.visible(other).exists()
        steps: list[tuple[Any, PrivacyRequest, dict[str, str]]] = [
            (actions.verify, request, {"identity_check": HOW}),
            (actions.refuse, request, {"answer": "不予办理"}),
            (actions.cancel, request, {}),
            (actions.ask_erasure, ready, {}),
        ]
        for step, obj, words in steps:
            with pytest.raises(NotAllowed):
                step(actor=other, obj=obj, **words)
        request = actions.verify(actor=officer, obj=request, identity_check=HOW)
        with pytest.raises(NotAllowed):
            make_copy(actor=other, obj=request)
        make_copy(actor=officer, obj=request)
        with pytest.raises(NotAllowed):
            actions.answer(actor=other, obj=request, answer="已寄出")
        assert set(PrivacyRequest.objects.values_list("state", flat=True)) == {"verified"}

    def test_words_are_asked_for(self, officer: Actor, zhang: Customer) -> None:
        request = asked(officer, zhang, "correct")
        for step, name in ((actions.verify, "identity_check"), (actions.refuse, "answer")):
            with pytest.raises(Refused) as refused:
                step(actor=officer, obj=request, **{name: " 无 "})
            assert refused.value.field == name
        request = actions.verify(actor=officer, obj=request, identity_check=HOW)
        with pytest.raises(Refused) as refused:
            actions.answer(actor=officer, obj=request, answer=" 好 ")
        assert refused.value.field == "answer"

    def test_nothing_is_given_out_or_asked_for_before_the_identity_is_checked(
        self, officer: Actor, zhang: Customer
    ) -> None:
        with pytest.raises(NotAllowed):
            make_copy(actor=officer, obj=asked(officer, zhang))
        with pytest.raises(NotAllowed):
            actions.ask_erasure(actor=officer, obj=asked(officer, zhang, "erase"))
        assert not Event.objects.filter(verb="customer.copied").exists()

    def test_each_kind_has_its_own_end(self, company: Company, officer: Actor, zhang: Customer) -> None:
        correct, erase = verified(officer, zhang, "correct"), verified(officer, zhang, "erase")
        with pytest.raises(NotAllowed):
            make_copy(actor=officer, obj=correct)
        with pytest.raises(NotAllowed):
            actions.ask_erasure(actor=officer, obj=correct)
        with pytest.raises(NotAllowed):  # an erasure ends by being done, or is refused
            actions.answer(actor=officer, obj=erase, answer="已删除")
        assert not policies.allowed(officer, "edit", correct)

    def test_a_copy_for_somebody_else_is_none_for_this_one(
        self, company: Company, officer: Actor, zhang: Customer
    ) -> None:
        other = create_customer(actor=SYSTEM, name="李建国", phone="13600000001", owner=company.people["agent"])
        make_copy(actor=officer, obj=verified(officer, other))
        with pytest.raises(Refused, match="副本"):
            actions.answer(actor=officer, obj=verified(officer, zhang), answer="已寄出")


class TestErasure:
    def test_without_anybody_else_who_agrees_it_is_not_asked_for(
        self, company: Company, officer: Actor, zhang: Customer
    ) -> None:
        company.people["manager"].positions.clear()
        with pytest.raises(Refused, match="批准删除个人信息"):
            actions.ask_erasure(actor=officer, obj=verified(officer, zhang, "erase"))
        assert not Approval.objects.exists()

    @pytest.mark.parametrize("agreed", [True, False])
    def test_the_decision_is_on_record_and_told(
        self, company: Company, officer: Actor, zhang: Customer, agreed: bool
    ) -> None:
        request, approval = approving(company, officer, zhang)
        if agreed:
            approvals.approve(actor=company.actor("manager"), obj=approval)
        else:
            approvals.reject(actor=company.actor("manager"), obj=approval, note="再核对一次")
        word = "agreed" if agreed else "declined"
        assert verbs(zhang) == ["received", "verified", "erasure_asked", f"erasure_{word}"]
        told = Notice.objects.filter(employee_id=officer.id, kind="privacy", key=f"privacy.decided:{approval.pk}")
        assert request.number in told.get().title
        mine = Todo.objects.filter(employee_id=officer.id, label=actions.LABEL, done_at=None)
        assert mine.exists() is not agreed, "what was declined still waits for its answer"

    def test_who_agrees_reads_what_would_be_erased(
        self, company: Company, officer: Actor, elsewhere: Actor, zhang: Customer
    ) -> None:
        judge = join(company, "judge", "service", ["privacy.approve"], "all")
        request = verified(officer, zhang, "erase")
        assert not policies.allowed(judge, "plan", request)
        actions.ask_erasure(actor=officer, obj=request)
        request.refresh_from_db()
        url = f"/privacy-requests/{request.pk}/plan/"
        assert policies.allowed(judge, "plan", request)
        assert company.client("judge").get(url).status_code == 200
        assert company.client("elsewhere").get(url).status_code in {403, 404}
        assert not policies.sees_customer(judge, request)
        assert policies.sees_customer(officer, request)


class TestHouse:
    def test_lists_are_taken_away_by_those_who_oversee(self, company: Company, officer: Actor, zhang: Customer) -> None:
        asked(officer, zhang)
        join(company, "overseer", "head", ["privacy.handle", "privacy.oversee"], "all")
        url = "/privacy-requests/export/?format=csv"
        assert company.client("officer").get(url).status_code == 403
        answer = company.client("overseer").get(url)
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)
        assert policies.visible(company.actor("overseer")).count() == 1

    def test_leaders_hear_of_each_that_is_open_and_late_once(self, officer: Actor, zhang: Customer) -> None:
        late = [asked(officer, zhang, kind) for kind in ("copy", "correct", "erase")]
        actions.refuse(actor=officer, obj=late[0], answer="身份无法核实")
        PrivacyRequest.objects.update(due_at=timezone.now() - timedelta(days=1))
        PrivacyRequest.objects.filter(pk=late[1].pk).update(alarmed=True)
        assert (actions.alarm(), actions.alarm()) == (1, 0)
        assert Notice.objects.get(kind="privacy").key == f"privacy.due:{late[2].pk}"

    def test_deadlines_are_set_by_those_who_keep_the_rules_and_on_record(
        self, company: Company, officer: Actor
    ) -> None:
        row = PrivacySettings.objects.first() or PrivacySettings.objects.create()
        with pytest.raises(NotAllowed):
            actions.change_settings(actor=officer, obj=row, answer_days=60)
        before = row.answer_days
        actions.change_settings(actor=company.actor("manager"), obj=row, answer_days=before - 1)
        row.refresh_from_db()
        assert row.answer_days == before - 1
        assert Event.objects.get(verb="privacy_settings.changed").data["changes"] == {
            "answer_days": [before, before - 1]
        }
