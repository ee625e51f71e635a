"""Sharing out what nobody has: choose people, look at who would get what, do it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.resource.pages import actor_of
from keqiao.workspace import actions
from keqiao.workspace.forms import ShareForm
from keqiao.workspace.queries import team


@require_http_methods(["GET", "POST"])
def share_out(request: HttpRequest) -> HttpResponse:
    """The first POST shows who would get what, the second one does exactly that."""
    actor = actor_of(request)
    if not actor.can("ticket.assign"):
        raise NotAllowed(_("您没有分派工单的权限。"))
    if "give" in request.POST:
        return give(request, actor)
    form = ShareForm(request.POST if request.method == "POST" else None, actor=actor)
    wanted = list(team.unassigned(actor)[: team.MOST_SHARED])
    preview = team.shares(actor, wanted, form.cleaned_data["people"]) if form.is_bound and form.is_valid() else []
    if form.is_bound and not preview:
        messages.warning(request, _("请至少选择一个人。"))
    loads = candidates(actor)
    chosen = {one.employee.pk for one in preview} if form.is_bound else own_team(actor, loads)
    context = {
        "count": len(wanted), "loads": [(load, load.employee.pk in chosen) for load in loads],
        "preview": preview, "most": team.MOST_SHARED,
    }  # fmt: skip
    return render(request, "workspace/share_out.html", context, status=422 if form.is_bound and not preview else 200)


def candidates(actor: Actor) -> list[team.Load]:
    """Everybody who may be given tickets, with what they have."""
    return team.loads(actor)


def own_team(actor: Actor, loads: list[team.Load]) -> set[int]:
    """Whom a leader mostly means, ticked beforehand: the people of the own unit without the leader."""
    mine = [load.employee for load in loads if load.employee.unit_id == actor.unit_id]
    return {employee.pk for employee in mine if employee.pk != actor.id}


def give(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Do what was previewed, as far as it still can be done."""
    try:
        given, left = actions.share_out(actor=actor, shares=shares_of(request.POST, actor))
    except Refused as refused:
        messages.error(request, refused.message)
        return HttpResponseRedirect(reverse("share-out"))
    messages.success(request, _("已分派 %d 张工单。") % given)
    if left:
        messages.warning(request, _("%d 张已被领走或已办结，没有改动。") % left)
    return HttpResponseRedirect(reverse("home"))


def shares_of(post: QueryDict, actor: Actor) -> dict[int, list[int]]:
    """Employee's id → tickets' ids out of "give=ticket:employee"; only people to whom the actor may give."""
    allowed = set(team.people(actor).values_list("pk", flat=True))
    shares: dict[int, list[int]] = {}
    for pair in post.getlist("give")[: team.MOST_SHARED]:
        ticket, _colon, person = pair.partition(":")
        readable = ticket.isdecimal() and person.isdecimal() and max(len(ticket), len(person)) < 19
        if not (readable and int(person) in allowed):
            raise Refused(_("分派方案已失效，请重新预览。"))
        shares.setdefault(int(person), []).append(int(ticket))
    return shares
