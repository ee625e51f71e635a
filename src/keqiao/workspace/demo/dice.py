"""Chance that falls the same way each time."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T")


class Dice(random.Random):
    """A seeded source of chance with the few throws that the demonstration needs. No secret is ever made with it."""

    def often(self, share: float) -> bool:
        """True in that share of cases, 0–1."""
        return self.random() < share

    def of(self, weights: Mapping[T, float]) -> T:
        """One of the keys, by its weight."""
        return self.choices(list(weights), list(weights.values()))[0]

    def word(self, words: Sequence[str], **names: object) -> str:
        """One of the sentences with its places filled in."""
        return self.choice(words).format(**names)

    def between(self, first: datetime, last: datetime) -> datetime:
        """An instant of the span, whole seconds."""
        return first + timedelta(seconds=int(self.random() * max((last - first).total_seconds(), 0)))
