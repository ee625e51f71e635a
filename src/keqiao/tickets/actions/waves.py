"""Waves of alike complaints: noticed by the clock, told once, growing while more come, over when it is quiet."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from os.path import commonprefix

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.approvals.finding import deciders
from keqiao.audit.actions import record
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.sql import hold
from keqiao.kernel.text import normalise
from keqiao.notices.actions import notify
from keqiao.org.models import Employee, OrgUnit
from keqiao.org.queries import actor_for
from keqiao.runtime import counters
from keqiao.tickets import policies
from keqiao.tickets.actions.joining import join
from keqiao.tickets.ladder import line_of
from keqiao.tickets.models import Kind, Ticket, Wave
from keqiao.tickets.ruling.kinds.escalating import Role
from keqiao.tickets.ruling.kinds.waves import Limit
from keqiao.tickets.ruling.reading import rules

MOST = 20_000  # complaints that are looked at
BULK = 100
By = Wave.By


@dataclass(slots=True)
class Group:
    """Alike complaints within the hours of a limit, the oldest first."""

    pks: list[int] = field(default_factory=list)
    units: set[int] = field(default_factory=set)
    times: list[datetime] = field(default_factory=list)
    product: str = ""


Groups = dict[tuple[int, str], Group]


def watch(now: datetime | None = None) -> int:
    """Raise new waves, let those that run grow, end those that are over; how many were raised. Safe in parallel."""
    now = now or timezone.now()
    settle(now)
    raised = 0
    for limit in rules().waves:
        running = {(one.category_id, one.key): one for one in Wave.objects.filter(open=True, by=limit.by)}
        for place, group in grouped(limit, now).items():
            if place in running:
                grow(running[place], group)
            elif len(group.pks) >= limit.count:
                raised += begin(limit, place, group, now)
    return raised


def settle(now: datetime) -> None:
    """Waves to which nothing has come for as long as their own hours are over."""
    for wave in Wave.objects.filter(open=True):
        if wave.last_at <= now - timedelta(hours=wave.hours):
            Wave.objects.filter(pk=wave.pk, open=True, last_at=wave.last_at).update(open=False, ended_at=now)


def grouped(limit: Limit, now: datetime) -> Groups:
    """The complaints of the last hours by what makes them alike, without those of waves that are over. One query."""
    since = now - timedelta(hours=limit.hours)
    rows = (
        Ticket.objects.filter(
            kind=Kind.COMPLAINT, accepted_on__gte=timezone.localdate(since), accepted_at__gt=since,
            accepted_at__lte=now, category__isnull=False,
        )
        .exclude(stage=Ticket.Stage.WITHDRAWN)
        .exclude(pk__in=Wave.tickets.through.objects.filter(wave__open=False, wave__by=limit.by).values("ticket"))
        .order_by("accepted_at", "pk")
        .values_list("pk", "category_id", "product", "unit_id", "accepted_at")[:MOST]
    )  # fmt: skip
    found: Groups = defaultdict(Group)
    for pk, category, product, unit, at in rows:
        key = normalise(product) if limit.by == By.PRODUCT else str(unit)
        if not key or category is None:
            continue
        group = found[category, f"{limit.by}:{key}"]
        group.pks.append(pk)
        group.units.add(unit)
        group.times.append(at)
        group.product = product if limit.by == By.PRODUCT else ""
    return found


@transaction.atomic
def begin(limit: Limit, place: tuple[int, str], group: Group, now: datetime) -> int:
    """Raise one wave and tell the managers; 0 where another process was faster."""
    hold("tickets.waves")
    if Wave.objects.filter(category_id=place[0], key=place[1], open=True).exists():
        return 0
    unit = above(group.units)
    people = managers(unit)
    wave = Wave.objects.create(
        number=counters.number("JZ", timezone.localdate(now)), by=limit.by, category_id=place[0], key=place[1],
        product=group.product, unit=unit, count=len(group.pks), limit=limit.count, hours=limit.hours,
        began_at=group.times[0], last_at=group.times[-1], raised_at=now,
        told=list(Employee.objects.filter(pk__in=people).order_by("pk").values_list("name", flat=True)),
    )  # fmt: skip
    wave.tickets.add(*group.pks)
    title = _("集中投诉：%(wave)s，%(hours)d 小时内 %(n)d 张") % {"wave": wave, "hours": wave.hours, "n": wave.count}
    if people:
        url = f"/waves/{wave.pk}/"
        notify(actor=SYSTEM, to=people, title=title, url=url, kind="ticket.wave", key=f"wave:{wave.pk}", urgent=True)
    record(SYSTEM, "wave.raised", wave, {"count": wave.count, "hours": wave.hours, "to": sorted(people)})
    return 1


def above(unit_ids: set[int]) -> OrgUnit:
    """The closest unit above all of these, itself where there is one."""
    paths = [unit.path for unit in OrgUnit.objects.filter(pk__in=unit_ids)]
    common = commonprefix([[part for part in path.strip("/").split("/")] for path in paths])
    return OrgUnit.objects.select_related("leader").get(pk=int(common[-1]) if common else min(unit_ids))


def managers(unit: OrgUnit) -> set[int]:
    """Who leads the department and customer service, as far as they see its tickets; else who supervises them."""
    line = line_of(unit, rules().intake_unit_id)
    nobody = Ticket(unit=unit)
    wanted = {line.person(role, nobody) for role in (Role.DEPARTMENT, Role.SERVICE)}
    people = Employee.objects.filter(pk__in=[pk for pk in wanted if pk], is_active=True)
    found = {one.pk for one in people if actor_for(one).covers("ticket.view", unit_id=unit.pk)}
    return found or set(deciders("ticket.supervise", unit.pk))


@transaction.atomic
def grow(wave: Wave, group: Group) -> None:
    """More of the same belongs to the wave that runs, and nobody is told again."""
    new = set(group.pks) - set(wave.tickets.filter(pk__in=group.pks).values_list("pk", flat=True))
    if not new:
        return
    fresh = Wave.objects.select_for_update().get(pk=wave.pk)
    fresh.tickets.add(*new)
    Wave.objects.filter(pk=fresh.pk, open=True).update(
        count=fresh.tickets.count(), last_at=max(fresh.last_at, group.times[-1])
    )


@transaction.atomic
def gather(*, actor: Actor, obj: Wave) -> int:
    """Join everything of a wave that can be joined into one matter: the one that is furthest; returns how many."""
    if not policies.allowed_wave(actor, "gather", obj):
        raise NotAllowed(_("您没有权限合并这些工单。如工作需要，请联系主管。"))
    rows = policies.visible(actor).filter(waves=obj, open=True, main=None).order_by("pk").prefetch_related("dispatches")
    found = [one for one in rows[:BULK] if policies.covers(actor, "ticket.join", one)]
    mains = set(Ticket.objects.filter(main__in=found).values_list("main_id", flat=True))
    asked = {one.pk for one in found if any(row.open for row in one.dispatches.all())}
    main = min(found, key=lambda one: (one.pk not in mains, one.pk not in asked, one.pk), default=None)
    others = [
        one for one in found if one != main and one.pk not in mains | asked and policies.allowed(actor, "join", one)
    ]
    if main is None or not others:
        raise Refused(_("没有可以合并的工单：已经合并、办结，或正由承办部门调查。"))
    for one in others:
        join(actor=actor, obj=one, main=main, note=_("集中投诉 %s") % obj.number)
    record(actor, "wave.gathered", obj, {"main": main.number, "count": len(others)})
    return len(others)
