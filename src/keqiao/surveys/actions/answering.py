"""Answers: by a signed link once, by a poster once in each browser. Whoever answers has no power and needs none."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.kernel.actor import CUSTOMER, Actor
from keqiao.kernel.errors import Refused, WrongState
from keqiao.kernel.state import move
from keqiao.surveys import branching, policies
from keqiao.surveys.models import (
    INVITATION_TRANSITIONS,
    LONGEST,
    Answer,
    Invitation,
    Poster,
    Question,
    Response,
    Survey,
    Version,
)

State, Kind = Invitation.State, Question.Kind


def digest(secret: str) -> str:
    """How a token is kept: sha256 is enough for so many random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def by_token(token: str) -> Invitation | None:
    """The invitation of a link, whatever its state; None for a token that was never given out or was replaced."""
    if not 16 <= len(token) <= 64:
        return None
    rows = Invitation.objects.select_related("survey").prefetch_related("survey__versions")
    return rows.filter(token_digest=digest(token)).first()


def by_code(code: str) -> Poster | None:
    """The poster of a code."""
    if not 8 <= len(code) <= 24:
        return None
    return (
        Poster.objects.select_related("survey", "unit").prefetch_related("survey__versions").filter(code=code).first()
    )


def barred(found: Invitation | Poster) -> str:
    """Why nobody can answer now: "withdrawn", "expired" or "stopped"; empty when somebody can."""
    if isinstance(found, Poster):
        if not found.active:
            return "stopped"
    elif found.state == State.WITHDRAWN:
        return "withdrawn"
    elif found.expired:
        return "expired"
    return "" if found.survey.active and policies.current(found.survey) is not None else "stopped"


@transaction.atomic
def answer_by_link(*, token: str, answers: Mapping[str, Any], language: str, ip: str = "") -> Response:
    """The answer that came by a signed link; of several at once exactly one is kept.

    Raises WrongState for a link that was answered, Refused for one that is unknown, withdrawn or expired, and for
    answers that are not whole.
    """
    found = by_token(token)
    if found is None:
        raise Refused(_("这个链接无效，请核对后再试。"))
    row = Invitation.objects.select_for_update(of=("self",)).get(pk=found.pk)
    row.survey = found.survey
    if row.state == State.ANSWERED:
        raise WrongState(_("这份问卷您已经答过了，谢谢！"))
    if row.token_digest != found.token_digest or barred(row):
        raise Refused(_("这个链接已失效。"))
    moved = move(row, State.ANSWERED, field="state", transitions=INVITATION_TRANSITIONS)
    about = {name: getattr(moved, name) for name in ("customer_id", "ticket_id", "agent_id", "unit_id", "product")}
    return store(CUSTOMER.at(ip), row.survey, answers, invitation=moved, language=language, **about)


@transaction.atomic
def answer_by_poster(*, code: str, browser: str, answers: Mapping[str, Any], language: str, ip: str = "") -> Response:
    """The answer of somebody before a poster, once for each browser (`browser` is the secret of its cookie).

    Raises WrongState for a browser that has answered, Refused for a poster that is not in use.
    """
    poster = by_code(code)
    if poster is None or barred(poster) or not browser:
        raise Refused(_("这份问卷现在不能作答。"))
    try:
        with transaction.atomic():
            return store(
                CUSTOMER.at(ip), poster.survey, answers, poster=poster, browser=digest(browser), language=language,
                unit_id=poster.unit_id,
            )  # fmt: skip
    except IntegrityError as error:
        raise WrongState(_("这份问卷您已经答过了，谢谢！")) from error


def answered(poster: Poster, browser: str) -> bool:
    """Whether that browser has answered."""
    return bool(browser) and Response.objects.filter(poster=poster, browser=digest(browser)).exists()


def store(actor: Actor, survey: Survey, answers: Mapping[str, Any], **about: Any) -> Response:
    """Keep what was answered to the questions that were asked, and tell of a low score."""
    version = policies.current(survey)
    if version is None:
        raise Refused(_("这份问卷现在不能作答。"))
    asked = whole(version, answers)
    main = next((one for one in asked if one.scale is not None), None)
    score = int(answers[main.key]) if main is not None and answers.get(main.key) else None
    words = [answers[one.key] for one in asked if one.kind == Kind.TEXT and answers.get(one.key)]
    response = Response(
        survey=survey, version=version, metric=main.kind if main is not None and score is not None else "",
        score=score, low=score is not None and survey.low_score is not None and score <= survey.low_score,
        said="\n".join(words), at=timezone.now(), **about,
    )  # fmt: skip
    response.save(force_insert=True)
    Answer.objects.bulk_create(row for one in asked for row in rows_of(response, one, answers.get(one.key)))
    facts = {"survey": survey.name, "metric": response.metric, "score": score}
    record(actor, "survey.answered", response, facts, about=response.customer_id)
    if response.low:
        record(actor, "survey.low", response, facts | hint(response), about=response.customer_id)
    return response


def hint(response: Response) -> dict[str, Any]:
    """What others need to act on a low score without knowing this app."""
    return {"unit": response.unit_id, "agent": response.agent_id, "ticket": response.ticket_id}


def whole(version: Version, answers: Mapping[str, Any]) -> list[Question]:
    """The questions that were asked; Refused when one that must be answered was not, or words are too long."""
    asked: list[Question] = branching.shown(list(version.questions.all()), answers)
    for one in asked:
        value = answers.get(one.key) or ""
        filled = len(value) == len(one.options) if one.kind == Kind.MATRIX else bool(value)
        if one.required and not filled:
            raise Refused(_("“%(text)s”还没有回答。") % {"text": one.text}, field=one.key)
        if one.kind == Kind.TEXT and len(value) > LONGEST:
            raise Refused(_("请控制在 %(n)s 字以内。") % {"n": LONGEST}, field=one.key)
    return asked


def rows_of(response: Response, question: Question, value: Any) -> list[Answer]:
    """The rows of one answer: none for a question that was left out."""
    same: dict[str, Any] = {"response": response, "key": question.key, "kind": question.kind}
    if not value:
        return []
    if question.kind == Kind.TEXT:
        return [Answer(text=value, **same)]
    if question.kind == Kind.MATRIX:
        return [Answer(row=row, code=code, **same) for row, code in value.items()]
    return [Answer(code=code, **same) for code in (value if isinstance(value, list) else [value])]
