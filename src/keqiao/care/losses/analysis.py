"""Losses by reason, owner and month, and how many were won back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from keqiao.care.losses import policies
from keqiao.care.models import Loss
from keqiao.kernel.actor import Actor
from keqiao.kernel.statistics import wilson


@dataclass(slots=True)
class Group:
    """Losses that have something in common; the rate is won of those that ended, with its 95 % interval."""

    key: Any
    name: str
    lost: int = 0
    won: int = 0
    given_up: int = 0

    @property
    def ended(self) -> int:
        return self.won + self.given_up

    @property
    def rate(self) -> str:
        """Won of ended, with the interval; a dash while none has ended."""
        if not self.ended:
            return "—"
        low, high = wilson(self.won, self.ended)
        return f"{self.won / self.ended:.0%} ({low:.0%}–{high:.0%})"


def analysis(actor: Actor, first: date, last: date) -> dict[str, list[Group]]:
    """Within sight, lost on these days: by "reason", "owner" and "month", the most frequent first. One query."""
    rows = policies.visible(actor).filter(lost_on__gte=first, lost_on__lte=last)
    found: dict[str, dict[Any, Group]] = {"reason": {}, "owner": {}, "month": {}}
    for loss in rows.select_related("reason__parent", "owner"):
        keys: dict[str, tuple[Any, str]] = {
            "reason": (loss.reason_id, str(loss.reason)),
            "owner": (loss.owner_id, loss.owner.name if loss.owner else ""),
            "month": (loss.lost_on.replace(day=1), f"{loss.lost_on:%Y-%m}"),
        }
        for name, (key, label) in keys.items():
            group = found[name].setdefault(key, Group(key, label))
            group.lost += 1
            group.won += loss.status == Loss.Status.WON
            group.given_up += loss.status == Loss.Status.GIVEN_UP
    order: Callable[[Group], Any] = lambda group: (-group.lost, group.name)  # noqa: E731
    by_month = sorted(found["month"].values(), key=lambda group: group.name, reverse=True)
    return {
        "reason": sorted(found["reason"].values(), key=order),
        "owner": sorted(found["owner"].values(), key=order),
        "month": by_month,
    }
