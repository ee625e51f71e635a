"""A calendar's year as twelve small months to look at."""

import calendar as months
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from keqiao.calendars import holidays, queries, windows
from keqiao.calendars.models import Calendar, DayOverride
from keqiao.kernel.dates import day_words
from keqiao.kernel.worktime import WorkCalendar

WEEKDAY_HEADS = (
    pgettext_lazy("weekday", "一"),
    pgettext_lazy("weekday", "二"),
    pgettext_lazy("weekday", "三"),
    pgettext_lazy("weekday", "四"),
    pgettext_lazy("weekday", "五"),
    pgettext_lazy("weekday", "六"),
    pgettext_lazy("weekday", "日"),
)
# Class names stand here in full, because the style builder reads them from this file.
_CELL = "grid min-h-9 place-items-center rounded-field text-sm"
CLASSES = {
    "work": f"{_CELL} hover:bg-base-300",
    "rest": f"{_CELL} opacity-70 hover:bg-base-300",
    "off": f"{_CELL} tag-success font-semibold",
    "makeup": f"{_CELL} tag-warning font-semibold",
    "changed": f"{_CELL} tag-info font-semibold underline",
}


@dataclass(frozen=True)
class Day:
    """One day in the year view. `text` is said by screen readers and shown on hovering."""

    number: int
    kind: str
    text: str
    url: str
    today: bool

    @property
    def css(self) -> str:
        return CLASSES[self.kind]


@dataclass(frozen=True)
class Month:
    """A month: its name and weeks of seven days, None outside the month."""

    name: str
    weeks: list[list[Day | None]]


@dataclass(frozen=True)
class Year:
    """All of it, with the counts that people check against the official notice."""

    months: list[Month]
    days_off: int
    make_up_days: int
    working_days: int


def kind_of(work: WorkCalendar, row: DayOverride | None, follows: bool, day: date) -> str:
    """How a day is drawn: changed by hand, public day off, make-up day, working or resting by its weekday."""
    if row is not None:
        return "changed"
    if follows and day in holidays.DAYS_OFF:
        return "off"
    if follows and day in holidays.MAKE_UP_DAYS:
        return "makeup"
    return "work" if work.day_minutes(day) else "rest"


def describe(kind: str, row: DayOverride | None, day: date) -> str:
    """The day in words."""
    if row is not None:
        hours = windows.show(row.open_windows) or _("休息")
        said = f"{hours} {row.reason}".strip()
    else:
        names = {"off": _("放假"), "makeup": _("补班"), "work": _("上班"), "rest": _("休息")}
        name = holidays.name_of(day)
        said = _("%(holiday)s%(kind)s") % {"holiday": name, "kind": names[kind]} if name else names[kind]
    return f"{day_words(day)} {said}"


def year_of(calendar: Calendar, year: int) -> Year:
    """The year of a calendar as it stands in the database now."""
    rows = {row.day: row for row in DayOverride.objects.filter(calendar=calendar, day__year=year)}
    work = queries.build(calendar, rows.values())
    today = timezone.localdate()
    kinds: dict[str, int] = {}
    working = 0

    def cell(day: date) -> Day:
        nonlocal working
        row = rows.get(day)
        kind = kind_of(work, row, calendar.follows_holidays, day)
        kinds[kind] = kinds.get(kind, 0) + 1
        working += work.day_minutes(day) > 0
        url = reverse("calendars:day", args=[calendar.pk, day.isoformat()])
        return Day(day.day, kind, describe(kind, row, day), url, day == today)

    frame = months.Calendar()
    drawn = [
        Month(
            date_format(date(year, month, 1), _("n月")),
            [
                [cell(day) if day.month == month else None for day in week]
                for week in frame.monthdatescalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]
    return Year(drawn, kinds.get("off", 0), kinds.get("makeup", 0), working)
