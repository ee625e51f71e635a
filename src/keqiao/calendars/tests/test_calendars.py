"""Which calendar counts for whom, how changes are felt, and customers' rest."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from keqiao.audit.models import Event
from keqiao.calendars import actions, queries
from keqiao.calendars.models import Calendar, DayOverride, Revision
from keqiao.kernel.actor import NOBODY, SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.org.actions import change_unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHOP_WEEK = {str(weekday): [["10:00", "20:00"]] for weekday in range(7)}
MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 29)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    queries.forget()
    yield
    queries.forget()


@pytest.fixture
def shop(db: Any) -> Calendar:
    return actions.create_calendar(actor=SYSTEM, name="门店", zone="Asia/Shanghai", weekly=SHOP_WEEK)


@pytest.mark.django_db
def test_a_new_installation_has_a_default() -> None:
    assert Calendar.objects.get().is_default
    work = queries.calendar_for(None)
    assert (work.day_minutes(MONDAY), work.day_minutes(SUNDAY)) == (480, 0)
    assert work.zone == SHANGHAI


@pytest.mark.django_db
def test_without_any_calendar_the_ordinary_week_counts() -> None:
    Calendar.objects.all().delete()
    assert queries.calendar_for(None).day_minutes(MONDAY) == 480


def test_units_inherit_from_the_nearest_above(company: Any, shop: Calendar) -> None:
    units = company.units
    night = actions.create_calendar(actor=SYSTEM, name="夜班", zone="Asia/Shanghai", weekly={"0": [["22:00", "06:00"]]})
    actions.assign_calendar(actor=SYSTEM, unit=units["service"], calendar=shop)
    assert queries.calendar_for(units["team"].pk).day_minutes(SUNDAY) == 600
    assert queries.calendar_for(units["service"].pk).day_minutes(SUNDAY) == 600
    assert queries.calendar_for(units["quality"].pk).day_minutes(SUNDAY) == 0
    assert queries.calendar_for(10**9).day_minutes(SUNDAY) == 0
    actions.assign_calendar(actor=SYSTEM, unit=units["team"], calendar=night)
    assert queries.calendar_for(units["team"].pk).day_minutes(MONDAY) == 480
    assert queries.calendar_for(units["team"].pk).day_minutes(SUNDAY) == 0
    actions.assign_calendar(actor=SYSTEM, unit=units["team"], calendar=None)
    assert queries.calendar_for(units["team"].pk).day_minutes(SUNDAY) == 600


def test_a_moved_unit_is_noticed(company: Any, shop: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
    units = company.units
    actions.assign_calendar(actor=SYSTEM, unit=units["service"], calendar=shop)
    assert queries.calendar_for(units["team"].pk).day_minutes(SUNDAY) == 600
    change_unit(actor=SYSTEM, unit=units["team"], name="投诉一组", kind="team", parent=units["quality"])
    monkeypatch.setattr(queries, "PATIENCE", 0.0)
    assert queries.calendar_for(units["team"].pk).day_minutes(SUNDAY) == 0


def test_kept_in_the_process(shop: Calendar, django_assert_num_queries: Any) -> None:
    first = queries.calendar_for(None)
    with django_assert_num_queries(0):
        assert all(queries.calendar_for(None) is first for _ in range(100))
        queries.is_quiet(datetime(2026, 11, 23, tzinfo=SHANGHAI))


def test_a_change_by_another_process_is_felt(shop: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
    standard = Calendar.objects.get(is_default=True)
    before = queries.calendar_for(None)
    kept = queries._Memory.kept
    actions.set_day(actor=SYSTEM, calendar=standard, day=MONDAY, open_windows=[], reason="停电")
    assert queries.calendar_for(None).day_minutes(MONDAY) == 0
    queries._Memory.kept = kept  # what a process keeps that has not been told
    assert queries.calendar_for(None) is before
    monkeypatch.setattr(queries, "PATIENCE", 0.0)
    assert queries.calendar_for(None).day_minutes(MONDAY) == 0


def test_an_unchanged_revision_costs_one_small_read(
    shop: Calendar, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    first = queries.calendar_for(None)
    monkeypatch.setattr(queries, "PATIENCE", 0.0)
    with django_assert_num_queries(1) as seen:
        assert queries.calendar_for(None) is first
    assert isinstance(seen, CaptureQueriesContext)
    assert "revision" in seen[0]["sql"]


def test_every_change_is_recorded_and_renews(company: Any, shop: Calendar) -> None:
    boss = company.actor("manager")
    seen = {Revision.objects.get().value}
    deeds = [
        lambda: actions.change_calendar(
            actor=boss, calendar=shop, name="门店", zone="Asia/Shanghai", weekly=SHOP_WEEK, follows_holidays=False,
            is_default=True,
        ),
        lambda: actions.set_day(actor=boss, calendar=shop, day=MONDAY, open_windows=[["09:00", "10:00"]]),
        lambda: actions.set_day(actor=boss, calendar=shop, day=MONDAY, open_windows=[], reason="盘点"),
        lambda: actions.remove_day(actor=boss, calendar=shop, day=MONDAY),
        lambda: actions.assign_calendar(actor=boss, unit=company.units["team"], calendar=shop),
        lambda: actions.set_quiet_hours(actor=boss, start=time(22), end=time(7), region="新疆"),
    ]  # fmt: skip
    for deed in deeds:
        deed()
        seen.add(Revision.objects.get().value)
    assert len(seen) == len(deeds) + 1
    verbs = list(Event.objects.filter(verb__startswith="calendar.").order_by("id").values_list("verb", flat=True))
    assert verbs == ["calendar.created", "calendar.changed", "calendar.day_set", "calendar.day_set",
                     "calendar.day_removed", "calendar.assigned", "calendar.quiet_hours_set"]  # fmt: skip
    assert Event.objects.get(verb="calendar.changed").data["changes"].keys() == {"follows_holidays", "is_default"}
    assert not DayOverride.objects.exists()


def test_only_one_default(shop: Calendar) -> None:
    other = actions.create_calendar(actor=SYSTEM, name="热线", zone="Asia/Urumqi", weekly=SHOP_WEEK, is_default=True)
    assert Calendar.objects.get(is_default=True) == other
    assert queries.calendar_for(None).zone == ZoneInfo("Asia/Urumqi")
    with pytest.raises(Refused, match="默认"):
        actions.change_calendar(
            actor=SYSTEM, calendar=other, name="热线", zone="Asia/Urumqi", weekly=SHOP_WEEK, follows_holidays=True,
            is_default=False,
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Calendar.objects.filter(pk=shop.pk).update(is_default=True)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "门店"}, "name"),
        ({"name": ""}, "name"),
        ({"zone": "Asia/Nowhere"}, "zone"),
        ({"weekly": {}}, "day_0"),
        ({"weekly": {"0": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "weekly"),
    ],
)
def test_wrong_calendars_are_refused(shop: Calendar, wrong: dict[str, Any], field: str) -> None:
    good: dict[str, Any] = {"name": "新", "zone": "Asia/Shanghai", "weekly": SHOP_WEEK}
    with pytest.raises(Refused) as refused:
        actions.create_calendar(actor=SYSTEM, **(good | wrong))
    assert refused.value.field == field
    assert not Calendar.objects.filter(name="新").exists()


def test_wrong_days_are_refused(shop: Calendar) -> None:
    with pytest.raises(Refused):
        actions.set_day(actor=SYSTEM, calendar=shop, day=MONDAY, open_windows=[["9", "10"]])
    with pytest.raises(Refused):
        actions.remove_day(actor=SYSTEM, calendar=shop, day=MONDAY)


def test_nobody_else_changes_them(company: Any, shop: Calendar) -> None:
    for actor in (company.actor("agent"), company.actor("outsider"), NOBODY):
        for deed in (
            lambda actor=actor: actions.create_calendar(actor=actor, name="x", zone="Asia/Shanghai", weekly=SHOP_WEEK),
            lambda actor=actor: actions.set_day(actor=actor, calendar=shop, day=MONDAY, open_windows=[]),
            lambda actor=actor: actions.remove_day(actor=actor, calendar=shop, day=MONDAY),
            lambda actor=actor: actions.assign_calendar(actor=actor, unit=company.units["team"], calendar=shop),
            lambda actor=actor: actions.set_quiet_hours(actor=actor, start=time(1), end=time(2)),
        ):
            with pytest.raises(NotAllowed):
                deed()


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.django_db
def test_customers_rest_from_nine_to_half_past_eight() -> None:
    assert [queries.is_quiet(moment) for moment in (at(20, 59), at(21), at(0), at(8, 29), at(8, 30))] == [
        False, True, True, True, False,
    ]  # fmt: skip
    assert queries.next_contact_time(at(22)) == at(8, 30, day=24)
    assert queries.next_contact_time(at(3)) == at(8, 30)
    assert queries.next_contact_time(at(12)) == at(12)
    assert queries.next_quiet_time(at(12)) == at(21)
    assert queries.next_quiet_time(at(22)) == at(22)


@pytest.mark.django_db
def test_regions_have_their_own_rest() -> None:
    actions.set_quiet_hours(actor=SYSTEM, start=time(23), end=time(10, 30), region="新疆")
    actions.set_quiet_hours(actor=SYSTEM, start=time(12), end=time(14))
    assert queries.is_quiet(at(9), "新疆")
    assert not queries.is_quiet(at(13), "新疆")
    assert queries.is_quiet(at(13), "山东")
    assert not queries.is_quiet(at(22))
    assert queries.next_contact_time(at(13)) == at(14)
    actions.set_quiet_hours(actor=SYSTEM, start=time(0), end=time(0))
    assert not queries.is_quiet(at(0))
    assert queries.next_quiet_time(at(12)) == at(12, day=24)


@given(start=st.times(), end=st.times(), moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))  # noqa: DTZ001
def test_next_contact_time_is_never_quiet(start: time, end: time, moment: datetime) -> None:
    window = (start.replace(microsecond=0), end.replace(microsecond=0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "quiet_window", lambda region=None: window)
        when = moment.replace(tzinfo=SHANGHAI)
        later = queries.next_contact_time(when)
        assert not queries.is_quiet(later)
        assert later >= when
        assert (later == when) == (not queries.is_quiet(when))
        rest = queries.next_quiet_time(when)
        assert rest >= when
        assert window[0] == window[1] or queries.is_quiet(rest)
