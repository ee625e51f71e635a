"""Pages over the whole organisation: the tree, and who may do what."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.kernel import powers
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of
from keqiao.org import holders, pages, policies
from keqiao.org.tree import tree


@require_safe
def tree_page(request: HttpRequest) -> HttpResponse:
    """The organisation, folded below the second level; `?closed=1` shows closed units too."""
    actor = actor_of(request)
    if not policies.may(actor, "list"):
        raise NotAllowed(_("您没有查看组织架构的权限。"))
    closed = request.GET.get("closed") == "1"
    tops = tree(policies.units(actor), closed=closed)
    context = {"tops": tops, "closed": closed, "total": sum(one.total for one in tops), "may": actor.can("org.change")}
    return render(request, "org/tree.html", context)


@require_safe
def powers_page(request: HttpRequest) -> HttpResponse:
    """Every power by its kind, with how many may use it."""
    demand(request)
    return render(request, "org/powers.html", {"groups": pages.power_groups()})


@require_safe
def power_page(request: HttpRequest, code: str) -> HttpResponse:
    """Who may do this: the positions that carry the power, and the people who hold them."""
    demand(request)
    power = powers.named(code)
    if power is None:
        raise Http404(_("没有这项权限。"))
    found = holders.who(code)
    people = {one.pk for _position, some in found for one in some}
    rows = [(position, pages.reach_words(position.scope), pages.of_unit(some)) for position, some in found]
    context = {"power": power, "meaning": powers.MEANINGS[power.kind], "rows": rows, "count": len(people)}
    return render(request, "org/power.html", context)


def demand(request: HttpRequest) -> None:
    """Positions and powers are for those who keep them."""
    if not actor_of(request).can("org.change"):
        raise NotAllowed(_("您没有维护岗位与权限的权限。"))
