"""The parts of a report as plain data: they are stored as they were counted and drawn by page and paper alike."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.reports.figures.period import Period

Cell = tuple[object, str]  # what it says, and the list behind it


@dataclass(slots=True)
class Part:
    """One section: the words that the program proposes, and what stands below them."""

    key: str
    title: str
    text: str = ""
    figures: list[dict[str, str]] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    charts: list[dict[str, Any]] = field(default_factory=list)

    def figure(self, label: str, value: object, url: str = "", note: str = "") -> None:
        """One more figure, linked to its records."""
        shown = f"{value:,}" if isinstance(value, int) else str(value)
        self.figures.append({"label": label, "value": shown, "url": url, "note": note})

    def table(self, title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], empty: str = "") -> None:
        """One more table; the first column is text, the others are figures."""
        cells = [[[str(text), url] for text, url in row] for row in rows]
        self.tables.append({"title": title, "heads": list(heads), "rows": cells, "empty": empty})

    def chart(self, title: str, spec: Mapping[str, Any]) -> None:
        """One more chart, if there is anything to draw."""
        if spec["labels"] and any(any(one["data"]) for one in spec["series"]):
            self.charts.append({"title": title, "spec": dict(spec)})

    def stored(self) -> dict[str, Any]:
        """The figures without the words."""
        return {"key": self.key, "figures": self.figures, "tables": self.tables, "charts": self.charts}


Builder = Callable[[Actor, Period], list[Part]]


def percent(share: float | None) -> str:
    """A share as people read it."""
    return "—" if share is None else f"{share * 100:.1f}%"


def interval(low: float | None, high: float | None) -> str:
    """A 95 % interval; empty where nothing was counted."""
    if low is None or high is None:
        return ""
    return _("95%% 区间 %(low)s–%(high)s") % {"low": percent(low), "high": percent(high)}


def compared(now: int, earlier: int) -> str:
    """Against the period before, in words."""
    if now == earlier:
        return _("与上期持平")
    more = now - earlier
    words = {"n": abs(more), "share": percent(abs(more) / earlier) if earlier else ""}
    if not earlier:
        return _("上期没有")
    return (_("比上期增加 %(n)s 件（%(share)s）") if more > 0 else _("比上期减少 %(n)s 件（%(share)s）")) % words


def named(rows: Iterable[tuple[str, int]], most: int = 3) -> str:
    """The first few with their counts, as one enumeration."""
    shown = [_("%(name)s %(n)s 件") % {"name": name, "n": n} for name, n in list(rows)[:most]]
    return _("、").join(shown)
