"""The builder's own steps, and the questionnaire tried as the customer sees it."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.customers import policies as customers
from keqiao.documents.rendering import drawn
from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused
from keqiao.kernel.links import link_page
from keqiao.kernel.resource.pages import actor_of, fetch, form_page, leave, submit
from keqiao.org.links import address
from keqiao.org.queries import company_name
from keqiao.surveys import actions, filling, forms, policies
from keqiao.surveys.answer_resource import score
from keqiao.surveys.link_resource import LINKS, POSTERS, state
from keqiao.surveys.models import Invitation, Question, Response
from keqiao.surveys.resource import QUESTIONS, SURVEYS, version_of
from keqiao.tickets import policies as tickets

SHOWN = 5


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
            "survey": survey, "sheet": sheet, "preview": SURVEYS.url(survey), "company": company_name(),
            "welcome": filling.worded(survey, version.welcome, version.welcome_en, language),
            "thanks": filling.worded(survey, version.thanks, version.thanks_en, language),
        }  # fmt: skip
        page = "surveys/thanks.html" if sheet.done else "surveys/answer.html"
        return render(request, page, context, status=422 if sheet.wrong else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then make a signed link and show it once, with its QR code."""
    obj = fetch(LINKS, request, pk, "link")
    if request.method == "POST":
        token, until = actions.make_link(actor=actor_of(request), obj=obj)
        url = address("survey-answer", token)
        note = _("有效期至 %(until)s，只能答一次。链接只在这里显示这一次。") % {"until": dates.full(until)}
        return link_page(
            request, title=_("问卷链接"), url=url, said=_("请客户扫码，或把链接发给客户本人："), note=note,
            back=LINKS.url(obj), picture=_("问卷链接的二维码"),
        )  # fmt: skip
    replaced = _("之前生成的链接会立即失效。") if obj.token_digest else ""
    page: dict[str, object] = {
        "title": _("请客户填写问卷"), "submit_label": _("生成链接"), "cancel_url": LINKS.url(obj), "warning": replaced,
        "facts": [(_("客户"), obj.customer.name), (_("问卷"), obj.survey.name), (_("事由"), obj.matter)],
    }  # fmt: skip
    return render(request, "kernel/confirm.html", {"page": page, "form": Form()})


@require_safe
def poster_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet to print."""
    obj = fetch(POSTERS, request, pk, "view")
    url = address("survey-poster-answer", obj.code)
    made = drawn("keqiao.surveys.poster", "pdf", obj, url, company_name())
    headers = {"Content-Disposition": 'inline; filename="poster.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


@require_safe
def of_ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """The surveys about a ticket, as a card of its page."""
    ticket = get_object_or_404(tickets.visible(actor_of(request)), pk=pk)
    return part(request, Invitation.objects.filter(ticket=ticket), f"?ticket={ticket.pk}")


@require_safe
def of_customer(request: HttpRequest, pk: int) -> HttpResponse:
    """The surveys of a customer, as a card of the customer's page."""
    customer = get_object_or_404(customers.visible(actor_of(request)), pk=pk)
    return part(request, Invitation.objects.filter(customer=customer), f"?customer={customer.pk}")


def part(request: HttpRequest, rows: QuerySet[Invitation], query: str) -> HttpResponse:
    """What the actor may see of them, and the way to one more."""
    actor = actor_of(request)
    found = list(rows.select_related("survey").order_by("-pk")[:SHOWN])
    add = reverse("survey-links:create") + query if policies.allowed_invitation(actor, "create") else ""
    return render(request, "surveys/_of_somebody.html", {"entries": entries(actor, found), "add_url": add})


def entries(actor: Actor, rows: list[Invitation]) -> list[dict[str, Any]]:
    """The links and answers within sight, each with the other where both are."""
    ids = [one.pk for one in rows]
    links = set(policies.invitations(actor).filter(pk__in=ids).values_list("pk", flat=True))
    seen: QuerySet[Response] = policies.responses(actor).filter(invitation__in=ids)
    answers = {one.invitation_id: one for one in seen}
    return [
        {"row": one, "url": LINKS.url(one) if one.pk in links else "", "state": state(one, actor),
         "answer": answers.get(one.pk), "score": score(answers[one.pk], actor) if one.pk in answers else ""}
        for one in rows
        if one.pk in links or one.pk in answers
    ]  # fmt: skip
