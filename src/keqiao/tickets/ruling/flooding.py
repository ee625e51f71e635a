"""How often a version's limits would have raised an alarm for many alike complaints, counted from what came in."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from keqiao.kernel.text import normalise
from keqiao.tickets.ruling.kinds.waves import Limit

Matter = tuple[int, str, int, datetime]  # type, product, unit, when it came in


def alarms(limits: Sequence[Limit], matters: Iterable[Matter]) -> int:
    """Of the matters in the order in which they came in, how many waves they would have been."""
    rows = list(matters)
    return sum(
        waves(group, limit.count, timedelta(hours=limit.hours)) for limit in limits for group in alike(rows, limit.by)
    )


def alike(rows: Sequence[Matter], by: str) -> list[list[datetime]]:
    """When the matters came in that are alike in type and product, or in type and unit."""
    found: dict[tuple[int, str], list[datetime]] = {}
    for category, product, unit, at in rows:
        key = normalise(product) if by == "product" else str(unit)
        if key:
            found.setdefault((category, key), []).append(at)
    return list(found.values())


def waves(times: Iterable[datetime], count: int, span: timedelta) -> int:
    """How often so many came within a span; what comes while a wave runs belongs to it, and is in no other."""
    raised, recent = 0, deque[datetime]()
    last: datetime | None = None  # of the wave that runs
    for at in times:
        if last is not None and at - last < span:
            last = at
            continue
        last = None
        while recent and at - recent[0] >= span:
            recent.popleft()
        recent.append(at)
        if len(recent) >= count:
            raised, last = raised + 1, at
            recent.clear()
    return raised
