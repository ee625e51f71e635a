"""Taking a version into force, at once or at an instant. Two at the same time have one effect."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.dates import full
from keqiao.kernel.errors import Refused, WrongState
from keqiao.kernel.state import move
from keqiao.runtime import counters
from keqiao.tickets.models import RULE_TRANSITIONS, Category, Rule, RuleSet
from keqiao.tickets.ruling import kinds
from keqiao.tickets.ruling.differing import differences
from keqiao.tickets.ruling.keeping import demand, row_of_type
from keqiao.tickets.ruling.kinds.base import Names, Row
from keqiao.tickets.ruling.reading import VERSION, rows_of

State = RuleSet.State
TOLD = 40  # differences that the record names


@transaction.atomic
def force(*, actor: Actor, obj: RuleSet, at: datetime | None = None) -> RuleSet:
    """Take a tried version into force: now, or from an instant that is yet to come (felt within a minute of it)."""
    demand(actor)
    if at is None:
        return begin(actor, obj)
    if at <= timezone.now():
        raise Refused(_("生效时间必须晚于现在；立即生效请不填时间。"), field="at")
    done = move(obj, State.SCHEDULED, field="state", transitions=RULE_TRANSITIONS, starts_at=at)
    record(actor, "ruleset.scheduled", done, {"note": full(at)})
    return done


@transaction.atomic
def unschedule(*, actor: Actor, obj: RuleSet) -> RuleSet:
    """Take the instant back; the version can be edited again."""
    demand(actor)
    if RuleSet.objects.filter(pk=obj.pk, state=State.SCHEDULED).count() != 1:
        raise WrongState(_("这一版没有定时生效。"))
    done = move(obj, State.TRIED, field="state", transitions=RULE_TRANSITIONS, starts_at=None)
    record(actor, "ruleset.unscheduled", done)
    return done


def begin(actor: Actor, ruleset: RuleSet) -> RuleSet:
    """The moment itself: the old version ends, this one begins, the types are as it says. In one transaction."""
    now = timezone.now()
    # one row that everybody who does this locks first, in force or not
    before = RuleSet.objects.select_for_update().filter(state=State.FORCE).first()
    fresh = RuleSet.objects.select_for_update().get(pk=ruleset.pk)
    if State.FORCE not in RULE_TRANSITIONS[fresh.state]:
        raise WrongState(_("现在是“%s”，不能生效：请先试运行。") % fresh.get_state_display())
    if before is not None:
        move(before, State.OLD, field="state", transitions=RULE_TRANSITIONS, ended_at=now)
    done = move(
        fresh, State.FORCE, field="state", transitions=RULE_TRANSITIONS, in_work=False, starts_at=None, forced_at=now,
        forced_by_id=actor.id,
    )  # fmt: skip
    project_types(done)
    changed = differences(rows_of(before.pk) if before else [], rows_of(done.pk), Names()) if before else []
    said = [f"{one.what}：{one.title} · {one.rule}" for one in changed[:TOLD]]
    record(actor, "ruleset.forced", done, {"note": done.note or _("；").join(said[:3]), "differences": said})
    counters.take(VERSION)
    return done


def project_types(ruleset: RuleSet) -> None:
    """Give the types the names, places and use that the version says."""
    rows = {int(row.key): row for row in ruleset.rules.filter(kind="category")}
    found = list(Category.objects.select_for_update().order_by("pk"))
    wanted = {pk: (row.data["name"], row.data["parent"], row.data["position"], row.active) for pk, row in rows.items()}
    differing = [
        one for one in found
        if one.pk in wanted and (one.name, one.parent_id, one.position, one.active) != wanted[one.pk]
    ]  # fmt: skip
    # two types may change names: both leave theirs first
    for one in differing:
        Category.objects.filter(pk=one.pk).update(name=f"~{one.pk}")
    for one in differing:
        name, parent, position, active = wanted[one.pk]
        Category.objects.filter(pk=one.pk).update(name=name, parent_id=parent, position=position, active=active)
    Category.objects.exclude(pk__in=rows).update(active=False)


def take_due(now: datetime | None = None) -> int:
    """Take the scheduled version into force when its instant has come; 1 if it did. Safe in parallel."""
    now = now or timezone.now()
    due = RuleSet.objects.filter(state=State.SCHEDULED, starts_at__lte=now).first()
    if due is None:
        return 0
    try:
        with transaction.atomic():
            begin(SYSTEM, due)
    except WrongState:  # another process was faster, or somebody took it back
        return 0
    return 1


@transaction.atomic
def ensure_rules(*, actor: Actor) -> int:
    """The first version of a new installation, in force from the start; returns how many rules it has, 0 if there is one."""
    demand(actor)
    if RuleSet.objects.exists():
        return 0
    return len(first_version(actor, kinds.default_rows()))


def first_version(actor: Actor, rows: Iterable[Row]) -> list[Rule]:
    """Version 1 with the types as they are and the given rules."""
    made = RuleSet.objects.create(
        number=1, state=State.FORCE, in_work=False, forced_at=timezone.now(), note=_("初始规则")
    )
    types = [row_of_type(made, one, active=one.active) for one in Category.objects.order_by("pk")]
    rest = [
        Rule(ruleset=made, kind=row.kind, key=row.key, place=row.place, active=row.active, data=row.data)
        for row in rows
    ]
    counters.take(VERSION)
    return Rule.objects.bulk_create(types + rest)
