"""The rows of a version edited one by one, where old addresses lead, and the tickets of a trial."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.resource.pages import actor_of, fetch, form_page, leave, submit
from keqiao.tickets import policies, tables
from keqiao.tickets.actions.catalogue import CATEGORIES, ensure_defaults
from keqiao.tickets.letters.templates_kept import ensure_templates
from keqiao.tickets.models import Category, Rule, RuleSet, Trial
from keqiao.tickets.resource.rulesets import RULESETS, WORDS
from keqiao.tickets.ruling import keeping, kinds
from keqiao.tickets.ruling.kinds.base import REST, Names, RuleKind
from keqiao.tickets.ruling.telling import in_words
from keqiao.tickets.ruling.trying import KEPT

PAGE = 50


def url_of(ruleset_id: int, kind: RuleKind) -> str:
    """The tab of a version on which a kind of rule stands."""
    return f"{reverse('ticket-rules:detail', args=[ruleset_id])}?tab={kind.tab}"


def kind_of(code: str) -> RuleKind:
    """The kind of that code, 404 for any other word."""
    found = kinds.get(code)
    if found is None:
        raise Http404(_("没有这种规则。"))
    return found


def rule_of(request: HttpRequest, pk: int) -> tuple[Rule, RuleKind]:
    """A rule of a draft that the actor may change."""
    rule = Rule.objects.select_related("ruleset").filter(pk=pk).first()
    if rule is None:
        raise Http404(_("没有这条记录，或您无权查看。"))
    fetch(RULESETS, request, rule.ruleset_id, "rules")
    return rule, kind_of(rule.kind)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """One more rule."""
    ruleset: RuleSet = fetch(RULESETS, request, pk, "rules")
    known, actor = kind_of(kind), actor_of(request)
    form = known.form(request.POST or None, actor=actor)
    form.fields["active"] = in_use(form)
    if request.method == "POST":

        def do() -> Any:
            return keeping.add_rule(actor=actor, obj=ruleset, kind=kind, **data_of(form))

        _rule, done = submit(form, do)
        if done:
            return leave(request, url_of(pk, known))
    title = _("新增：%s") % known.title
    return form_page(request, form, title=title, cancel_url=url_of(pk, known), action=request.path)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another wording of a rule."""
    rule, known = rule_of(request, pk)
    form_class = known.rest if known.rest and rule.key == REST else known.form
    initial = form_class.fill(rule.data) | {"active": rule.active}
    form = form_class(request.POST or None, actor=actor_of(request), obj=rule.data, initial=initial)
    if known.addable and rule.key != REST:
        form.fields["active"] = in_use(form)
    if request.method == "POST":
        _rule, done = submit(form, lambda: keeping.change_rule(actor=actor_of(request), obj=rule, **data_of(form)))
        if done:
            return leave(request, url_of(rule.ruleset_id, known))
    cells = list(known.cells(rule.data, Names()))[: known.condition]
    page = {"title": _("修改：%s") % known.title, "subtitle": _("，").join(one for one in cells if one)}
    return form_page(request, form, cancel_url=url_of(rule.ruleset_id, known), action=request.path, **page)


def in_use(form: Any) -> Any:
    """The tick that every rule has which may be put out of use."""
    return forms.BooleanField(
        label=_("在用"), required=False, initial=True, help_text=_("不勾选时保留规则，但不起作用。")
    )


def data_of(form: Any) -> dict[str, Any]:
    """What was entered as a rule's data, and whether the rule is in use."""
    data = form.read()
    active = data.pop("active", form.cleaned_data.get("active", True))
    return {"data": data, "active": bool(active) if "active" in form.fields else True}


@require_POST
def move(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """Up, down or out."""
    rule, known = rule_of(request, pk)
    try:
        if way == "remove":
            keeping.remove_rule(actor=actor_of(request), obj=rule)
        elif way in {"up", "down"}:
            keeping.move_rule(actor=actor_of(request), obj=rule, up=way == "up")
        else:
            raise Http404(_("没有这个操作。"))
    except Refused as refused:
        messages.error(request, refused.message)
    return leave(request, url_of(rule.ruleset_id, known))


@require_safe
def current(request: HttpRequest, tab: str = "") -> HttpResponse:
    """The rules in force, on the tab that an older address stood for."""
    if not policies.allowed_ruleset(actor_of(request), "view"):
        raise NotAllowed(_("您没有维护业务规则的权限。"))
    found = RuleSet.objects.filter(state=RuleSet.State.FORCE).first()
    if found is None:
        tops = [(name, "、".join(below)) for name, below in CATEGORIES.items()]
        return render(request, "tickets/rules_first.html", {"types": tops, "own": Category.objects.exists()})
    url = reverse("ticket-rules:detail", args=[found.pk])
    return HttpResponseRedirect(f"{url}?tab={tab}" if tab else url)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Give a new installation its first rules, causes and templates; nothing happens where there are some."""
    actor = actor_of(request)
    with transaction.atomic():
        ensure_defaults(actor=actor)
        ensure_templates(actor=actor)
    messages.success(request, _("已采用通用规则。以后随时可以修改，每次修改都是新的一版。"))
    return HttpResponseRedirect(reverse("ticket-rules-current"))


@require_safe
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """The tickets that a draft would treat otherwise, with before and after; those within sight."""
    ruleset: RuleSet = fetch(RULESETS, request, pk, "view")
    actor, what = actor_of(request), request.GET.get("what", "")
    rows = Trial.objects.filter(ruleset=ruleset, ticket__in=policies.visible(actor).values("pk"))
    if what in WORDS:
        rows = rows.filter(**({what: True} if what in KEPT else {"before__has_key": what}))
    page = Paginator(rows.select_related("ticket").order_by("-ticket_id"), PAGE).get_page(request.GET.get("page"))
    names = Names()
    beyond = max(ruleset.trial.get(what if what in WORDS else "changed", 0) - page.paginator.count, 0)
    url = reverse("ticket-rules-trial", args=[pk])
    tabs = [(_("全部"), url, what not in WORDS, ruleset.trial.get("changed", 0))]
    tabs += [(str(label), f"{url}?what={one}", what == one, ruleset.trial.get(one, 0)) for one, label in WORDS.items()]
    return render(
        request,
        "tickets/trial.html",
        {
            "obj": ruleset, "tabs": tabs, "rows": [(one.ticket, in_words(one, names)) for one in page], "paging": page,
            "what": what, "beyond": beyond, "stage": tables.stage, "back_url": reverse("ticket-rules:detail", args=[pk]),
        },
    )  # fmt: skip
