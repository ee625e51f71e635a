"""Pages of customers that the resource does not give: timeline part, reveal, contact points, the check while typing."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from keqiao.customers import actions, allowance, completeness, masking, queries, timeline
from keqiao.customers.archive import identity
from keqiao.customers.archive.fields import DivisionSelect, names_like
from keqiao.customers.archive.parts import PARTS, Part
from keqiao.customers.forms import RevealForm
from keqiao.customers.models import ContactPoint, Customer
from keqiao.customers.resource import customers
from keqiao.kernel import phones
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.resource.pages import actor_of, fetch, form_page, leave, submit


def fetch_point(request: HttpRequest, pk: int, point: int, verb: str) -> tuple[Customer, ContactPoint]:
    """A visible customer and one of its contact points."""
    customer = fetch(customers, request, pk, verb)
    return customer, get_object_or_404(ContactPoint, pk=point, customer_id=pk)


@require_safe
def timeline_part(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened around a customer, narrowed as asked: the list that goes into the page, or a page of its own."""
    customer, actor = fetch(customers, request, pk, "view"), actor_of(request)
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 19):
        raise Http404(_("没有更早的记录。"))
    only, more = asked(request)
    page = queries.timeline(actor, customer, int(before) if before else None, only=only)
    context = {"obj": customer, "timeline": page, "kinds": timeline.kinds(actor), "only": only, "more": more}
    inside = request.headers.get("HX-Request") == "true"
    return render(request, "customers/_timeline.html" if inside else "customers/timeline.html", context)


def asked(request: HttpRequest) -> tuple[timeline.Only, str]:
    """What the address narrows a timeline to, and that as the tail of a query string; nonsense narrows nothing."""
    kind = next((one for one in timeline.kinds(actor_of(request)) if one.name == request.GET.get("kind")), None)
    days = {name: parse_day(request.GET.get(name, "")) for name in ("since", "until")}
    only = timeline.Only(kind, **days)
    said = {"kind": kind.name if kind else "", **{name: day.isoformat() if day else "" for name, day in days.items()}}
    return only, "".join(f"&{name}={value}" for name, value in said.items() if value)


def parse_day(text: str) -> date | None:
    """A day between 1900 and 2200, None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


@never_cache
@require_http_methods(["GET", "POST"])
def reveal_page(request: HttpRequest, pk: int, point: int) -> HttpResponse:
    """Ask why, record it, show the full value this once."""
    customer, contact = fetch_point(request, pk, point, "reveal")
    if not allowance.left(actor_of(request)):
        return redirect("customer-reveal-more")
    form = RevealForm(request.POST or None, actor=actor_of(request), obj=customer)
    if request.method == "POST":
        value, done = submit(
            form,
            lambda: actions.reveal(actor=actor_of(request), obj=customer, contact_point=contact, **form.cleaned_data),
        )
        if done:
            shown = phones.pretty(value) if contact.kind == ContactPoint.Kind.PHONE else value
            return render(request, "customers/revealed.html", {"obj": customer, "point": contact, "value": shown})
    title = _("显示完整联系方式：%(point)s") % {"point": masking.point(actor_of(request), contact)}
    return form_page(
        request, form, title=title, subtitle=customer.name, submit_label=_("显示"),
        cancel_url=customers.url(customer), action=request.path,
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
def reveal_identity_page(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """Ask why, record it, show the full number this once."""
    customer = fetch(customers, request, pk, "reveal")
    row, actor = get_object_or_404(customer.identities, pk=part), actor_of(request)
    title = _("显示完整证件号码：%(document)s") % {"document": PARTS["identities"].words(actor, row)}
    return ask_and_show(
        request, customer, title,
        lambda reason: identity.reveal_identity(actor=actor, obj=customer, part=row, reason=reason),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
def reveal_address_page(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """Ask why, record it, show the whole address this once."""
    customer = fetch(customers, request, pk, "reveal")
    row, actor = get_object_or_404(customer.addresses, pk=part), actor_of(request)
    title = _("显示完整地址：%(address)s") % {"address": masking.address(actor, row)}
    return ask_and_show(
        request, customer, title,
        lambda reason: actions.reveal_address(actor=actor, obj=customer, address=row, reason=reason),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
def reveal_birthday_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, record it, show the birthday with its year this once."""
    customer, actor = fetch(customers, request, pk, "reveal"), actor_of(request)
    title = _("显示完整生日：%(day)s") % {"day": masking.birthday(actor, customer.birthday, customer.pk)}
    return ask_and_show(
        request, customer, title, lambda reason: actions.reveal_birthday(actor=actor, obj=customer, reason=reason)
    )


def ask_and_show(request: HttpRequest, customer: Customer, title: str, do: Callable[[str], str]) -> HttpResponse:
    """The form that asks why, or what it opened; to asking for more where the day's number is used up."""
    actor = actor_of(request)
    if not allowance.left(actor):
        return redirect("customer-reveal-more")
    form = RevealForm(request.POST or None, actor=actor, obj=customer)
    if request.method == "POST":
        value, done = submit(form, lambda: do(form.cleaned_data["reason"]))
        if done:
            return render(request, "customers/revealed.html", {"obj": customer, "value": value})
    return form_page(
        request, form, title=title, subtitle=customer.name, submit_label=_("显示"), cancel_url=customers.url(customer),
        action=request.path,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def remove_point(request: HttpRequest, pk: int, point: int) -> HttpResponse:
    """Take a contact point away, after asking."""
    customer, contact = fetch_point(request, pk, point, "edit")
    if request.method == "POST":
        return act(request, customer, lambda: actions.remove_contact_point(
            actor=actor_of(request), obj=customer, contact_point=contact
        ), _("已删除联系方式。"))  # fmt: skip
    page = {
        "title": _("删除联系方式"), "submit_label": _("删除"), "danger": True, "action": request.path,
        "cancel_url": customers.url(customer),
        "facts": [(contact.get_kind_display(), masking.point(actor_of(request), contact))],
    }  # fmt: skip
    return render(request, "kernel/confirm.html", {"page": page, "form": Form()})


@require_http_methods(["POST"])
def primary_point(request: HttpRequest, pk: int, point: int) -> HttpResponse:
    """Make a contact point the one that is used first."""
    customer, contact = fetch_point(request, pk, point, "edit")
    return act(request, customer, lambda: actions.make_primary(
        actor=actor_of(request), obj=customer, contact_point=contact
    ), _("已设为首选。"))  # fmt: skip


def act(request: HttpRequest, customer: Customer, do: Any, said: str) -> HttpResponse:
    """Do it, say what came of it, and go back to the customer."""
    try:
        do()
        messages.success(request, said)
    except Refused as refused:
        messages.error(request, refused.message)
    return leave(request, customers.url(customer))


def fetch_part(request: HttpRequest, pk: int, kind: str, part: int) -> tuple[Customer, Part, Any]:
    """A customer that the actor may change, and one of its parts."""
    customer = fetch(customers, request, pk, "edit")
    if kind not in PARTS:
        raise Http404(_("没有这个操作。"))
    return customer, PARTS[kind], get_object_or_404(PARTS[kind].rows(customer), pk=part)


@require_http_methods(["GET", "POST"])
def change_part(request: HttpRequest, pk: int, kind: str, part: int) -> HttpResponse:
    """Change an address, a contact or a date."""
    customer, about, row = fetch_part(request, pk, kind, part)
    if about.form is None or about.change is None:
        raise Http404(_("没有这个操作。"))
    change, actor = about.change, actor_of(request)
    form = about.form(request.POST or None, actor=actor, obj=customer, initial=about.typed(actor, row))
    about.loosen(actor, row, form)
    if request.method == "POST":
        _row, done = submit(
            form,
            lambda: change(actor=actor, obj=customer, part=row, **about.kept(actor, row, form.cleaned_data)),
        )
        if done:
            messages.success(request, _("已保存。"))
            return leave(request, customers.url(customer))
    return form_page(
        request, form, title=_("修改：%s") % about.title, subtitle=about.words(actor, row), submit_label=_("保存"),
        cancel_url=customers.url(customer), action=request.path,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def remove_part(request: HttpRequest, pk: int, kind: str, part: int) -> HttpResponse:
    """Take a part away, after asking."""
    customer, about, row = fetch_part(request, pk, kind, part)
    if request.method == "POST":
        return act(
            request, customer, lambda: about.remove(actor=actor_of(request), obj=customer, part=row), _("已删除。")
        )
    page = {
        "title": _("删除：%s") % about.title, "submit_label": _("删除"), "danger": True, "action": request.path,
        "cancel_url": customers.url(customer), "facts": [(about.title, about.words(actor_of(request), row))],
    }  # fmt: skip
    return render(request, "kernel/confirm.html", {"page": page, "form": Form()})


@require_safe
def divisions_part(request: HttpRequest) -> HttpResponse:
    """The three selects again, after one of them changed."""
    name = request.GET.get("name", "")
    if not name.isidentifier():
        raise Http404(_("没有这个操作。"))
    widget = DivisionSelect()
    data = {key: value for key, value in request.GET.items() if key != name}
    return HttpResponse(widget.render(name, widget.value_from_datadict(data, {}, name)))


@require_safe
def names_part(request: HttpRequest) -> HttpResponse:
    """Suggestions for another customer: number, name, and the masked phone to tell namesakes apart."""
    actor = actor_of(request)
    if not actor.can("customer.view"):
        raise NotAllowed(_("您没有查看这个列表的权限。"))
    found = names_like(actor, request.GET.get(request.GET.get("field", ""), ""))
    lines = ((f"{one.number} {one.name}", masking.main_phone(actor, one)) for one in found)
    return HttpResponse(format_html_join("", '<option value="{}">{}</option>', lines))


@require_safe
def today_page(request: HttpRequest) -> HttpResponse:
    """The quota of the day and the archives to complete."""
    actor = actor_of(request)
    if not actor.can("customer.view"):
        raise NotAllowed(_("您没有查看这个列表的权限。"))
    return render(request, "customers/today.html", {"day": completeness.today(actor)})
