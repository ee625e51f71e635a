"""Merging two archives, and taking a merge apart."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import plain, record
from keqiao.customers import masking, policies
from keqiao.customers.actions import after
from keqiao.customers.addresses import COPIED
from keqiao.customers.merging import moving
from keqiao.customers.merging.registry import GROUPS, followers, named
from keqiao.customers.models import Customer, Merge, MergePart
from keqiao.kernel import state
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.kernel.pinyin import initials
from keqiao.runtime import counters

IMPORTS = "customers.import"  # the line in which imports stand: none of them is at work while archives are merged


def profile() -> list[Any]:
    """The fields of a customer that a person may choose between; the address is one of its addresses, not a field."""
    return [
        one
        for one in Customer._meta.concrete_fields
        if one.editable and not one.is_relation and not one.primary_key and one.name not in COPIED
    ]


@transaction.atomic
def merge_customers(
    *, actor: Actor, survivor: Customer, other: Customer, choose: Mapping[str, str] | None = None
) -> Merge:
    """Bring everything of `other` to `survivor`, which stands for both from now on; undo_merge takes it apart.

    `choose` says for a field "survivor" or "merged", and for the groups "points" and "tags" also "both". Unsaid, the
    survivor's field counts unless it is empty, and both sides' records. Raises WrongState when either was merged,
    erased or removed meanwhile; whoever is second of two people merging the same archives is told so.
    """
    chosen = checked(choose or {})
    counters.take(IMPORTS, 0)
    one, two = pair(survivor, other)
    for customer in (one, two):
        demand(actor, customer)
    merge = Merge(survivor=one, merged=two, by_id=actor.id, at=timezone.now())
    merge.number = counters.number("HB", timezone.localdate())
    merge.fields = fields_of(one, two, chosen)
    merge.save()
    if (
        Customer.objects.filter(pk=two.pk, merged_into=None).update(merged_into=one, updated_at=after(two.updated_at))
        != 1
    ):
        overtaken()
    parts = []
    for follower in followers():
        part = moving.merge_rows(follower, one.pk, two.pk, chosen.get(follower.group, moving.BOTH))
        part.merge = merge
        if part.moved or part.parked or part.kept or part.flags:
            parts.append(part)
    MergePart.objects.bulk_create(parts)
    write_fields(one, {name: values[1] for name, values in merge.fields.items()})
    refresh(parts, one)
    data = {"merged": f"{two.name} {two.number}", "merge": merge.number, "changes": masking.for_record(merge.fields)}
    record(actor, "customer.merged", one, data, about=one.pk)
    record(
        actor,
        "customer.merged_away",
        two,
        {"survivor": f"{one.name} {one.number}", "merge": merge.number},
        about=two.pk,
    )
    record(actor, "merge.done", merge, {"survivor": one.number, "merged": two.number})
    return merge


def checked(choose: Mapping[str, str]) -> dict[str, str]:
    """The choices, if each is one that can be made."""
    sides = {moving.SURVIVOR, moving.MERGED}
    names = {field.name for field in profile()}
    for name, side in choose.items():
        allowed = {*sides, moving.BOTH} if name in GROUPS else sides
        if name not in names and name not in GROUPS or side not in allowed:
            raise Refused(_("没有这样的选项，请刷新页面后重新选择。"), field=name)
    return dict(choose)


def pair(survivor: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Both rows as they are now, locked in the order of their ids, so that two merges never wait for each other."""
    if survivor.pk == other.pk:
        raise Refused(_("这是同一份档案，不需要合并。"), field="other")
    rows = Customer.objects.select_for_update().filter(pk__in=[survivor.pk, other.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    if len(found) != 2:
        raise WrongState(_("其中一份档案已被删除，请刷新页面。"))
    if any(row.merged_into_id for row in found.values()):
        overtaken()
    if any(row.erased for row in found.values()):
        raise WrongState(_("已删除个人信息的档案不能合并。"))
    return found[survivor.pk], found[other.pk]


def overtaken() -> None:
    """Somebody else was faster."""
    raise WrongState(_("其中一份档案刚刚已被别人合并。请刷新页面，看看现在保留的是哪一份。"))


def demand(actor: Actor, customer: Customer) -> None:
    """Merging is for those who may merge and change both archives."""
    if not (policies.allowed(actor, "merge", customer) and policies.allowed(actor, "edit", customer)):
        raise NotAllowed(_("这位客户由其他同事负责，您不能合并。请联系负责的同事或主管。"))


def fields_of(one: Customer, two: Customer, chosen: Mapping[str, str]) -> dict[str, list[Any]]:
    """The survivor's fields that change, as [before, after] in JSON."""
    found = {}
    for field in profile():
        mine, theirs = plain(getattr(one, field.name)), plain(getattr(two, field.name))
        side = chosen.get(field.name) or (moving.SURVIVOR if mine or not theirs else moving.MERGED)
        if side == moving.MERGED and mine != theirs:
            found[field.name] = [mine, theirs]
    return found


def write_fields(customer: Customer, values: Mapping[str, Any]) -> None:
    """Store fields given as JSON, with what follows from them, and a new version."""
    for name, value in values.items():
        setattr(customer, name, typed(name, value))
    customer.initials = initials(customer.name)[:100]
    customer.updated_at = after(customer.updated_at)
    customer.save(update_fields=[*values, "initials", "updated_at"])


def refresh(parts: Iterable[MergePart], *customers: Customer) -> None:
    """Bring what the rows repeat of the records that went to and fro up to date."""
    for part in parts:
        follower = named(part.name)
        for customer in customers if follower and follower.refresh else ():
            follower.refresh(customer)  # type: ignore[misc, union-attr]


def typed(name: str, value: Any) -> Any:
    """A value kept as JSON, as the field takes it."""
    field = Customer._meta.get_field(name)
    if value is None or isinstance(field, models.JSONField):
        return value
    return field.to_python(value)  # type: ignore[union-attr]


@transaction.atomic
def undo_merge(*, actor: Actor, obj: Merge) -> Merge:
    """Take a merge apart: every record back to where it was. What was added since stays with the survivor.

    What cannot be put back, because it was changed or removed since, is listed in `left` as [what, why].
    """
    counters.take(IMPORTS, 0)
    rows = Customer.objects.select_for_update().filter(pk__in=[obj.survivor_id, obj.merged_id]).order_by("pk")
    found = {row.pk: row for row in rows}
    one, two = found[obj.survivor_id], found[obj.merged_id]
    if one.merged_into_id is not None:
        later = Merge.objects.filter(merged=one, state=Merge.State.DONE).first()
        raise WrongState(
            _("保留的档案后来又并入了别的档案，请先撤销合并 %(number)s。") % {"number": later.number if later else ""}
        )
    demand_undo(actor, one)
    fresh = state.move(
        obj, Merge.State.UNDONE, field="state", transitions=Merge.TRANSITIONS,
        undone_by_id=actor.id, undone_at=timezone.now(),
    )  # fmt: skip
    left: list[list[str]] = []
    Customer.objects.filter(pk=two.pk).update(merged_into=None, updated_at=after(two.updated_at))
    parts = list(fresh.parts.order_by("pk"))
    for part in parts:
        put_back(part, one.pk, two.pk, left)
    put_fields_back(fresh, one, left)
    two.refresh_from_db()
    refresh(parts, one, two)
    Merge.objects.filter(pk=fresh.pk).update(left=left)
    fresh.left = left
    record(actor, "customer.unmerged", one, {"merged": f"{two.name} {two.number}", "merge": fresh.number}, about=one.pk)
    record(
        actor, "customer.restored", two, {"survivor": f"{one.name} {one.number}", "merge": fresh.number}, about=two.pk
    )
    record(actor, "merge.undone", fresh, {"left": len(left)})
    return fresh


def demand_undo(actor: Actor, survivor: Customer) -> None:
    """Undoing is for those who may merge the archive that was kept."""
    if not (policies.allowed(actor, "merge", survivor) and policies.allowed(actor, "edit", survivor)):
        raise NotAllowed(_("这位客户由其他同事负责，您不能撤销合并。请联系负责的同事或主管。"))


def put_back(part: MergePart, survivor: int, merged: int, left: list[list[str]]) -> None:
    """One kind of record; what did not go back is added to `left`, record by record."""
    follower = named(part.name)
    if follower is None:
        left.append([part.name, _("这类记录的功能已停用")])
        return
    lost = moving.take_back(follower, part, survivor, merged)
    there = follower.model._default_manager.in_bulk(lost[:200])
    for pk in lost[:200]:
        title = _("%(kind)s %(title)s") % {"kind": follower.label, "title": there.get(pk, f"#{pk}")}
        why = _("合并后已转到别的客户，或与现有记录重复") if pk in there else _("合并后已被删除")
        left.append([title, why])


def put_fields_back(merge: Merge, survivor: Customer, left: list[list[str]]) -> None:
    """Fields that nobody has changed since get their old value."""
    back: dict[str, Any] = {}
    for name, (before, then) in merge.fields.items():
        if plain(getattr(survivor, name)) == then:
            back[name] = before
        else:
            label = str(Customer._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            left.append([label, _("合并后又修改过，保留现在的内容")])
    write_fields(survivor, back)


@transaction.atomic
def gather(merged_id: int) -> int:
    """Bring along what came to a merged archive after the merge, from a page or a process that had not heard of it.

    Returns how many records went over. They count as part of the merge, so undoing it takes them back.
    """
    merge = Merge.objects.select_for_update().filter(merged_id=merged_id, state=Merge.State.DONE).first()
    if merge is None:
        return 0
    gone = 0
    for follower in followers():
        part = merge.parts.filter(name=follower.name).first() or MergePart(merge=merge, name=follower.name)
        ids = sorted(set(moving.ids_of(follower, merged_id)) - {*part.kept, *part.parked})
        if not ids:
            continue
        lowered = moving.lower(follower, ids)
        moved = moving.carry(follower, ids, merged_id, merge.survivor_id)
        raised = moving.raise_flag(follower, merge.survivor_id, lowered)
        part.flags = part.flags + [[pk, True] for pk in lowered] + [[pk, False] for pk in raised if pk not in lowered]
        part.moved, part.kept = part.moved + moved.done, part.kept + moved.stuck
        part.save()
        gone += len(moved.done)
    if gone:
        survivor = Customer.objects.get(pk=merge.survivor_id)
        refresh(merge.parts.all(), survivor)
        record(SYSTEM, "customer.gathered", survivor, {"count": gone, "merge": merge.number}, about=survivor.pk)
    return gone + gather(merge.survivor_id)
