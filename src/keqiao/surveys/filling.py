"""A questionnaire page by page, as it is filled in: what was typed goes along in hidden fields until the end.

The same for a signed link, for a code on a counter and for the preview; needs no script.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from keqiao.surveys import branching, standard
from keqiao.surveys.models import LONGEST, Question, Survey, Version

Kind = Question.Kind
Chosen = list[tuple[str, str, bool]]


@dataclass(slots=True)
class Field:
    """One question as the page draws it. `options` are (code, words, chosen); `rows` those of a matrix.

    `focus` is where the page begins when something is wrong, so that nobody looks for it on a small screen.
    """

    key: str
    kind: str
    text: str
    required: bool
    options: Chosen = field(default_factory=list)
    rows: list[tuple[str, str, Chosen]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    value: str = ""
    ends: tuple[str, str] = ("", "")
    error: str = ""
    focus: bool = False


@dataclass(slots=True)
class Sheet:
    """One page. `kept` are the answers of the other pages; `done` says that nothing is left to ask."""

    number: int
    fields: list[Field]
    kept: list[tuple[str, str]]
    first: bool
    last: bool
    answers: dict[str, Any]
    wrong: bool = False
    done: bool = False


def language_of(survey: Survey, asked: str | None) -> str:
    """The language of the page: the survey's own, or the reader's where it has both."""
    if survey.language == Survey.Language.BOTH:
        return "en" if (asked or "").startswith("en") else "zh-hans"
    return survey.language


def worded(survey: Survey, own: str, english: str, language: str) -> str:
    """The words in the page's language."""
    return english if survey.both and language == "en" and english else own


def step(survey: Survey, version: Version, data: QueryDict | None, language: str) -> Sheet:
    """The page that comes next: the first without data, else after the page that was sent, or that page once more."""
    questions = list(version.questions.all())
    pages = branching.pages(questions)
    answers, errors = read(questions, data or QueryDict())
    asked = branching.shown(questions, answers)
    visible = [[one for one in page if one in asked] for page in pages]
    full = [number for number, page in enumerate(visible) if page]
    here = number_of(data, len(pages))
    wrong = done = False
    if data is None:
        here = full[0] if full else 0
    elif "turn" in data:  # another language: the same page, nothing lost
        errors = {}
    elif "back" in data:
        here = max((number for number in full if number < here), default=full[0] if full else 0)
        errors = {}
    else:
        failing = next(
            (number for number in full if number <= here and any(q.key in errors for q in visible[number])), None
        )
        wrong = failing is not None
        following = next((number for number in full if number > here), None)
        done = not wrong and following is None
        here = failing if failing is not None else here if following is None else following
    shown = visible[here] if visible else []
    kept = hidden([one for one in questions if one not in shown], answers)
    sheet = Sheet(here, [], kept, not any(n < here for n in full), not any(n > here for n in range(len(pages))), {})
    sheet.fields = [
        drawn(survey, one, answers.get(one.key), errors.get(one.key, "") if wrong else "", language) for one in shown
    ]
    wrong_ones = [one for one in sheet.fields if one.error]
    if wrong_ones:
        wrong_ones[0].focus = True
    sheet.answers = {one.key: answers[one.key] for one in asked if one.key in answers}
    sheet.wrong, sheet.done = wrong, done
    return sheet


def number_of(data: QueryDict | None, count: int) -> int:
    """The page that was sent, within bounds."""
    text = data.get("page", "0") if data is not None else "0"
    return min(int(text), count - 1) if text.isdecimal() and len(text) < 4 else 0


def read(questions: Sequence[Question], data: QueryDict) -> tuple[dict[str, Any], dict[str, str]]:
    """What was answered, by key, and what is wrong with it. Codes that are not offered are no answers."""
    answers: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for question in questions:
        value = READERS.get(question.kind, one_of)(question, data)
        if value:
            answers[question.key] = value
        if question.kind == Kind.TEXT and len(value) > LONGEST:
            errors[question.key] = _("请控制在 %(n)s 字以内，现在是 %(now)s 字。") % {"n": LONGEST, "now": len(value)}
        elif question.required and not complete(question, value):
            errors[question.key] = missing(question)
    return answers, errors


def missing(question: Question) -> str:
    """What to do about a question left out."""
    if question.kind == Kind.TEXT:
        return _("请填写这一题。")
    if question.kind == Kind.MATRIX:
        return _("请为每一行选一项。")
    return _("请至少选一项。") if question.kind == Kind.SEVERAL else _("请选一项。")


def complete(question: Question, value: Any) -> bool:
    """Whether a required question is answered; a matrix in every row."""
    return len(value) == len(question.options) if question.kind == Kind.MATRIX else bool(value)


def one_of(question: Question, data: QueryDict) -> str:
    """One code."""
    code = data.get(question.key, "")
    return code if code in question.codes else ""


def some_of(question: Question, data: QueryDict) -> list[str]:
    """Several codes, in the order in which they are offered."""
    sent = set(data.getlist(question.key))
    return [code for code in question.codes if code in sent]


def words_of(question: Question, data: QueryDict) -> str:
    """Words; PostgreSQL takes no NUL."""
    return data.get(question.key, "").replace("\0", "").replace("\r\n", "\n").strip()


def cells_of(question: Question, data: QueryDict) -> dict[str, str]:
    """The chosen column of each row that has one."""
    codes = {one["code"] for one in question.columns}
    sent = {row: data.get(f"{question.key}.{row}", "") for row in question.codes}
    return {row: code for row, code in sent.items() if code in codes}


READERS: dict[str, Any] = {Kind.SEVERAL: some_of, Kind.TEXT: words_of, Kind.MATRIX: cells_of}


def hidden(questions: Sequence[Question], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Answers of other pages as names and values of hidden fields."""
    found: list[tuple[str, str]] = []
    for question in questions:
        value = answers.get(question.key)
        if isinstance(value, dict):
            found += [(f"{question.key}.{row}", code) for row, code in value.items()]
        elif isinstance(value, list):
            found += [(question.key, code) for code in value]
        elif value:
            found.append((question.key, value))
    return found


def drawn(survey: Survey, question: Question, value: Any, error: str, language: str) -> Field:
    """A question with its answer so far."""
    chosen = branching.chosen(value)
    made = Field(
        question.key, question.kind, worded(survey, question.text, question.text_en, language), question.required,
        error=error,
    )  # fmt: skip
    if question.kind == Kind.TEXT:
        made.value = value or ""
    elif question.kind == Kind.MATRIX:
        made.columns = [worded(survey, one["text"], one["en"], language) for one in question.columns]
        made.rows = [row_of(survey, question, one, value or {}, language) for one in question.options]
    elif question.scale is not None:
        made.options = [(code, code, code in chosen) for code in question.codes]
        low, high = standard.ENDS[question.kind]
        made.ends = (_(low), _(high))
    else:
        made.options = [
            (one["code"], worded(survey, one["text"], one["en"], language), one["code"] in chosen)
            for one in question.options
        ]
    return made


def row_of(
    survey: Survey, question: Question, row: dict[str, str], value: Mapping[str, str], language: str
) -> tuple[str, str, Chosen]:
    """One row of a matrix: name, words, columns."""
    cells = [
        (one["code"], worded(survey, one["text"], one["en"], language), value.get(row["code"]) == one["code"])
        for one in question.columns
    ]
    return f"{question.key}.{row['code']}", worded(survey, row["text"], row["en"], language), cells
