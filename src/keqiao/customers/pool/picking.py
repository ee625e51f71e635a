"""Picking several from the pool: what would come of it is said first, and afterwards one's own customers are shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from keqiao.customers.models import Poaching, Pooled
from keqiao.customers.owning import limits
from keqiao.customers.pool.resource import pool
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource.bulk import bulk_page
from keqiao.kernel.resource.pages import leave

NAMED = 10  # customers of a group, as many as are named


@dataclass(frozen=True, slots=True)
class Group:
    """Customers of whom the same is said."""

    said: str
    names: Sequence[str]
    refused: bool

    @property
    def shown(self) -> str:
        """The first names, and how many there are where these are not all."""
        names = _("、").join(self.names[:NAMED])
        return names if len(self.names) <= NAMED else _("%(names)s 等") % {"names": names}


@require_POST
def pick_many(request: HttpRequest) -> HttpResponseBase:
    """The pool's verb for many. When all is done and nothing was refused, on to the customers that one has now."""
    answer = _run(request)
    through = answer.status_code == 302 or "HX-Redirect" in answer.headers
    if not through or "confirmed" not in request.POST or not request.POST.getlist("pk"):
        return answer
    due = format_html('<a class="link" href="{}?view=mine">{}</a>', reverse("holdings:list"), _("首次联系期限"))
    messages.info(request, format_html(_("领取的客户都在这里，请留意{}。"), due))
    return leave(request, f"{reverse('customers:list')}?view=mine")


def foreseen(actor: Actor, ids: list[int]) -> str:
    """What would come of picking these, in the order in which they would be picked, as HTML."""
    found = groups(actor, ids)
    free = len(ids) - sum(len(one.names) for one in found if one.refused)
    return render_to_string("customers/_pick_many.html", {"groups": found, "free": free, "count": len(ids)})


def groups(actor: Actor, ids: list[int]) -> list[Group]:
    """Those that would be refused or looked into, by what is said of them. A fixed number of queries."""
    rows: dict[int, Pooled] = pool.queryset(actor).in_bulk(ids)
    left, full = room(actor)
    said: dict[tuple[str, bool], list[str]] = {}
    for pk in ids:
        words, refused = judged(actor, rows.get(pk))
        if not refused and left <= 0:
            words, refused = full, True
        left -= not refused
        if words:
            said.setdefault((words, refused), []).append(rows[pk].name if pk in rows else _("看不到的客户"))
    return [Group(words, names, refused) for (words, refused), names in said.items()]


def judged(actor: Actor, one: Pooled | None) -> tuple[str, bool]:
    """What is to be said of picking this one, and whether it would be refused."""
    if one is None or not pool.allowed(actor, "pick", one):
        return _("已不在公海，或您没有领取的权限"), True
    if one.cooling:  # type: ignore[attr-defined]  # annotated
        return _("您不久前退回过，暂时不能再领"), True
    if one.territory is None or one.own:  # type: ignore[attr-defined]  # annotated
        return "", False
    if one.territory.poaching == Poaching.REFUSE:
        return _("属于“%(territory)s”，不是您的区域，不能领取") % {"territory": one.territory.name}, True
    said = _("属于“%(territory)s”，不是您的区域：领取即作为跨区域揽客（挖墙角）立案，由主管核查")
    return said % {"territory": one.territory.name}, False


def room(actor: Actor) -> tuple[int, str]:
    """How many more the actor may have now, and what is said of those beyond."""
    rules, me = limits.settings(), actor.id or 0
    today = rules.picks_a_day - limits.picked_today(me) if rules.picks_a_day else limits.ENDLESS
    owned = limits.most([me], rules)[me] - limits.owned([me]).get(me, 0)
    if today <= owned:
        return today, _("超过每天领取 %(n)s 位的上限") % {"n": rules.picks_a_day}
    return owned, _("超过您名下客户数的上限")


_run = bulk_page(pool, foreseen)
