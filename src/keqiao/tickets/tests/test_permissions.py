"""Who sees what: told with one user per role, and an outsider who finds nothing anywhere."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from keqiao.conftest import Company
from keqiao.files.models import Attachment
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed
from keqiao.notices.queries import todos_page
from keqiao.org.actions import create_employee, create_position, create_token
from keqiao.search import queries as search
from keqiao.search.actions import index
from keqiao.tickets import actions, policies
from keqiao.tickets.models import Ticket
from keqiao.tickets.ruling import keeping
from keqiao.tickets.tests.conftest import Desk

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f0003860180"
    "5a347d6b0000000049454e44ae426082"
)


def sees(company: Company, role: str, ticket: Ticket) -> bool:
    """Whether the role's rows hold the ticket; the yes or no of `allowed` must say the same."""
    actor = company.actor(role)
    found = policies.visible(actor).filter(pk=ticket.pk).exists()
    assert policies.allowed(actor, "view", ticket) == found
    return found


def test_owner_leader_and_manager_see_it_the_colleague_and_the_outsider_do_not(desk: Desk, company: Company) -> None:
    ticket = desk.accept()
    assert {role: sees(company, role, ticket) for role in company.people} == {
        "agent": True, "colleague": False, "leader": True, "department": False, "manager": True, "outsider": False,
    }  # fmt: skip


def test_the_department_sees_what_it_must_answer_and_may_only_answer(desk: Desk, company: Company) -> None:
    ticket = desk.at("investigating")
    assert sees(company, "department", ticket)
    actor = company.actor("department")
    possible = {verb for verb in policies.STEPS if policies.allowed(actor, verb, ticket)}
    assert possible == {"evidence", "comment", "progress"}
    with pytest.raises(NotAllowed):
        actions.conclude(actor=actor, obj=ticket, founded=False, findings="没问题", explanation="没问题")
    actions.add_evidence(actor=actor, obj=ticket, kind="paper", title="检测报告", source="实验室")
    with pytest.raises(NotAllowed):
        actions.dispatch_accept(actor=company.actor("agent"), obj=ticket.dispatches.get())


def test_the_departments_todo_tells_the_matter_to_those_who_answer(desk: Desk, company: Company) -> None:
    for role, scope, powers in (
        ("answers", "team", ["dispatch.answer"]), ("own", "own", ["dispatch.answer"]), ("without", "all", ["visit.view"]),
    ):  # fmt: skip
        post = create_position(actor=SYSTEM, name=role, scope=scope, powers=powers)
        company.people[role] = create_employee(
            actor=SYSTEM, username=role, name=role, unit=company.units["quality"], positions=[post]
        )
    ticket = desk.at("investigating")
    for role in ("department", "answers", "own", "without", "outsider"):
        told = [row.title for row in todos_page(company.actor(role)).rows if str(ticket) in row.title]
        assert bool(told) == sees(company, role, ticket) == (role in {"department", "answers"}), role


def test_a_row_that_several_ways_lead_to_is_shown_once(desk: Desk, company: Company) -> None:
    ticket = desk.at("investigating")
    actions.dispatch_return(actor=company.actor("department"), obj=ticket.dispatches.get(), reason="再看")
    actions.dispatch(actor=company.actor("agent"), obj=ticket, units=[company.units["quality"]])
    assert list(policies.visible(company.actor("department"))) == [ticket]


def test_who_gives_a_dispatch_back_keeps_the_dispatch_and_not_the_ticket(desk: Desk, company: Company) -> None:
    ticket, client = desk.at("investigating"), company.client("department")
    row = ticket.dispatches.get()
    page, deed = f"http://testserver/tickets/{ticket.pk}/", f"/dispatches/{row.pk}/do/return/"
    assert client.get(page).status_code == 200
    htmx = {"HX-Request": "true", "HX-Current-URL": page}
    led = client.post(deed, {"reason": "不是我们的产品"}, headers=htmx)["HX-Redirect"]
    assert not sees(company, "department", ticket)
    assert client.get(page).status_code == 404
    assert led == f"/dispatches/{row.pk}/", "not back to a page that is no longer there"
    shown = client.get(led).content.decode()
    assert "不是我们的产品" in shown
    assert f'href="/tickets/{ticket.pk}/"' not in shown
    for role in ("agent", "leader", "manager"):
        assert sees(company, role, ticket)
    actions.dispatch(actor=company.actor("agent"), obj=ticket, units=[company.units["quality"]])
    assert sees(company, "department", ticket)


@pytest.mark.parametrize("role", ["outsider", "colleague"])
def test_an_outsider_finds_nothing_by_list_search_address_file_export_or_api(
    desk: Desk, company: Company, role: str, tmp_path: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    ticket = desk.at("investigating")
    evidence = actions.add_evidence(
        actor=company.actor("agent"), obj=ticket, kind="photo", title="冰箱照片",
        files=[SimpleUploadedFile("冰箱.png", PNG, content_type="image/png")],
    )  # fmt: skip
    index("tickets.ticket", [ticket])
    assert search.ids("tickets.ticket", "冷藏室") == [ticket.pk]
    client, owner = company.client(role), company.client("agent")
    for view in ("mine", "answering", "due", "open", "closed", "all"):
        text = client.get("/tickets/", {"view": view}).content.decode()
        assert ticket.number not in text
        assert "共 0 条" in text
    assert ticket.number in owner.get("/tickets/").content.decode()
    for words in (ticket.number, "冷藏室", "8000", "13800138000"):
        assert ticket.subject not in client.get("/tickets/", {"view": "all", "q": words}).content.decode()
        assert ticket.subject in owner.get("/tickets/", {"view": "all", "q": words}).content.decode(), words
    assert ticket.number not in client.get("/search/", {"q": "冷藏室"}).content.decode()
    file = Attachment.objects.get(owner_id=evidence.pk)
    row = ticket.dispatches.get()
    for url in (
        f"/tickets/{ticket.pk}/", f"/tickets/{ticket.pk}/do/assign/", f"/tickets/{ticket.pk}/do/comment/",
        f"/dispatches/{row.pk}/", f"/dispatches/{row.pk}/do/accept/", f"/history/tickets.ticket/{ticket.pk}/",
        f"/files/{file.key}/",
    ):  # fmt: skip
        assert client.get(url).status_code in {403, 404}, url
    assert client.post(f"/dispatches/{row.pk}/do/accept/").status_code in {403, 404}
    token = create_token(actor=company.actor(role), employee=company.people[role], name="测试")
    headers = {"Authorization": f"Bearer {token}"}
    listed = client.get("/api/tickets?view=all", headers=headers).json()
    assert listed["items"] == []
    assert client.get(f"/api/tickets/{ticket.pk}", headers=headers).status_code == 404
    answer = client.post(
        f"/api/tickets/{ticket.pk}/comment",
        json.dumps({"text": "看看"}),
        content_type="application/json",
        headers=headers,
    )
    assert answer.status_code == 404


def test_the_phone_is_masked_on_every_page_and_in_the_api(desk: Desk, company: Company) -> None:
    ticket = desk.at("investigating")
    client = company.client("manager")
    token = create_token(actor=company.actor("manager"), employee=company.people["manager"], name="测试")
    headers = {"Authorization": f"Bearer {token}"}
    for url in ("/tickets/?view=all", f"/tickets/{ticket.pk}/", f"/history/tickets.ticket/{ticket.pk}/"):
        assert "13800138000" not in client.get(url).content.decode(), url
    assert "13800138000" not in client.get(f"/api/tickets/{ticket.pk}", headers=headers).content.decode()
    assert client.get(f"/api/tickets/{ticket.pk}", headers=headers).json()["contact_phone"] == "138****8000"


@pytest.mark.parametrize("stage", ["accepted", "assessed", "investigating", "handling", "resolved", "told", "closed"])
def test_the_page_offers_the_one_next_step_in_place(desk: Desk, company: Company, stage: str) -> None:
    ticket = desk.at(stage)
    answer = company.client("manager").get(f"/tickets/{ticket.pk}/")
    assert answer.status_code == 200
    text = answer.content.decode()
    wanted = {"accepted": "assess", "assessed": "dispatch", "handling": "plan", "resolved": "tell"}.get(stage)
    assert text.count('id="step-form"') == (1 if wanted or stage == "investigating" else 0)
    if wanted:
        assert f'action="/tickets/{ticket.pk}/do/{wanted}/"' in text
        assert f'href="/tickets/{ticket.pk}/do/{wanted}/"' not in text


def test_the_department_answers_from_the_tickets_page(desk: Desk, company: Company) -> None:
    ticket = desk.at("investigating")
    client, row = company.client("department"), ticket.dispatches.get()
    assert f'action="/dispatches/{row.pk}/do/accept/"' in client.get(f"/tickets/{ticket.pk}/").content.decode()
    client.post(f"/dispatches/{row.pk}/do/accept/")
    assert f'action="/dispatches/{row.pk}/do/answer/"' in client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert client.post(f"/dispatches/{row.pk}/do/answer/", {"answer": ""}).status_code == 422
    client.post(f"/dispatches/{row.pk}/do/answer/", {"answer": "启动器不良"})
    row.refresh_from_db()
    assert row.answer == "启动器不良"


def test_settings_are_for_those_who_keep_the_rules(desk: Desk, company: Company) -> None:
    for name in ("categories", "causes", "ticket-rules", "deadlines", "ticket-settings"):
        assert company.client("agent").get(f"/{name}/").status_code == 403
        assert company.client("manager").get(f"/{name}/", follow=True).status_code == 200
    with pytest.raises(NotAllowed):
        keeping.draft(actor=company.actor("leader"))
