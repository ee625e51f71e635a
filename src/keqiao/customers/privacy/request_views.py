"""Pages of requests that the resource does not give: the copy, the plan of an erasure, whose data were touched."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from keqiao.audit.actions import record
from keqiao.customers.erasing.plan import plan, whole
from keqiao.customers.privacy import breach
from keqiao.customers.privacy.request_resource import requests
from keqiao.customers.requests.copying import make_copy
from keqiao.customers.requests.policies import OVERSEE
from keqiao.kernel import sheets
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.forms import ActorForm
from keqiao.kernel.resource.pages import actor_of, fetch
from keqiao.org.models import Employee

SHOWN = 200
HEAD = 30  # days that are looked at unless somebody says otherwise


@never_cache
@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is held about the person, in one file, on record."""
    obj = fetch(requests, request, pk, "copy")
    response = HttpResponse(make_copy(actor=actor_of(request), obj=obj), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{obj.number}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def plan_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What an erasure would take away, what the law keeps, why and until when."""
    obj = fetch(requests, request, pk, "plan")
    made = plan(whole(obj.customer))
    context = {
        "obj": obj,
        "plan": made,
        "url": requests.url(obj),
        "may_ask": requests.allowed(actor_of(request), "erase", obj),
    }
    return render(request, "customers/privacy_plan.html", context)


class BreachForm(ActorForm):
    """Who or which export, and when."""

    employee = forms.ModelChoiceField(
        label=gettext_lazy("员工"), queryset=Employee.objects.order_by("name"), required=False,
        empty_label=gettext_lazy("不限员工"),
    )  # fmt: skip
    export = forms.IntegerField(
        label=gettext_lazy("导出编号"), required=False, min_value=1,
        help_text=gettext_lazy("水印里的编号。填写后只看这一份导出，不看时间。"),
    )  # fmt: skip
    since = forms.DateField(
        label=gettext_lazy("从哪一天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("到哪一天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    everything = forms.BooleanField(
        label=gettext_lazy("也算只是打开或办理过的"), required=False,
        help_text=gettext_lazy("不勾选时只算看过完整信息、打印、复制或导出的。"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", _("结束日期不能早于开始日期。"))
        return data


@never_cache
@require_safe
def breach_page(request: HttpRequest) -> HttpResponse:
    """The form, and whose data were touched; as a sheet with `format=csv`, on record."""
    actor = actor_of(request)
    if not actor.can(OVERSEE):
        raise NotAllowed(_("您没有排查泄露的权限。"))
    today = timezone.localdate()
    usual = {"since": today - timedelta(days=HEAD), "until": today}
    form = BreachForm(request.GET if "since" in request.GET else None, actor=actor, initial=usual)
    found: dict[int, set[str]] | None = None
    if form.is_bound and form.is_valid():
        found = breach.within(actor, breach.touched(asked_of(form.cleaned_data)))
        if request.GET.get("format") == "csv":
            return sheet(actor, found)
    rows = [] if found is None else breach.lines(actor, dict(sorted(found.items())[:SHOWN]))
    query = request.GET.copy()
    query["format"] = "csv"
    context = {
        "form": form,
        "found": found,
        "count": len(found or ()),
        "rows": rows,
        "most": SHOWN,
        "file": f"?{query.urlencode()}",
    }
    return render(request, "customers/breach.html", context, status=422 if form.errors else 200)


def asked_of(data: dict[str, Any]) -> breach.Asked:
    """What the form asks for."""
    rest = {name: data[name] for name in ("employee", "export", "everything")}
    return breach.Asked.days(data["since"], data["until"], **rest)


def sheet(actor: Actor, found: dict[int, set[str]]) -> HttpResponse:
    """All of them as a file."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    sheets.write_csv(response, breach.head(), breach.lines(actor, found), watermark=None)  # type: ignore[arg-type]  # it can be written to
    with transaction.atomic():
        record(actor, "privacy.breach_listed", None, {"rows": len(found)})
    response["Content-Disposition"] = f'attachment; filename="breach-{timezone.localtime():%Y%m%d-%H%M}.csv"'
    return response
