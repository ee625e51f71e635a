"""Each mail once, safe headers, retried, held back, and never twice whatever dies when."""

from datetime import timedelta
from email.header import decode_header, make_header
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.kernel import sealing
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.mailing import actions, kinds, policies
from keqiao.mailing import jobs as work
from keqiao.mailing.letters import Body, address, letter
from keqiao.mailing.models import TRANSITIONS, Mail
from keqiao.mailing.tests.conftest import Server, free_port
from keqiao.runtime import jobs
from keqiao.runtime.models import Job

pytestmark = pytest.mark.django_db


def queue(key: str = "k", **more: Any) -> Mail | None:
    given = {
        "kind": "test", "to": "wang@haina.example", "subject": "您有 1 条通知", "body": letter("您好", ["请查看。"]),
    } | more  # fmt: skip
    return actions.queue(key=key, **given)


def drain() -> None:
    while jobs.work():
        pass


def one() -> Mail:
    return Mail.objects.get()


def test_a_mail_arrives_in_words_and_html_and_asks_for_no_answer(server: Server) -> None:
    body = letter("重置密码", ["点击下面的按钮。"], action=("重置密码", address("/reset/x/")), footer="海纳电器")
    queue(body=body, to_name='王 "老\\师"', reply_to="kefu@haina.example")
    drain()
    message = server.received[0]
    assert str(make_header(decode_header(message["Subject"]))) == "您有 1 条通知"
    assert "wang@haina.example" in message["To"]
    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert message["Reply-To"] == "kefu@haina.example"
    plain, html = (part.get_payload(decode=True).decode() for part in message.get_payload())
    assert "点击下面的按钮。" in plain
    assert address("/reset/x/") in plain
    assert f'href="{address("/reset/x/")}"' in html
    assert one().state == "sent"
    assert (one().text, one().html) == ("", "")


def test_the_same_key_is_one_mail(server: Server) -> None:
    assert queue() is not None
    assert queue(subject="另一封") is None
    drain()
    assert queue() is None
    drain()
    assert len(server.received) == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_queueings_of_one_key_are_one_mail(in_parallel: Any) -> None:
    made = in_parallel(lambda _n: queue())
    assert len([mail for mail in made if isinstance(mail, Mail)]) == 1
    assert Mail.objects.count() == Job.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_workers_send_it_once(server: Server, in_parallel: Any) -> None:
    """Eight that all believe the job to be theirs."""
    queue()
    job = Job.objects.get()
    assert in_parallel(lambda _n: jobs.run(jobs.claim() or job), 8) == [None] * 8
    assert len(server.received) == 1
    assert one().attempts == 1


def test_a_deed_that_is_undone_sends_nothing(server: Server) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue()
        raise ZeroDivisionError
    drain()
    assert not server.received


@pytest.mark.parametrize(
    "evil", ["你好\r\nBcc: all@evil.example", "你好\nX-Evil: 1", "你好\r\n\r\n正文", "=?utf-8?b?5L2g?=\r\n x"]
)
def test_no_line_break_makes_a_header(server: Server, evil: str) -> None:
    queue(subject=evil, to_name=evil)
    drain()
    message = server.received[0]
    assert "Bcc" not in message
    assert "X-Evil" not in message
    assert len(message.get_all("Subject")) == len(message.get_all("To")) == 1
    read = str(make_header(decode_header(message["Subject"])))
    assert "\n" not in read.replace("\n ", " ")
    assert one().state == "sent"


@pytest.mark.parametrize(
    "to", ["", "没有", "a@b", "a@b.example\r\nBcc: c@d.example", "王@haina.example", "a,b@c.example"]
)
def test_an_address_that_is_none_is_refused(to: str) -> None:
    with pytest.raises(Refused, match="邮箱地址不对"):
        queue(to=to)


def test_html_of_a_letter_is_literal() -> None:
    body = letter("<b>标题</b>", ["<script>x</script>"], action=("<i>", "https://a.example/?a=1&b=2"))
    assert "<script>" not in body.html
    assert "&lt;script&gt;" in body.html
    assert "<script>x</script>" in body.text
    assert "https://a.example/?a=1&b=2" in body.text


def test_a_temporary_no_is_retried_with_growing_pauses(server: Server, clock: Any) -> None:
    server.says = "451 稍后再试"
    queue()
    drain()
    now = timezone.now()
    mail = one()
    assert (mail.state, mail.attempts) == ("waiting", 1)
    assert "451" in mail.error
    assert timedelta(seconds=50) < mail.next_at - now <= timedelta(minutes=1)
    clock.shift(61)
    drain()
    assert one().next_at - timezone.now() > timedelta(minutes=4)
    server.says = ""
    clock.shift(301)
    drain()
    assert (one().state, len(server.received)) == ("sent", 1)


def test_a_server_that_is_away_is_waited_for_a_day_then_the_administrator_sends_again(
    server: Server, settings: Any, clock: Any, company: Any
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    queue()
    for _hour in range(40):
        drain()
        clock.shift(3601)
    mail = one()
    assert (mail.state, mail.attempts) == ("failed", len(actions.PAUSES) + 1)
    assert Event.objects.filter(verb="mail.failed", object_id=mail.pk).count() == 1
    settings.EMAIL_PORT = port
    actions.resend(actor=company.actor("manager"), obj=mail)
    drain()
    assert (one().state, len(server.received)) == ("sent", 1)


def test_a_final_no_is_not_repeated(server: Server) -> None:
    server.says = "550 5.1.1 没有这个用户"
    queue()
    drain()
    assert (one().state, one().attempts) == ("failed", 1)
    assert "550" in one().error


def test_a_connection_that_breaks_after_the_body_is_not_sent_again(server: Server, clock: Any) -> None:
    server.cuts = True
    queue()
    drain()
    server.cuts = False
    for _hour in range(5):
        clock.shift(3601)
        drain()
    assert one().state == "unsure"
    assert len(server.received) == 1


def test_a_worker_killed_before_the_handing_over_loses_nothing(server: Server, clock: Any) -> None:
    mail = queue()
    assert mail is not None
    job = jobs.claim()
    assert job is not None
    assert actions.claim(mail.pk) is not None  # and dies here
    clock.shift(31)
    drain()
    assert (one().state, len(server.received)) == ("sent", 1)


def test_a_worker_killed_while_handing_over_sends_nothing_twice(server: Server, clock: Any, company: Any) -> None:
    mail = queue()
    assert mail is not None
    assert jobs.claim() is not None
    held = actions.claim(mail.pk)
    assert held is not None
    assert actions.hand(held)
    assert not actions.hand(held)
    clock.shift(31)
    drain()
    assert one().state == "unsure"
    assert not server.received
    actions.resend(actor=company.actor("manager"), obj=one())
    drain()
    assert (one().state, len(server.received)) == ("sent", 1)


def test_who_was_overtaken_hands_nothing_over(server: Server, clock: Any) -> None:
    mail = queue()
    assert mail is not None
    slow = actions.claim(mail.pk)
    fast = actions.claim(mail.pk)
    assert slow is not None
    assert fast is not None
    assert not actions.hand(slow)
    assert actions.hand(fast)
    actions.failed(slow, "太慢", permanent=True)
    actions.sent(fast)
    assert one().state == "sent"


def test_a_mail_without_a_job_gets_one(server: Server, clock: Any) -> None:
    queue()
    Job.objects.all().delete()
    work.revive()
    drain()
    assert not server.received
    clock.shift(601)
    work.revive()
    drain()
    assert len(server.received) == 1


def test_two_programs_that_answer_each_other_fall_silent_with_one_alarm(server: Server, clock: Any) -> None:
    """Case 8: a responder that ignores every header, one simulated hour."""
    sent_at = []
    for number in range(120):
        queue(f"loop:{number}")
        before = len(server.received)
        drain()
        sent_at += [timezone.now()] * (len(server.received) - before)
        clock.shift(30)
    assert len(sent_at) <= 25
    for start in sent_at:
        assert len([at for at in sent_at if start <= at < start + timedelta(minutes=10)]) <= 10
    assert Mail.objects.filter(state="held").count() == 120 - len(sent_at)
    assert Event.objects.filter(verb="mail.held").count() == 1
    queue("another", to="li@haina.example")
    drain()
    assert server.received[-1]["To"] == "li@haina.example"


def test_a_mail_that_comes_too_late_is_not_sent(server: Server, clock: Any) -> None:
    queue(good_until=timezone.now() + timedelta(hours=2), not_before=timezone.now() + timedelta(hours=1))
    drain()
    assert not server.received
    clock.shift(3 * 3600)
    drain()
    assert one().state == "failed"
    assert not server.received


def test_without_a_server_mails_wait_for_one(server: Server, settings: Any, clock: Any) -> None:
    host, settings.EMAIL_HOST = settings.EMAIL_HOST, ""
    queue()
    drain()
    assert one().state == "waiting"
    assert "KEQIAO_SMTP" in one().error
    settings.EMAIL_HOST = host
    clock.shift(61)
    drain()
    assert len(server.received) == 1


def test_a_private_body_is_sealed_and_goes_for_good(server: Server, company: Any) -> None:
    mail = queue(body=Body("链接 https://x.example/geheim", "<a>geheim</a>"), private=True)
    assert mail is not None
    mail.refresh_from_db()
    assert "geheim" not in mail.text + mail.html
    assert mail.sealed_by in sealing.held()
    server.says = "550 不收"
    drain()
    assert one().state == "failed"
    assert not policies.allowed(company.actor("manager"), "resend", one())
    with pytest.raises(NotAllowed):
        actions.resend(actor=company.actor("manager"), obj=one())
    server.says = ""
    queue("k2", body=Body("https://x.example/geheim"), private=True)
    drain()
    assert "geheim" in server.received[0].get_payload(decode=True).decode()


def test_the_app_hears_how_its_mail_ended(server: Server) -> None:
    heard: list[tuple[str, str]] = []
    kinds.declare("test", "试", ended=lambda mail: heard.append((mail.key, mail.state)))
    try:
        queue("a")
        drain()
        server.says = "550 不收"
        queue("b")
        drain()
    finally:
        kinds._kinds.pop("test")
    assert heard == [("a", "sent"), ("b", "failed")]


def test_only_who_keeps_the_system_sees_mails_and_never_a_whole_address(server: Server, company: Any) -> None:
    server.says = "550 不收"
    queue(to_name="王师傅")
    drain()
    page = company.client("manager").get("/mails/?view=trouble").content.decode()
    assert "w***@haina.example" in page
    assert "wang@haina.example" not in page
    assert company.client("agent").get("/mails/").status_code == 403
    assert company.client("agent").get(f"/mails/{one().pk}/").status_code == 404
    server.says = ""
    company.client("manager").post(f"/mails/{one().pk}/do/resend/")
    drain()
    assert one().state == "sent"
    assert company.client("manager").post(f"/mails/{one().pk}/do/resend/").status_code == 403
    found = company.client("manager").get("/api/mails").json()["items"][0]
    assert (found["to"], found["state"]) == ("王师傅 w***@haina.example", "已发送")


def test_a_person_can_be_forgotten_and_the_old_goes(clock: Any) -> None:
    queue()
    queue("b", to="li@haina.example")
    assert actions.forget(actor=SYSTEM, addresses=["wang@haina.example"]) == 1
    assert one().to == "li@haina.example"
    clock.shift(91 * 86400)
    work.sweep()
    assert not Mail.objects.exists()


def test_every_state_has_its_ways() -> None:
    assert set(TRANSITIONS) == set(Mail.State.values)
    assert not TRANSITIONS["sent"]
