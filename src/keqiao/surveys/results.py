"""What the answers to a survey come to, for whoever may see them: figures with n and 95 % interval, never more rows than
the actor sees. The number of queries does not depend on how many answers there are.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel import dates, statistics
from keqiao.kernel.actor import Actor
from keqiao.kernel.statistics import Score
from keqiao.surveys import policies, queries
from keqiao.surveys.forms import answers_of
from keqiao.surveys.models import Answer, Question, Response, Survey
from keqiao.surveys.recurring import recurring

FORMULAS: dict[str, Callable[[Mapping[int, int]], Score]] = {
    "score": statistics.csat,
    "nps": statistics.nps,
    "ces": statistics.ces,
}
NAMES = {"score": "CSAT", "nps": "NPS", "ces": "CES"}
SHOWN = 5  # low answers that are shown with their words
LATEST = 3000  # comments that are looked through for words


@dataclass(slots=True)
class Line:
    """The figure of one agent, unit, product or month; `key` is the filter's value."""

    key: str
    name: str
    counts: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    figure: Score = Score(None, 0, None, None)
    good: int = 0
    bad: int = 0


@dataclass(slots=True)
class Asked:
    """One question and how many answered it. `options` are (filter's value, words, count, share, low, high)."""

    text: str
    n: int
    options: list[tuple[str, str, int, float, float, float]]


@dataclass(slots=True)
class Results:
    """Everything that the page shows."""

    metric: str
    whole: Line
    mean: float | None
    everybody: int
    low: int
    latest_low: list[Response]
    agents: list[Line]
    units: list[Line]
    products: list[Line]
    months: list[Line]
    questions: list[Asked]
    words: list[tuple[str, int]]


def results(actor: Actor, survey: Survey, first: date, last: date) -> Results:
    """The answers of these days within the actor's sight. Eleven queries."""
    rows = within(policies.responses(actor), first, last).filter(survey=survey).order_by()
    metric = main_metric(survey, rows)
    scored = rows.filter(metric=metric) if metric else rows.none()
    whole = grouped(scored, metric, "survey", "survey__name")
    one = whole[0] if whole else Line("", "")
    total = sum(score * count for score, count in one.counts.items())
    counted = rows.aggregate(n=Count("pk"), low=Count("pk", filter=queries.LOW))
    return Results(
        metric=metric, whole=one, mean=total / one.figure.n if one.figure.n else None, everybody=counted["n"],
        low=counted["low"],
        latest_low=list(rows.filter(low=True).select_related("customer", "unit", "poster__unit").order_by("-at")[:SHOWN]),
        agents=grouped(scored.exclude(agent=None), metric, "agent", "agent__name"),
        units=grouped(scored, metric, "unit", "unit__name"),
        products=grouped(scored.exclude(product=""), metric, "product", "product"),
        months=by_month(scored, metric), questions=asked(survey, rows),
        words=recurring(rows.exclude(said="").order_by("-at").values_list("said", flat=True)[:LATEST]),
    )  # fmt: skip


def within(rows: QuerySet[Response], first: date, last: date) -> QuerySet[Response]:
    """Answers of these days, by the installation's clock."""
    return rows.filter(at__gte=dates.start_of(first), at__lt=dates.start_of(date.fromordinal(last.toordinal() + 1)))


def main_metric(survey: Survey, rows: QuerySet[Response]) -> str:
    """What the survey measures: by its kind, of one's own that which its answers have."""
    known = {Survey.Kind.CSAT: "score", Survey.Kind.NPS: "nps", Survey.Kind.CES: "ces"}
    if survey.kind in known:
        return known[Survey.Kind(survey.kind)]
    usual = rows.exclude(metric="").values("metric").annotate(n=Count("pk")).order_by("-n", "metric").first()
    return str(usual["metric"]) if usual else ""


def grouped(rows: QuerySet[Response], metric: str, key: str, name: str) -> list[Line]:
    """A line for each value of a field, the one with most answers first."""
    lines: dict[Any, Line] = {}
    for value, words, score, n in rows.values_list(key, name, "score").annotate(n=Count("pk")):
        lines.setdefault(value, Line(str(value), str(words))).counts[score] += n
    found = [closed(line, metric) for line in lines.values()]
    return sorted(found, key=lambda line: (-line.figure.n, line.name))


def by_month(rows: QuerySet[Response], metric: str) -> list[Line]:
    """A line for each month, the newest first."""
    lines: dict[str, Line] = {}
    zone = timezone.get_default_timezone()
    months = rows.annotate(month=TruncMonth("at", tzinfo=zone)).values_list("month", "score")
    for month, score, n in months.annotate(n=Count("pk")):
        name = f"{month:%Y-%m}"
        lines.setdefault(name, Line(name, name)).counts[score] += n
    return [closed(lines[name], metric) for name in sorted(lines, reverse=True)]


def closed(line: Line, metric: str) -> Line:
    """The line with its figure."""
    line.figure = FORMULAS[metric](line.counts)
    bands = [(queries.band_of(metric, score), n) for score, n in line.counts.items()]
    line.good = sum(n for name, n in bands if name == "good")
    line.bad = sum(n for name, n in bands if name == "bad")
    return line


def asked(survey: Survey, rows: QuerySet[Response]) -> list[Asked]:
    """Every question with options, in the words of its newest version. Three queries."""
    newest = {one.key: one for one in Question.objects.filter(version__survey=survey).order_by("version__number")}
    given = Answer.objects.filter(response__in=rows.values("pk")).order_by()
    counts = {
        (key, row, code): n for key, row, code, n in given.values_list("key", "row", "code").annotate(n=Count("pk"))
    }
    ns = dict(given.values_list("key").annotate(n=Count("response", distinct=True)))
    found = []
    for one in sorted(newest.values(), key=lambda question: question.place):
        if one.kind == Question.Kind.TEXT or not ns.get(one.key):
            continue
        for row, text in rows_of(one):
            options = [option(one, row, code, str(words), counts, ns[one.key]) for code, words in choices_of(one)]
            found.append(Asked(text, ns[one.key], options))
    return found


def rows_of(question: Question) -> list[tuple[str, str]]:
    """The rows of a matrix, each a question of its own; else the question."""
    if question.kind != Question.Kind.MATRIX:
        return [("", question.text)]
    return [
        (one["code"], _("%(text)s：%(row)s") % {"text": question.text, "row": one["text"]}) for one in question.options
    ]


def choices_of(question: Question) -> list[tuple[str, str]]:
    """What there was to choose from, in words."""
    if question.kind == Question.Kind.MATRIX:
        return [(one["code"], one["text"]) for one in question.columns]
    return answers_of(question)


def option(
    question: Question, row: str, code: str, words: str, counts: Mapping[tuple[str, str, str], int], n: int
) -> tuple[str, str, int, float, float, float]:
    """One option: how often, its share of those who answered, and the interval of the share."""
    count = counts.get((question.key, row, code), 0)
    low, high = statistics.wilson(min(count, n), n)
    place = f"{question.key}.{row}" if row else question.key
    return f"{place}={code}", words, count, count / n, low, high
