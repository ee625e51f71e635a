"""A ticket's deadlines against the minute-by-minute reference: any calendar, any stops, any change of severity.

The rule: a deadline is the instant at which as many working minutes have passed since its beginning as the limit allows
and the customer was waited for. Another severity counts anew from the same beginning.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import time_machine
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from keqiao.calendars import actions as calendars
from keqiao.calendars.tests.reference import ZONE, Reference, Window, day_windows, stored, weeks
from keqiao.calendars.tests.test_reference import OFFICE, undone
from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.tickets import actions
from keqiao.tickets.models import Ticket
from keqiao.tickets.ruling.kinds.deadlines import default_limit
from keqiao.tickets.tests.conftest import Desk

FRIDAY = datetime(2026, 2, 13, 9, 30, tzinfo=ZONE)  # the Spring Festival begins, with a make-up Saturday before it
near = st.dictionaries(st.dates(date(2026, 2, 10), date(2026, 3, 20)), day_windows(), max_size=3)
# what happens (a stop of so many minutes, or another severity), and after how many minutes
happenings = st.lists(
    st.tuples(st.integers(0, 2000), st.one_of(st.integers(1, 6000), st.sampled_from(["2", "3", "4"]))), max_size=4
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(week=weeks, local=near, happen=happenings)
@example(week=OFFICE, local={date(2026, 2, 14): []}, happen=[(30, 4000), (300, "4"), (10, 2000)])
@example(week=OFFICE, local={}, happen=[(120, "2"), (60, 20_000), (5, "3")])
@example(week=dict.fromkeys(range(7), [(0, 1440)]), local={}, happen=[(2000, "2"), (2000, "2"), (2000, "2")])
def test_deadlines_are_where_the_minutes_say(
    desk: Desk, company: Company, week: Any, local: dict[date, list[Window]], happen: Sequence[tuple[int, Any]]
) -> None:
    slowly, agent = Reference(week, True, local), company.actor("agent")
    with undone():
        apply(company, week, local)
        now = FRIDAY
        with time_machine.travel(now, tick=False):
            ticket = desk.at("assessed")
            actions.dispatch(actor=agent, obj=ticket, units=[company.units["quality"]])
        stops: list[tuple[datetime, datetime]] = []
        for after, what in happen:
            now += timedelta(minutes=after)
            if isinstance(what, int):
                with time_machine.travel(now, tick=False):
                    actions.pause(actor=agent, obj=ticket, reason="等客户寄回样品")
                stops.append((now, now + timedelta(minutes=what)))
                now += timedelta(minutes=what)
                with time_machine.travel(now, tick=False):
                    actions.resume(actor=agent, obj=ticket)
            elif Ticket.objects.get(pk=ticket.pk).severity == int(what):
                now -= timedelta(minutes=after)  # no deed, so nothing looks at the clock
            else:
                with time_machine.travel(now, tick=False):
                    actions.change_severity(actor=agent, obj=ticket, severity=int(what), reason="影响不同")
        fresh = Ticket.objects.get(pk=ticket.pk)
        waited = sum(slowly.worked(*stop) for stop in stops)
        stage = slowly.after(FRIDAY, default_limit("complaint", fresh.severity, "investigating").minutes + waited)
        whole = slowly.after(FRIDAY, default_limit("complaint", fresh.severity, "solve").minutes + waited)
        if stage is None or whole is None:
            return  # the calendar has so little working time that the slow count gives up
        assert fresh.stages.get(left_at=None).due_at == stage
        assert fresh.solve_due_at == whole
        assert fresh.due_at == min(stage, whole)
        assert fresh.late == (fresh.due_at < now)


def apply(company: Company, week: Any, local: dict[date, list[Window]]) -> None:
    """The service works by this week and these days of its own."""
    made = calendars.create_calendar(
        actor=SYSTEM, name="所试日历", zone="Asia/Shanghai",
        weekly={str(weekday): stored(windows) for weekday, windows in week.items()},
    )  # fmt: skip
    for day, windows in local.items():
        calendars.set_day(actor=SYSTEM, calendar=made, day=day, open_windows=stored(windows))
    calendars.assign_calendar(actor=SYSTEM, unit=company.units["service"], calendar=made)
