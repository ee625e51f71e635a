"""Papers for customers: templates with named places, drafts, signing, delivery, the customer's word."""

import io
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pypdf import PdfReader

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.customers.consenting.actions import note_consent
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.mailing import actions as mailing
from keqiao.mailing.models import Mail
from keqiao.tickets import actions as tickets
from keqiao.tickets.issued_papers import issued_papers
from keqiao.tickets.letters import actions
from keqiao.tickets.letters.places import GAP, PLACES
from keqiao.tickets.letters.templates_kept import ensure_templates, keep_template
from keqiao.tickets.models import Delivery, Letter, LetterTemplate, Ticket
from keqiao.tickets.tests.conftest import MONDAY, Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def usual(desk: Desk) -> Desk:
    """The desk with the usual templates."""
    ensure_templates(actor=SYSTEM)
    return desk


def of_kind(kind: str) -> LetterTemplate:
    return LetterTemplate.objects.get(kind=kind)


def issued(desk: Desk, ticket: Ticket, kind: str = "receipt") -> Letter:
    agent = desk.company.actor("agent")
    return actions.issue(actor=agent, obj=actions.draft(actor=agent, ticket=ticket, template=of_kind(kind)))


def unfounded(desk: Desk) -> Ticket:
    ticket = desk.at("investigating")
    desk.answered(ticket)
    return tickets.conclude(
        actor=desk.company.actor("agent"), obj=ticket, founded=False, findings="检测合格", explanation="属于正常声音"
    )


class TestTemplates:
    def test_a_place_that_means_nothing_is_refused_with_its_name(self, usual: Desk) -> None:
        words = {"kind": "receipt", "name": "回执", "title": "回执", "body": "{客户}您好，{不存在}"}
        with pytest.raises(Refused, match="没有 {不存在} 这样的变量") as caught:
            keep_template(actor=usual.company.actor("manager"), **words)
        assert caught.value.field == "body"
        answer = usual.company.client("manager").post("/letter-templates/new/", {**words, "active": "on"})
        assert answer.status_code == 422
        assert "没有 {不存在} 这样的变量" in answer.content.decode()

    def test_every_change_of_the_words_is_a_new_version_and_papers_keep_theirs(self, usual: Desk) -> None:
        letter, template, boss = issued(usual, usual.accept()), of_kind("receipt"), usual.company.actor("manager")
        said = letter.body
        kept = {"kind": "receipt", "name": "受理回执", "title": "投诉受理回执", "obj": template}
        changed = keep_template(actor=boss, **kept, body="{客户}：已受理。")
        same = keep_template(actor=boss, **kept, body="{客户}：已受理。", active=False)
        assert (changed.version, same.version) == (2, 2)
        letter.refresh_from_db()
        assert (letter.template_version, letter.body) == (1, said)

    def test_only_those_who_keep_the_rules_keep_templates(self, usual: Desk) -> None:
        with pytest.raises(NotAllowed):
            keep_template(actor=usual.company.actor("agent"), kind="receipt", name="x", title="x", body="x")
        assert usual.company.client("agent").get("/letter-templates/").status_code in {403, 404}

    def test_the_preview_reads_a_real_ticket_and_the_form_offers_every_place(self, usual: Desk) -> None:
        ticket, client = usual.accept(), usual.company.client("manager")
        page = client.get(f"/letter-templates/{of_kind('receipt').pk}/", {"ticket": ticket.number}).content.decode()
        assert f"单号为{ticket.number}" in page
        form = client.get(f"/letter-templates/{of_kind('receipt').pk}/edit/").content.decode()
        assert all(f'data-inserts="{{{name}}}"' in form for name in PLACES)
        assert "没有这个单号" in client.get(f"/letter-templates/{of_kind('receipt').pk}/?ticket=TS1").content.decode()


class TestSigning:
    def test_a_draft_is_filled_changed_signed_and_then_says_what_it_says(self, usual: Desk) -> None:
        agent, ticket = usual.company.actor("agent"), usual.accept()
        draft = actions.draft(actor=agent, ticket=ticket, template=of_kind("receipt"))
        assert ticket.number in draft.body
        assert "陈美兰" in draft.body
        draft = actions.reword(actor=agent, obj=draft, title=draft.title, body=draft.body + "\n谨启")
        letter = actions.issue(actor=agent, obj=draft)
        assert letter.number.startswith("WS")
        assert (letter.issued_by_id, letter.template_version, letter.intact) == (agent.id, 1, True)
        with pytest.raises(WrongState):
            actions.reword(actor=agent, obj=letter, title="改", body="改")
        with pytest.raises(WrongState):
            actions.issue(actor=agent, obj=letter)
        page = usual.company.client("agent").post(f"/letters/{letter.pk}/edit/", {"title": "改", "body": "改"})
        assert page.status_code == 403
        letter.refresh_from_db()
        assert letter.body.endswith("谨启")

    def test_words_changed_behind_the_back_are_seen(self, usual: Desk) -> None:
        letter = issued(usual, usual.accept())
        Letter.objects.filter(pk=letter.pk).update(body="别的")
        letter.refresh_from_db()
        assert not letter.intact
        assert "校验值不一致" in usual.company.client("agent").get(f"/letters/{letter.pk}/").content.decode()

    def test_no_paper_is_signed_with_a_gap_or_a_place_left(self, usual: Desk) -> None:
        agent, ticket = usual.company.actor("agent"), usual.accept(product="")
        template = keep_template(
            actor=SYSTEM, kind="receipt", name="短", title="回执", body="{客户}购买的{产品}，责任部门{责任部门}"
        )
        draft = actions.draft(actor=agent, ticket=ticket, template=template)
        assert draft.body == f"陈美兰购买的{GAP}，责任部门{GAP}"
        with pytest.raises(Refused, match="还有 2 处空白"):
            actions.issue(actor=agent, obj=draft)
        draft = actions.reword(actor=agent, obj=draft, title="回执", body="{客户}您好")
        with pytest.raises(Refused, match="没有替换的变量 {客户}"):
            actions.issue(actor=agent, obj=draft)

    def test_each_kind_waits_for_its_moment(self, usual: Desk) -> None:
        agent = usual.company.actor("agent")
        early, denied, done = usual.accept(), unfounded(usual), usual.at("resolved")

        def possible(ticket: Ticket, kind: str) -> bool:
            try:
                actions.draft(actor=agent, ticket=ticket, template=of_kind(kind))
            except Refused:
                return False
            return True

        kinds = ("receipt", "unfounded", "decision", "closing")
        assert [possible(early, kind) for kind in kinds] == [True, False, False, False]
        assert [possible(denied, kind) for kind in kinds] == [True, True, False, True]
        assert [possible(done, kind) for kind in kinds] == [True, False, True, True]

    def test_strangers_write_to_nobody(self, usual: Desk) -> None:
        ticket = usual.accept()
        with pytest.raises(NotAllowed):
            actions.draft(actor=usual.company.actor("outsider"), ticket=ticket, template=of_kind("receipt"))
        answer = usual.company.client("outsider").post(
            "/letters/new/", {"ticket": ticket.pk, "template": of_kind("receipt").pk}
        )
        assert answer.status_code == 422
        assert not Letter.objects.exists()


@pytest.fixture
def post_office(settings: Any) -> None:
    """A mail server is set."""
    settings.EMAIL_HOST = "mail.example"


def with_mail(desk: Desk) -> Ticket:
    """A ticket whose customer has an e-mail address."""
    owner = desk.company.people["agent"]
    customer = create_customer(
        actor=SYSTEM, name="陈美兰", phone="13800138000", email="meilan@example.com", owner=owner, source="phone"
    )
    return desk.accept(customer=customer)


class TestDelivery:
    def test_it_goes_by_mail_and_has_arrived_when_the_server_took_it(self, usual: Desk, post_office: None) -> None:
        with time_machine.travel(MONDAY, tick=False):
            letter, agent = issued(usual, with_mail(usual)), usual.company.actor("agent")
            actions.send(actor=agent, obj=letter)
            mail = Mail.objects.get(kind="letter")
            assert (mail.to, letter.number in mail.subject, letter.ticket.number in mail.text) == (
                "meilan@example.com", True, True,
            )  # fmt: skip
            with pytest.raises(Refused, match="正在等待发送"):
                actions.send(actor=agent, obj=letter)
            claimed = mailing.claim(mail.pk)
            assert claimed is not None
            mailing.sent(claimed)
        letter.refresh_from_db()
        assert letter.delivered_at is not None
        assert letter.deliveries.get().state == Delivery.State.DONE

    def test_what_could_not_be_sent_says_why(self, usual: Desk, post_office: None) -> None:
        with time_machine.travel(MONDAY, tick=False):
            letter = issued(usual, with_mail(usual))
            actions.send(actor=usual.company.actor("agent"), obj=letter)
            claimed = mailing.claim(Mail.objects.get(kind="letter").pk)
            assert claimed is not None
            mailing.failed(claimed, "550 no such user", permanent=True)
        letter.refresh_from_db()
        assert letter.delivered_at is None
        assert (letter.deliveries.get().state, letter.deliveries.get().note) == ("failed", "550 no such user")

    def test_a_refusal_holds_also_between_pressing_and_sending(self, usual: Desk, post_office: None) -> None:
        agent, boss = usual.company.actor("agent"), usual.company.actor("manager")
        with time_machine.travel(MONDAY, tick=False):
            letter = issued(usual, with_mail(usual))
            actions.send(actor=agent, obj=letter)
            note_consent(
                actor=boss, obj=letter.ticket.customer, purpose="service", channels=["email"], given=False, how="spoken",
                evidence="来电要求不要发邮件",
            )  # fmt: skip
            assert mailing.claim(Mail.objects.get(kind="letter").pk) is None
            assert letter.deliveries.get().state == Delivery.State.FAILED
            with pytest.raises(Refused, match="不同意"):
                actions.send(actor=agent, obj=letter)

    def test_at_night_it_waits_for_the_morning(self, usual: Desk, post_office: None) -> None:
        night = datetime(2026, 11, 23, 23, 30, tzinfo=MONDAY.tzinfo)
        with time_machine.travel(night, tick=False):
            actions.send(actor=usual.company.actor("agent"), obj=issued(usual, with_mail(usual)))
            at = Mail.objects.get(kind="letter").next_at.astimezone(MONDAY.tzinfo)
        assert (at.date() - night.date(), at.hour >= 7) == (timedelta(days=1), True)

    def test_without_server_or_address_the_way_out_is_said(self, usual: Desk, settings: Any) -> None:
        letter, agent = issued(usual, usual.accept()), usual.company.actor("agent")
        settings.EMAIL_HOST = ""
        with pytest.raises(Refused, match="还没有配置邮件服务器"):
            actions.send(actor=agent, obj=letter)
        settings.EMAIL_HOST = "mail.example"
        with time_machine.travel(timezone.now().replace(hour=4), tick=False), pytest.raises(Refused, match="没有邮箱"):
            actions.send(actor=agent, obj=letter)

    def test_handed_over_counts_from_its_hour_and_only_after_signing(self, usual: Desk) -> None:
        agent, ticket = usual.company.actor("agent"), usual.accept()
        letter = issued(usual, ticket)
        assert (issued_papers(ticket), letter.delivered_at) == ({"receipt"}, None)
        with pytest.raises(Refused, match="出具之后"):
            actions.deliver(actor=agent, obj=letter, way="posted", at=timezone.now() - timedelta(days=1))
        actions.deliver(actor=agent, obj=letter, way="handed", words="本人签收")
        letter.refresh_from_db()
        assert letter.delivered_at is not None
        draft = actions.draft(actor=agent, ticket=ticket, template=of_kind("receipt"))
        with pytest.raises(WrongState):
            actions.deliver(actor=agent, obj=draft, way="handed")

    def test_the_customers_answer_is_kept_and_shown(self, usual: Desk) -> None:
        agent = usual.company.actor("agent")
        letter = issued(usual, unfounded(usual), "unfounded")
        with pytest.raises(Refused, match="怎么说"):
            actions.answer(actor=agent, obj=letter, answer="objects", words=" ")
        actions.answer(actor=agent, obj=letter, answer="objects", words="我不认可")
        page = usual.company.client("agent").get(f"/letters/{letter.pk}/").content.decode()
        assert "我不认可" in page
        assert Event.objects.filter(verb="letter.answered", about_id=letter.ticket.customer_id).exists()


class TestPages:
    def test_from_the_list_a_paper_begins_with_the_number_of_its_ticket(self, usual: Desk) -> None:
        ticket, client = usual.accept(), usual.company.client("agent")
        assert "单号" in client.get("/letters/new/").content.decode()
        values = {"ticket": f" {ticket.number.lower()} ", "template": of_kind("receipt").pk}
        assert client.post("/letters/new/", values).status_code == 302
        assert Letter.objects.get().ticket == ticket
        for role, number in (("agent", "TS20010101-0001"), ("outsider", ticket.number)):
            refused = usual.company.client(role).post("/letters/new/", {**values, "ticket": number})
            assert refused.status_code in {403, 422}
            if role == "agent":
                assert "没有找到单号为“TS20010101-0001”的工单" in refused.content.decode()
        assert Letter.objects.count() == 1

    def test_the_ticket_leads_to_a_draft_and_shows_what_was_issued(self, usual: Desk) -> None:
        ticket, client = usual.accept(), usual.company.client("agent")
        card = f"/tickets/{ticket.pk}/letters/"
        assert card in client.get(f"/tickets/{ticket.pk}/").content.decode()
        assert f"/letters/new/?ticket={ticket.pk}" in client.get(card).content.decode()
        form = client.get(f"/letters/new/?ticket={ticket.pk}").content.decode()
        assert "受理回执" in form
        assert "处理决定" not in form
        done = client.post("/letters/new/", {"ticket": ticket.pk, "template": of_kind("receipt").pk})
        letter = Letter.objects.get()
        assert done["Location"] == f"/letters/{letter.pk}/"
        client.post(f"/letters/{letter.pk}/do/issue/")
        letter.refresh_from_db()
        assert letter.number in client.get(card).content.decode()

    def test_it_prints_as_word_and_pdf_but_never_as_a_draft(self, usual: Desk) -> None:
        ticket, client = usual.accept(), usual.company.client("agent")
        draft = actions.draft(actor=usual.company.actor("agent"), ticket=ticket, template=of_kind("receipt"))
        assert client.get(f"/letters/{draft.pk}/print/pdf/").status_code == 404
        letter = actions.issue(actor=usual.company.actor("agent"), obj=draft)
        word = b"".join(client.get(f"/letters/{letter.pk}/print/docx/").streaming_content)
        text = zipfile.ZipFile(io.BytesIO(word)).read("word/document.xml").decode()
        pdf = b"".join(client.get(f"/letters/{letter.pk}/print/pdf/").streaming_content)
        read = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
        assert ticket.number in text
        assert ticket.number in read
        assert Event.objects.filter(verb="document.printed", object_id=letter.pk).count() == 2

    def test_the_list_asks_the_same_number_of_questions_however_long(
        self, usual: Desk, django_assert_max_num_queries: Any
    ) -> None:
        client = usual.company.client("manager")

        def asked() -> int:
            with django_assert_max_num_queries(60) as queries:
                client.get("/letters/?view=all")
            return len(queries)

        issued(usual, usual.accept())
        client.get("/letters/?view=all")
        before = asked()
        for _number in range(4):
            issued(usual, usual.accept())
        assert asked() == before


def test_the_customer_reads_the_own_paper_once_it_was_delivered(usual: Desk, company: Company) -> None:
    from keqiao.workspace.queries.portal import papers  # noqa: PLC0415 – looked at from above

    ticket, agent = usual.accept(), company.actor("agent")
    letter = issued(usual, ticket)
    assert papers(ticket) == []
    actions.deliver(actor=agent, obj=letter, way="told")
    [(number, title, _day, words)] = papers(ticket)
    assert (number, title) == (letter.number, letter.title)
    assert "陈美兰" not in words
    assert ticket.number in words
