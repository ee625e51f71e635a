"""Dealing out work: to whose hands would be least full with one more, by weight, and to nobody above the limit."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(slots=True)
class Hand:
    """Somebody to whom work is dealt: how much there is, how much there may be, and how much that person can carry."""

    id: int
    has: int
    most: int
    weight: int = 100

    @property
    def burden(self) -> float:
        """How full the hand would be with one more."""
        return (self.has + 1) / self.weight


def deal(hands: Iterable[Hand]) -> Hand | None:
    """Give one more to the least full hand, of equals to the one with the lowest id; None where none has room."""
    free = (hand for hand in hands if hand.has < hand.most and hand.weight > 0)
    best = min(free, key=lambda hand: (hand.burden, hand.id), default=None)
    if best is not None:
        best.has += 1
    return best
