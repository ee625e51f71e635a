"""The page of results: every figure in words, with the address that opens its answers."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of
from keqiao.kernel.statistics import Score
from keqiao.reception.ledger import day_of
from keqiao.surveys import policies, queries
from keqiao.surveys.models import Response, Survey
from keqiao.surveys.results import NAMES, Line, Results, results

DAYS, LONGEST = 180, 1100
FEW = 10  # answers below which an interval is too wide to compare


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """One survey's results in a span of days."""
    actor = actor_of(request)
    if not policies.allowed_response(actor, "list"):
        raise NotAllowed(_("您没有查看问卷结果的权限。"))
    last = day_of(request.GET.get("to", "")) or today()
    first = min(day_of(request.GET.get("from", "")) or last - timedelta(days=DAYS), last)
    first = max(first, last - timedelta(days=LONGEST))
    surveys = list(Survey.objects.filter(versions__published_at__isnull=False).distinct().order_by("name"))
    survey = chosen(request, surveys)
    context: dict[str, Any] = {"first": first, "last": last, "surveys": surveys, "survey": survey}
    if survey is not None:
        context |= shown(results(actor, survey, first, last), survey, first, last)
    return render(request, "surveys/results.html", context)


def chosen(request: HttpRequest, surveys: list[Survey]) -> Survey | None:
    """The survey that the address names, else the one that was answered last among those that the actor sees."""
    asked = request.GET.get("survey", "")
    named = next((one for one in surveys if str(one.pk) == asked), None)
    if named is not None:
        return named
    rows = policies.responses(actor_of(request)).order_by("-at")
    newest: Response | None = rows.only("survey_id").first()
    known = {one.pk: one for one in surveys}
    return known.get(newest.survey_id) if newest is not None else next(iter(surveys), None)


def shown(found: Results, survey: Survey, first: date, last: date) -> dict[str, Any]:
    """Figures with their addresses."""

    def url(**more: Any) -> str:
        span = {"view": "all", "survey": survey.pk, "at_after": first, "at_before": last}
        return f"{reverse('survey-answers:list')}?{urlencode({**span, **more})}"

    def lines(rows: list[Line], name: str) -> list[dict[str, Any]]:
        return [line_of(found.metric, one, url, **{name: one.key}) for one in rows]

    months = [line_of(found.metric, one, url, **days_of(one.key, first, last)) for one in found.months]
    return {
        "found": found, "metric": NAMES.get(found.metric, ""), "whole": line_of(found.metric, found.whole, url),
        "mean": f"{found.mean:.2f}" if found.mean is not None else "", "best": queries.best(found.metric) if found.metric else 0,
        "all_url": url(), "low_url": url(band="low"), "few": 0 < found.whole.figure.n < FEW,
        "latest_low": [low_line(one) for one in found.latest_low],
        "tables": [
            (_("按服务人员"), _("服务人员"), lines(found.agents, "agent")),
            (_("按部门"), _("部门"), lines(found.units, "unit")),
            (_("按产品"), _("产品"), lines(found.products, "product")),
            (_("按月"), _("月份"), months),
        ],
        "questions": [
            {"text": one.text, "n": one.n, "options": [
                {"words": words, "n": n, "url": url(answer=place), "share": percent(share), "width": round(100 * share),
                 "interval": f"{percent(low)} – {percent(high)}"}
                for place, words, n, share, low, high in one.options]}
            for one in found.questions
        ],
        "words": [(word, n, url(said=word)) for word, n in found.words],
    }  # fmt: skip


def low_line(one: Response) -> dict[str, Any]:
    """A low answer: who or where, when, and its words, with the address that opens it."""
    return {
        "url": reverse("survey-answers:detail", args=[one.pk]), "score": score_words(one), "at": one.at, "said": one.said,
        "who": one.customer.name if one.customer else _("匿名扫码"), "where": one.poster or one.unit,
    }  # fmt: skip


def score_words(one: Response) -> str:
    """The score out of its best."""
    return _("%(n)s 分（满分 %(most)s）") % {"n": one.score, "most": queries.best(one.metric)}


def line_of(metric: str, line: Line, url: Any, **more: Any) -> dict[str, Any]:
    """A line of a table."""
    return {
        "name": line.name, "n": line.figure.n, "url": url(**more), "value": value(metric, line.figure),
        "interval": interval(metric, line.figure), "good": line.good, "good_url": url(**more, band="good"),
        "bad": line.bad, "bad_url": url(**more, band="bad"),
    }  # fmt: skip


def days_of(month: str, first: date, last: date) -> dict[str, date]:
    """The days of a month within the span asked for."""
    year, number = map(int, month.split("-"))
    end = date(year, number, monthrange(year, number)[1])
    return {"at_after": max(first, date(year, number, 1)), "at_before": min(last, end)}


def percent(share: float) -> str:
    """A share with one decimal."""
    return f"{100 * share:.1f}%"


def value(metric: str, figure: Score) -> str:
    """The figure as people know it; a net promoter score has its sign."""
    if figure.value is None:
        return "—"
    return f"{figure.value:+.1f}" if metric == "nps" else percent(figure.value)


def interval(metric: str, figure: Score) -> str:
    """From where to where it lies with 95 % certainty."""
    if figure.low is None or figure.high is None:
        return "—"
    if metric == "nps":
        return f"{figure.low:+.1f} – {figure.high:+.1f}"
    return f"{percent(figure.low)} – {percent(figure.high)}"
