"""When the clock should have told somebody, counted from what was lived alone: deadlines, rungs, answers that were late.

Like the other counts it shares no code with the program: the limits and the ladder of a new installation by heart.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from keqiao.config.bench.year.facts import ALLOWED, Asked, Fact, Figures, Minutes, Stay, around, day_of

# Working minutes of a stage of a matter that is 一般; graver ones have this share of them, never less than 15.
STAGES = {
    "complaint": {
        "accepted": 120, "assessed": 240, "investigating": 1440, "handling": 960, "approving": 480, "resolved": 240,
        "told": 1440,
    },
    "consultation": {"accepted": 60, "handling": 240, "resolved": 120},
    "after_sales": {"accepted": 120, "handling": 1440, "resolved": 240},
    "repair": {"accepted": 60, "handling": 960, "resolved": 240},
    "suggestion": {"accepted": 480, "handling": 2400, "resolved": 480},
}  # fmt: skip
SHARES = (100, 75, 50, 25)
SHORTEST = 15
# By severity from 一般 to 紧急: at what percent of a limit, or how many working minutes after it, somebody is told.
LADDERS = (
    ((100, 0), (100, 480), (100, 960), (100, 2400)),
    ((100, 0), (100, 240), (100, 480), (100, 1440)),
    ((90, 0), (100, 0), (100, 120), (100, 480)),
    ((50, 0), (100, 0), (100, 60)),
)
AT_ONCE = 4  # this severity knows no rest


@dataclass(slots=True)
class Span:
    """A part of a stay in which the clock ran under one deadline; `whole` says that it is the whole matter's."""

    begin: datetime
    end: datetime
    due: datetime
    limit: int
    whole: bool


class Looks:
    """The instants at which the clock looked, and those of them that lay in working time."""

    def __init__(self, every: Sequence[datetime], minutes: Minutes) -> None:
        self.every = list(every)
        self.working = [at for at in self.every if minutes.works(at)]

    def first(self, at: datetime, span: Span, *, rests: bool) -> datetime | None:
        """The first look of a span that is not before an instant."""
        looks = self.working if rests else self.every
        place = max(bisect_left(looks, at), bisect_right(looks, span.begin))
        return looks[place] if place < len(looks) and looks[place] <= span.end else None


def limit_of(kind: str, severity: int, stage: str) -> int:
    """The working minutes of a stage."""
    return max(STAGES[kind][stage] * SHARES[severity - 1] // 100, SHORTEST)


def spans(fact: Fact, stay: Stay, minutes: Minutes, now: datetime) -> Iterator[Span]:
    """The parts of a stay, parted by the times in which the customer was waited for."""
    limit = limit_of(fact.kind, stay.severity, stay.stage)
    whole = ALLOWED[fact.kind][stay.severity - 1]
    due, solve = minutes.after(stay.entered, limit), minutes.after(stay.began, whole)
    for before in fact.stays:
        for stop in before.stops if before.began == stay.began and before.entered < stay.entered else ():
            solve = minutes.after(solve, minutes.between(stop.since, stop.until or now))
    begin, last = stay.entered, stay.left or now
    for stop in stay.stops:
        yield span(begin, stop.since, due, solve, limit, whole)
        if stop.until is None:
            return
        waited = minutes.between(stop.since, stop.until)
        due, solve, begin = minutes.after(due, waited), minutes.after(solve, waited), stop.until
    yield span(begin, last, due, solve, limit, whole)


def span(begin: datetime, end: datetime, due: datetime, solve: datetime, limit: int, whole: int) -> Span:
    """Under whichever deadline comes first."""
    return Span(begin, end, due, limit, False) if due < solve else Span(begin, end, solve, whole, True)


def told(fact: Fact, minutes: Minutes, looks: Looks, now: datetime) -> Iterator[tuple[int, int]]:
    """(severity, rung) of everything that was told up the line: each rung once for each deadline."""
    climbed: dict[object, set[int]] = {}
    for number, stay in enumerate(fact.stays):
        for part in spans(fact, stay, minutes, now):
            done = climbed.setdefault(stay.began if part.whole else number, set())
            for rung, (percent, later) in enumerate(LADDERS[stay.severity - 1], 1):
                at = minutes.after(part.due, later)
                if percent < 100:
                    at = minutes.before(part.due, part.limit - part.limit * percent // 100)
                if rung not in done and looks.first(at, part, rests=stay.severity != AT_ONCE):
                    done.add(rung)
                    yield stay.severity, rung


def overdue(fact: Fact, minutes: Minutes, looks: Looks, now: datetime) -> bool:
    """Whether it stands as late: closed after the deadline of the whole, or still open and seen after its own."""
    if fact.withdrawn or fact.closed is not None:
        return fact.closed is not None and not fact.in_time(minutes)
    *_before, last = spans(fact, fact.stays[-1], minutes, now)
    return last.due < last.begin or looks.first(last.due, last, rests=False) is not None


def late_answer(asked: Asked, minutes: Minutes, looks: Looks, now: datetime) -> bool:
    """Whether a unit answered, or gave back, too late; one that still owes the answer is late once the clock has seen it."""
    due = minutes.after(asked.sent, limit_of(asked.kind, asked.severity, asked.stage))
    if asked.settled is not None:
        return asked.settled > due
    return looks.first(due, Span(asked.sent, now, due, 0, False), rests=False) is not None


def counted(every: Sequence[Fact], first: date, last: date, now: datetime, seen: Sequence[datetime]) -> Figures:
    """What was told up the line, and what each unit answers for and how late; `seen` are the looks of the clock.

    Responsibility is counted for the complaints of the days, the rest for every matter.
    """
    minutes = around(first, now)
    looks = Looks(seen, minutes)
    rungs = Counter(f"{severity}-{rung}" for fact in every for severity, rung in told(fact, minutes, looks, now))
    liable = [one for one in every if one.kind == "complaint" and one.unit and first <= day_of(one.accepted) <= last]
    asked = [one for fact in every for one in fact.asked]
    return {
        "escalations": dict(rungs),
        "liable": dict(Counter(fact.unit for fact in liable)),
        "liable_late": dict(Counter(fact.unit for fact in liable if overdue(fact, minutes, looks, now))),
        "asked": dict(Counter(one.unit for one in asked)),
        "asked_late": dict(Counter(one.unit for one in asked if late_answer(one, minutes, looks, now))),
    }
