"""Reading answers: bands of scores, answers in words, answers that chose something."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from keqiao.surveys.models import SCALES, Answer, Question, Response

LOW = Q(low=True)
# of each metric: the lowest good and the highest bad score
BANDS: dict[str, tuple[int, int]] = {"score": (4, 2), "nps": (9, 6), "ces": (5, 3)}


def best(metric: str) -> int:
    """The best score of a metric."""
    return SCALES[metric].stop - 1


def band_of(metric: str, score: int) -> str:
    """Whether a score is good, bad or between."""
    good, bad = BANDS[metric]
    return "good" if score >= good else "bad" if score <= bad else "middle"


def band(name: str) -> Q:
    """The responses of a band, whatever their metric."""
    found = Q(pk__in=())
    for metric, (good, bad) in BANDS.items():
        limits = {"good": Q(score__gte=good), "bad": Q(score__lte=bad), "middle": Q(score__gt=bad, score__lt=good)}
        found |= Q(metric=metric) & limits[name]
    return found


def with_answer(rows: QuerySet[Response], said: str) -> QuerySet[Response]:
    """The responses that chose an option, written as q2=o1, of a matrix q2.o1=c3; none for anything else."""
    place, _sign, code = said.partition("=")
    key, _dot, row = place.partition(".")
    if not key or not code:
        return rows.none()
    return rows.filter(Exists(Answer.objects.filter(response=OuterRef("pk"), key=key, row=row, code=code)))


def in_words(response: Response) -> list[tuple[str, str]]:
    """Each question of the version that was answered, with its answer."""
    answers: dict[str, list[Answer]] = {}
    for one in response.answers.all():
        answers.setdefault(one.key, []).append(one)
    questions = response.version.questions.all()
    return [(one.text, said(one, answers[one.key])) for one in questions if one.key in answers]


def in_one_line(response: Response) -> str:
    """The same for a cell of an export."""
    return "\n".join(_("%(row)s：%(column)s") % {"row": text, "column": words} for text, words in in_words(response))


def said(question: Question, answers: list[Answer]) -> str:
    """One answer in words."""
    if question.kind == Question.Kind.TEXT:
        return answers[0].text
    if question.scale is not None:
        return _("%s 分") % answers[0].code
    options = named(question.options)
    if question.kind == Question.Kind.MATRIX:
        columns = named(question.columns)
        pairs = [(options.get(one.row, one.row), columns.get(one.code, one.code)) for one in answers]
        return _("；").join(_("%(row)s：%(column)s") % {"row": row, "column": column} for row, column in pairs)
    return _("、").join(options.get(one.code, one.code) for one in answers)


def named(options: list[dict[str, Any]]) -> dict[str, str]:
    """Words by code."""
    return {one["code"]: one["text"] for one in options}
