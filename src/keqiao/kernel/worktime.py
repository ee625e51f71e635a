"""Working time: how long a matter took and when it is due, counted in open minutes only.

A calendar is turned into a flat, sorted list of open intervals in blocks of 64 days, with running totals. Every
question is then a binary search in the first and last block and a sum over those between.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

Window = tuple[time, time]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = 60 * 1_000_000  # microseconds, the unit of everything below
_DAY = 24 * 60 * _MINUTE
_BLOCK = 64  # days
_FARTHEST = 160  # blocks, some 28 years; a calendar without any window in them never opens
_FOREVER = 4_000_000 * _DAY
_UNIX_DAY = date(1970, 1, 1).toordinal()


class NeverOpen(ValueError):
    """The calendar has no working time where it was looked for."""


@dataclass(frozen=True)
class _Block:
    """Open intervals that begin in a block of days, not overlapping; ``before[i]`` is what is open before number i."""

    starts: list[int]
    ends: list[int]
    before: list[int]

    @property
    def total(self) -> int:
        return self.before[-1]

    def open_before(self, at: int) -> int:
        """Open time of this block before the instant."""
        place = bisect_right(self.starts, at) - 1
        if place < 0:
            return 0
        return self.before[place] + min(at, self.ends[place]) - self.starts[place]

    def first_at(self, amount: int) -> int:
        """Earliest instant with ``amount`` (above 0, at most the total) open time of this block before it."""
        place = bisect_left(self.before, amount) - 1
        return self.starts[place] + amount - self.before[place]

    def last_at(self, amount: int) -> int:
        """Latest instant with ``amount`` (at least 0, below the total) open time of this block before it."""
        place = bisect_right(self.before, amount) - 1
        return self.starts[place] + amount - self.before[place]


def _micros(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return (at - _EPOCH) // timedelta(microseconds=1)


def _instant(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _span(window: Window) -> tuple[int, int]:
    """A window in microseconds since midnight; an end at or before its start lies on the next day."""
    start, end = ((moment.hour * 60 + moment.minute) * _MINUTE + moment.second * 1_000_000 for moment in window)
    return start, end if end > start else end + _DAY


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """When work is done, in the wall clock of a zone.

    ``windows`` by weekday (0 = Monday), several a day, in any order; ``closed`` days have none; ``opened`` days have
    exactly those given, whatever weekday or closure says. A window whose end is not after its start runs past
    midnight and belongs to the day on which it starts, so a closed day does not cut the night shift of the day
    before; 00:00–00:00 is the whole day. Where clocks change, a window lasts as long as it really does; a bound that
    the clocks skip is the moment of change, one that they show twice is its first showing. Never change the mappings
    after handing them over.
    """

    windows: Mapping[int, Sequence[Window]]
    closed: Set[date]
    opened: Mapping[date, Sequence[Window]]
    zone: ZoneInfo
    _blocks: dict[int, _Block] = field(default_factory=dict, init=False, repr=False)

    def minutes_between(self, a: datetime, b: datetime) -> int:
        """Whole working minutes from a to b; negative when b is before a."""
        if b < a:
            return -self.minutes_between(b, a)
        start, end = _micros(a), _micros(b)
        total = 0
        for number in range(self._number(a), self._last_number(b) + 1):
            block = self._block(number)
            total += block.open_before(end) - block.open_before(start)
        return total // _MINUTE

    def add(self, start: datetime, minutes: int) -> datetime:
        """The earliest instant (UTC) that has ``minutes`` working minutes since the start; negative minutes look back.

        30 minutes before closing, 30 more end at closing time, 31 on the next day. Nothing added is the start itself.
        Raises NeverOpen if the calendar has not that much working time in about 28 years.
        """
        if minutes == 0:
            return start.astimezone(UTC)
        if minutes < 0:
            return self._back(start, -minutes * _MINUTE)
        at, wanted = _micros(start), minutes * _MINUTE
        first = self._number(start)
        for number in range(first, first + _FARTHEST):
            block = self._block(number)
            wanted += block.open_before(at)
            if wanted <= block.total:
                return _instant(block.first_at(wanted))
            wanted -= block.total
        raise NeverOpen("the calendar has too little working time")

    def add_days(self, start: datetime, days: int) -> datetime:
        """The instant (UTC) that lies ``days`` working days later, however long a working day is.

        Out of hours it counts from the next opening. As much of the last day is used as had passed of the first one, so
        that three days from Monday at ten are Thursday at ten, and three from before opening end with Wednesday.
        """
        begin = self.next_open(start)
        today = begin.astimezone(self.zone).date()
        midnight = datetime.combine(today, time.min, tzinfo=self.zone)
        whole = self.day_minutes(today)
        passed = min(self.minutes_between(midnight, begin), whole)
        following = self._working_days(today, days)
        last = min(passed, self.day_minutes(following[-1])) if following else 0
        between = sum(self.day_minutes(day) for day in following[:-1])
        return self.add(begin, whole - passed + between + last if following else 0)

    def _working_days(self, day: date, count: int) -> list[date]:
        """The next days after ``day`` on which work begins."""
        found: list[date] = []
        for later in range(1, _FARTHEST * _BLOCK):
            if len(found) == count:
                break
            if self.day_minutes(day + timedelta(days=later)):
                found.append(day + timedelta(days=later))
        else:
            raise NeverOpen("the calendar has too few working days")
        return found

    def _back(self, start: datetime, wanted: int) -> datetime:
        """The latest instant that has ``wanted`` open time until the start."""
        at = _micros(start)
        last = self._last_number(start)
        for number in range(last, last - _FARTHEST, -1):
            opened = self._block(number).open_before(at)
            if wanted <= opened:
                return _instant(self._block(number).last_at(opened - wanted))
            wanted -= opened
        raise NeverOpen("the calendar has too little working time")

    def is_open(self, at: datetime) -> bool:
        """Whether work is done at the instant; a window's end no longer belongs to it."""
        moment = _micros(at)
        for number in range(self._number(at), self._last_number(at) + 1):
            block = self._block(number)
            place = bisect_right(block.starts, moment) - 1
            if place >= 0 and moment < block.ends[place]:
                return True
        return False

    def next_open(self, at: datetime) -> datetime:
        """The instant itself if work is done then, else the next opening (UTC). Raises NeverOpen."""
        if self.is_open(at):
            return at.astimezone(UTC)
        moment = _micros(at)
        first = self._number(at)
        for number in range(first, first + _FARTHEST):
            block = self._block(number)
            place = bisect_right(block.starts, moment)
            if place < len(block.starts):
                return _instant(block.starts[place])
        raise NeverOpen("the calendar never opens")

    def day_minutes(self, day: date) -> int:
        """Working minutes of the windows that start on a day, less what the night before already covers."""
        fresh = self._fresh(self._raw(day), self._raw(day - timedelta(days=1)))
        return sum(end - start for start, end in fresh) // _MINUTE

    def _day(self, at: datetime) -> int:
        return at.astimezone(self.zone).toordinal()

    def _number(self, at: datetime) -> int:
        """The first block that can hold open time around the instant: yesterday's night shift may still run."""
        return (self._day(at) - 1) // _BLOCK

    def _last_number(self, at: datetime) -> int:
        return self._day(at) // _BLOCK

    def _block(self, number: int) -> _Block:
        """A block of days, made once. Two threads may make the same one: both are right."""
        block = self._blocks.get(number)
        if block is None:
            intervals = list(self._intervals(number))
            lengths = [end - start for start, end in intervals]
            block = _Block(
                [start for start, _end in intervals],
                [end for _start, end in intervals],
                list(accumulate(lengths, initial=0)),
            )
            self._blocks[number] = block
        return block

    def _intervals(self, number: int) -> Iterator[tuple[int, int]]:
        ordinals = range(max(number * _BLOCK, 2), min((number + 1) * _BLOCK, date.max.toordinal() - 2))
        before = self._raw(date.fromordinal(ordinals.start - 1))
        for ordinal in ordinals:
            declared = self._raw(date.fromordinal(ordinal))
            yield from self._fresh(declared, before)
            before = declared

    @staticmethod
    def _fresh(declared: list[tuple[int, int]], before: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """A day's open intervals, merged, without what the windows of the day before already cover."""
        reached = max((end for _start, end in before), default=-_FOREVER)
        for start, end in declared:
            begin = max(start, reached)
            if begin < end:
                yield begin, end
            reached = max(reached, end)

    def _raw(self, day: date) -> list[tuple[int, int]]:
        """The windows of a day as instants, sorted, as declared."""
        declared = self.opened.get(day)
        if declared is None:
            declared = () if day in self.closed else self.windows.get(day.weekday(), ())
        if not declared:
            return []
        spans = sorted(map(_span, declared))
        midnight = (day.toordinal() - _UNIX_DAY) * _DAY
        offset = self._offset(day)
        if offset is not None:
            return [(midnight - offset + start, midnight - offset + end) for start, end in spans]
        return [(self._wall(day, start), self._wall(day, end)) for start, end in spans]

    def _offset(self, day: date) -> int | None:
        """The zone's distance from UTC if it stays the same for this day and the next, else None."""
        before = datetime.combine(day, time.min, tzinfo=self.zone).utcoffset()
        after = datetime.combine(day + timedelta(days=2), time.min, tzinfo=self.zone).utcoffset()
        if before is None or before != after:
            return None
        return before // timedelta(microseconds=1)

    def _wall(self, day: date, span: int) -> int:
        """The instant when the wall clock shows a time, or the moment of change if it skips it."""
        naive = datetime.combine(day, time.min) + timedelta(microseconds=span)
        earlier = _micros(naive.replace(tzinfo=self.zone, fold=0))
        later = _micros(naive.replace(tzinfo=self.zone, fold=1))
        if later >= earlier:
            return earlier
        # Skipped: fold 0 gives an instant after the change, fold 1 one before it. Find the change between them.
        while earlier - later > 1_000_000:
            middle = (earlier + later) // 2
            shown = _instant(middle).astimezone(self.zone).replace(tzinfo=None)
            later, earlier = (later, middle) if shown >= naive else (middle, earlier)
        return -(-earlier // 1_000_000) * 1_000_000 if earlier % 1_000_000 else earlier
