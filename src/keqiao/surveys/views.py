"""The builder's own steps, and the questionnaire tried as the customer sees it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from keqiao.kernel.errors import Refused
from keqiao.kernel.resource.pages import actor_of, fetch, form_page, leave, submit
from keqiao.surveys import actions, filling, forms
from keqiao.surveys.models import Question
from keqiao.surveys.resource import QUESTIONS, SURVEYS, version_of


def question_of(request: HttpRequest, pk: int) -> Question:
    """A question of a draft that the actor may change."""
    found: Question = fetch(QUESTIONS, request, pk, "edit")
    return found


@require_http_methods(["GET", "POST"])
def add_question(request: HttpRequest, pk: int) -> HttpResponse:
    """One more question."""
    survey, actor = fetch(SURVEYS, request, pk, "edit"), actor_of(request)
    data = {**request.POST.dict(), "survey": survey.pk, "when": request.POST.getlist("when")}
    bound = request.method == "POST"
    form = forms.QuestionForm(data if bound else None, actor=actor, initial={"survey": survey.pk})
    if bound:
        _question, done = submit(form, lambda: actions.add_question(actor=actor, **form.cleaned_data))
        if done:
            return leave(request, SURVEYS.url(survey))
    return form_page(request, form, title=_("添加题目"), cancel_url=SURVEYS.url(survey), action=request.path)


@require_http_methods(["GET", "POST"])
def change_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Another wording, other options, another condition."""
    question, actor = question_of(request, pk), actor_of(request)
    form = forms.QuestionForm(request.POST or None, actor=actor, obj=question, initial=forms.initial_of(question))
    url = SURVEYS.url(question.version.survey)
    if request.method == "POST":
        _row, done = submit(form, lambda: actions.change_question(actor=actor, obj=question, **form.cleaned_data))
        if done:
            return leave(request, url)
    return form_page(request, form, title=_("修改题目"), cancel_url=url, action=request.path)


@require_POST
def move_question(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """Up, down or out."""
    question, actor = question_of(request, pk), actor_of(request)
    if way not in {"up", "down", "remove"}:
        raise Http404(_("没有这个操作。"))
    try:
        if way == "remove":
            actions.remove_question(actor=actor, obj=question)
        else:
            actions.move_question(actor=actor, obj=question, up=way == "up")
    except Refused as refused:
        messages.error(request, refused.message)
    return leave(request, SURVEYS.url(question.version.survey))


@never_cache
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill in a version page by page as a customer would; nothing is kept."""
    survey = fetch(SURVEYS, request, pk, "view")
    version = version_of(request, survey)
    if version is None:
        raise Http404(_("这份问卷还没有题目。"))
    language = filling.language_of(survey, request.GET.get("language") or get_language())
    with override(language):
        sheet = filling.step(survey, version, request.POST if request.method == "POST" else None, language)
        context = {
            "survey": survey, "sheet": sheet, "preview": SURVEYS.url(survey), "company": filling.company_name(),
            "welcome": filling.worded(survey, version.welcome, version.welcome_en, language),
            "thanks": filling.worded(survey, version.thanks, version.thanks_en, language),
        }  # fmt: skip
        page = "surveys/thanks.html" if sheet.done else "surveys/answer.html"
        return render(request, page, context, status=422 if sheet.wrong else 200)
