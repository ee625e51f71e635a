"""Working time minute by minute: slow, and so simple that it is right. Shares no code with what it judges."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
from hypothesis import strategies as st

ZONE = ZoneInfo("Asia/Shanghai")  # one offset all the time, so wall and instant go together
MINUTE = timedelta(minutes=1)
Window = tuple[int, int]  # minutes since midnight; an end beyond 1440 lies on the next day


@dataclass
class Reference:
    """A week, the official holidays if they are followed, and single days on top."""

    week: Mapping[int, Sequence[Window]]
    follows: bool = True
    days: Mapping[date, Sequence[Window]] = field(default_factory=dict)
    _known: dict[date, Sequence[Window]] = field(default_factory=dict)

    def windows(self, day: date) -> Sequence[Window]:
        """The windows that begin on a day, looked up once: it is asked for at every minute."""
        if day not in self._known:
            self._known[day] = self._windows(day)
        return self._known[day]

    def _windows(self, day: date) -> Sequence[Window]:
        if day in self.days:
            return self.days[day]
        off, name = chinese_calendar.get_holiday_detail(day)
        if not self.follows or name is None:  # an ordinary day, weekends too
            return self.week.get(day.weekday(), ())
        if off:
            return ()
        if self.week.get(day.weekday()):
            return self.week[day.weekday()]
        return next((self.week[one] for one in range(7) if self.week.get(one)), ())

    def is_open(self, at: datetime) -> bool:
        """Whether the minute that begins at the instant is worked: by a window of its day or of the night before."""
        wall = at.astimezone(ZONE)
        day, minute = wall.date(), wall.hour * 60 + wall.minute
        return any(start <= minute < end for start, end in self.windows(day)) or any(
            start <= minute + 1440 < end for start, end in self.windows(day - timedelta(days=1))
        )

    def worked(self, start: datetime, end: datetime) -> int:
        """The worked minutes between two instants on whole minutes."""
        return sum(self.is_open(at) for at in minutes(start, end))

    def after(self, start: datetime, count: int, limit: timedelta = timedelta(days=70)) -> datetime | None:
        """The instant at which `count` minutes have been worked since the start; None where that takes too long."""
        for at in minutes(start, start + limit):
            count -= self.is_open(at)
            if count == 0:
                return at + MINUTE
        return None

    def opening(self, start: datetime, limit: timedelta = timedelta(days=40)) -> datetime | None:
        """The first worked minute from the start on."""
        return next((at for at in minutes(start, start + limit) if self.is_open(at)), None)


def minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    """Every minute from the start up to, not including, the end."""
    while start < end:
        yield start
        start += MINUTE


@st.composite
def day_windows(draw: st.DrawFn) -> list[Window]:
    """Up to three windows that do not overlap, on quarters of an hour; the last may run past midnight."""
    points = draw(st.lists(st.integers(0, 95), unique=True, max_size=6).map(sorted))
    pairs = [(a * 15, b * 15) for a, b in zip(points[::2], points[1::2], strict=False)]
    if pairs and draw(st.booleans()):
        start, _end = pairs[-1]
        pairs[-1] = (start, 1440 + draw(st.integers(0, pairs[0][0] // 15)) * 15)
    return pairs


weeks = st.dictionaries(st.integers(0, 6), day_windows(), min_size=3, max_size=7).filter(
    lambda week: sum(end - start for day in week.values() for start, end in day) > 600
)
SPAN = (date(2025, 9, 1), date(2026, 10, 31))  # the National Day and Spring Festival with their make-up days


def stored(windows: Sequence[Window]) -> list[list[str]]:
    """Windows as the calendars store them."""
    return [[clock(start), clock(end)] for start, end in windows]


def clock(minute: int) -> str:
    """Minutes since midnight as on the wall."""
    return f"{minute % 1440 // 60:02d}:{minute % 60:02d}"
