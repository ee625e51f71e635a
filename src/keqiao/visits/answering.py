"""The customer's page behind a signed link: looked at as often as one likes, answered once."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from keqiao.kernel.errors import TooMany
from keqiao.kernel.resource.pages import actor_of, submit
from keqiao.org.queries import company_name
from keqiao.runtime import throttle
from keqiao.visits import actions
from keqiao.visits.forms import AnswerForm
from keqiao.visits.models import Visit
from keqiao.visits.resource import SCORES

WINDOW = timedelta(minutes=10)
GUESSES = 20
ANSWERS = 60


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the questions, or take the answers; a link that is unknown, used or expired says so and nothing else."""
    ip = actor_of(request).ip
    guesses = f"visit-guess:{ip}"
    if throttle.count(guesses) >= GUESSES:
        return closed(request, "busy", 429)
    visit = actions.by_token(token)
    if visit is None:
        throttle.hits(guesses, window=WINDOW)
        return closed(request, "unknown", 404)
    if not visit.open:
        return thanks(request, visit)
    if actions.expired(visit):
        return closed(request, "expired", 410)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and taken(form, token, ip):
        return HttpResponseRedirect(request.path)
    context = {"form": form, "visit": visit, "scores": SCORES, "company": company_name()}
    return private(render(request, "visits/answer.html", context, status=422 if form.errors else 200))


def taken(form: AnswerForm, token: str, ip: str) -> bool:
    """Whether the answer was good and stored; also true where somebody else's came first, who is thanked instead."""
    try:
        throttle.hit(f"visit-answer:{ip}", limit=ANSWERS, window=WINDOW)
    except TooMany as refused:
        form.full_clean()
        form.add_error(None, refused.message)
        return False
    _visit, done = submit(form, lambda: actions.answer_by_link(token=token, ip=ip, **form.cleaned_data))
    if done:
        return True
    visit = actions.by_token(token)
    return visit is not None and not visit.open


def thanks(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The answer is there; nothing of it is shown, because links are passed on."""
    if visit.status != Visit.Status.DONE:
        return closed(request, "expired", 410)
    return private(render(request, "visits/answer_closed.html", {"why": "done", "company": company_name()}))


def closed(request: HttpRequest, why: str, status: int) -> HttpResponse:
    """A kind word instead of the questions, without anybody's data."""
    context = {"why": why, "company": company_name(), "title": _("无法评价")}
    return private(render(request, "visits/answer_closed.html", context, status=status))


def private(response: HttpResponse) -> HttpResponse:
    """Not for search engines, and the address, which holds the token, is not handed on."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
