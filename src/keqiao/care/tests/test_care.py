"""Who is greeted, drafts made once, done once, sent for real or not at all."""

import socket
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.care import actions, policies, queries
from keqiao.care.candidates import candidates
from keqiao.care.models import CarePlan, Greeting
from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.customers.consenting.actions import note_consent, token_of
from keqiao.customers.consents import NO_CONTACT
from keqiao.customers.models import Customer, ImportantDate
from keqiao.customers.queries import timeline
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.mailing.models import Mail
from keqiao.notices.models import Notice
from keqiao.org.models import Position
from keqiao.org.queries import grants
from keqiao.runtime import jobs

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 22, 16, 20, tzinfo=UTC)
TODAY = date(2026, 11, 23)
WORDS = "{客户称呼}您好，{公司}祝您{事由}快乐！{负责人}"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as moving:
        yield moving


def plan(company: Company, **values: Any) -> CarePlan:
    usual = {"name": "生日关怀", "occasion": "birthday", "words": WORDS, "channel": "phone"}
    return actions.keep_plan(actor=company.actor("leader"), **(usual | values))


def person(company: Company, name: str = "欧阳念秋", **values: Any) -> Customer:
    owner = company.people["agent"]
    return create_customer(actor=company.actor("agent"), name=name, owner=owner, gender="female", **values)


def greeting(company: Company, **values: Any) -> Greeting:
    person(company, birthday=date(1988, 11, 23), **values)
    plan(company, channel="email" if "email" in values else "phone")
    actions.draft_all()
    return Greeting.objects.get()


def test_a_birthday_is_drafted_with_names_for_the_owner_who_is_told(company: Company) -> None:
    customer = person(company, birthday=date(1988, 11, 23))
    person(company, "别天生", birthday=date(1988, 11, 22))
    plan(company)
    assert actions.draft_all() == 1
    made = Greeting.objects.get()
    assert made.text == "欧阳女士您好，海纳电器祝您生日快乐！林一诺"
    assert (made.customer_id, made.owner_id, made.due_on) == (customer.pk, company.people["agent"].pk, TODAY)
    assert made.number == "GH20261123-0001"
    assert Notice.objects.get(kind="care").title == "今天有 1 位客户待关怀"


def test_drafting_again_and_each_day_makes_nothing_twice(company: Company, clock: Any) -> None:
    person(company, birthday=date(1988, 11, 26))
    plan(company)
    assert actions.draft_all() == 1
    assert actions.draft_all() == 0
    clock.move_to(NOW + timedelta(days=1))
    assert actions.draft_all() == 0
    assert Greeting.objects.count() == 1


def test_days_ahead_move_the_day_of_the_deed(company: Company) -> None:
    person(company, birthday=date(1988, 12, 3))
    plan(company, ahead_days=3)
    actions.draft_all()
    made = Greeting.objects.get()
    assert (made.day, made.due_on) == (date(2026, 12, 3), date(2026, 11, 30))


def test_a_lunar_birthday_goes_before_the_solar_one(company: Company) -> None:
    """15 of the tenth month is 23 November 2026."""
    customer = person(company, birthday=date(1988, 11, 24))
    ImportantDate.objects.create(customer=customer, kind="birthday", calendar="lunar", month=10, day=15)
    found = list(candidates(plan(company), TODAY, TODAY + timedelta(days=7)))
    assert [(one.day, one.subject) for one in found] == [(TODAY, "生日（农历 十月十五）")]


def test_important_dates_anniversaries_and_festivals_have_their_audience(company: Company) -> None:
    customer = person(company, tier="vip", tags=["老客户"])
    Customer.objects.filter(pk=customer.pk).update(created_at=NOW - timedelta(days=365))
    ImportantDate.objects.create(
        customer=customer, kind="renewal", label="延保", year=2026, month=11, day=28, yearly=False
    )
    person(company, "普通人")
    renewal = plan(company, name="续约", occasion="day", day_kind="renewal", ahead_days=5)
    joined = plan(company, name="周年", occasion="joined", words="{周年}周年")
    tag = customer.tags.get()
    new_year = plan(company, name="元旦", occasion="festival", festival="new_year", tag=tag)
    vip = plan(company, name="元旦 VIP", occasion="festival", festival="new_year", tier="vip")
    everybody = plan(company, name="元旦全部", occasion="festival", festival="new_year")
    at = date(2027, 1, 1)
    assert [one.subject for one in candidates(renewal, TODAY + timedelta(days=5), TODAY + timedelta(days=9))] == [
        "续约日 延保"
    ]
    assert [one.subject for one in candidates(joined, TODAY, TODAY)] == ["建档 1 周年"]
    assert [len(list(candidates(one, at, at))) for one in (new_year, vip, everybody)] == [1, 1, 2]


def test_who_asked_to_be_left_alone_is_and_so_are_erased_ones(company: Company) -> None:
    person(company, "勿扰者", birthday=date(1988, 11, 23), tags=[NO_CONTACT])
    gone = person(company, "已删除", birthday=date(1988, 11, 23))
    Customer.objects.filter(pk=gone.pk).update(erased=True)
    plan(company)
    assert actions.draft_all() == 0


def test_a_leap_day_child_is_greeted_on_the_28th(company: Company) -> None:
    person(company, birthday=date(1992, 2, 29))
    found = candidates(plan(company), date(2027, 2, 26), date(2027, 3, 3))
    assert [one.day for one in found] == [date(2027, 2, 28)]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"words": "{天气}"}, "words"),
        ({"occasion": "festival"}, "festival"),
        ({"occasion": "day"}, "day_kind"),
    ],
)
def test_a_plan_that_cannot_work_is_refused(company: Company, values: Any, field: str) -> None:
    with pytest.raises(Refused) as refused:
        plan(company, **values)
    assert refused.value.field == field
    assert not CarePlan.objects.exists()
    with pytest.raises(NotAllowed):
        actions.keep_plan(actor=company.actor("agent"), name="我的", occasion="birthday", words="好", channel="phone")


def test_a_result_is_recorded_once_and_shown_in_the_timeline(company: Company) -> None:
    made = greeting(company)
    actor = company.actor("agent")
    done = actions.finish(actor=actor, obj=made, outcome="replied", note="很高兴")
    assert (done.status, done.outcome, done.done_by_id) == ("done", "replied", actor.id)
    with pytest.raises((WrongState, NotAllowed)):
        actions.finish(actor=actor, obj=made, outcome="bought")
    assert "关怀：生日，客户有回应" in [line.title for line in timeline(actor, made.customer).entries]
    with pytest.raises(NotAllowed):
        actions.skip(actor=company.actor("outsider"), obj=made, note="不想做")


def test_a_greeting_without_owner_is_for_the_unit_to_take(company: Company) -> None:
    create_customer(
        actor=company.actor("agent"), name="公海客", birthday=date(1980, 11, 23), unit=company.units["team"], owner=None
    )
    plan(company)
    actions.draft_all()
    made = Greeting.objects.get()
    assert made.owner is None
    assert not policies.visible(company.actor("outsider")).exists()
    taken = actions.take(actor=company.actor("colleague"), obj=made)
    assert taken.owner_id == company.people["colleague"].pk
    with pytest.raises((WrongState, NotAllowed)):
        actions.take(actor=company.actor("agent"), obj=made)


def test_without_a_mail_server_nothing_is_sent_and_said_so(company: Company, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    made = greeting(company, email="qiu@example.cn")
    with pytest.raises(Refused, match="没有配置邮件服务器"):
        actions.send(actor=company.actor("agent"), obj=made)
    assert Greeting.objects.get().status == "due"


@pytest.fixture
def mailbox(settings: Any) -> Any:
    """A real mail server, and what it has received."""
    received: list[Any] = []

    class Keep(Message):
        def handle_message(self, message: Any) -> None:
            received.append(message)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(Keep(), hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.DEFAULT_FROM_EMAIL = "kefu@haina.example"
    yield received
    server.stop()


def test_an_e_mail_is_really_sent_once_and_then_done(company: Company, mailbox: list[Any]) -> None:
    made = greeting(company, email="qiu@example.cn")
    actions.send(actor=company.actor("agent"), obj=made)
    while jobs.work():
        pass
    made.refresh_from_db()
    assert (made.status, made.outcome, made.done_by_id) == ("done", "delivered", company.people["agent"].pk)
    assert len(mailbox) == 1
    message = mailbox[0]
    assert "<qiu@example.cn>" in message["To"]
    assert message["Message-ID"].endswith("@haina.example>")
    assert "欧阳女士您好" in message.get_payload(decode=True).decode()
    assert not Mail.objects.exclude(text="").exists()


def test_a_server_that_does_not_answer_leaves_it_due_and_tells_the_sender(
    company: Company, settings: Any, clock: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    made = greeting(company, email="qiu@example.cn")
    actions.send(actor=company.actor("agent"), obj=made)
    tries = []
    for _hour in range(15):
        while jobs.work():
            tries.append(timezone.localtime())
        clock.shift(3600)
    assert len(tries) > 3
    assert all(8 <= at.hour < 21 for at in tries[:-1]), "the customer rests"
    made.refresh_from_db()
    assert made.status == "due"
    assert (made.note, made.done_by) != ("", made.owner)
    assert Notice.objects.filter(employee=company.people["agent"], title__startswith="关怀邮件没有发出").exists()


def test_nothing_is_sent_in_rest_times_nor_to_who_asked_not_to_be_contacted(
    company: Company, settings: Any, clock: Any
) -> None:
    settings.EMAIL_HOST = "127.0.0.1"
    made = greeting(company, email="qiu@example.cn")
    clock.move_to(datetime(2026, 11, 23, 14, 0, tzinfo=UTC))
    with pytest.raises(Refused, match="休息时间"):
        actions.send(actor=company.actor("agent"), obj=made)
    clock.move_to(NOW)
    made.customer.tags.create(name=NO_CONTACT)
    with pytest.raises(Refused, match="不再联系"):
        actions.send(actor=company.actor("agent"), obj=made)


def test_marketing_goes_to_those_who_agreed_and_to_nobody_who_has_withdrawn(
    company: Company, mailbox: list[Any]
) -> None:
    """A tap on the link is in force at once, also for what waits to be sent."""
    one, two = (
        person(company, name, birthday=date(1988, 11, 23), email=mail)
        for name, mail in (("欧阳念秋", "qiu@example.cn"), ("司马南", "nan@example.cn"))
    )
    person(company, "上官云", birthday=date(1988, 11, 23), email="yun@example.cn")
    plan(company, channel="email", purpose="marketing")
    assert actions.draft_all() == 0
    for who in (one, two):
        note_consent(
            actor=company.actor("agent"), obj=who, purpose="marketing", given=True, how="paper", evidence="会员表"
        )  # fmt: skip
    assert actions.draft_all() == 2
    for made in Greeting.objects.all():
        actions.send(actor=company.actor("agent"), obj=made)
    url = reverse("consent-unsubscribe", args=[token_of(two)])
    assert Client().post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    while jobs.work():
        pass
    assert len(mailbox) == 1
    assert "<qiu@example.cn>" in mailbox[0]["To"]
    assert Greeting.objects.get(customer=one).status == "done"
    kept = Greeting.objects.get(customer=two)
    assert kept.status == "due"
    with pytest.raises(Refused, match="营销"):
        actions.send(actor=company.actor("agent"), obj=kept)


def test_results_are_counted_and_every_figure_opens_its_records(company: Company) -> None:
    for number, outcome in enumerate(["delivered", "replied", "bought", "unreached", ""]):
        person(company, f"客{number}", birthday=date(1988, 11, 23))
        if number == 0:
            plan(company)
        actions.draft_all()
        made = Greeting.objects.latest("pk")
        if outcome:
            actions.finish(actor=company.actor("agent"), obj=made, outcome=outcome)
    client = company.client("leader")
    line = client.get("/care/results/").context["lines"][0]
    assert [number for number, _url in line["cells"]] == [5, 4, 0, 1, 1, 1]
    assert (line["share"], line["interval"]) == ("50%", "15%–85%")
    for number, url in line["cells"]:
        assert client.get(url).context["page"].count_text == f"共 {number} 条"
    assert queries.results(company.actor("outsider"), TODAY, TODAY) == []


def test_working_through_leads_from_one_to_the_next(company: Company) -> None:
    for number in range(3):
        person(company, f"客{number}", birthday=date(1988, 11, 23))
    plan(company)
    actions.draft_all()
    client = company.client("agent")
    url = client.get("/care/next/")["Location"]
    seen = []
    while url != "/care/":
        seen.append(url)
        page = client.get(url).content.decode()
        assert "祝您生日快乐" in page
        wrong = client.post(f"{url}record/", {"note": "没选结果"})
        assert wrong.status_code == 422
        url = client.post(f"{url}record/", {"outcome": "delivered"})["Location"]
    assert len(set(seen)) == 3
    assert client.get("/care/next/")["Location"] == "/care/"


def test_the_number_to_call_is_one_reason_away(company: Company) -> None:
    made = greeting(company, phone="13800138000")
    client = company.client("agent")
    page = client.get(f"/care/{made.pk}/").content.decode()
    url = f"/customers/{made.customer_id}/points/{made.customer.contact_points.get().pk}/reveal/"
    assert url in page
    assert "138 0013 8000" not in page
    assert "138 0013 8000" in client.post(url, {"purpose": "call"}).content.decode()
    Position.objects.filter(name="客服专员").update(powers=["customer.view", "care.view", "care.do"])
    grants.cache_clear()
    assert url not in client.get(f"/care/{made.pk}/").content.decode()


def test_json_lists_and_finishes(company: Company) -> None:
    made = greeting(company)
    client = company.client("agent")
    assert client.get("/api/care?view=today").json()["items"][0]["id"] == made.pk
    done = client.post(f"/api/care/{made.pk}/finish", {"outcome": "bought"}, content_type="application/json")
    assert done.status_code == 200
    assert Greeting.objects.get().outcome == "bought"
    assert company.client("outsider").get(f"/api/care/{made.pk}").status_code == 404


def test_the_queries_of_list_results_and_drafting_do_not_grow(company: Company) -> None:
    plan(company)
    client = company.client("leader")

    def counted(do: Any) -> int:
        with CaptureQueriesContext(connection) as found:
            do()
        return len(found)

    def pages() -> None:
        for url in ("/care/?view=week", "/care/results/"):
            assert client.get(url).status_code == 200

    person(company, "甲", birthday=date(1988, 11, 23))
    actions.draft_all()
    pages()
    before = counted(pages)
    for number in range(6):
        person(company, f"客{number}", birthday=date(1988, 11, 23))
    actions.draft_all()
    assert counted(pages) == before
    again = counted(actions.draft_all)
    for number in range(6):
        person(company, f"远{number}", birthday=date(1988, 5, 1))
    assert counted(actions.draft_all) == again


def test_the_nightly_job_is_on_the_clock(company: Company, clock: Any) -> None:
    person(company, birthday=date(1988, 11, 23))
    plan(company)
    clock.move_to(NIGHT - timedelta(hours=1))
    jobs.tick()
    clock.move_to(NIGHT + timedelta(minutes=1))
    jobs.tick()
    assert Greeting.objects.count() == 1
    assert Event.objects.filter(verb="care.drafted", actor_id=None).count() == 1
    assert SYSTEM.id is None
