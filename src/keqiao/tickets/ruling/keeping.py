"""Editing a version: one draft at a time. What has been taken into force never changes again."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.kernel.state import move
from keqiao.tickets.models import RULE_TRANSITIONS, Category, Rule, RuleSet
from keqiao.tickets.ruling import kinds
from keqiao.tickets.ruling.kinds.base import LAST, REST, Names, Row, RuleKind

State = RuleSet.State
MOST = 200  # rules of a kind that people add


def demand(actor: Actor) -> None:
    """Raise NotAllowed without the power to keep the rules."""
    if not actor.can("settings.change"):
        raise NotAllowed(_("您没有维护业务规则的权限。"))


def editable(actor: Actor, ruleset: RuleSet) -> RuleSet:
    """The locked draft; one that was tried is a draft again, because its trial no longer says what it would do."""
    demand(actor)
    fresh = RuleSet.objects.select_for_update().get(pk=ruleset.pk)
    if fresh.state == State.SCHEDULED:
        raise WrongState(_("这一版已定时生效，请先取消定时，再修改。"))
    if fresh.state not in {State.DRAFT, State.TRIED}:
        raise WrongState(_("只有草稿可以修改。请先点“修改规则”建立草稿。"))
    if fresh.state == State.TRIED:
        fresh = move(fresh, State.DRAFT, field="state", transitions=RULE_TRANSITIONS, tried_at=None, trial={})
        fresh.trials.all().delete()
    RuleSet.objects.filter(pk=fresh.pk).update(edits=F("edits") + 1)
    return fresh


@transaction.atomic
def draft(*, actor: Actor, obj: RuleSet | None = None, note: str = "") -> RuleSet:
    """A draft with the rules of the version in force, or of an older one. Refused while another is being worked on."""
    demand(actor)
    source = obj or RuleSet.objects.filter(state=State.FORCE).first()
    if source is None:
        raise Refused(_("还没有生效中的规则。"))
    number = (RuleSet.objects.aggregate(most=Max("number"))["most"] or 0) + 1
    try:
        with transaction.atomic():
            made = RuleSet.objects.create(number=number, began_as=source, made_by_id=actor.id, note=note.strip()[:200])
    except IntegrityError as error:
        there = RuleSet.objects.filter(in_work=True).first()
        raise Refused(_("已有一份正在修改的规则（%s），请先启用或放弃它。") % there) from error
    Rule.objects.bulk_create(
        [
            Rule(ruleset=made, kind=row.kind, key=row.key, place=row.place, active=row.active, data=row.data)
            for row in source.rules.all()
        ]
    )
    add_newer_types(made)
    record(actor, "ruleset.drafted", made, {"note": str(source)})
    return made


def add_newer_types(ruleset: RuleSet) -> None:
    """Types that an older version does not know are in it as retired, so that nothing that tickets carry is lost."""
    known = set(ruleset.rules.filter(kind="category").values_list("key", flat=True))
    newer = [one for one in Category.objects.order_by("pk") if str(one.pk) not in known]
    Rule.objects.bulk_create([row_of_type(ruleset, one, active=False) for one in newer])


def row_of_type(ruleset: RuleSet, one: Category, *, active: bool) -> Rule:
    """A type as a rule."""
    data = {"name": one.name, "parent": one.parent_id, "position": one.position}
    return Rule(ruleset=ruleset, kind="category", key=str(one.pk), place=0, active=active, data=data)


def kind_of(code: str) -> RuleKind:
    """The kind of that code; Refused for any other word."""
    found = kinds.get(code)
    if found is None:
        raise Refused(_("没有这种规则。"))
    return found


@transaction.atomic
def add_rule(*, actor: Actor, obj: RuleSet, kind: str, data: Mapping[str, Any], active: bool = True) -> Rule:
    """One more rule at the end of its kind."""
    fresh, known = editable(actor, obj), kind_of(kind)
    if not known.addable or fresh.rules.filter(kind=kind).count() >= MOST:
        raise Refused(_("这种规则不能再新增。"))
    key = new_type(fresh, data) if kind == "category" else token_hex(6)
    place = (fresh.rules.filter(kind=kind, place__lt=LAST).aggregate(most=Max("place"))["most"] or 0) + 1
    row = Rule.objects.create(ruleset=fresh, kind=kind, key=key, place=place, active=active, data=dict(data))
    record(actor, "ruleset.rule_added", fresh, {"note": told(known, row)})
    return row


@transaction.atomic
def change_rule(*, actor: Actor, obj: Rule, data: Mapping[str, Any], active: bool = True) -> Rule:
    """Another wording of a rule of a draft."""
    fresh = editable(actor, obj.ruleset)
    known, row = kind_of(obj.kind), fresh.rules.select_for_update().get(pk=obj.pk)
    if row.kind == "category":
        check_type(fresh, data, row.key)
    before = told(known, row)
    row.data, row.active = dict(data), active or row.key == REST or not known.addable
    row.save(update_fields=["data", "active"])
    record(actor, "ruleset.rule_changed", fresh, {"changes": {"rule": [before, told(known, row)]}})
    return row


@transaction.atomic
def remove_rule(*, actor: Actor, obj: Rule) -> RuleSet:
    """Take a rule out of a draft. A type that was ever in force can only be put out of use."""
    fresh = editable(actor, obj.ruleset)
    known, row = kind_of(obj.kind), fresh.rules.select_for_update().get(pk=obj.pk)
    if not known.addable or row.key == REST:
        raise Refused(_("这条规则不能删除，只能修改。"))
    if row.kind == "category" and Rule.objects.filter(kind="category", key=row.key).exclude(pk=row.pk).exists():
        raise Refused(_("已经用过的类别不能删除，请改为停用。"))
    words = told(known, row)
    row.delete()
    if row.kind == "category":
        drop_types([row.key])
    record(actor, "ruleset.rule_removed", fresh, {"note": words})
    return fresh


@transaction.atomic
def move_rule(*, actor: Actor, obj: Rule, up: bool) -> RuleSet:
    """Let a rule of a draft change places with its neighbour; at the end, and before the last one, nothing happens."""
    fresh = editable(actor, obj.ruleset)
    rows = [row for row in fresh.rules.filter(kind=obj.kind) if row.key != REST]
    at = next((place for place, row in enumerate(rows) if row.pk == obj.pk), 0)
    to = at - 1 if up else at + 1
    if not (0 <= to < len(rows) and rows[at].pk == obj.pk):
        return fresh
    rows[at], rows[to] = rows[to], rows[at]
    for place, row in enumerate(rows, 1):
        row.place = place
    Rule.objects.bulk_update(rows, ["place"])
    record(actor, "ruleset.rule_moved", fresh, {"note": told(kind_of(obj.kind), rows[to])})
    return fresh


@transaction.atomic
def keep_note(*, actor: Actor, obj: RuleSet, note: str) -> RuleSet:
    """What this version changes, in the words of those who keep the rules. It may be said until it is in force."""
    demand(actor)
    fresh = RuleSet.objects.select_for_update().get(pk=obj.pk)
    if not fresh.in_work:
        raise WrongState(_("已经生效的版本不能再改。"))
    before, fresh.note = fresh.note, note.strip()[:200]
    fresh.save(update_fields=["note"])
    record(actor, "ruleset.changed", fresh, {"changes": {"note": [before, fresh.note]}})
    return fresh


@transaction.atomic
def drop(*, actor: Actor, obj: RuleSet) -> None:
    """Give a draft up, and the types that were made for it alone."""
    fresh = editable(actor, obj)
    record(actor, "ruleset.dropped", fresh)
    types = list(fresh.rules.filter(kind="category").values_list("key", flat=True))
    fresh.delete()
    drop_types(types)


def drop_types(keys: list[str]) -> None:
    """Delete types that no version knows."""
    known = set(Rule.objects.filter(kind="category", key__in=keys).values_list("key", flat=True))
    alone = [int(key) for key in keys if key not in known]
    Category.objects.filter(pk__in=alone, parent__isnull=False, active=False).delete()
    Category.objects.filter(pk__in=alone, active=False).delete()


def told(kind: RuleKind, row: Rule) -> str:
    """A rule as the record tells it."""
    words = kind.words(Row(row.kind, row.key, row.place, row.data, row.active), Names())
    return f"{kind.title} · {words}" if row.active else _("%s（停用）") % f"{kind.title} · {words}"


def new_type(ruleset: RuleSet, data: Mapping[str, Any]) -> str:
    """The key of a new type: its row exists from now on, out of use until the version comes into force."""
    check_type(ruleset, data, "")
    try:
        with transaction.atomic():
            one = Category.objects.create(name=data["name"], parent_id=data["parent"], active=False)
    except IntegrityError as error:
        raise Refused(_("同一级已有（或曾有）同名的类别，请换一个名称，或启用原来的类别。"), field="name") from error
    return str(one.pk)


def check_type(ruleset: RuleSet, data: Mapping[str, Any], key: str) -> None:
    """Refused where the tree would get a third level, a loop or a second one of the name."""
    others = list(ruleset.rules.filter(kind="category").exclude(key=key).values_list("key", "data"))
    parent = data["parent"]
    above = next((one for number, one in others if number == str(parent)), None)
    if parent is not None and (above is None or above["parent"] is not None):
        raise Refused(_("只能放在一级类别下面。"), field="parent")
    if parent is not None and any(str(one["parent"]) == key for _number, one in others):
        raise Refused(_("它下面还有类别，不能移到别的类别下面。"), field="parent")
    if any((one["parent"], one["name"]) == (parent, data["name"]) for _number, one in others):
        raise Refused(_("同一级已有同名的类别。"), field="name")
