"""One person taken out of everything: afterwards neither name nor number is found in any table or any file."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import QueryDict

from keqiao.approvals import actions as approvals
from keqiao.audit import sealing, verifying
from keqiao.audit.models import Event
from keqiao.care.losses.actions import mark as mark_lost
from keqiao.care.models import LossReason
from keqiao.conftest import Company
from keqiao.customers.actions import change_customer, create_customer
from keqiao.customers.archive.actions import add_address, add_contact
from keqiao.customers.archive.identity import add_identity
from keqiao.customers.consenting.actions import note_consent
from keqiao.customers.erasing import run as erasing
from keqiao.customers.imports import actions as imports
from keqiao.customers.merging.actions import merge_customers
from keqiao.customers.models import Customer, PrivacyRequest
from keqiao.customers.requests import actions
from keqiao.customers.sharing.contact import record_contact
from keqiao.exports import actions as exports
from keqiao.exports.models import Export
from keqiao.files.actions import attach
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import Refused
from keqiao.kernel.resource import get
from keqiao.lists.actions import save_view
from keqiao.notices.actions import notify
from keqiao.reception import actions as reception
from keqiao.runtime import jobs
from keqiao.runtime.models import Job
from keqiao.search.actions import index
from keqiao.tickets import actions as tickets
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)
NAME, PHONE, MAIL, OLD = "欧阳暮雪", "13913572468", "muxue@geheim.example", "欧阳慕雪"
WORDS = (NAME, PHONE, "139 1357 2468", MAIL, "碧水湾5幢", "E24681357", PHONE[::-1], OLD)


@pytest.fixture
def place(desk: Desk, settings: Any, tmp_path: Path) -> Company:
    """The company, with all files in a folder of their own."""
    settings.MEDIA_ROOT, settings.DATA = tmp_path / "files", tmp_path
    settings.MEDIA_ROOT.mkdir()
    return desk.company


def lived(company: Company) -> Customer:
    """A customer who left traces everywhere."""
    agent, boss, people = company.actor("agent"), company.actor("manager"), company.people
    one = create_customer(
        actor=agent,
        name=NAME,
        phone=PHONE,
        email=MAIL,
        birthday="1979-03-14",
        owner=people["agent"],
        note=f"{NAME}爱喝茶",
    )
    twin = create_customer(actor=agent, name=OLD, phone="13913572469", owner=people["agent"])
    add_address(actor=agent, obj=one, kind="home", division="330102", detail="碧水湾5幢1204")
    add_contact(actor=agent, obj=one, name="欧阳听潮")
    add_identity(actor=agent, obj=one, kind="passport", number="E24681357")
    note_consent(actor=agent, obj=one, purpose="marketing", given=True, how="paper", evidence=f"{NAME}的会员表")
    merge_customers(actor=boss, survivor=one, other=twin)
    upload = ContentFile(f"{NAME} {PHONE}".encode(), name=f"{NAME}.txt")
    attach(actor=agent, owner_label="customers.customer", owner_id=one.pk, upload=upload, about=one.pk)
    reception.register(actor=agent, way="walk_in", customer=one, matter=f"{NAME}来问发票，回电{PHONE}")
    other = create_customer(
        actor=agent, name="李建国", phone="13600000001", owner=people["agent"], note=f"介绍人{NAME}"
    )
    save_view(actor=agent, resource="customers", name=f"{NAME}的", query=f"q={PHONE}")
    notify(actor=SYSTEM, to=[people["agent"].pk], title=f"{NAME}来电", url="/", kind="x", key="x:1")
    csv = f"客户名称,电话\n{NAME},{PHONE}\n王五,13700000009\n"
    batch = imports.upload(actor=boss, file=SimpleUploadedFile("名单.csv", b"\xef\xbb\xbf" + csv.encode()))
    imports.start(actor=boss, batch=batch, **started(batch))
    known = get("customers.customer")
    assert known is not None
    exports.ask(actor=boss, resource=known, query=QueryDict(f"q={PHONE}"), reason=f"给{NAME}回信")
    while jobs.work():
        pass
    index("customers.customer", [one, other])
    with transaction.atomic():
        Job.objects.create(name="x", payload={"who": NAME}, run_at="2030-01-01T00:00Z", state=Job.State.DONE)
    sealing.seal()
    return one


def started(batch: Any) -> dict[str, Any]:
    """What an import is begun with."""
    return {"columns": {0: "name", 1: "phone"}, "source": "", "duplicates": "skip"}


def asked(company: Company, customer: Customer) -> PrivacyRequest:
    """A request to erase, agreed to by somebody else."""
    manager = company.actor("manager")
    request = actions.receive(actor=manager, customer=customer, kind="erase", way="counter", wish=f"{NAME}要求删除")
    request = actions.verify(actor=manager, obj=request, identity_check="出示护照")
    approval = actions.ask_erasure(actor=manager, obj=request)
    approvals.approve(actor=company.actor("head"), obj=approval)
    return request


@pytest.fixture
def head(place: Company) -> None:
    """Somebody else who may agree."""
    from keqiao.org.actions import create_employee, create_position  # noqa: PLC0415 – beside its use

    post = create_position(actor=SYSTEM, name="个人信息负责人", scope="all", powers=["privacy.approve"])
    place.people["head"] = create_employee(
        actor=SYSTEM, username="head", name="高远", unit=place.units["head"], positions=[post]
    )


def dump() -> str:
    """Every table as text: of SQLite with the shadow tables of the search, JSON unescaped too."""
    connection.ensure_connection()
    if isinstance(connection.connection, sqlite3.Connection):
        text = "\n".join(connection.connection.iterdump())
        return text + text.encode().decode("unicode_escape", "ignore")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 – names of our own tables
            found += [f"{table} {row[0]}" for row in cursor.fetchall()]
    return "\n".join(found)


def where(word: str) -> list[str]:
    """The lines that give the person away, short."""
    escaped = json.dumps(word)[1:-1]
    return [line[:160] for line in dump().splitlines() if word in line or escaped in line]


def in_files(folder: Path, word: str) -> list[str]:
    """The files that give the person away; the database's own file is looked at by table."""
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and word.encode() in path.read_bytes() + path.name.encode()
    ]


def test_nothing_is_left(place: Company, head: None, tmp_path: Path) -> None:
    customer = lived(place)
    for word in (NAME, PHONE, MAIL, OLD, "碧水湾5幢"):
        assert where(word), f"the control: before, {word} is there"
    assert in_files(tmp_path, PHONE)
    request = asked(place, customer)
    while jobs.work():
        pass
    request.refresh_from_db()
    assert request.state == "done", Job.objects.filter(name=erasing.JOB).values("error")
    for word in WORDS:
        assert where(word) == [], word
        assert in_files(tmp_path, word) == [], word
    gone = Customer.objects.get(pk=customer.pk)
    assert (gone.erased, gone.name, gone.number) == (True, "已删除客户", customer.number)
    assert not gone.contact_points.exists()
    assert Customer.objects.get(name="李建国").note == "介绍人***"  # others keep what is theirs
    assert Customer.objects.filter(name="王五").exists()
    assert request.words == ""


def test_histories_keep_who_and_when_but_nothing_of_what_it_was_about(place: Company, head: None) -> None:
    """Words that are nobody's name go too: what changed in the archive, notes of talks, what the customer said."""
    customer = lived(place)
    agent = place.actor("agent")
    customer = change_customer(actor=agent, obj=customer, preferences="只喝正山小种")
    record_contact(actor=agent, obj=customer, way="phone", note="家里刚装好地暖")
    loss = mark_lost(
        actor=agent, customer=customer, reason=LossReason.objects.create(name="价格"), evidence="换了别家净水机"
    )
    assert loss is not None
    said = ("正山小种", "地暖", "净水机", "E24***357", "****-03-14")
    before = {word for word in said if where(word)}
    asked(place, customer)
    while jobs.work():
        pass
    assert before >= {"正山小种", "地暖", "净水机"}
    assert {word for word in said if where(word)} == set()
    verbs = set(Event.objects.filter(about_id=customer.pk).values_list("verb", flat=True))
    assert {"customer.changed", "customer.contacted", "loss.marked"} <= verbs
    page = place.client("manager").get(f"/customers/{customer.pk}/")
    assert page.status_code == 200
    assert "正山小种" not in page.content.decode()
    while sealing.seal():
        pass
    assert verifying.verify().problems == []


def test_the_audit_tells_a_redaction_from_a_forgery(place: Company, head: None) -> None:
    customer = lived(place)
    while sealing.seal():
        pass
    asked(place, customer)
    while jobs.work():
        pass
    while sealing.seal():
        pass
    report = verifying.verify()
    assert report.problems == []
    touched = Event.objects.filter(title__contains="***").order_by("pk").first()
    assert touched is not None
    from django.db.models import QuerySet  # noqa: PLC0415 – beside its use

    from keqiao.audit import guard  # noqa: PLC0415 – beside its use

    with transaction.atomic(), guard.unlocked():
        QuerySet(Event).filter(pk=touched.pk).update(title="别人")
    assert [problem.number for problem in verifying.verify().problems] == [touched.pk]


@pytest.mark.parametrize("dies_in", ["scrub", "about", "finish"])
def test_a_worker_may_die_at_any_step(
    place: Company, head: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_in: str
) -> None:
    request = asked(place, lived(place))

    def dies(*args: Any, **more: Any) -> None:
        raise KeyboardInterrupt  # as hard as it gets within a process: no handler of ours catches it

    target = {"scrub": erasing.scrubbing, "about": erasing.reach, "finish": erasing}[dies_in]
    with monkeypatch.context() as patch:
        patch.setattr(target, dies_in, dies)
        with pytest.raises(KeyboardInterrupt):
            erasing.carry_out(PrivacyRequest.objects.get(pk=request.pk))
    request.refresh_from_db()
    assert (request.state, request.words != "") == ("erasing", True)
    assert NAME not in request.words
    erasing.carry_out(PrivacyRequest.objects.get(pk=request.pk))
    for word in WORDS:
        assert where(word) == [], word


def test_a_shared_name_is_left_to_the_others(place: Company, head: None) -> None:
    customer = lived(place)
    twin = create_customer(actor=place.actor("agent"), name=NAME, phone="13555555555", owner=place.people["agent"])
    asked(place, customer)
    while jobs.work():
        pass
    twin.refresh_from_db()
    assert twin.name == NAME
    assert where(PHONE) == []
    assert not Event.objects.filter(about_id=customer.pk, title__contains=NAME).exists()
    assert Customer.objects.get(name="李建国").note == f"介绍人{NAME}"  # which of the two is meant, nobody can tell


def test_an_open_complaint_comes_first(place: Company, head: None) -> None:
    agent, manager = place.actor("agent"), place.actor("manager")
    customer = create_customer(actor=agent, name=NAME, phone=PHONE, owner=place.people["agent"])
    ticket = tickets.accept(
        actor=agent, kind="consultation", channel="phone", subject="洗碗机漏水", body="漏水", contact_name=NAME,
        contact_phone=PHONE, customer=customer,
    )  # fmt: skip
    request = actions.receive(actor=manager, customer=customer, kind="erase", way="counter")
    request = actions.verify(actor=manager, obj=request, identity_check="出示护照")
    with pytest.raises(Refused) as refused:
        actions.ask_erasure(actor=manager, obj=request)
    assert "在办的工单" in refused.value.message
    Ticket.objects.filter(pk=ticket.pk).update(open=False, stage="closed", closed_at=ticket.accepted_at)
    page = place.client("manager").get(f"/privacy-requests/{request.pk}/plan/").content.decode()
    assert "电子商务法" in page
    approval = actions.ask_erasure(actor=manager, obj=request)
    Ticket.objects.filter(pk=ticket.pk).update(open=True, stage="handling", closed_at=None)  # taken up again meanwhile
    head_of_privacy = place.actor("head")
    with pytest.raises(Refused, match="在办的工单"):
        approvals.approve(actor=head_of_privacy, obj=approval)
    approval.refresh_from_db()
    request.refresh_from_db()
    assert (approval.state, request.state) == ("waiting", "approving")
    assert not Job.objects.filter(name=erasing.JOB).exists()
    Ticket.objects.filter(pk=ticket.pk).update(open=False, stage="closed", closed_at=ticket.accepted_at)
    approvals.approve(actor=head_of_privacy, obj=approval)
    request.refresh_from_db()
    assert request.state == "erasing"


def test_exports_made_before_are_taken_off(place: Company, head: None) -> None:
    customer = lived(place)
    assert Export.objects.filter(state="ready").exists()
    asked(place, customer)
    while jobs.work():
        pass
    assert not Export.objects.filter(state="ready").exists()
