"""Figures, loads and the table by day and person, as the pages draw them."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.reports.figures import links
from keqiao.reports.figures.charts import complaints_url
from keqiao.reports.figures.counts import Matrix, Share
from keqiao.reports.figures.period import Period
from keqiao.tickets import policies as tickets
from keqiao.visits import policies as visits
from keqiao.visits.queries import Coverage, Satisfaction, coverage_url, satisfaction_url
from keqiao.workspace.queries.team import Load

HEAT = ("heat", "heat heat-1", "heat heat-2", "heat heat-3", "heat heat-4")
TARGET = 0.95  # share in time that is shown as good


@dataclass(frozen=True, slots=True)
class Card:
    """A figure with its list, and the counts that it is made of, each with its own list."""

    label: str
    value: str
    url: str
    icon: str
    tone: str = "neutral"
    change: str = ""
    change_tone: str = "neutral"
    parts: tuple[tuple[str, int, str], ...] = ()
    note: str = ""


def percent(share: float | None) -> str:
    """A share as people read it."""
    return "—" if share is None else f"{share * 100:.1f}%"


def interval(low: float | None, high: float | None) -> str:
    """A 95 % interval; empty where nobody answered."""
    if low is None or high is None:
        return ""
    return _("95%% 区间 %(low)s–%(high)s") % {"low": percent(low), "high": percent(high)}


def headline_figures(
    actor: Actor, period: Period, total: int, before: int | None, closed: Share, covered: Coverage, scores: Satisfaction
) -> list[Card]:
    """The four figures by which the department is judged, without those whose records the actor may not list.

    A figure counts what the actor sees: without the power it would be a zero that says nothing, and lead nowhere.
    """
    first, last, unit = period.first, period.last, period.unit_id
    late = closed.whole - closed.part
    change, tone = changed(total, before)
    of_tickets = [
        Card(
            _("受理投诉"), f"{total:,}", complaints_url(period), "complaint", change=change, change_tone=tone,
            note=_("较上一周期") if change else "",
        ),
        Card(
            _("按时办结率"), percent(closed.share), complaints_url(period, stage="closed"), "clock",
            parts=(
                (_("按时"), closed.part, complaints_url(period, stage="closed", late=0)),
                (_("超时"), late, complaints_url(period, stage="closed", late=1)),
            ),
            note=_("仅计已办结"),
        ),
    ]  # fmt: skip
    of_visits = [
        Card(
            _("三日回访覆盖率"), percent(covered.share), coverage_url(first, last, "due", unit), "visit",
            parts=(
                (_("按时完成"), covered.done_in_time, coverage_url(first, last, "in_time", unit)),
                (_("未按时"), covered.due - covered.done_in_time, coverage_url(first, last, "missed", unit)),
            ),
        ),
        Card(
            _("满意度"), percent(scores.csat.value), satisfaction_url(first, last, None, unit), "smile",
            parts=((_("评价"), scores.n, satisfaction_url(first, last, None, unit)),),
            note=interval(scores.csat.low, scores.csat.high),
        ),
    ]  # fmt: skip
    may = listed(actor)
    return (of_tickets if may["tickets"] else []) + (of_visits if may["visits"] else [])


def listed(actor: Actor) -> dict[str, bool]:
    """Which lists the actor may open: only what they hold is reported."""
    return {"tickets": tickets.allowed(actor, "list"), "visits": visits.allowed(actor, "list")}


def changed(now: int, before: int | None) -> tuple[str, str]:
    """How much more or less than before, and whether that is good: fewer complaints are."""
    if not before:
        return "", "neutral"
    ratio = (now - before) / before
    return f"{ratio:+.1%}", "danger" if ratio > 0 else "success" if ratio < 0 else "neutral"


def load_rows(loads: list[Load]) -> list[tuple[Load, int]]:
    """Each person's load with the longest bar of all, so that bars compare."""
    most = max((load.open for load in loads), default=0)
    return [(load, most) for load in loads]


def days_of(period: Period, most: int) -> Period:
    """The last days of a period, at most so many."""
    first = max(period.first, period.last - timedelta(days=most - 1))
    return replace(period, name="custom", first=first)


def matrix(found: Matrix, period: Period, people: int | None = None) -> dict[str, Any]:
    """The table as safe HTML, built here because it has thousands of cells.

    With `people` the busiest of them have a row each, else each day has one.
    """
    shown = found.people[:people]
    head = f"{links.tickets()}&unit={period.unit_id}" if period.unit_id else links.tickets()
    most = max((n for n, _late in found.cells.values()), default=0)
    by_person = people is not None
    cells = {
        key: cell(n, late, most, f"{head}&owner={key[1] or 'null'}&accepted_after={key[0]}&accepted_before={key[0]}")
        for key, (n, late) in found.cells.items()
    }
    sums = {pk: total(found.total(pk), f"{head}&owner={pk or 'null'}&{span(period)}") for pk, _name in shown}
    names = {pk: conditional_escape(name or _("未分派")) for pk, name in shown}
    none = '<td class="num heat">·</td>'
    if by_person:
        days = sorted(found.days)
        rows = [
            f'<tr><th scope="row">{names[pk]}</th>{sums[pk]}'
            + "".join(cells.get((day, pk), none) for day in days)
            + "</tr>"
            for pk, _name in shown
        ]
        heads = [_("合计"), *(f"{day.month}/{day.day}" for day in days)]
    else:
        rows = [
            f'<tr><th scope="row">{day:%m-%d}</th>'
            + "".join(cells.get((day, pk), none) for pk, _name in shown)
            + "</tr>"
            for day in found.days
        ]
        rows.insert(
            0,
            f'<tr><th scope="row">{conditional_escape(_("合计"))}</th>'
            + "".join(sums[pk] for pk, _name in shown)
            + "</tr>",
        )
        heads = [names[pk] for pk, _name in shown]
    return {
        "heads": heads,
        "rows": SafeString("".join(rows)),
        "hidden": len(found.people) - len(shown),
        "empty": not shown,
    }


def span(period: Period) -> str:
    """The period's days as filters."""
    return f"accepted_after={period.first}&accepted_before={period.last}"


def cell(n: int, late: int, most: int, url: str) -> str:
    """A count that opens its tickets; the more, the darker; late ones are marked."""
    level = HEAT[-(-n * 4 // most)] if most else HEAT[0]
    mark = ' class="has-late"' if late else ""
    return f'<td class="num {level}"><a{mark} href="{url.replace("&", "&amp;")}">{n}</a></td>'


def total(n: int, url: str) -> SafeString:
    """A sum that opens its tickets."""
    return format_html('<td class="num"><a class="link" href="{}"><strong>{}</strong></a></td>', url, n)
