"""The customer's own pages: no login, no guessing, nothing of anybody else, nothing internal, nothing lost."""

import re
import struct
import zlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from keqiao.files.models import Attachment
from keqiao.runtime.models import Throttle
from keqiao.tickets import actions as tickets
from keqiao.tickets.models import Ticket, Urge
from keqiao.visits.models import Rectification, Visit
from keqiao.visits.tests.conftest import Round
from keqiao.workspace import actions, portal
from keqiao.workspace.queries.portal import masked
from keqiao.workspace.tests.conftest import web_complaint

GOOD = {
    "name": "欧阳雪", "phone": "139 1234 5678", "text": "空调安装打孔打偏，墙面开裂。\n师傅说不归他管。", "product": "挂机",
    "order_number": "SO20261101-0837", "wishes": ["rework", "apology"], "agree": "on", "website": "",
}  # fmt: skip
ANSWER = {"satisfaction": "5", "solved": "true", "said": "很快"}


def png(name: str = "裂缝.png") -> SimpleUploadedFile:
    """A picture of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    body = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return SimpleUploadedFile(name, body, "image/png")


def enter(client: Client, ticket: Ticket, tail: str | None = None, ip: str = "10.0.0.1") -> HttpResponse:
    """Try to get in with a number and a tail."""
    tail = ticket.contact_phone[-4:] if tail is None else tail
    return client.post("/p/", {"number": ticket.number, "tail": tail}, REMOTE_ADDR=ip)


def words(response: HttpResponse) -> str:
    """A page without what differs from request to request, and without what was typed in."""
    html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return re.sub(r'(name="(?:number|tail)") value="[^"]*"', r"\1", html)


@pytest.fixture(autouse=True)
def _own_files(settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


def test_a_complaint_from_the_web_gets_its_number_and_its_page(at_work: Round) -> None:
    client = Client()
    assert client.get("/p/complain/").status_code == 200
    answer = client.post("/p/complain/", {**GOOD, "pictures": [png("一.png"), png("二.png")]}, follow=True)
    ticket = Ticket.objects.latest("pk")
    assert answer.redirect_chain == [(reverse("portal-receipt"), 302)]
    assert ticket.number in answer.content.decode()
    assert (ticket.channel, ticket.kind, ticket.contact_phone) == ("web", "complaint", "13912345678")
    assert ticket.complaint.wishes == ["rework", "apology"]
    assert ticket.owner is None
    assert ticket.unit == at_work.company.units["service"]
    assert Attachment.objects.filter(owner_label="tickets.ticket", owner_id=ticket.pk, kind="customer").count() == 2
    page = client.get("/p/ticket/").content.decode()
    assert ticket.number in page
    assert "欧阳**" in page
    assert "欧阳雪" not in page
    assert "13912345678" not in page


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone": "123"}, "phone"), ({"text": ""}, "text"), ({"name": ""}, "name"), ({"agree": ""}, "agree"),
        ({"website": "http://spam.example"}, "website"), ({"wishes": ["money"]}, "wishes"),
    ],
)  # fmt: skip
def test_a_wrong_form_comes_back_with_all_that_was_typed(at_work: Round, change: dict[str, str], field: str) -> None:
    before = Ticket.objects.count()
    answer = Client().post("/p/complain/", {**GOOD, **change})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    html = answer.content.decode()
    for name in {"name", "phone", "text", "product", "order_number"} - {field}:
        assert GOOD[name].split("\n")[0] in html  # type: ignore[attr-defined]
    assert Ticket.objects.count() == before


def test_only_a_few_real_pictures(at_work: Round) -> None:
    fake = SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", "image/png")
    for pictures in ([fake], [png() for _ in range(6)]):
        answer = Client().post("/p/complain/", {**GOOD, "pictures": pictures})
        assert answer.status_code == 422
        assert "pictures" in answer.context["form"].errors
    assert Attachment.objects.count() == 0


def test_a_phone_and_an_address_are_limited(at_work: Round) -> None:
    before = Ticket.objects.count()
    codes = [Client().post("/p/complain/", GOOD, REMOTE_ADDR=f"10.1.0.{n}").status_code for n in range(5)]
    assert codes == [302, 302, 302, 429, 429]
    codes = [
        Client().post("/p/complain/", {**GOOD, "phone": f"1380000{n:04}"}, REMOTE_ADDR="10.9.9.9").status_code
        for n in range(12)
    ]
    assert codes == [302] * 10 + [429] * 2
    assert Ticket.objects.count() == before + 13
    late = Client().post("/p/complain/", GOOD, REMOTE_ADDR="10.1.0.77")
    assert GOOD["product"] in late.content.decode()


def test_unknown_numbers_and_wrong_tails_get_the_same_answer(at_work: Round) -> None:
    ticket = web_complaint()
    wrong = enter(Client(), ticket, "9999", "10.0.0.2")
    unknown = Client().post("/p/", {"number": "TS20990101-0001", "tail": "1234"}, REMOTE_ADDR="10.0.0.3")
    assert wrong.status_code == unknown.status_code == 422
    assert words(wrong) == words(unknown)
    assert not wrong.cookies.get(portal.COOKIE)
    assert "%" not in words(wrong).split("<main")[1].split("</main>")[0]
    for tail in ("%%%%", "____", "1' O", "１２３x"):
        assert enter(Client(), ticket, tail, "10.0.0.4").status_code == 422


def test_guessing_is_stopped_for_numbers_that_exist_and_that_do_not(at_work: Round) -> None:
    ticket = web_complaint()
    answers = [enter(Client(), ticket, f"{n:04}", f"10.2.0.{n}") for n in range(6)]
    assert [one.status_code for one in answers] == [422] * 5 + [429]
    right = enter(Client(), ticket, ip="10.2.0.99")
    assert right.status_code == 429
    assert portal.COOKIE not in right.cookies
    unknown = [
        Client().post("/p/", {"number": "TS20990101-0002", "tail": "0000"}, REMOTE_ADDR=f"10.3.0.{n}") for n in range(6)
    ]
    assert [one.status_code for one in unknown] == [422] * 5 + [429]
    assert words(unknown[-1]) == words(answers[-1])
    at_work.to(at_work_time() + timedelta(minutes=16))
    assert enter(Client(), ticket, ip="10.2.0.98").status_code == 302


def at_work_time() -> object:
    """The present instant, which the test stands still at."""
    from django.utils import timezone  # noqa: PLC0415

    return timezone.now()


def test_an_address_that_tries_many_numbers_is_stopped(at_work: Round) -> None:
    ticket = web_complaint()
    codes = [
        Client().post("/p/", {"number": f"TS20990101-{n:04}", "tail": "0000"}, REMOTE_ADDR="10.4.0.1").status_code
        for n in range(31)
    ]
    assert codes == [422] * 30 + [429]
    assert enter(Client(), ticket, ip="10.4.0.1").status_code == 429
    assert enter(Client(), ticket, ip="10.4.0.2").status_code == 302


def test_spellings_of_the_number_share_one_throttle(at_work: Round) -> None:
    ticket = web_complaint()
    spellings = [
        ticket.number,
        ticket.number.lower(),
        f" {ticket.number} ",
        ticket.number.replace("-", "－"),
        ticket.number,
    ]
    for at, spelling in enumerate(spellings):
        Client().post("/p/", {"number": spelling, "tail": "0000"}, REMOTE_ADDR=f"10.5.0.{at}")
    assert Throttle.objects.filter(key__startswith="portal:number:").count() == 1
    assert enter(Client(), ticket, ip="10.5.0.9").status_code == 429


def test_the_cookie_opens_its_own_ticket_only_and_not_for_long(at_work: Round) -> None:
    mine, other = web_complaint("甲", "13900000001"), web_complaint("乙", "13900000002")
    client = Client()
    cookie = enter(client, mine).cookies[portal.COOKIE]
    assert cookie["httponly"]
    assert cookie["max-age"] == 1800
    assert cookie["path"] == "/p/"
    assert cookie["samesite"] == "Lax"
    page = client.get("/p/ticket/").content.decode()
    assert mine.number in page
    assert other.number not in page
    client.post("/p/ticket/supplement/", {"text": "补充一句", "ticket": other.pk, "number": other.number})
    assert other.progress.filter(text="补充一句").count() == 0
    assert mine.progress.filter(text="补充一句", from_customer=True).count() == 1
    forged = Client()
    forged.cookies[portal.COOKIE] = cookie.value.replace(cookie.value[:4], "WzEs")
    assert forged.get("/p/ticket/").status_code == 302
    at_work.to(at_work_time() + timedelta(minutes=31))  # type: ignore[operator]
    assert client.get("/p/ticket/").headers["Location"] == "/p/"
    assert client.post("/p/ticket/answer/", ANSWER).headers["Location"] == "/p/"


def test_without_a_cookie_there_is_nothing(at_work: Round) -> None:
    client = Client()
    assert client.get("/p/ticket/").headers["Location"] == "/p/"
    assert client.get("/p/complain/done/").headers["Location"] == "/p/"
    for name in ("portal-supplement", "portal-answer", "portal-urge"):
        assert client.post(reverse(name), ANSWER).headers["Location"] == "/p/"
    assert client.get("/").status_code == 302


def test_nothing_internal_is_shown(at_work: Round) -> None:
    ticket = at_work.desk.at("told")
    agent = at_work.company.actor("agent")
    tickets.comment(actor=agent, obj=ticket, text="客户态度恶劣，内部备注")
    tickets.progress(actor=agent, obj=ticket, text="只给同事看的进度")
    tickets.progress(actor=agent, obj=ticket, text="配件已到货", visible_to_customer=True)
    client = Client()
    assert enter(client, ticket).status_code == 302
    html = client.get("/p/ticket/").content.decode()
    assert "配件已到货" in html
    assert "已换新机并致歉" in html
    hidden = [
        "内部备注",
        "只给同事看",
        "林一诺",
        "韩建国",
        "质量部",
        "启动器批次",
        "陈美兰",
        "13800138000",
        "138-0013",
        "请查明",
    ]
    assert [text for text in hidden if text in html] == []


@pytest.mark.parametrize(
    "payload",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "<svg/onload=alert(1)>",
     "{{ 7*7 }}{% load x %}", "</textarea><script>alert(1)</script>", "http://evil.example/pay"],
)  # fmt: skip
def test_hostile_words_stay_words(at_work: Round, payload: str) -> None:
    client = Client()
    page = client.post("/p/complain/", {**GOOD, "text": payload, "name": payload[:40], "product": payload}, follow=True)
    assert page.status_code == 200
    client.post("/p/ticket/supplement/", {"text": payload})
    ticket = Ticket.objects.latest("pk")
    staff = at_work.company.client("leader")
    shown = [
        client.get("/p/ticket/"),
        staff.get("/"),
        client.post("/p/complain/", {**GOOD, "text": payload, "phone": "1"}),
    ]
    for response in shown:
        html = response.content.decode()
        assert not re.search(r"<script>|<img src=x|<svg/onload|href=\"(?:javascript:|http://evil)", html), payload
        assert "49" not in re.findall(r"<h1>(.*?)</h1>", html)[0] or ticket.number.endswith("49")
    assert ticket.body == payload


def test_the_rating_is_taken_once_and_closes_the_matter(at_work: Round) -> None:
    visit = at_work.visit()
    ticket = visit.ticket
    client = Client()
    enter(client, ticket)
    assert "请您评价" in client.get("/p/ticket/").content.decode()
    wrong = client.post("/p/ticket/answer/", {"said": "忘了打分"})
    assert wrong.status_code == 422
    assert "忘了打分" in wrong.content.decode()
    assert client.post("/p/ticket/answer/", ANSWER).status_code == 302
    visit.refresh_from_db()
    assert (visit.status, visit.satisfaction, visit.solved, visit.channel) == ("done", 5, True, "portal")
    assert Ticket.objects.get(pk=ticket.pk).stage == "closed"
    client.post("/p/ticket/answer/", {**ANSWER, "satisfaction": "1", "solved": "false"})
    visit.refresh_from_db()
    assert visit.satisfaction == 5
    page = client.get("/p/ticket/").content.decode()
    assert "您的评价：5 分" in page
    assert "请您评价" not in page


def test_a_low_rating_reopens_and_orders_a_rectification(at_work: Round) -> None:
    visit = at_work.visit()
    client = Client()
    enter(client, visit.ticket)
    before = Rectification.objects.count()
    client.post("/p/ticket/answer/", {"satisfaction": "1", "solved": "false", "said": "还是漏水"})
    ticket = Ticket.objects.get(pk=visit.ticket_id)
    assert (ticket.stage, ticket.reopened) == ("investigating", 1)
    assert Rectification.objects.count() == before + 1
    assert Visit.objects.get(pk=visit.pk).said == "还是漏水"


def test_urging_and_supplementing_are_limited_and_nothing_is_lost(at_work: Round) -> None:
    ticket = web_complaint()
    client = Client()
    enter(client, ticket)
    for _try in range(3):
        assert client.post("/p/ticket/urge/").status_code == 302
    assert Urge.objects.filter(ticket=ticket).count() == 1
    answers = [client.post("/p/ticket/supplement/", {"text": f"第{n}次补充"}) for n in range(11)]
    assert [one.status_code for one in answers] == [302] * 10 + [429]
    assert "第10次补充" in answers[-1].content.decode()
    empty = client.post("/p/ticket/supplement/", {"text": " ", "pictures": [png()]})
    assert empty.status_code == 422


def test_leaving_shuts_the_door(at_work: Round) -> None:
    client = Client()
    enter(client, web_complaint())
    client.post("/p/leave/")
    assert client.get("/p/ticket/").status_code == 302


def test_a_changed_phone_ends_the_cookie(at_work: Round) -> None:
    ticket = web_complaint()
    client = Client()
    enter(client, ticket)
    Ticket.objects.filter(pk=ticket.pk).update(phone_reversed="99999999999")
    assert client.get("/p/ticket/").status_code == 302


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王建国", "王**"), ("欧阳雪", "欧阳**"), ("王", "王**"), ("𠮷野", "𠮷**"), ("", "**"), ("欧阳", "欧**")],
)
def test_names_show_their_beginning_only(name: str, shown: str) -> None:
    assert masked(name) == shown


def test_identify_does_not_look_up_before_it_counts(at_work: Round) -> None:
    ticket = web_complaint()
    from keqiao.kernel.actor import CUSTOMER  # noqa: PLC0415

    found = actions.identify(actor=CUSTOMER.at("10.7.0.1"), number=ticket.number, tail=ticket.contact_phone[-4:])
    assert found == ticket
    assert not Throttle.objects.filter(key=f"portal:number:{ticket.number}").exists()
