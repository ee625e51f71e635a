"""The customer's own page of consents behind a signed link: what is agreed, and one tap to refuse or to agree."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from keqiao.customers.consenting import actions
from keqiao.customers.consents import BY_CONTRACT, latest, said
from keqiao.customers.models import Consent, Customer
from keqiao.customers.resource import customers
from keqiao.kernel import links
from keqiao.kernel.errors import Refused
from keqiao.kernel.resource.pages import actor_of, fetch
from keqiao.org.links import address
from keqiao.org.models import OrgUnit
from keqiao.runtime import throttle

WINDOW = timedelta(minutes=10)
GUESSES = 20
CHANGES = 60
PURPOSES = (Consent.Purpose.MARKETING, Consent.Purpose.SURVEY, Consent.Purpose.SHARING, Consent.Purpose.CONTACT)
CHANNELS = tuple(code for code, _label in Consent.Channel.choices if code)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is agreed; a tap changes it at once. A link that opens nothing says so and nothing else."""
    customer, closed = opened(request, token)
    if customer is None:
        return closed
    if request.method == "POST":
        word, purpose, channel = (request.POST.get(name, "") for name in ("given", "purpose", "channel"))
        try:
            change(request, token, purpose, channel, given=word == "yes")
        except Refused as refused:
            return answer(request, "customers/consent_closed.html", {"said": refused.message}, refused.status)
        return HttpResponseRedirect(f"{request.path}?done=1")
    return answer(request, "customers/consent_choose.html", shown(customer) | {"done": "done" in request.GET})


@csrf_exempt  # the mail program of the customer sends it (RFC 8058); the token alone says whose it is
@login_not_required
@never_cache
@require_POST
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """The button 退订 of a mail program: no marketing by any channel any more."""
    customer, closed = opened(request, token)
    if customer is None:
        return closed
    change(request, token, Consent.Purpose.MARKETING, "", given=False)
    return HttpResponse(_("已退订。"), content_type="text/plain; charset=utf-8")


def change(request: HttpRequest, token: str, purpose: str, channel: str, *, given: bool) -> None:
    """Take the customer's word; Refused for more changes than a person makes."""
    ip = actor_of(request).ip
    throttle.hit(f"consent-change:{ip}", limit=CHANGES, window=WINDOW)
    if purpose not in PURPOSES:
        raise Refused(_("没有这种用途或联系方式。"))
    actions.say_by_link(token=token, purpose=purpose, given=given, channels=[channel] if channel else [], ip=ip)


def opened(request: HttpRequest, token: str) -> tuple[Customer | None, HttpResponse]:
    """Whose link it is, or the answer for one that opens nothing; who guesses is stopped."""
    guesses = f"consent-guess:{actor_of(request).ip}"
    if throttle.count(guesses) >= GUESSES:
        return None, answer(
            request, "customers/consent_closed.html", {"said": _("访问次数过多，请十分钟后再打开。")}, 429
        )
    customer = actions.by_token(token)
    if customer is None:
        throttle.hits(guesses, window=WINDOW)
    return customer, answer(request, "customers/consent_closed.html", {"said": _("请核对链接是否完整。")}, 404)


def shown(customer: Customer) -> dict[str, Any]:
    """Every purpose with its state as a whole and by channel; no name, because links are passed on."""
    words = latest(Consent.objects.filter(customer=customer))
    rows = []
    for purpose in PURPOSES:
        usual = purpose in BY_CONTRACT
        channels = [
            (code, Consent.Channel(code).label, said(words, purpose, code, otherwise=usual))
            for code in (CHANNELS if purpose != Consent.Purpose.SHARING else ())
        ]
        whole = said(words, purpose, "", otherwise=usual)
        rows.append(
            (purpose.value, purpose.label, any(yes for _c, _l, yes in channels) or (whole and not channels), channels)
        )
    return {"rows": rows}


def answer(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page without a login, for nobody but the customer."""
    company = OrgUnit.objects.filter(parent=None, active=True).order_by("pk").values_list("name", flat=True).first()
    response = render(request, template, {**context, "company": company or ""}, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response


@never_cache
def link_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer's link, to be copied into a message."""
    customer = fetch(customers, request, pk, "edit")
    url = address("consent-choose", actions.token_of(customer))
    note = _("客户打开后可以随时拒绝或同意，立即生效，不需要登录。")
    return links.link_page(
        request, title=_("退订与隐私选择链接"), subtitle=customer.name, url=url, said=_("请把链接发给客户本人："), note=note,
        back=customers.url(customer),
    )  # fmt: skip
