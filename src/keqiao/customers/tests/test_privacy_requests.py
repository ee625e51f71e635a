"""Requests of people about their own data: steps, deadlines, the copy, and who may do what."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.audit.models import Event
from keqiao.customers.actions import create_customer
from keqiao.customers.archive.actions import add_address
from keqiao.customers.archive.identity import add_identity
from keqiao.customers.consenting.actions import note_consent
from keqiao.customers.models import Customer, PrivacyRequest
from keqiao.customers.requests import actions
from keqiao.customers.requests.copying import make_copy
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Notice, Todo
from keqiao.org.actions import create_employee, create_position
from keqiao.org.models import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(company):
    """Who handles requests in 客户服务部 and may not agree to erasures."""
    powers = ["customer.view", "customer.change", "customer.reveal", "privacy.handle", "privacy.oversee"]
    post = create_position(actor=SYSTEM, name="个人信息专员", scope=Scope.DEPARTMENT, powers=powers)
    unit = company.units["service"]
    company.people["officer"] = create_employee(
        actor=SYSTEM, username="officer", name="魏明", unit=unit, positions=[post]
    )
    return company.actor("officer")


@pytest.fixture
def zhang(company) -> Customer:
    return create_customer(
        actor=company.actor("agent"), name="张晓雯", phone="13812340001", email="zhang@example.com", birthday="1985-07-23",
        owner=company.people["agent"],
    )  # fmt: skip


def asked(actor, customer, kind="copy", **more):
    return actions.receive(actor=actor, customer=customer, kind=kind, way="phone", **more)


def verified(actor, customer, kind="copy"):
    return actions.verify(actor=actor, obj=asked(actor, customer, kind), identity_check="回拨档案电话核对")


def test_from_receipt_to_answer(officer, zhang) -> None:
    request = asked(officer, zhang, "correct", wish="生日登记错了")
    assert request.number.startswith("GR")
    assert Todo.objects.filter(employee_id=officer.id, kind="privacy", done_at=None).exists()
    with pytest.raises(NotAllowed):
        actions.answer(actor=officer, obj=request, answer="已更正")  # not before the identity is checked
    request = actions.verify(actor=officer, obj=request, identity_check="回拨档案电话核对")
    request = actions.answer(actor=officer, obj=request, answer="已更正生日")
    assert (request.state, request.answered_by_id) == ("done", officer.id)
    assert not Todo.objects.filter(done_at=None).exists()
    with pytest.raises((NotAllowed, WrongState)):
        actions.refuse(actor=officer, obj=request, answer="不行")


def test_one_of_a_kind_is_open_at_a_time(officer, zhang) -> None:
    asked(officer, zhang)
    with pytest.raises(Refused) as refused:
        asked(officer, zhang)
    assert refused.value.field == "kind"
    asked(officer, zhang, "correct")


def test_deadlines_thirty_days_and_fifteen_working_days(officer, zhang) -> None:
    at = datetime(2026, 9, 21, 2, tzinfo=UTC)  # a Monday before the holidays of October
    copy = asked(officer, zhang, "copy", received_at=at)
    assert copy.due_at == at + timedelta(days=30)
    erase = asked(officer, zhang, "erase", received_at=at)
    day = timezone.localtime(erase.due_at).date()
    assert at.date() + timedelta(days=21) < day <= (at + timedelta(days=30)).date()


def test_leaders_hear_once_of_what_is_late(company, officer, zhang) -> None:
    request = asked(officer, zhang)
    assert actions.alarm() == 0
    PrivacyRequest.objects.filter(pk=request.pk).update(due_at=timezone.now() + timedelta(days=3))
    assert actions.alarm() == 1
    assert actions.alarm() == 0
    assert Notice.objects.filter(kind="privacy", employee_id=officer.id).count() == 1


def test_a_copy_holds_everything_and_is_on_record(company, officer, zhang) -> None:
    agent = company.actor("agent")
    add_address(actor=agent, obj=zhang, kind="home", division="370102", detail="泉城路1号")
    add_identity(actor=agent, obj=zhang, kind="passport", number="E24681357")
    note_consent(actor=agent, obj=zhang, purpose="marketing", given=True, how="paper", evidence="会员表")
    request = verified(officer, zhang)
    with pytest.raises(Refused):
        actions.answer(actor=officer, obj=request, answer="已寄出")  # nothing was made yet
    archive = zipfile.ZipFile(io.BytesIO(make_copy(actor=officer, obj=request)))
    data = json.loads(archive.read("data.json"))
    text = json.dumps(data, ensure_ascii=False)
    for value in ("张晓雯", "13812340001", "zhang@example.com", "1985-07-23", "泉城路1号", "E24681357", "会员表"):
        assert value in text, value
    book = openpyxl.load_workbook(io.BytesIO(archive.read(f"{zhang.number}.xlsx")))
    cells = {str(cell.value) for row in book.active.iter_rows() for cell in row}
    assert {"张晓雯", "13812340001", "E24681357"} <= cells
    event = Event.objects.get(verb="customer.copied")
    assert (event.about_id, event.data["reason"]) == (zhang.pk, request.number)
    assert "13812340001" not in json.dumps(event.data)
    actions.answer(actor=officer, obj=request, answer="已当面交付")


def test_erasing_needs_somebody_else(company, officer, zhang) -> None:
    request = verified(officer, zhang, "erase")
    approval = actions.ask_erasure(actor=officer, obj=request)
    request.refresh_from_db()
    assert request.state == "approving"
    with pytest.raises(NotAllowed):
        approvals.approve(actor=officer, obj=approval)
    approvals.reject(actor=company.actor("manager"), obj=approval, note="再核对一次身份")
    request.refresh_from_db()
    assert request.state == "verified"
    approval = actions.ask_erasure(actor=officer, obj=request)
    approvals.approve(actor=company.actor("manager"), obj=Approval.objects.get(pk=approval.pk))
    request.refresh_from_db()
    assert request.state == "erasing"


class TestDoors:
    def test_strangers_and_agents(self, company, officer, zhang) -> None:
        request = asked(officer, zhang)
        for role in ("agent", "outsider", "department"):
            client = company.client(role)
            for url in (
                f"/privacy-requests/{request.pk}/",
                f"/privacy-requests/{request.pk}/plan/",
                "/privacy/breach/",
            ):
                assert client.get(url).status_code in {403, 404}, (role, url)
            assert client.post(f"/privacy-requests/{request.pk}/copy/").status_code in {403, 404}

    def test_pages(self, company, officer, zhang) -> None:
        client = company.client("officer")
        body = {"customer": zhang.number, "kind": "erase", "way": "counter"}
        assert client.post(reverse("privacy-requests:create"), body).status_code == 302
        request = PrivacyRequest.objects.get()
        page = client.get(f"/privacy-requests/{request.pk}/").content.decode()
        assert "核实身份" in page
        client.post(f"/privacy-requests/{request.pk}/do/verify/", {"identity_check": "到店出示身份证"})
        page = client.get(f"/privacy-requests/{request.pk}/").content.decode()
        assert "查看删除预览" in page
        plan = client.get(f"/privacy-requests/{request.pk}/plan/").content.decode()
        assert "没有必须保留的内容" in plan
        assert Customer.objects.get(pk=zhang.pk).erased is False

    def test_copy_is_a_post_and_json_registers(self, company, officer, zhang) -> None:
        client = company.client("officer")
        body = {"customer": zhang.number, "kind": "copy", "way": "online"}
        answer = client.post("/api/privacy-requests", json.dumps(body), content_type="application/json")
        assert answer.status_code == 201, answer.content
        pk = answer.json()["id"]
        actions.verify(actor=officer, obj=PrivacyRequest.objects.get(pk=pk), identity_check="微信绑定账号")
        assert client.get(f"/privacy-requests/{pk}/copy/").status_code == 405
        answer = client.post(f"/privacy-requests/{pk}/copy/")
        assert answer["Content-Type"] == "application/zip"

    def test_wrong_input_keeps_what_was_typed(self, company, officer) -> None:
        answer = company.client("officer").post(
            reverse("privacy-requests:create"), {"customer": "查无此人", "wish": "删掉"}
        )
        assert answer.status_code == 422
        assert "删掉" in answer.content.decode()
