"""The kinds of rules, in the order of their tabs: one file a noun."""

from keqiao.tickets.ruling.kinds import (
    categories,
    closing,
    deadlines,
    dispatching,
    escalating,
    limits,
    severities,
    special,
    texts,
    waves,
)
from keqiao.tickets.ruling.kinds.base import Names, Row, RuleKind

KINDS: tuple[RuleKind, ...] = (
    categories.CATEGORIES,
    severities.SEVERITIES,
    deadlines.DEADLINES,
    escalating.ESCALATING,
    dispatching.DISPATCHING,
    dispatching.INTAKE,
    limits.LIMITS,
    closing.CLOSING,
    closing.EFFECT,
    waves.WAVES,
    texts.TEXTS,
    special.SPECIAL,
)
_by_code = {kind.code: kind for kind in KINDS}
TABS = tuple(dict.fromkeys((kind.tab, kind.tab_label) for kind in KINDS))


def get(code: str) -> RuleKind | None:
    """The kind of that code."""
    return _by_code.get(code)


def of_tab(tab: str) -> list[RuleKind]:
    """The kinds on a tab."""
    return [kind for kind in KINDS if kind.tab == tab]


def default_rows() -> list[Row]:
    """What a new installation starts with; the types are planted by their own action."""
    return [row for kind in KINDS for row in kind.defaults()]


__all__ = ["KINDS", "TABS", "Names", "Row", "RuleKind", "default_rows", "get", "of_tab"]
