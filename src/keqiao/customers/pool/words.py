"""How plans, the pool and holdings read."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.customers.models import Customer, Holding, Poaching, ShareLine
from keqiao.customers.owning import limits
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full

WHY = {
    "even": gettext_lazy("所选人员中手上客户最少（分配前 %(had)d 位）"),
    "even_own": gettext_lazy("本区域人员中手上客户最少（分配前 %(had)d 位）"),
    "weighted": gettext_lazy("按权重 %(weight)d%% 折算，所选人员中负担最轻（分配前 %(had)d 位）"),
    "weighted_own": gettext_lazy("按权重 %(weight)d%% 折算，本区域人员中负担最轻（分配前 %(had)d 位）"),
    "full": gettext_lazy("可以接收的人都已达到客户数上限"),
    "none": gettext_lazy("所选人员都暂停接收"),
    "stranger": gettext_lazy("所选人员都不在客户所属的销售区域"),
    "nowhere": gettext_lazy("客户不属于任何销售区域"),
    "gone": gettext_lazy("已有负责人，或已不在公海"),
    "inactive": gettext_lazy("对方已离职"),
}


def why(line: ShareLine) -> str:
    """Why the customer goes to that person, or to nobody."""
    text = str(WHY.get(line.why, ""))
    return text % {"had": line.had, "weight": line.weight} if "%(" in text else text


def standing(one: Holding) -> tuple[str, str]:
    """How a holding stands, and its tone."""
    if one.ended_at is not None:
        return str(one.get_end_display()), "danger" if one.end == Holding.End.FALLEN else "neutral"
    if one.contacted_at is not None:
        return _("已首次联系"), "success"
    if one.due_at is None:
        return _("进行中"), "neutral"
    if one.due_at < timezone.now():
        return _("逾期未联系"), "danger"
    return _("待首次联系"), "warning" if one.warned_at else "info"


def pool_state(obj: Any, actor: Actor) -> tuple[str, str]:
    """Whether the actor may pick the customer, and why not, with its tone."""
    if obj.cooling:
        return _("您刚退回过，暂不能领"), "neutral"
    territory = obj.territory
    if territory is not None and not obj.own:
        if territory.poaching == Poaching.REFUSE:
            return _("外区域，不能领"), "neutral"
        return _("外区域，领取会立案"), "warning"
    return _("可以领取"), "success"


def pick_warning(obj: Any, actor: Actor) -> str:
    """What comes with picking the customer, and that a case will be opened where the territory is not the actor's own."""
    said = _("领取以后由您负责，请按时首次联系，逾期会退回公海。")
    if obj.territory is None or obj.own or obj.territory.poaching == Poaching.REFUSE:
        return said
    case = _("这位客户属于“%(territory)s”，不是您的区域：领取即作为跨区域揽客立案，由主管核查。")
    return said + case % {"territory": obj.territory.name}


def picked() -> SafeString:
    """Where the picked customer is now."""
    mine = format_html('<a class="link" href="{}?view=mine">{}</a>', reverse("customers:list"), _("我的客户"))
    return format_html(_("已领取，在“{}”里，请按时首次联系。"), mine)


picked_lazy: Any = lazy(picked, SafeString)  # in the reader's language


def pool_words(obj: Any, actor: Actor) -> str:
    """The same without the tone."""
    return pool_state(obj, actor)[0]


def former(obj: Customer) -> str:
    """Who had the customer before, the last three."""
    rows = Holding.objects.filter(customer=obj.pk, ended_at__isnull=False).select_related("owner").order_by("-pk")[:3]
    return _("；").join(
        f"{one.owner.name} {standing(one)[0]} {limits.day_of(one.ended_at)}" for one in rows if one.ended_at
    )


def customer_link(obj: Holding, actor: Actor) -> str:
    """The customer's page."""
    url = reverse("customers:detail", args=[obj.customer_id])
    return format_html('<a class="link" href="{}">{}</a>', url, obj.customer.name)


def day(at: datetime) -> str:
    """The day in the reader's zone."""
    return limits.day_of(at)


def due(one: Holding) -> str:
    """The last day for first contact."""
    return limits.day_of(one.due_at) if one.due_at else ""


def moment(at: datetime | None) -> str:
    """Date and time, "" for never."""
    return full(at) if at else ""
