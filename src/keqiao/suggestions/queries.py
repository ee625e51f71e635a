"""Suggestions counted by topic and department."""

from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from keqiao.kernel.actor import Actor
from keqiao.suggestions import policies
from keqiao.suggestions.models import Suggestion

S = Suggestion.Status


@dataclass(slots=True)
class Line:
    """One topic or department: how many, taken up, not taken up, still under way, and ended with an answer."""

    key: str
    name: str
    count: int = 0
    adopted: int = 0
    declined: int = 0
    waiting: int = 0
    closed: int = 0

    def add(self, status: str, adopted: bool | None, n: int) -> None:
        """Count so many of a status."""
        self.count += n
        self.adopted += n if adopted else 0
        self.declined += n if adopted is False else 0
        self.waiting += n if status in {S.NEW, S.ROUTED} else 0
        self.closed += n if status == S.CLOSED else 0

    @property
    def share(self) -> float | None:
        """Of those decided, the share 0–1 that was taken up; None where none was decided."""
        decided = self.adopted + self.declined
        return self.adopted / decided if decided else None


@dataclass(slots=True)
class Analysis:
    """All, by topic and by department; keys are those of the list's filters."""

    total: Line = field(default_factory=lambda: Line("", ""))
    topics: list[Line] = field(default_factory=list)
    units: list[Line] = field(default_factory=list)


def analysis(actor: Actor, first: date, last: date) -> Analysis:
    """What was registered on these days within the actor's sight; void ones do not count. One query."""
    rows = policies.visible(actor).filter(registered_on__gte=first, registered_on__lte=last).exclude(status=S.VOID)
    grouped = rows.order_by().values_list("topic", "unit_id", "unit__name", "status", "adopted")
    found, labels = Analysis(), dict(Suggestion.Topic.choices)
    topics: dict[str, Line] = {}
    units: dict[str, Line] = {}
    for topic, unit, name, status, adopted, n in grouped.annotate(n=Count("pk", distinct=True)):
        key = str(unit or "null")
        lines = (
            found.total, topics.setdefault(topic, Line(topic, str(labels[topic]))),
            units.setdefault(key, Line(key, name or "")),
        )  # fmt: skip
        for line in lines:
            line.add(status, adopted, n)
    found.topics = sorted(topics.values(), key=lambda one: (-one.count, one.key))
    found.units = sorted(units.values(), key=lambda one: (-one.count, one.name))
    return found


def listed(first: date, last: date, **query: object) -> str:
    """The list of exactly the suggestions behind a figure; filters that are None are left out."""
    chosen: dict[str, object] = {"view": "counted", "registered_after": first, "registered_before": last}
    chosen |= {key: value for key, value in query.items() if value is not None}
    return f"{reverse('suggestions:list')}?{urlencode(chosen)}"
