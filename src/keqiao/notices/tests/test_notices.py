"""Told once, seen by nobody else, read for good."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keqiao.kernel.actor import NOBODY, SYSTEM
from keqiao.notices import policies, queries
from keqiao.notices.actions import notify, read, read_all
from keqiao.notices.models import Notice


def tell(company, *roles: str, key: str = "ticket.told:1", actor=SYSTEM, url: str = "/tickets/1/") -> None:
    ids = [company.people[role].pk for role in roles]
    notify(actor=actor, to=ids, title="工单 TS20261123-0001 已告知客户", url=url, kind="ticket.told", key=key)


def test_the_same_key_tells_once_and_another_again(company) -> None:
    tell(company, "agent")
    tell(company, "agent", "leader")
    assert Notice.objects.count() == 2
    tell(company, "agent", key="ticket.told:2")
    assert queries.counts(company.actor("agent")) == {"todo": 0, "notice": 2}
    assert queries.counts(company.actor("leader")) == {"todo": 0, "notice": 1}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_tellings_of_one_deed_tell_once(company, in_parallel) -> None:
    assert in_parallel(lambda _n: tell(company, "agent", "leader")) == [None] * 20
    assert Notice.objects.count() == 2


def test_nobody_is_told_of_an_own_deed_and_no_leaver(company) -> None:
    leaver = company.people["colleague"]
    leaver.is_active = False
    leaver.save()
    tell(company, "agent", "colleague", "leader", actor=company.actor("agent"))
    assert list(Notice.objects.values_list("employee_id", flat=True)) == [company.people["leader"].pk]


def test_a_long_title_is_cut_not_refused(company) -> None:
    notify(actor=SYSTEM, to=[company.people["agent"].pk], title="长" * 500, url="", kind="x", key="k")
    assert len(Notice.objects.get().title) <= 200


def test_reading_counts_once_and_keeps_its_time(company) -> None:
    tell(company, "agent")
    actor, notice = company.actor("agent"), Notice.objects.get()
    first = read(actor=actor, obj=notice).read_at
    assert first is not None
    assert read(actor=actor, obj=notice).read_at == first
    assert queries.counts(actor)["notice"] == 0


def test_read_all_touches_only_ones_own(company) -> None:
    tell(company, "agent", "leader")
    tell(company, "agent", key="b")
    assert read_all(actor=company.actor("agent")) == 2
    assert queries.counts(company.actor("agent"))["notice"] == 0
    assert queries.counts(company.actor("leader"))["notice"] == 1


def test_another_ones_notice_cannot_be_read(company) -> None:
    tell(company, "leader")
    notice = Notice.objects.get()
    for role in ("agent", "manager", "outsider"):
        assert company.client(role).post(reverse("notices:read", args=[notice.pk])).status_code == 404
        assert notice.title not in company.client(role).get(reverse("notices:list")).content.decode()
    notice.refresh_from_db()
    assert notice.read_at is None
    assert not policies.notices(NOBODY).exists()


def test_opening_a_notice_reads_it_and_leads_to_its_record(company) -> None:
    tell(company, "agent")
    client, notice = company.client("agent"), Notice.objects.get()
    assert client.get(reverse("notices:read", args=[notice.pk])).status_code == 405
    assert client.post(reverse("notices:read", args=[notice.pk]))["Location"] == "/tickets/1/"
    notice.refresh_from_db()
    assert notice.read_at is not None


@pytest.mark.parametrize("url", ["", "https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_notice_never_leads_to_another_host(company, url: str) -> None:
    tell(company, "agent", url=url)
    response = company.client("agent").post(reverse("notices:read", args=[Notice.objects.get().pk]))
    assert response["Location"] == reverse("notices:list")


def test_the_list_pages_by_key_newest_first_and_narrows_to_unread(company) -> None:
    for number in range(30):
        tell(company, "agent", key=str(number))
    client = company.client("agent")
    first = client.get(reverse("notices:list"))
    shown = [line.notice.key for line in first.context["lines"]]
    assert shown == [str(number) for number in range(29, 4, -1)]
    second = client.get(reverse("notices:list"), {"after": first.context["next"]})
    assert [line.notice.key for line in second.context["lines"]] == ["4", "3", "2", "1", "0"]
    assert not second.context["next"]
    read(actor=company.actor("agent"), obj=Notice.objects.get(key="29"))
    first = client.get(reverse("notices:list"))
    assert first.context["lines"][0].notice.key == "28"
    second = client.get(reverse("notices:list"), {"after": first.context["next"]})
    assert [line.notice.key for line in second.context["lines"]] == ["3", "2", "1", "0", "29"]
    unread = client.get(reverse("notices:list"), {"unread": "1"})
    assert unread.context["lines"][0].notice.key == "28"


def test_the_list_costs_the_same_for_one_and_for_many(company) -> None:
    tell(company, "agent")
    client = company.client("agent")
    client.get(reverse("notices:list"))

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("notices:list"))
        return len(captured)

    one = cost()
    for number in range(20):
        tell(company, "agent", key=str(number))
    assert cost() == one


def test_the_bell_counts_and_stays_silent_at_nothing(company) -> None:
    client = company.client("agent")
    assert client.get(reverse("notices:bell")).content.decode().strip() == ""
    for number in range(101):
        tell(company, "agent", key=str(number))
    assert "99+" in client.get(reverse("notices:bell")).content.decode()
    client.post(reverse("notices:read_all"))
    assert client.get(reverse("notices:bell")).content.decode().strip() == ""


def test_an_empty_list_says_what_comes_here(company) -> None:
    assert "还没有通知" in company.client("agent").get(reverse("notices:list")).content.decode()
