"""Every change to calendars. Each replaces the revision, so that all processes read anew."""

import secrets
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.calendars import queries, windows
from keqiao.calendars.models import Calendar, DayOverride, QuietHours, Revision, UnitCalendar
from keqiao.calendars.policies import POWER
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused
from keqiao.org.actions import demand
from keqiao.org.models import OrgUnit


def _renew() -> None:
    """Replace the revision, by a random value: a counter that is rolled back would come to the same number again."""
    Revision.objects.update_or_create(pk=1, defaults={"value": secrets.randbits(62)})
    queries.forget()


def _checked(calendar: Calendar) -> Calendar:
    """The calendar, or Refused with the first thing that is wrong with it."""
    if not any(calendar.weekly.values()):
        raise Refused(_("每周至少要有一天填写工作时段。"), field="day_0")
    try:
        calendar.full_clean(validate_constraints=False)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise Refused(messages[0], field=name) from error
    return calendar


def _take_default(calendar: Calendar) -> None:
    if calendar.is_default:
        Calendar.objects.filter(is_default=True).exclude(pk=calendar.pk).update(is_default=False)


@transaction.atomic
def create_calendar(
    *,
    actor: Actor,
    name: str,
    zone: str,
    weekly: dict[str, Any],
    follows_holidays: bool = True,
    is_default: bool = False,
) -> Calendar:
    """Add a calendar; the first one is the default. A new default takes that from the old one."""
    demand(actor, POWER)
    first = not Calendar.objects.filter(is_default=True).exists()
    calendar = _checked(
        Calendar(
            name=name, zone=zone, weekly=weekly, follows_holidays=follows_holidays, is_default=is_default or first
        )  # fmt: skip
    )
    _take_default(calendar)
    calendar.save(force_insert=True)
    _renew()
    record(actor, "calendar.created", calendar, {"weekly": weekly, "zone": zone})
    return calendar


@transaction.atomic
def change_calendar(
    *,
    actor: Actor,
    calendar: Calendar,
    name: str,
    zone: str,
    weekly: dict[str, Any],
    follows_holidays: bool,
    is_default: bool,
) -> Calendar:
    """Change a calendar. The default stops being it only when another one becomes it."""
    demand(actor, POWER)
    calendar = Calendar.objects.get(pk=calendar.pk)
    if calendar.is_default and not is_default:
        raise Refused(_("必须有一个默认日历，请把另一个日历设为默认。"), field="is_default")
    after = {
        "name": name, "zone": zone, "weekly": weekly, "follows_holidays": follows_holidays, "is_default": is_default,
    }  # fmt: skip
    changed = changes({key: getattr(calendar, key) for key in after}, after)
    for key, value in after.items():
        setattr(calendar, key, value)
    _take_default(_checked(calendar))
    calendar.save(update_fields=list(after))
    _renew()
    record(actor, "calendar.changed", calendar, {"changes": changed})
    return calendar


@transaction.atomic
def set_day(
    *, actor: Actor, calendar: Calendar, day: date, open_windows: list[list[str]], reason: str = ""
) -> DayOverride:
    """Make one day differ from week and holidays: open in these windows, closed without any."""
    demand(actor, POWER)
    try:
        stored = windows.store_day(windows.read_day(open_windows))
    except windows.BadWindows as error:
        raise Refused(str(error), field="open_windows") from error
    row, _created = DayOverride.objects.update_or_create(
        calendar=calendar, day=day, defaults={"open_windows": stored, "reason": reason[:100]}
    )
    _renew()
    record(actor, "calendar.day_set", calendar, {"day": day.isoformat(), "windows": stored, "reason": row.reason})
    return row


@transaction.atomic
def remove_day(*, actor: Actor, calendar: Calendar, day: date) -> None:
    """Let a day follow week and holidays again."""
    demand(actor, POWER)
    removed, _by_model = DayOverride.objects.filter(calendar=calendar, day=day).delete()
    if not removed:
        raise Refused(_("这一天没有单独设置。"))
    _renew()
    record(actor, "calendar.day_removed", calendar, {"day": day.isoformat()})


@transaction.atomic
def assign_calendar(*, actor: Actor, unit: OrgUnit, calendar: Calendar | None) -> None:
    """Let a unit and all below it work by a calendar; None: by that of its superior unit again."""
    demand(actor, POWER)
    if calendar is None:
        UnitCalendar.objects.filter(unit=unit).delete()
    else:
        UnitCalendar.objects.update_or_create(unit=unit, defaults={"calendar": calendar})
    _renew()
    record(actor, "calendar.assigned", unit, {"calendar": str(calendar) if calendar else None})


@transaction.atomic
def set_quiet_hours(*, actor: Actor, start: time, end: time, region: str = "") -> QuietHours:
    """Set the rest times of a region's customers, of all others without a region. Equal bounds: no rest time."""
    demand(actor, POWER)
    row, _created = QuietHours.objects.update_or_create(region=region.strip(), defaults={"start": start, "end": end})
    _renew()
    record(actor, "calendar.quiet_hours_set", row, {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"})
    return row
