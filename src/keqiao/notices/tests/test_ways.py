"""Told in the way one chose, at hours one is at work; what is urgent is told at once."""

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from keqiao.audit import readers
from keqiao.audit.models import Event
from keqiao.calendars.actions import assign_calendar, create_calendar
from keqiao.calendars.windows import standard_week
from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import Refused
from keqiao.kernel.worktime import WorkCalendar
from keqiao.mailing import actions as mails
from keqiao.mailing.models import Mail
from keqiao.mailing.tests.conftest import Server, clock, server
from keqiao.notices import by_mail, kinds
from keqiao.notices.actions import choose, later, notify, open_todo, read, write_down
from keqiao.notices.hours import mail_time
from keqiao.notices.models import Notice, NoticeChoice, NoticeHours
from keqiao.org.models import Employee
from keqiao.runtime import jobs

__all__ = ["clock", "server"]

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_work(company: Company, server: Server, clock: Any) -> Any:
    """Everybody has an address, Monday ten o'clock."""
    for role, one in company.people.items():
        Employee.objects.filter(pk=one.pk).update(email=f"{role}@haina.example")
    create_calendar(actor=SYSTEM, name="标准", zone="Asia/Shanghai", weekly=standard_week())
    clock.move_to(MONDAY)


def tell(company: Company, key: str = "1", role: str = "agent", kind: str = "ticket.supplemented", **more: Any) -> None:
    notify(
        actor=SYSTEM, to=[company.people[role].pk], title=f"TS-{key} 有进展", url="/tickets/1/", kind=kind, key=key, **more
    )  # fmt: skip


def ask_for(
    company: Company, role: str = "agent", way: str = "mail", kind: str = "ticket.supplemented", **when: Any
) -> None:
    choose(actor=company.actor(role), ways={kind: way}, **when)


def drain() -> None:
    while jobs.work():
        pass


def text(server: Server, place: int = -1) -> str:
    return str(server.received[place].get_payload()[0].get_payload(decode=True).decode())


def test_until_somebody_chooses_ordinary_things_stay_in_the_page_and_late_ones_are_mailed(
    company: Company, server: Server
) -> None:
    tell(company)
    drain()
    assert not server.received
    tell(company, "2", kind="ticket.escalated")
    drain()
    assert server.subjects() == ["TS-2 有进展"] or len(server.received) == 1
    assert Notice.objects.count() == 2


def test_each_way_does_what_it_says(company: Company, server: Server) -> None:
    for role, way in (("agent", "mail"), ("colleague", "page"), ("leader", "off"), ("manager", "digest")):
        ask_for(company, role, way)
    for role in ("agent", "colleague", "leader", "manager"):
        tell(company, role=role)
    drain()
    assert [one["To"].rpartition("<")[2] for one in server.received] == ["agent@haina.example>"]
    assert "TS-1 有进展" in text(server)
    assert "/tickets/1/" in text(server)
    assert set(Notice.objects.values_list("employee__username", flat=True)) == {"agent", "colleague", "manager"}
    assert Notice.objects.get(digest=True).employee.username == "manager"
    assert NoticeHours.objects.get(employee=company.people["manager"]).digest


def test_what_must_be_told_cannot_be_switched_off(company: Company) -> None:
    with pytest.raises(Refused, match="不能这样设置"):
        ask_for(company, way="off", kind="ticket.escalated")
    NoticeChoice.objects.create(employee=company.people["agent"], kind="ticket.escalated", way="off")
    tell(company, kind="ticket.escalated")
    assert Notice.objects.exists()
    page = company.client("agent").get(reverse("notices:settings"))
    assert "off" not in dict(page.context["form"].fields["way-ticket-escalated"].choices)


def test_mail_waits_for_working_time_and_for_ones_own_quiet_hours(company: Company, server: Server, clock: Any) -> None:
    ask_for(company, quiet_from=time(9), quiet_until=time(9, 40))
    clock.move_to(datetime(2026, 11, 27, 19, 0, tzinfo=SHANGHAI))  # Friday evening
    tell(company)
    tell(company, "2")
    for hour in range(63):
        drain()
        assert not server.received, hour
        clock.shift(3600)
    clock.move_to(datetime(2026, 11, 30, 9, 39, tzinfo=SHANGHAI))
    drain()
    assert not server.received
    clock.shift(60)
    drain()
    assert len(server.received) == 1
    assert "TS-1 有进展" in text(server)
    assert "TS-2 有进展" in text(server)


def test_a_night_shift_is_written_to_at_night(company: Company, server: Server, clock: Any) -> None:
    week = {str(day): [["20:00", "08:00"]] for day in range(7)}
    night = create_calendar(actor=SYSTEM, name="夜班", zone="Asia/Shanghai", weekly=week, follows_holidays=False)
    assign_calendar(actor=SYSTEM, unit=company.units["team"], calendar=night)
    ask_for(company)
    clock.move_to(datetime(2026, 11, 23, 23, 0, tzinfo=SHANGHAI))
    tell(company)
    drain()
    assert len(server.received) == 1


def test_the_urgent_comes_at_any_hour(company: Company, server: Server, clock: Any) -> None:
    ask_for(company)
    clock.move_to(datetime(2026, 11, 29, 3, 0, tzinfo=SHANGHAI))
    tell(company)
    tell(company, "2", urgent=True)
    drain()
    assert len(server.received) == 1
    assert "TS-2" in text(server)
    assert "TS-1" not in text(server)


def test_many_at_once_go_together_and_none_is_lost(company: Company, server: Server, clock: Any) -> None:
    ask_for(company)
    for number in range(40):
        tell(company, f"{number:02d}")
        drain()
        clock.shift(20)
    clock.shift(200)
    drain()
    assert 2 <= len(server.received) <= 6
    said = " ".join(text(server, place) + str(server.subjects()[place]) for place in range(len(server.received)))
    assert all(f"TS-{number:02d} " in said for number in range(40))
    assert not Mail.objects.exclude(state="sent").exists()


def test_what_was_read_meanwhile_needs_no_mail(company: Company, server: Server, clock: Any) -> None:
    ask_for(company)
    clock.move_to(datetime(2026, 11, 23, 20, 0, tzinfo=SHANGHAI))
    tell(company)
    tell(company, "2")
    read(actor=company.actor("agent"), obj=Notice.objects.get(key="1"))
    clock.move_to(datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI))
    drain()
    assert "TS-1" not in text(server)
    assert "TS-2" in text(server)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_workers_mail_each_notice_once(company: Company, server: Server, in_parallel: Any) -> None:
    ask_for(company)
    tell(company)
    results = in_parallel(lambda _n: by_mail.send_waiting(company.people["agent"].pk), 10)
    assert sorted(map(str, results)) == ["False"] * 9 + ["True"]
    assert Mail.objects.count() == 1


def test_without_a_server_or_an_address_the_page_tells(company: Company, settings: Any) -> None:
    ask_for(company)
    settings.EMAIL_HOST = ""
    tell(company)
    assert Notice.objects.get().mail_at is None
    assert "还没有配置邮件服务器" in company.client("agent").get("/notices/settings/").content.decode()


def digest_of(company: Company, **when: Any) -> None:
    choose(actor=company.actor("agent"), ways={"ticket.supplemented": "digest"}, digest=True, **when)


def test_the_digest_lists_what_is_open_once_a_working_day(company: Company, server: Server, clock: Any) -> None:
    digest_of(company, digest_hour=14)
    late = {"label": "tickets.ticket", "title": "处理 TS-9", "url": "/tickets/9/", "kind": "handle"}
    open_todo(object_id=9, employee_id=company.people["agent"].pk, due_at=MONDAY - timedelta(hours=1), **late)
    ours = {**late, "unit_id": company.units["team"].pk, "anyone": True}
    open_todo(object_id=8, power="ticket.view", **{**ours, "title": "本组 TS-8"})
    open_todo(object_id=7, power="settings.change", **{**ours, "title": "别人的 TS-7"})
    tell(company)
    by_mail.send_digests()
    drain()
    assert not server.received
    clock.move_to(datetime(2026, 11, 23, 14, 2, tzinfo=SHANGHAI))
    assert by_mail.send_digests() == 1
    assert by_mail.send_digests() == 0
    drain()
    assert len(server.received) == 1
    said = text(server)
    assert said.index("处理 TS-9") < said.index("本组 TS-8") < said.index("TS-1 有进展")
    assert "已到期" in said
    assert "TS-7" not in said, "for those of the unit whose powers open it"
    clock.move_to(datetime(2026, 11, 28, 15, 0, tzinfo=SHANGHAI))  # Saturday
    assert by_mail.send_digests() == 0
    clock.move_to(datetime(2026, 11, 30, 18, 30, tzinfo=SHANGHAI))  # the worker was away at two o'clock
    assert by_mail.send_digests() == 1
    drain()
    assert "TS-1 有进展" not in text(server), "told once"


def test_an_early_digest_waits_for_work_to_begin(company: Company, server: Server, clock: Any) -> None:
    digest_of(company, digest_hour=6)
    tell(company)
    clock.move_to(datetime(2026, 11, 24, 6, 5, tzinfo=SHANGHAI))
    assert by_mail.send_digests() == 0
    clock.move_to(datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI))
    assert by_mail.send_digests() == 1


def test_about_nothing_no_digest_is_sent(company: Company, clock: Any) -> None:
    digest_of(company, digest_hour=9)
    assert by_mail.send_digests() == 0
    assert NoticeHours.objects.get().digest_on == MONDAY.date()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_clocks_send_one_digest(company: Company, in_parallel: Any) -> None:
    digest_of(company, digest_hour=9)
    tell(company)
    results = in_parallel(lambda _n: by_mail.send_digests(), 10)
    assert sum(results) == 1
    assert Mail.objects.count() == 1


def test_the_settings_page_keeps_what_is_chosen(company: Company) -> None:
    client = company.client("agent")
    sent = {"digest": "on", "digest_hour": "17", "quiet_from": "12:00", "quiet_until": "14:00",
            "way-ticket-supplemented": "mail", "way-ticket-escalated": "page"}  # fmt: skip
    assert client.post("/notices/settings/", sent).status_code == 302
    hours = NoticeHours.objects.get()
    assert (hours.digest_hour, hours.quiet_from, hours.quiet_until, hours.digest) == (17, time(12), time(14), True)
    chosen = {row.kind: row.way for row in NoticeChoice.objects.all()}
    assert chosen == {"ticket.supplemented": "mail", "ticket.escalated": "page"}
    page = client.get("/notices/settings/").content.decode()
    assert 'value="17" selected' in page
    assert Event.objects.filter(verb="notice.chosen", object_id=company.people["agent"].pk).exists()
    sent |= {"way-ticket-supplemented": "page", "way-ticket-escalated": "mail", "digest": ""}
    client.post("/notices/settings/", {key: value for key, value in sent.items() if key != "digest"})
    assert not NoticeChoice.objects.exists(), "the usual way needs no row"
    wrong = client.post("/notices/settings/", sent | {"quiet_until": "", "way-ticket-escalated": "off"})
    assert wrong.status_code == 422
    assert "quiet_from" in wrong.content.decode()
    half = client.post("/notices/settings/", sent | {"quiet_until": ""})
    assert "开始和结束都填上" in half.content.decode()
    assert 'value="12:00"' in half.content.decode()


def test_the_json_says_and_does_the_same(company: Company) -> None:
    client = company.client("agent")
    tell(company)
    assert client.get("/api/notices/settings").json()["way-ticket-supplemented"] == "page"
    body = json.dumps({"way-ticket-supplemented": "off", "digest": True})
    assert client.patch("/api/notices/settings", body, content_type="application/json").status_code == 200
    assert NoticeChoice.objects.get().way == "off"
    bad = client.patch(
        "/api/notices/settings", json.dumps({"way-ticket-escalated": "off"}), content_type="application/json"
    )
    assert bad.status_code == 422
    first = client.get("/api/notices").json()["items"][0]
    assert (first["title"], first["group"], first["read_at"]) == ("TS-1 有进展", "工单", None)
    assert client.post(f"/api/notices/{first['id']}/read").json()["read_at"]
    assert company.client("leader").post(f"/api/notices/{first['id']}/read").status_code == 404
    made = client.post("/api/todos", json.dumps({"title": "给王师傅回电"}), content_type="application/json")
    assert made.status_code == 201
    pk = made.json()["id"]
    assert client.get("/api/todos?view=mine").json()["items"][0]["title"] == "给王师傅回电"
    assert company.client("leader").post(f"/api/todos/{pk}/done").status_code == 404
    assert client.post(f"/api/todos/{pk}/done").json()["done_at"]
    assert client.post(f"/api/todos/{pk}/done").status_code == 403
    assert client.post(f"/api/todos/{pk}/undone").json()["done_at"] is None


def test_mails_that_did_not_arrive_are_told_to_their_keeper_once_an_hour(company: Company, server: Server) -> None:
    server.says = "550 不收"
    for number in range(3):
        tell(company, f"m{number}", kind="ticket.escalated", urgent=True)
        mails.queue(
            key=f"x{number}", kind="test", to=f"x{number}@haina.example", subject="x", body=by_mail.rendered("mailing/letter", {})
        )  # fmt: skip
    drain()
    readers.read("notices.mail")
    told = Notice.objects.filter(kind="mail.trouble")
    assert [one.employee.username for one in told] == ["manager"]


def test_one_put_off_comes_back_and_never_after_its_date(company: Company, clock: Any) -> None:
    actor, client = company.actor("agent"), company.client("agent")
    soon = write_down(actor=actor, title="两小时内", due_at=MONDAY + timedelta(hours=2))
    free = write_down(actor=actor, title="不急")
    assert later(actor=actor, obj=soon, until="day").hidden_until == MONDAY + timedelta(hours=2)
    assert later(actor=actor, obj=free, until="day").hidden_until == datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)
    assert "没有待办" in client.get("/todos/").content.decode()
    assert "不急" in client.get("/todos/?view=later").content.decode()
    clock.shift(2 * 3600)
    assert [line.todo.title for line in client.get("/todos/").context["lines"]] == ["两小时内"]
    assert client.post(f"/todos/{soon.pk}/later/", {"until": "hour"}).status_code == 403
    assert [line.todo.title for line in client.get("/todos/?view=overdue").context["lines"]] == ["两小时内"]


def test_only_what_one_wrote_down_is_ticked_off_by_hand(company: Company) -> None:
    client = company.client("agent")
    client.post("/todos/new/", {"title": "买纸"})
    open_todo(
        label="tickets.ticket", object_id=1, kind="handle", title="工单", url="/tickets/1/",
        employee_id=company.people["agent"].pk,
    )  # fmt: skip
    lines = {line.todo.title: line for line in client.get("/todos/").context["lines"]}
    assert lines["买纸"].verbs == ("done", "later")
    assert lines["工单"].verbs == ("later",)
    assert client.post(f"/todos/{lines['工单'].todo.pk}/done/").status_code == 403
    assert company.client("colleague").post(f"/todos/{lines['买纸'].todo.pk}/done/").status_code == 404
    client.post(f"/todos/{lines['买纸'].todo.pk}/done/")
    assert [line.todo.title for line in client.get("/todos/?view=done").context["lines"]] == ["买纸"]
    client.post(f"/todos/{lines['买纸'].todo.pk}/undone/", {"view": "done"})
    assert len(client.get("/todos/?view=mine").context["lines"]) == 2


def test_notices_can_be_narrowed_to_a_group(company: Company) -> None:
    tell(company)
    tell(company, "2", kind="visit.late")
    client = company.client("agent")
    named = {label: words for words, label in kinds.groups()}
    page = client.get("/notices/", {"group": named["回访"]})
    assert [line.notice.key for line in page.context["lines"]] == ["2"]


def test_every_kind_stands_under_one_it_begins_with() -> None:
    assert kinds.of("correction.done").code == "correction"
    assert kinds.of("nothing.known") is kinds.OTHER
    assert kinds.of("ticket.assigned").must


WINDOWS = st.tuples(st.times(), st.times()).map(
    lambda pair: (pair[0].replace(microsecond=0), pair[1].replace(microsecond=0))
)
WEEK = WorkCalendar(
    {day: [(time(9), time(12)), (time(13), time(18))] for day in range(5)}, frozenset(), {}, SHANGHAI
)  # fmt: skip


@given(window=WINDOWS, at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))  # noqa: DTZ001 – the zone follows
def test_mail_time_is_working_time_outside_quiet_hours_and_never_earlier(window: Any, at: datetime) -> None:
    start = at.replace(tzinfo=UTC)
    found = mail_time(WEEK, window, start)
    assert found >= start
    assert WEEK.is_open(found)
    wall = found.astimezone(SHANGHAI).time()
    low, high = window
    quiet = low != high and (low <= wall < high if low < high else wall >= low or wall < high)
    always = all(
        (low <= minute < high if low < high else minute >= low or minute < high)
        for minute in [time(hour, part) for hour in (9, 10, 11, 13, 14, 15, 16, 17) for part in range(60)]
    )
    assert not quiet or always
