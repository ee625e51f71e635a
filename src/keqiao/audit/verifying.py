"""Does what happened still stand as it was sealed? Names every row that was altered, removed or slipped in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from keqiao.audit import guard, order, redacting, sealing
from keqiao.audit.models import Seal

STEP = 5000  # events read at a time
NAMED = 200  # findings named; the rest is only counted


class Kind(StrEnum):
    """What is wrong."""

    ALTERED = "altered"
    REMOVED = "removed"
    INSERTED = "inserted"
    SEAL_ALTERED = "seal_altered"
    SEAL_MISSING = "seal_missing"
    JOURNAL = "journal"
    KEY = "key"
    TRIGGERS = "triggers"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: the event's id or the seal's number, when it was sealed, and the row as it is now."""

    kind: Kind
    number: int
    sealed_at: datetime | None = None
    row: sealing.Row | None = None


@dataclass(slots=True)
class Report:
    """What a look through everything came to. `tail` counts what no seal covers yet: nothing is said about it."""

    rows: int = 0
    seals: int = 0
    found: int = 0
    problems: list[Problem] = field(default_factory=list)
    tail: int = 0
    tail_since: datetime | None = None

    def add(self, problem: Problem) -> None:
        """Count it, and name it as long as the list stays readable."""
        self.found += 1
        if len(self.problems) < NAMED:
            self.problems.append(problem)


def verify(progress: Callable[[int, int], None] = lambda done, total: None) -> Report:
    """Walk seals and events side by side. `progress(done, total)` is called every STEP events."""
    report = Report()
    last = Seal.objects.order_by("-number").defer("entries").first()
    check_journal(report)
    if not guard.stands():
        report.add(Problem(Kind.TRIGGERS, 0))
    if last is not None:
        compare(report, last, progress)
    tail = order.beyond(last.last_xid, last.last_id) if last else order.beyond(-1, -1)
    report.tail = sum(rows.count() for rows in tail)
    report.tail_since = min((at for rows in tail for at in rows.values_list("at", flat=True)[:1]), default=None)
    return report


def compare(report: Report, last: Seal, progress: Callable[[int, int], None]) -> None:
    """Two ordered streams: what was sealed and what is there."""
    total = sum(Seal.objects.filter(number__lte=last.number).values_list("count", flat=True))
    known = {sealing.hint(key): key for key in sealing.secrets()}
    rows, redacted = stored(last), redacting.redacted()
    row = next(rows, None)
    for entry, key in sealed(report, last, known):
        while row is not None and row[:2] < entry.key:
            report.add(Problem(Kind.INSERTED, row[1], row=row))
            row = next(rows, None)
        if row is None or row[:2] != entry.key:
            report.add(Problem(Kind.REMOVED, entry.id, sealed_at=entry.at))
        else:
            if key is not None and sealing.digest(key, row) != entry.digest and not allowed(row, known, redacted):
                report.add(Problem(Kind.ALTERED, entry.id, sealed_at=entry.at, row=row))
            row = next(rows, None)
        report.rows += 1
        if report.rows % STEP == 0:
            progress(report.rows, total)
    while row is not None:
        report.add(Problem(Kind.INSERTED, row[1], row=row))
        row = next(rows, None)


def allowed(row: sealing.Row, known: dict[str, bytes], redacted: dict[int, str]) -> bool:
    """Whether the row stands as a recorded redaction left it. Each redaction is an event that is looked at in its turn."""
    return row[1] in redacted and any(sealing.digest(key, row).hex() == redacted[row[1]] for key in known.values())


def stored(last: Seal) -> Iterator[sealing.Row]:
    """The events up to the last seal, in short queries, so that no long transaction holds anybody up."""
    end, place = (last.last_xid, last.last_id), (-1, -1)
    while True:
        rows = sealing.following(*place, STEP)
        for row in rows:
            if row[:2] > end:
                return
            yield row
        if len(rows) < STEP:
            return
        place = rows[-1][:2]


def sealed(
    report: Report, last: Seal, known: dict[str, bytes]
) -> Iterator[tuple[sealing.Entry, bytes | None]]:  # fmt: skip
    """What the seals say with the key that it was said under, after a look at each seal itself."""
    previous, number, strangers = "", 0, set()
    while number < last.number:
        some = list(Seal.objects.filter(number__gt=number, number__lte=last.number).order_by("number")[:20])
        if not some:
            return
        for seal in some:
            for gone in range(number + 1, seal.number):
                report.add(Problem(Kind.SEAL_MISSING, gone))
            key = known.get(seal.key_hint)
            if key is None and seal.key_hint not in strangers:
                strangers.add(seal.key_hint)
                report.add(Problem(Kind.KEY, seal.number, sealed_at=seal.at))
            joined = seal.previous == previous or seal.number != number + 1
            if (key is not None and sealing.code(key, seal) != seal.code) or not joined:
                report.add(Problem(Kind.SEAL_ALTERED, seal.number, sealed_at=seal.at))
            report.seals += 1
            previous, number = seal.code, seal.number
            yield from ((entry, key) for entry in sealing.entries(seal))


def check_journal(report: Report) -> None:
    """The file of codes against the seals: a chain cut short or begun anew has other codes than were noted."""
    noted = sealing.noted()
    stands = dict(Seal.objects.values_list("number", "code"))
    for number in sorted(noted):
        if noted[number] != {stands.get(number)}:
            report.add(Problem(Kind.JOURNAL, number))
