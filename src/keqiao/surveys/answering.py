"""The pages for those who answer: behind a signed link, and behind the code of a poster. No login, no script needed."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from keqiao.kernel.errors import Refused, TooMany, WrongState
from keqiao.kernel.resource.pages import actor_of
from keqiao.org.queries import company_name
from keqiao.runtime import throttle
from keqiao.surveys import actions, filling, policies
from keqiao.surveys.models import Survey

WINDOW = timedelta(minutes=10)
GUESSES, ANSWERS, ANSWERS_OF_POSTER = 20, 60, 300  # in a window: by one address, by one address, by all
COOKIE, YEAR = "keqiao_survey", timedelta(days=365)
OTHERS = {"zh-hans": ("en", "English"), "en": ("zh-hans", "中文")}

Take = Callable[[dict[str, Any], str], object]


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """One customer's survey: thanks when it was answered, a kind word when it cannot be."""
    ip = actor_of(request).ip
    if throttle.count(f"survey-guess:{ip}") >= GUESSES:
        return closed(request, "busy", 429)
    found = actions.by_token(token)
    if found is None:
        throttle.hits(f"survey-guess:{ip}", window=WINDOW)
        return closed(request, "unknown", 404)
    if found.state == found.State.ANSWERED:
        return thanks(request, found.survey)
    why = actions.barred(found)
    if why:
        return closed(request, why, 410)

    def take(answers: dict[str, Any], language: str) -> object:
        return actions.answer_by_link(token=token, answers=answers, language=language, ip=ip)

    return fill(request, found.survey, take)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_poster(request: HttpRequest, code: str) -> HttpResponse:
    """The survey of a poster, once in each browser; the cookie says nothing but that it is the same browser."""
    ip, browser = actor_of(request).ip, request.COOKIES.get(COOKIE, "")[:64]
    if throttle.count(f"survey-guess:{ip}") >= GUESSES:
        return closed(request, "busy", 429)
    poster = actions.by_code(code)
    if poster is None:
        throttle.hits(f"survey-guess:{ip}", window=WINDOW)
        return closed(request, "unknown", 404)
    if actions.answered(poster, browser):
        return thanks(request, poster.survey)
    if actions.barred(poster):
        return closed(request, "stopped", 410)

    def take(answers: dict[str, Any], language: str) -> object:
        throttle.hit(f"survey-poster:{poster.pk}", limit=ANSWERS_OF_POSTER, window=WINDOW)
        return actions.answer_by_poster(code=code, browser=browser, answers=answers, language=language, ip=ip)

    answer = fill(request, poster.survey, take, foot=_("匿名填写，不收集姓名和电话。"), blocked=not browser)
    return answer if browser else remembered(answer)


def remembered(answer: HttpResponse) -> HttpResponse:
    """Give the browser a random number of its own."""
    answer.set_cookie(
        COOKIE, secrets.token_urlsafe(24), max_age=YEAR, path="/", httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return answer


def fill(request: HttpRequest, survey: Survey, take: Take, *, foot: str = "", blocked: bool = False) -> HttpResponse:
    """The page that comes next; after the last one the answers are taken. What was typed stays whatever happens."""
    version, language = policies.current(survey), language_of(request, survey)
    if version is None:
        return closed(request, "stopped", 410)
    with override(language):
        sheet = filling.step(survey, version, request.POST if request.method == "POST" else None, language)
        problem = _("请允许本页使用 Cookie，再提交一次。") if blocked and sheet.done else ""
        if sheet.done and not problem:
            problem = taken(request, lambda: take(sheet.answers, language))
            if not problem:
                return HttpResponseRedirect(f"{request.path}?lang={language}")
        context = {
            "survey": survey, "sheet": sheet, "company": company_name(), "language": language, "problem": problem,
            "other": OTHERS[language] if survey.both else None, "foot": foot and _(foot),
            "welcome": filling.worded(survey, version.welcome, version.welcome_en, language),
        }  # fmt: skip
        page = render(request, "surveys/answer.html", context, status=422 if sheet.wrong or problem else 200)
    return private(page)


def taken(request: HttpRequest, take: Callable[[], object]) -> str:
    """Why the answers were not kept; empty when they were, or when others came first, who are thanked instead."""
    try:
        throttle.hit(f"survey-answer:{actor_of(request).ip}", limit=ANSWERS, window=WINDOW)
        take()
    except WrongState:
        return ""
    except TooMany:
        return _("现在作答的人较多，请十分钟后再提交，填好的内容会保留在这一页。")
    except Refused as refused:
        return refused.message
    return ""


def language_of(request: HttpRequest, survey: Survey) -> str:
    """The language asked for on the page, else the browser's, as far as the survey has it."""
    asked = request.POST.get("turn") or request.POST.get("lang") or request.GET.get("lang") or get_language()
    return filling.language_of(survey, asked)


def thanks(request: HttpRequest, survey: Survey) -> HttpResponse:
    """The answer is there; nothing of it is shown, because links are passed on."""
    version, language = policies.current(survey), language_of(request, survey)
    words = filling.worded(survey, version.thanks, version.thanks_en, language) if version else ""
    with override(language):
        return private(render(request, "surveys/thanks.html", {"thanks": words, "company": company_name()}))


def closed(request: HttpRequest, why: str, status: int) -> HttpResponse:
    """A kind word instead of the questions, without anybody's data."""
    context = {"why": why, "company": company_name()}
    return private(render(request, "surveys/closed.html", context, status=status))


def private(response: HttpResponse) -> HttpResponse:
    """Not for search engines, and the address, which holds the token, is not handed on."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
