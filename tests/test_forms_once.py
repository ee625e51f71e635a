"""A form that is sent twice is done once: the second answer looks like the first."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

import keqiao
from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.files.models import Attachment
from keqiao.kernel.actor import SYSTEM
from keqiao.runtime import idempotency
from keqiao.runtime.models import IdempotencyKey, Throttle
from keqiao.tickets.models import Evidence, Ticket
from keqiao.tickets.tests.conftest import Desk
from keqiao.visits import actions as visits
from keqiao.visits.models import Visit, VisitAttempt

Parallel = Callable[..., list[Any]]
Deed = Callable[[int, dict[str, str]], HttpResponse]
race = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
KEY = {"form_key": "drawn-once"}
COMPLAINT = {"name": "欧阳雪", "phone": "13912345678", "text": "打孔打偏，墙面开裂。", "agree": "on", "website": ""}
# forms that may be sent as often as one likes, or whose answer shows a secret and is never kept
REPEATABLE = {
    "login.html", "password.html", "tokens.html", "preferences.html", "topbar.html", "list.html", "status.html",
    "_phone.html", "bulk.html", "code.html", "factor.html", "reset_ask.html", "reset_set.html", "join.html", "me.html",
    "logins.html", "privacy_request.html", "webhooks/detail.html",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def comment(desk: Desk) -> tuple[Deed, Callable[[], int]]:
    ticket, window = desk.at("investigating"), desk.company.client
    windows = [window("agent") for _number in range(6)]
    url = f"/tickets/{ticket.pk}/do/comment/"
    return (
        lambda number, key: windows[number].post(url, {"text": "请注意语气", **key}),
        Event.objects.filter(verb="ticket.commented").count,
    )


def evidence(desk: Desk) -> tuple[Deed, Callable[[], int]]:
    ticket, window = desk.at("investigating"), desk.company.client
    windows = [window("agent") for _number in range(6)]
    url = f"/tickets/{ticket.pk}/do/evidence/"

    def send(number: int, key: dict[str, str]) -> HttpResponse:
        file = SimpleUploadedFile("检测单.txt", "合格".encode(), "text/plain")
        return windows[number].post(url, {"kind": "paper", "title": "检测单", "attachments": file, **key})  # type: ignore[return-value]

    return send, Evidence.objects.filter(ticket=ticket).count


def visit_of(desk: Desk) -> Visit:
    visit = visits.plan_for_ticket(actor=SYSTEM, ticket=desk.at("told"))
    assert visit is not None
    return visit


def attempt(desk: Desk) -> tuple[Deed, Callable[[], int]]:
    visit, windows = visit_of(desk), [desk.company.client("manager") for _number in range(6)]
    body = {"try-outcome": "busy", "stay": "1"}
    return (
        lambda number, key: windows[number].post(f"/visits/{visit.pk}/try/", body | key),
        VisitAttempt.objects.count,
    )


def supplement(desk: Desk) -> tuple[Deed, Callable[[], int]]:
    ticket = desk.at("investigating")
    windows = [Client() for _number in range(6)]
    for window in windows:
        window.post("/p/", {"number": ticket.number, "tail": ticket.contact_phone[-4:]})
    return (
        lambda number, key: windows[number].post("/p/ticket/supplement/", {"text": "又渗水了", **key}),
        Event.objects.filter(verb="ticket.supplemented").count,
    )


def complain(_desk: Desk) -> tuple[Deed, Callable[[], int]]:
    windows = [Client() for _number in range(6)]
    return lambda number, key: windows[number].post("/p/complain/", COMPLAINT | key), Ticket.objects.count


DEEDS = [comment, evidence, attempt, supplement, complain]


class TestRace:
    pytestmark = race

    @pytest.mark.parametrize("deed", DEEDS)
    def test_many_at_once_do_it_once(self, deed: Any, desk: Desk, in_parallel: Parallel) -> None:
        send, count = deed(desk)
        before = count()
        answers = in_parallel(lambda number: send(number, KEY), 6)
        assert {answer.status_code for answer in answers} == {302}, answers
        assert len({answer["Location"] for answer in answers}) == 1
        assert count() == before + 1

    @pytest.mark.parametrize("deed", DEEDS)
    def test_control_without_a_key_each_does_it(self, deed: Any, desk: Desk, in_parallel: Parallel) -> None:
        send, count = deed(desk)
        before = count()
        in_parallel(lambda number: send(number, {}), 6)
        assert count() > before + 1


@pytest.mark.django_db
def test_the_second_answer_carries_the_same_message_and_lets_the_customer_in(desk: Desk) -> None:
    first, second = Client(), Client()
    one, two = (window.post("/p/complain/", COMPLAINT | KEY) for window in (first, second))
    assert (one.status_code, one["Location"]) == (two.status_code, two["Location"])
    number = Ticket.objects.get().number
    assert number in first.get("/p/complain/done/").content.decode()
    assert number in second.get("/p/complain/done/").content.decode()
    ticket = desk.at("investigating")
    pages = []
    for window in (desk.company.client("agent"), desk.company.client("agent")):
        sent = window.post(f"/tickets/{ticket.pk}/do/comment/", {"text": "请注意", **KEY}, follow=True)
        pages.append(re.findall(r"已完成：[^<\"]+", sent.content.decode()))
    assert pages[0]
    assert pages[0] == pages[1]


@pytest.mark.django_db
def test_an_htmx_dialog_is_led_on_by_its_header_both_times(desk: Desk) -> None:
    ticket, window = desk.at("investigating"), desk.company.client("agent")
    url, htmx = f"/tickets/{ticket.pk}/do/comment/", {"HX-Request": "true"}
    one, two = (window.post(url, {"text": "请注意", **KEY}, headers=htmx) for _number in range(2))
    assert one["HX-Redirect"] == two["HX-Redirect"]
    assert Event.objects.filter(verb="ticket.commented").count() == 1


@pytest.mark.django_db
def test_a_step_that_has_been_done_meanwhile_is_no_error_for_its_own_copy(desk: Desk) -> None:
    ticket, window = desk.at("assessed"), desk.company.client("agent")
    body = {"units": [desk.company.units["quality"].pk], "instructions": "请查"}
    url = f"/tickets/{ticket.pk}/do/dispatch/"
    assert [window.post(url, body | KEY).status_code for _number in range(2)] == [302, 302]
    assert window.post(url, body | {"form_key": "another"}).status_code == 422


@pytest.mark.django_db
def test_other_words_another_person_and_another_key_are_another_deed(desk: Desk) -> None:
    ticket, window = desk.at("investigating"), desk.company.client("agent")
    url, count = f"/tickets/{ticket.pk}/do/comment/", Event.objects.filter(verb="ticket.commented").count
    window.post(url, {"text": "甲", **KEY})
    window.post(url, {"text": "乙", **KEY})
    assert count() == 2
    window.post(url, {"text": "甲", "form_key": "another"})
    assert count() == 3
    desk.company.client("manager").post(url, {"text": "甲", **KEY})
    assert count() == 4


@pytest.mark.django_db
def test_a_wrong_form_may_be_sent_again_with_its_key_and_still_counts_as_an_attempt(desk: Desk) -> None:
    ticket, window = desk.at("investigating"), desk.company.client("agent")
    url = f"/tickets/{ticket.pk}/do/comment/"
    assert [window.post(url, {"text": "", **KEY}).status_code for _number in range(2)] == [422, 422]
    assert not IdempotencyKey.objects.exists()
    for _number in range(3):
        Client().post("/p/", {"number": ticket.number, "tail": "0000", **KEY})
    assert Throttle.objects.filter(count=3).exists()


@pytest.mark.django_db
def test_a_secret_is_not_kept(desk: Desk) -> None:
    visit, window = visit_of(desk), desk.company.client("manager")
    for _number in range(2):
        assert "/v/" in window.post(f"/visits/{visit.pk}/link/", KEY).content.decode()
    point = visit.customer.contact_points.get()
    for _number in range(2):
        window.post(f"/customers/{visit.customer_id}/points/{point.pk}/reveal/", {"reason": "核对", **KEY})
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
def test_a_file_sent_twice_is_there_once_and_shown_both_times(desk: Desk) -> None:
    ticket, window = desk.at("investigating"), desk.company.client("agent")
    pages = []
    for _number in range(2):
        file = SimpleUploadedFile("现场.txt", "照片".encode(), "text/plain")
        sent = window.post(f"/files/of/tickets.ticket/{ticket.pk}/", {"file": file, **KEY})
        pages.append(sent.content.decode())
    assert "现场.txt" in pages[0]
    assert pages[0] == pages[1]
    assert Attachment.objects.count() == 1


@pytest.mark.django_db
def test_answers_go_after_some_days(company: Company) -> None:
    idempotency.claim("employee:1", "form:old")
    with time_machine.travel(timezone.now() + idempotency.KEPT + timedelta(minutes=1)):
        idempotency.claim("employee:1", "form:new")
        idempotency.sweep()
    assert [row.key for row in IdempotencyKey.objects.all()] == ["form:new"]


def test_every_form_that_does_something_carries_a_key() -> None:
    bare = []
    for path in Path(keqiao.__file__).parent.rglob("templates/**/*.html"):
        names = {path.name, f"{path.parent.name}/{path.name}"}
        for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(encoding="utf-8"), re.DOTALL):
            if "{% form_key %}" not in form and not names & REPEATABLE and "portal-leave" not in form:
                bare.append(f"{path.name}: {form[:90]}")
    assert [one.partition(":")[0] for one in bare] == ["share_out.html"], bare  # its preview
