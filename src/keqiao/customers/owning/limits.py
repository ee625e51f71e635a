"""The department's row of rules, and how many customers one person may have."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.customers.models import Ability, Customer, Holding, SharingSettings
from keqiao.kernel.dates import day_bounds
from keqiao.kernel.errors import Refused
from keqiao.org.models import Employee
from keqiao.runtime import counters

ENDLESS = 10**9


def settings() -> SharingSettings:
    """The department's row, with the defaults where nobody has set anything."""
    return SharingSettings.objects.first() or SharingSettings()


def deadline(given: datetime, days: int) -> datetime | None:
    """The end of the last day for first contact; None where none is asked for."""
    if not days:
        return None
    last = timezone.localdate(given) + timedelta(days=days)
    return day_bounds(last)[1] - timedelta(seconds=1)


def lock(ids: Iterable[int]) -> None:
    """Let nobody else give customers to these people until the transaction ends, so that the limits hold."""
    for pk in sorted(set(ids)):
        counters.take(f"customers.owner:{pk}", 0)


def owned(ids: Iterable[int]) -> dict[int, int]:
    """How many customers each of these people has."""
    rows = Customer.objects.filter(owner__in=list(ids), merged_into=None).order_by().values_list("owner_id")
    return dict(rows.annotate(n=Count("pk")))


def most(ids: Iterable[int], rules: SharingSettings) -> dict[int, int]:
    """How many each of these people may have."""
    wanted = list(ids)
    own = dict(
        Ability.objects.filter(employee__in=wanted, owned_limit__isnull=False).values_list("employee_id", "owned_limit")
    )
    return {pk: own.get(pk) or rules.owned_limit or ENDLESS for pk in wanted}


def demand_room(owner: Employee, rules: SharingSettings, *, mine: bool = False) -> None:
    """Raise Refused when one more customer would be too many for that person. Locks, so call it in the transaction."""
    lock([owner.pk])
    limit, has = most([owner.pk], rules)[owner.pk], owned([owner.pk]).get(owner.pk, 0)
    if has < limit:
        return
    said = {"name": owner.name, "has": has, "limit": limit}
    if mine:
        raise Refused(_("您已负责 %(has)s 位客户，达到上限 %(limit)s 位。请先退回不再跟进的客户。") % said)
    raise Refused(_("%(name)s已负责 %(has)s 位客户，达到上限 %(limit)s 位，请选择其他人。") % said, field="owner")


def picked_today(employee_id: int) -> int:
    """How many customers the person has taken from the pool today, given back ones too."""
    start, after = day_bounds(timezone.localdate())
    rows = Holding.objects.filter(owner=employee_id, given_at__gte=start, given_at__lt=after)
    return rows.filter(way=Holding.Way.PICKED).count()


def day_of(at: datetime) -> str:
    """The day of an instant as sentences name it."""
    return f"{timezone.localtime(at):%Y-%m-%d}"
