"""The analysis of complaints: every point opens its tickets, limits by the formula, shares that add up, effects."""

from collections.abc import Iterator
from datetime import timedelta
from math import sqrt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.kernel.errors import Refused
from keqiao.kernel.statistics import c_limits, p_limits
from keqiao.tickets import actions
from keqiao.tickets.effect import effects
from keqiao.tickets.models import Cause, Complaint, CorrectiveAction, Ticket
from keqiao.tickets.tests.conftest import MONDAY, Desk
from keqiao.tickets.tests.conftest import desk as desk  # noqa: PLC0414 – a fixture
from keqiao.workspace.tests.test_figures import charts, listed

PATH = "/manager/complaints/"


@pytest.fixture(autouse=True)
def _a_wednesday() -> Iterator[None]:
    """The running week has begun and is not over."""
    with time_machine.travel(MONDAY + timedelta(days=2)):
        yield


def on(ticket: Ticket, days: int) -> Ticket:
    """The ticket as if it had been accepted so many days ago."""
    at = timezone.now() - timedelta(days=days)
    Ticket.objects.filter(pk=ticket.pk).update(accepted_at=at, accepted_on=timezone.localdate(at))
    return ticket


def drawn(client: Client, query: str = "") -> dict:
    """The control chart."""
    response = client.get(PATH + query)
    assert response.status_code == 200
    return charts(response.content.decode())["chart-control"]


def weekly(desk: Desk, weeks: int, number: int = 2) -> None:
    """So many complaints in each of the whole weeks before this one."""
    for week in range(1, weeks + 1):
        for _one in range(number):
            on(desk.accept(category=desk.category()), 7 * week)


def test_every_point_opens_exactly_its_tickets(desk: Desk, company: Company) -> None:
    weekly(desk, 9)
    desk.accept(kind="repair")
    on(desk.accept(category=desk.category("噪音异响")), 14)
    client = company.client("manager")
    kind = desk.category().parent_id
    for query in ("", "?weeks=13", f"?about=category:{kind}", f"?unit={company.units['team'].pk}", "?about=cause:1"):
        spec = drawn(client, query) if query != "?about=cause:1" else None
        if spec is None:
            assert "chart-control" not in charts(client.get(PATH + query).content.decode())
            continue
        counts = spec["series"][0]["data"]
        assert sum(counts) > 0
        for count, url in zip(counts, spec["urls"], strict=True):
            assert listed(client, url) == count, url


def test_a_week_beyond_the_limits_stands_out(desk: Desk, company: Company) -> None:
    weekly(desk, 10, 1)
    for _one in range(11):
        on(desk.accept(), 21)
    spec = drawn(company.client("manager"), "?weeks=13")
    counts = spec["series"][0]["data"]
    assert [count for count, out in zip(counts, spec["out"], strict=True) if out] == [12]
    whole = counts[2:12]
    assert spec["series"][3]["data"][5] == round(sum(whole) / 10 + 3 * sqrt(sum(whole) / 10), 2)
    assert "特别的原因" in company.client("manager").get(PATH + "?weeks=13").content.decode()


def test_no_limits_from_too_few_weeks(desk: Desk, company: Company) -> None:
    weekly(desk, 3)
    spec = drawn(company.client("manager"))
    assert set(spec["series"][1]["data"]) == {None}
    assert not any(spec["out"])


def test_as_a_share_of_all_tickets(desk: Desk, company: Company) -> None:
    weekly(desk, 8, 1)
    for week in range(1, 9):
        on(desk.accept(kind="repair"), 7 * week)
    spec = drawn(company.client("manager"), "?measure=share&weeks=13")
    assert spec["percent"]
    assert spec["series"][0]["data"][4:12] == [50] * 8
    assert spec["series"][1]["data"][4:12] == [50] * 8


def test_shares_add_up_and_open_their_complaints(desk: Desk, company: Company) -> None:
    boss = company.actor("manager")
    for percent in (100, 60):
        ticket = desk.at("handling")
        desk.plan(ticket)
        parts = [(company.units["quality"], company.people["department"], percent)]
        parts += [(company.units["service"], None, 100 - percent)] if percent < 100 else []
        actions.divide(actor=boss, obj=ticket, shares=parts)
    client = company.client("manager")
    context = client.get(PATH).context
    assert [(row.name, row.count, row.weight) for row, _url in context["units"]] == [
        ("质量部", 2, 1.6), ("客户服务部", 1, 0.4),
    ]  # fmt: skip
    assert sum(row.weight for row, _url in context["units"]) == Ticket.objects.filter(complaint__founded=True).count()
    for row, url in [*context["units"], *context["people"]]:
        assert listed(client, url) == row.count


def corrected(desk: Desk, company: Company, days: int) -> CorrectiveAction:
    """A corrective action on the usual cause that was done so many days ago."""
    ticket = desk.at("handling")
    desk.plan(ticket)
    row = actions.correct(
        actor=company.actor("manager"), obj=ticket, title="全检", measure="加工位", owner=company.people["department"],
        due_on=timezone.localdate() + timedelta(days=9),
    )  # fmt: skip
    done = actions.finish_correction(actor=company.actor("department"), obj=row, proof="已加工位")
    at = timezone.now() - timedelta(days=days)
    CorrectiveAction.objects.filter(pk=done.pk).update(
        done_at=at, check_on=timezone.localdate(at) + timedelta(days=30), cause=Cause.objects.get(name="来料不良")
    )
    on(ticket, days + 3)
    return CorrectiveAction.objects.get(pk=done.pk)


def caused(desk: Desk, days: int) -> None:
    """A complaint of the usual cause, accepted so many days ago."""
    ticket = desk.at("handling")
    desk.plan(ticket)
    on(ticket, days)


def test_the_effect_counts_the_cause_before_and_after(desk: Desk, company: Company) -> None:
    row = corrected(desk, company, 40)
    for days in (41, 60, 70, 71, 40, 39, 10, 9):  # 70 and 10 are the last that count
        caused(desk, days)
    other = on(desk.at("resolved"), 30)
    Complaint.objects.filter(pk=other.pk).update(cause=Cause.objects.get(name="制造不良"))
    manager = company.client("manager")
    found = effects(company.actor("manager"), [row])[row.pk]
    assert found.counts == (4, 2)
    assert found.over
    for place in (0, 1):
        assert listed(manager, found.url(place)) == found.counts[place]
    assert manager.get(f"/api/corrections/{row.pk}").json()["before"] == 4
    page = manager.get(f"/corrections/{row.pk}/").content.decode()
    assert "2 起" in page
    form = manager.get(f"/corrections/{row.pk}/do/check/").content.decode()
    for place, count in enumerate(("4 起", "2 起")):
        assert f'<a class="link" href="{escape(found.url(place))}">{count}</a>' in form
    assert "少了 2 起" in form
    shown = manager.get(PATH).context["corrections"]
    assert [(one.pk, known.counts) for one, known, *_rest in shown] == [(row.pk, (4, 2))]


@pytest.mark.parametrize(
    ("before", "after", "effective", "asked"),
    [
        (2, 3, True, "没有减少"), (2, 2, True, "没有减少"), (2, 1, False, "已经减少"),
        (2, 1, True, ""), (2, 2, False, ""), (2, 0, True, ""),
    ],
)  # fmt: skip
def test_who_judges_against_the_counts_says_why(
    desk: Desk, company: Company, before: int, after: int, effective: bool, asked: str
) -> None:
    row = corrected(desk, company, 40)
    for days in [*[50] * (before - 1), *[20] * after]:
        caused(desk, days)
    boss, client = company.actor("manager"), company.client("manager")
    values = {"note": "现场看过", "measure": "换供应商", "due_on": timezone.localdate() + timedelta(days=9)}
    entered = values | {"effective": "1" if effective else "0"}
    if asked:
        page = client.post(f"/corrections/{row.pk}/do/check/", entered).content.decode()
        assert asked in page
        assert "换供应商" in page
        with pytest.raises(Refused, match=asked) as caught:
            actions.check_correction(actor=boss, obj=row, effective=effective, reason="  ", **values)
        assert caught.value.field == "reason"
        row.refresh_from_db()
        assert (row.status, CorrectiveAction.objects.count()) == ("done", 1)
    done = actions.check_correction(
        actor=boss, obj=row, effective=effective, reason="多出的来自停产机型" if asked else "", **values
    )
    assert done.status == ("effective" if effective else "ineffective")
    assert ("多出的来自停产机型" in done.check_note) == bool(asked)
    kept = Event.objects.get(verb="correction.checked").data
    assert (kept["before"], kept["after"], kept["effective"]) == (before, after, effective)


def test_too_soon_the_counts_say_nothing(desk: Desk, company: Company) -> None:
    row = corrected(desk, company, 5)
    assert effects(company.actor("manager"), [row])[row.pk].fell is None
    for effective in (True, False):
        assert not effects(company.actor("manager"), [row])[row.pk].against(effective=effective)
    assert "还没有满 30 天" in company.client("manager").get(f"/corrections/{row.pk}/do/check/").content.decode()
    caused(desk, 2)
    assert effects(company.actor("manager"), [row])[row.pk].fell is False


def test_what_is_out_of_sight_is_not_counted(desk: Desk, company: Company) -> None:
    row = corrected(desk, company, 40)
    caused(desk, 10)
    assert effects(company.actor("manager"), [row])[row.pk].counts == (1, 1)
    assert effects(company.actor("outsider"), [row])[row.pk].counts == (0, 0)
    assert company.client("leader").get(PATH).status_code == 403
    assert company.client("outsider").get(PATH).status_code == 403


def test_queries_do_not_grow(desk: Desk, company: Company) -> None:
    client, counts = company.client("manager"), []
    for turn in range(2):
        for _more in range(1 + 3 * turn):
            corrected(desk, company, 40)
            desk.accept()
        client.get(PATH)
        with CaptureQueriesContext(connection) as caught:
            client.get(PATH)
        counts.append(len(caught))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("query", ["about=x", "about=category:", "about=cause:٣", "weeks=999", "unit=x", "measure=%00"])
def test_a_query_that_cannot_be_read_is_the_usual_one(desk: Desk, company: Company, query: str) -> None:
    assert company.client("manager").get(f"{PATH}?{query}").status_code == 200


@given(st.lists(st.integers(0, 500), min_size=1, max_size=60))
def test_count_limits_enclose_their_centre(counts: list[int]) -> None:
    centre, low, high = c_limits(counts) or (0, 0, 0)
    assert 0 <= low <= centre <= high
    assert centre == pytest.approx(sum(counts) / len(counts))
    assert high - centre == pytest.approx(3 * sqrt(centre))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=30))
def test_share_limits_enclose_their_centre_and_narrow_with_more(pairs: list[tuple[int, int]]) -> None:
    hits, totals = [one for one, _more in pairs], [one + more for one, more in pairs]
    found = p_limits(hits, totals)
    assert [limit is None for limit in found] == [not total for total in totals]
    known = sorted((total, limit) for total, limit in zip(totals, found, strict=True) if limit is not None)
    for _total, (centre, low, high) in known:
        assert 0 <= low <= centre <= high <= 1
        assert centre == pytest.approx(sum(hits) / sum(totals))
    widths = [high - low for _total, (_centre, low, high) in known]
    assert all(one >= other - 1e-12 for one, other in zip(widths, widths[1:], strict=False))


def test_impossible_shares_are_refused() -> None:
    with pytest.raises(ValueError):
        p_limits([2], [1])
    assert c_limits([]) is None
