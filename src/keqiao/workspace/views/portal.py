"""The customer's own pages, without a login: complain, look up, supplement, confirm and rate."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.kernel.actor import CUSTOMER, Actor
from keqiao.kernel.errors import Refused, WrongState
from keqiao.kernel.resource.pages import actor_of, leave
from keqiao.org.queries import company_name
from keqiao.tickets import actions as tickets
from keqiao.tickets.models import Ticket
from keqiao.visits import actions as visits
from keqiao.visits.forms import AnswerForm
from keqiao.visits.resource import SCORES
from keqiao.workspace import actions, portal
from keqiao.workspace.forms import ComplaintForm, StatusForm, SupplementForm
from keqiao.workspace.queries import portal as shown


def customer_of(request: HttpRequest) -> Actor:
    """A customer at the caller's address."""
    return CUSTOMER.at(actor_of(request).ip)


def page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page of the portal, under the company's own name."""
    return render(request, f"workspace/portal/{template}.html", {"company": company_name(), **context}, status=status)


def attempt(form: Any, do: Any) -> tuple[Any, int]:
    """Validate and act; (result, 200), or (None, status) with the reason on the form, beside what was typed."""
    if not form.is_valid():
        return None, 422
    try:
        return do(), 200
    except Refused as refused:
        field = {"contact_phone": "phone", "contact_name": "name", "body": "text"}.get(
            refused.field or "", refused.field
        )
        form.add_error(field if field in form.fields else None, refused.message)
        return None, refused.status if refused.status == 429 else 422


@login_not_required
@never_cache
@sensitive_post_parameters("phone", "name")
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    """The web form for complaints; a good one opens the receipt."""
    form = ComplaintForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        ticket, status = attempt(form, lambda: actions.complain(actor=customer_of(request), **complaint(form)))
        if ticket is not None:
            return portal.grant(leave(request, reverse("portal-receipt")), ticket)
    return page(request, "complain", status, form=form)


def complaint(form: ComplaintForm) -> dict[str, Any]:
    """What goes into the register."""
    return {key: value for key, value in form.cleaned_data.items() if key not in {"agree", "website"}}


@login_not_required
@never_cache
@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """The number, and how to see how far the matter is."""
    ticket = portal.ticket_of(request)
    if ticket is None:
        return HttpResponseRedirect(reverse("portal"))
    return page(request, "receipt", ticket=ticket, expected=shown.expected(ticket))


@login_not_required
@never_cache
@sensitive_post_parameters("tail")
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """Number and phone tail open the matter; every wrong pair gets the same answer."""
    form = StatusForm(request.POST or None)
    code = 200
    if request.method == "POST":
        ticket, code = attempt(form, lambda: actions.identify(actor=customer_of(request), **form.cleaned_data))
        if ticket is not None:
            return portal.grant(HttpResponseRedirect(reverse("portal-ticket")), ticket)
        if code == 200:
            code = 422
            form.add_error(None, _("单号和电话后四位对不上，请核对后再试。"))
    return page(request, "status", code, form=form)


def back(request: HttpRequest) -> HttpResponse:
    """To the door, when the half hour is over."""
    messages.info(request, _("为了保护您的信息，查询已失效，请重新输入单号和电话后四位。"))
    return portal.revoke(leave(request, reverse("portal")))


@login_not_required
@never_cache
@require_safe
def ticket(request: HttpRequest) -> HttpResponse:
    """How far the matter is, and what the customer can do."""
    found = portal.ticket_of(request)
    return back(request) if found is None else portal.grant(ticket_page(request, found), found)


def ticket_page(request: HttpRequest, found: Ticket, status: int = 200, **forms: Any) -> HttpResponse:
    """The page, with a form as it was sent where it came back wrong."""
    visit = shown.open_visit(found)
    context = {
        "ticket": found,
        "facts": shown.facts(found),
        "steps": shown.steps(found),
        "thread": shown.thread(found),
        "papers": shown.papers(found),
        "expected": shown.expected(found),
        "now": shown.now_words(found),
        "visit": visit,
        "answer": None if visit else shown.last_answer(found),
        "answer_form": AnswerForm() if visit else None,
        "scores": SCORES,
        "supplement_form": SupplementForm() if found.open else None,
    }
    return page(request, "ticket", status, **context | forms)


def done(request: HttpRequest, said: str) -> HttpResponse:
    """Back to the matter with a word of thanks."""
    messages.success(request, said)
    return leave(request, reverse("portal-ticket"))


@login_not_required
@never_cache
@require_POST
def supplement(request: HttpRequest) -> HttpResponse:
    """The customer's further word and pictures."""
    found = portal.ticket_of(request)
    if found is None:
        return back(request)
    form = SupplementForm(request.POST, request.FILES)
    _none, code = attempt(form, lambda: actions.supplement(actor=customer_of(request), obj=found, **form.cleaned_data))
    if code == 200:
        return done(request, _("已收到您的补充，谢谢。"))
    return ticket_page(request, found, code, supplement_form=form)


@login_not_required
@never_cache
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Solved or not, and a score: the same as the answer by phone or link, once."""
    found = portal.ticket_of(request)
    if found is None:
        return back(request)
    visit = shown.open_visit(found)
    if visit is None:
        messages.info(request, _("您已经评价过了，谢谢！"))
        return leave(request, reverse("portal-ticket"))
    form = AnswerForm(request.POST)
    _visit, code = attempt(form, lambda: rate(request, visit, form))
    if code == 200:
        return done(request, _("谢谢您的评价，我们已记录。"))
    return ticket_page(request, found, code, answer_form=form)


def rate(request: HttpRequest, visit: Any, form: Any) -> Any:
    """Give the answer; one that came twice at the same time is thanked for once."""
    try:
        return visits.answer_by_customer(actor=customer_of(request), obj=visit, **form.cleaned_data)
    except WrongState:
        return visit


@login_not_required
@never_cache
@require_POST
def urge(request: HttpRequest) -> HttpResponse:
    """The customer asks for speed."""
    found = portal.ticket_of(request)
    if found is None:
        return back(request)
    try:
        tickets.urge(actor=customer_of(request), obj=found)
    except Refused as refused:
        messages.warning(request, refused.message)
        return leave(request, reverse("portal-ticket"))
    return done(request, _("已提醒负责人加快办理。"))


@login_not_required
@never_cache
@require_POST
def quit_portal(request: HttpRequest) -> HttpResponse:
    """Shut the door, for example on somebody else's phone."""
    return portal.revoke(HttpResponseRedirect(reverse("portal")))
