"""Every power that a position can carry, declared by the app whose actions it opens."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Power:
    """One power: `code` like "ticket.dispatch", its Chinese label and the group it is listed under."""

    code: str
    label: str | Promise
    group: str | Promise


_powers: dict[str, Power] = {}


def declare(group: str | Promise, labels: Mapping[str, str | Promise]) -> None:
    """Make powers known; called from AppConfig.ready. Raises ValueError when two apps claim one code."""
    for code, label in labels.items():
        if code in _powers and _powers[code].group != group:
            raise ValueError(f"power {code} is declared twice")
        _powers[code] = Power(code, label, group)


def every() -> list[Power]:
    """All powers in the order of declaration."""
    return list(_powers.values())
