"""When matters come in, and what is meant to become of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from keqiao.workspace.demo.dice import Dice

DAYS = 180
WEEKDAYS = (1.25, 1.1, 1.0, 1.0, 1.05, 0.85, 0.65)
SEASON = {6: 1.25, 7: 1.4, 8: 1.3, 11: 1.2, 12: 1.1, 2: 0.7}
HOURS = {8: 3, 9: 11, 10: 13, 11: 9, 12: 4, 13: 6, 14: 11, 15: 11, 16: 10, 17: 7, 18: 4, 19: 5, 20: 4, 21: 2, 22: 1}
KINDS = {"complaint": 45, "repair": 26, "after_sales": 14, "consultation": 11, "suggestion": 4}
CHANCES = {
    "withdrawn": 0.035, "returned": 0.06, "paused": 0.07, "supervised": 0.04, "urged": 0.1, "slow": 0.07, "evidence": 0.3,
    "several": 0.5, "correction": 0.16, "dear": 0.12, "supplement": 0.1, "generous": 0.5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fate:
    """When a matter comes in, of what kind it is, and what befalls it. `stop` is where it still stands today."""

    at: datetime
    kind: str
    flags: frozenset[str]
    stop: str = ""


# Always made, however small the demonstration: a matter in every place of its way, each some working hours old.
WAITING: tuple[tuple[str, str, float, str], ...] = (
    ("complaint", "accepted", 0.6, ""), ("complaint", "accepted", 26, ""), ("complaint", "assessed", 3, ""),
    ("complaint", "waiting", 9, ""), ("complaint", "took", 22, "several"), ("complaint", "returned", 20, "returned"),
    ("complaint", "waiting", 74, "urged supervised"), ("complaint", "paused", 30, ""),
    ("complaint", "handling", 40, "evidence"), ("complaint", "approving", 44, "dear founded"),
    ("complaint", "approving", 30, "dear founded hurried"), ("complaint", "approving", 52, "vast dear founded half"),
    ("complaint", "approving", 36, "dear founded given_back"), ("complaint", "approving", 34, "dear founded passed"),
    ("complaint", "resolved", 36, "founded"),
    ("complaint", "told", 40, "founded"), ("complaint", "told", 46, ""), ("complaint", "told", 120, "founded"),
    ("repair", "accepted", 0.4, ""), ("repair", "handling", 14, ""), ("repair", "resolved", 16, ""),
    ("after_sales", "accepted", 1, ""), ("after_sales", "handling", 20, ""), ("after_sales", "resolved", 22, ""),
    ("consultation", "accepted", 0.3, ""), ("consultation", "handling", 2, ""), ("suggestion", "accepted", 5, ""),
    ("suggestion", "handling", 30, ""),
)  # fmt: skip
# Likewise, of those that came to their end.
ENDED: tuple[tuple[str, str], ...] = (
    ("complaint", "score1 founded evidence photo"), ("complaint", "unfounded calm"),
    ("complaint", "dear approved founded calm"), ("complaint", "vast dear approved founded calm"),
    ("complaint", "dear approved founded calm to_and_fro"), ("complaint", "dear rejected founded calm"), ("complaint", "withdrawn"),
    ("complaint", "score2 founded"), ("complaint", "returned founded correction effective"), ("complaint", "slow urged supervised founded"),
    ("complaint", "paused supplement founded correction ineffective"), ("complaint", "unreachable founded recurring"),
    ("complaint", "link founded recurring"), ("repair", "score2"), ("repair", "withdrawn"),
    ("consultation", ""), ("suggestion", ""), ("after_sales", ""),
)  # fmt: skip
# And some of the last two weeks, whose putting right has come so far: days ago, kind, flags.
LATELY: tuple[tuple[float, str, str], ...] = (
    (11, "complaint", "score1 founded task_waiting"), (12, "complaint", "score2 founded task_planned"),
    (13, "complaint", "score2 founded task_done"), (14, "complaint", "score1 founded task_passed"),
    (12, "complaint", "founded correction correction_open"), (15, "complaint", "founded correction correction_done"),
    (13, "complaint", "founded"), (10, "complaint", "unfounded calm"),
)  # fmt: skip


def fates(dice: Dice, count: int, now: datetime) -> list[Fate]:
    """So many matters of the last half year, in the order in which they come in; the last ones are of today."""
    made = list(fixed(dice, now))[:count]
    today = max(count // 300, 2)
    weights = day_weights(now)
    for place in range(max(count - len(made), 0)):
        kind = dice.of(KINDS)
        at = of_today(dice, now) if place < today else arrival(dice, weights, now)
        flags = {name for name, chance in CHANCES.items() if dice.often(chance)}
        made.append(Fate(at, kind, frozenset(flags)))
    return sorted(made, key=lambda fate: fate.at)


def fixed(dice: Dice, now: datetime) -> Iterator[Fate]:
    """Those that are always there. The hours of WAITING are of working days of eight hours."""
    for kind, stop, hours, flags in WAITING:
        days, rest = divmod(hours, 8)
        yield Fate(daytime(now - timedelta(days=days, hours=rest), now), kind, frozenset(flags.split()), stop)
    tried = now
    for kind, flags in ENDED:
        at = now - timedelta(days=dice.uniform(75, DAYS - 20))
        if "ineffective" in flags:
            tried = at
        elif "recurring" in flags:  # while it shows whether the measure works
            at = tried + timedelta(days=dice.uniform(17, 25))
        yield Fate(daytime(at, now), kind, frozenset(flags.split()))
    for days, kind, flags in LATELY:
        yield Fate(daytime(now - timedelta(days=days), now), kind, frozenset(flags.split()))


def daytime(at: datetime, now: datetime) -> datetime:
    """The instant, moved into the hours in which people call; never into the future."""
    local = timezone.localtime(at)
    if 8 <= local.hour < 21:
        return at
    moved = local.replace(hour=9 + local.minute % 9)
    return moved if moved < now else moved - timedelta(days=1)


def day_weights(now: datetime) -> dict[datetime, float]:
    """How busy each of the days is; the keys are their first instants."""
    last = timezone.localtime(now).date()
    days = [last - timedelta(days=back) for back in range(1, DAYS)]
    return {
        timezone.make_aware(datetime.combine(day, time())): WEEKDAYS[day.weekday()] * SEASON.get(day.month, 1.0)
        for day in days
    }


def arrival(dice: Dice, weights: dict[datetime, float], now: datetime) -> datetime:
    """An instant at which somebody calls or writes."""
    start = dice.of(weights)
    return start + timedelta(hours=dice.of(HOURS), minutes=dice.randrange(60), seconds=dice.randrange(60))


def of_today(dice: Dice, now: datetime) -> datetime:
    """An instant of today that has passed already."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return dice.between(max(midnight, now - timedelta(hours=3)), now - timedelta(minutes=2))
