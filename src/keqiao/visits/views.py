"""The working screen: what was said, what came of a try, the link for the customer, the number to call."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.kernel import dates, phones
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused
from keqiao.kernel.links import link_page
from keqiao.kernel.resource.pages import actor_of, detail_context, fetch, submit
from keqiao.org.links import address
from keqiao.tickets import policies as tickets
from keqiao.visits import actions, forms, policies, queries, tables
from keqiao.visits.models import Visit
from keqiao.visits.resource import VISITS


@require_POST
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what the customer said and go on to the next visit of one's list."""
    obj, actor = fetch(VISITS, request, pk, "view"), actor_of(request)
    form = forms.ResultForm(request.POST, actor=actor, obj=obj)
    _visit, done = submit(form, lambda: actions.record_result(actor=actor, obj=obj, **form.cleaned_data))
    if not done:
        return again(request, obj, result_form=form)
    messages.success(request, _("回访结果已保存：%(visit)s") % {"visit": obj})
    return onward(request, actor, obj)


@require_POST
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a try without an answer and go on to the next visit of one's list."""
    obj, actor = fetch(VISITS, request, pk, "view"), actor_of(request)
    form = forms.AttemptForm(request.POST, actor=actor, obj=obj, prefix="try")
    _attempt, done = submit(form, lambda: actions.record_attempt(actor=actor, obj=obj, **form.cleaned_data))
    if not done:
        return again(request, obj, attempt_form=form)
    messages.success(request, _("联系情况已记录：%(visit)s") % {"visit": obj})
    return onward(request, actor, obj)


def again(request: HttpRequest, obj: Visit, **filled: object) -> HttpResponse:
    """The screen with the form as it was sent; where the visit has ended meanwhile, with a message instead."""
    fresh = VISITS.queryset(actor_of(request)).get(pk=obj.pk)
    if not policies.allowed(actor_of(request), "record", fresh):
        messages.error(request, _("没有保存：这次回访现在是“%(status)s”。") % {"status": fresh.get_status_display()})
        return HttpResponseRedirect(VISITS.url(fresh))
    return render(request, VISITS.template, detail_context(VISITS, request, fresh) | filled, status=422)


def onward(request: HttpRequest, actor: Actor, obj: Visit) -> HttpResponse:
    """To the next visit, or back to this one where that was asked for; to the list when all is done."""
    if "stay" in request.POST:
        return HttpResponseRedirect(VISITS.url(obj))
    following = queries.next_visit(actor, after=obj)
    return HttpResponseRedirect(VISITS.url(following) if following else reverse("visits:list"))


@require_safe
def next_one(request: HttpRequest) -> HttpResponse:
    """Open the first visit of one's own list."""
    following = queries.next_visit(actor_of(request))
    if following is None:
        messages.info(request, _("现在没有需要您回访的客户。"))
        return HttpResponseRedirect(reverse("visits:list"))
    return HttpResponseRedirect(VISITS.url(following))


@require_safe
def of_ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """The visits of a ticket, as a card of its page, for everybody who sees the ticket."""
    actor = actor_of(request)
    ticket = get_object_or_404(tickets.visible(actor), pk=pk)
    links = set(policies.of_ticket(actor, pk).values_list("pk", flat=True))
    visits = ticket.visits.select_related("assignee", "done_by", "unit").order_by("-round", "-pk")
    entries = [
        {"visit": one, "url": VISITS.url(one) if one.pk in links else "", "status": tables.status(one, actor),
         "due": tables.due(one, actor), "score": tables.score(one, actor)}
        for one in visits
    ]  # fmt: skip
    return render(request, "visits/_of_ticket.html", {"entries": entries})


@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then make a signed link and show it once, with its QR code."""
    obj = fetch(VISITS, request, pk, "link")
    if request.method == "POST":
        token, until = actions.make_link(actor=actor_of(request), obj=obj)
        url = address("visit-answer", token)
        note = _("有效期至 %(until)s，只能评价一次。链接只在这里显示这一次。") % {"until": dates.full(until)}
        return link_page(
            request, title=_("评价链接"), url=url, said=_("请客户扫码，或把链接发给客户本人："), note=note,
            back=VISITS.url(obj), picture=_("评价链接的二维码"),
        )  # fmt: skip
    replaced = _("之前生成的链接会立即失效。") if obj.token_digest else ""
    page: dict[str, object] = {
        "title": _("请客户在线评价"), "submit_label": _("生成链接"), "cancel_url": VISITS.url(obj), "warning": replaced,
        "facts": [(_("客户"), obj.customer.name), (_("回访事项"), obj.matter)],
    }  # fmt: skip
    return render(request, "kernel/confirm.html", {"page": page, "form": Form()})


@never_cache
@sensitive_post_parameters()
@require_POST
def phone(request: HttpRequest, pk: int) -> HttpResponse:
    """The full numbers to call, as a part of the screen; each showing is recorded."""
    obj = fetch(VISITS, request, pk, "phone")
    try:
        numbers = actions.show_phone(actor=actor_of(request), obj=obj)
    except Refused as refused:
        return render(request, "visits/_phone.html", {"obj": obj, "refused": refused.message})
    shown = [(number.replace(" ", ""), phones.pretty(number)) for number in numbers]
    return render(request, "visits/_phone.html", {"obj": obj, "numbers": shown})
