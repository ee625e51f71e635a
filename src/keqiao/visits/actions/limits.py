"""By when something must be done: the days of the rule, counted in one way for every occasion."""

from datetime import datetime, timedelta

from keqiao.calendars.queries import calendar_for
from keqiao.kernel.worktime import NeverOpen
from keqiao.visits.models import VisitRule


def due_from(rule: VisitRule, unit_id: int | None, start: datetime) -> datetime:
    """The deadline of a visit: the rule's days after `start`, working days by the calendar of the unit that calls."""
    if rule.counting == VisitRule.Counting.CALENDAR:
        return start + timedelta(days=rule.within_days)
    return working_days(unit_id, start, rule.within_days)


def working_days(unit_id: int | None, start: datetime, days: int) -> datetime:
    """So many working days of the unit's calendar after `start`; calendar days where it never works."""
    try:
        return calendar_for(unit_id).add_days(start, days)
    except NeverOpen:
        return start + timedelta(days=days)
