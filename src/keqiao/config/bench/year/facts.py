"""What was done to each ticket, written down while it is done, and the figures counted from that alone.

This file shares no code with the program: it asks no database, knows the working week by heart and the holidays from the
package. What it counts is compared with what the program reports.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone

import chinese_calendar

WALL = timezone(timedelta(hours=8))
# Working minutes that a whole matter may take, by its severity from 一般 to 紧急.
ALLOWED = {
    "complaint": (3360, 2520, 1680, 840),
    "consultation": (480, 360, 240, 120),
    "after_sales": (2400, 1800, 1200, 600),
    "repair": (1440, 1080, 720, 360),
    "suggestion": (4800, 3600, 2400, 1200),
}
VISIT = 3 * 480  # working minutes after the customer was told: three working days
Figures = dict[str, dict[str, float]]


class Minutes:
    """The working minutes of some years, one by one: 9 to 12 and 13 to 18 o'clock on working days."""

    def __init__(self, first: date, last: date) -> None:
        self.begin = datetime(first.year, first.month, first.day, tzinfo=WALL)
        self.worked = array("l", [0])
        day, count = first, 0
        while day <= last:
            working = chinese_calendar.is_workday(day)
            for minute in range(1440):
                count += working and (540 <= minute < 720 or 780 <= minute < 1080)
                self.worked.append(count)
            day += timedelta(days=1)

    def place(self, at: datetime) -> int:
        """The whole minutes from the beginning to an instant."""
        return int((at - self.begin) / timedelta(minutes=1))

    def between(self, start: datetime, end: datetime) -> int:
        """Working minutes between two instants, both taken at their whole minute."""
        return self.worked[self.place(end)] - self.worked[self.place(start)]

    def after(self, start: datetime, minutes: int) -> datetime:
        """The instant at which so many working minutes have passed since the start's whole minute."""
        if not minutes:
            return start
        return self.begin + timedelta(minutes=bisect_left(self.worked, self.worked[self.place(start)] + minutes))

    def before(self, end: datetime, minutes: int) -> datetime:
        """The last instant at which so many working minutes are left."""
        return self.begin + timedelta(minutes=bisect_right(self.worked, self.worked[self.place(end)] - minutes) - 1)

    def works(self, at: datetime) -> bool:
        """Whether the instant's minute is worked."""
        place = self.place(at)
        return self.worked[place + 1] > self.worked[place]


@dataclass(slots=True)
class Stop:
    """The customer is waited for, from one instant until another, or still."""

    since: datetime
    until: datetime | None = None


@dataclass(slots=True)
class Stay:
    """A stage of a matter, in a round that began at an instant, with the severity that it had."""

    stage: str
    severity: int
    began: datetime
    entered: datetime
    left: datetime | None = None
    stops: list[Stop] = field(default_factory=list)


@dataclass(slots=True)
class Asked:
    """A unit was asked, and answered or gave the matter back; or has not yet."""

    unit: str
    kind: str
    severity: int
    stage: str
    sent: datetime
    settled: datetime | None = None


@dataclass(slots=True)
class Visited:
    """A call-back: when its customer was told, when it was made and what score it brought; none of it may have happened."""

    told: datetime
    made: datetime | None = None
    score: int = 0


@dataclass(slots=True)
class Fact:
    """One ticket. `round` is when it was accepted or last taken up again; `waits` are the stops since then."""

    kind: str
    accepted: datetime
    owner: int
    round: datetime
    severity: int = 1
    category: str = ""
    cause: str = ""
    waits: list[tuple[datetime, datetime]] = field(default_factory=list)
    visits: list[Visited] = field(default_factory=list)
    unit: str = ""
    stays: list[Stay] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    closed: datetime | None = None
    withdrawn: bool = False

    def enter(self, stage: str, at: datetime) -> None:
        """The next stage; an empty one is the end."""
        if self.stays:
            self.stays[-1].left = at
        if stage:
            self.stays.append(Stay(stage, self.severity, self.round, at))

    def again(self, at: datetime) -> None:
        """Another round."""
        self.round, self.closed = at, None
        self.waits.clear()

    def in_time(self, minutes: Minutes) -> bool:
        """Whether it was closed by the deadline of the whole."""
        waited = sum(minutes.between(*stop) for stop in self.waits)
        due = minutes.after(self.round, ALLOWED[self.kind][self.severity - 1] + waited)
        return self.closed is not None and self.closed <= due


def counted(facts: Iterable[Fact], first: date, last: date, now: datetime) -> Figures:
    """The figures of the days from `first` to `last`, both included, as they stand at an instant."""
    every = list(facts)
    minutes = around(first, now)
    lived = [one for one in every if first <= day_of(one.accepted) <= last]
    complaints = [one for one in lived if one.kind == "complaint"]
    closed = [one for one in complaints if one.closed is not None]
    return {
        "complaints": {
            "accepted": len(complaints), "closed": len(closed),
            "in_time": sum(one.in_time(minutes) for one in closed),
        },
        "days": by_day(complaints),
        "types": dict(Counter(one.category for one in complaints if one.category)),
        "causes": dict(Counter(one.cause for one in complaints if one.cause)),
        "owners": dict(Counter(str(one.owner) for one in lived)),
        "coverage": covered(every, first, last, now, minutes),
        "scores": scored(every, first, last),
    }  # fmt: skip


def around(first: date, now: datetime) -> Minutes:
    """The minutes of everything that lies between a first day and the deadlines that run at an instant."""
    return Minutes(first - timedelta(days=10), now.astimezone(WALL).date() + timedelta(days=90))


def by_day(rows: Iterable[Fact]) -> dict[str, float]:
    """How many were accepted on each day that had any."""
    return dict(Counter(day_of(one.accepted).isoformat() for one in rows))


def covered(facts: Iterable[Fact], first: date, last: date, now: datetime, minutes: Minutes) -> dict[str, float]:
    """Call-backs whose three days ended in the days: how many had to be made by now, how many were made by then."""
    ends = [(one, minutes.after(one.told, VISIT)) for fact in facts for one in fact.visits]
    due = [
        (one, end) for one, end in ends if first <= day_of(end) <= last and (one.made is not None or end <= now)
    ]  # fmt: skip
    made = sum(one.made is not None and one.made <= end for one, end in due)
    return {"due": len(due), "in_time": made, "percent": round(100 * made / len(due), 6) if due else 0}


def scored(facts: Iterable[Fact], first: date, last: date) -> dict[str, float]:
    """Scores of the call-backs made in the days: how many of each, their mean, the share of 4 and 5."""
    found = [
        one.score for fact in facts for one in fact.visits if one.made is not None and first <= day_of(one.made) <= last
    ]
    counts: dict[str, float] = {str(score): found.count(score) for score in range(1, 6)}
    if not found:
        return counts | {"mean": 0, "percent": 0}
    good = sum(score >= 4 for score in found)
    return counts | {"mean": round(sum(found) / len(found), 6), "percent": round(100 * good / len(found), 6)}


def day_of(at: datetime) -> date:
    """The day on the wall."""
    return at.astimezone(WALL).date()


def utc(at: datetime) -> datetime:
    """The instant in UTC."""
    return at.astimezone(UTC)
