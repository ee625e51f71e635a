"""Carrying records from one archive to another, past every constraint, and noting each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import UniqueConstraint

from keqiao.customers.merging.registry import Follower
from keqiao.customers.models import MergePart

CHUNK = 400
BOTH, SURVIVOR, MERGED = "both", "survivor", "merged"


@dataclass(slots=True)
class Moved:
    """The ids that went over and those that could not."""

    done: list[int] = field(default_factory=list)
    stuck: list[int] = field(default_factory=list)


def carry(follower: Follower, ids: Sequence[int], source: int, target: int) -> Moved:
    """Let these records point at another customer; those for which a constraint has no room stay.

    A whole chunk is tried at once, and halved while a constraint refuses it, so that the usual case is one statement.
    """
    moved = Moved()
    for at in range(0, len(ids), CHUNK):
        _carry(follower, list(ids[at : at + CHUNK]), source, target, moved)
    return moved


def _carry(follower: Follower, ids: list[int], source: int, target: int, moved: Moved) -> None:
    if not ids:
        return
    present = set(follower.rows(source).filter(pk__in=ids).values_list("pk", flat=True))
    here = [pk for pk in ids if pk in present]
    try:
        with transaction.atomic():
            follower.rows(source).filter(pk__in=here).update(**{follower.column: target})
    except IntegrityError:
        if len(here) == 1:
            moved.stuck += here
            return
        half = len(here) // 2
        _carry(follower, here[:half], source, target, moved)
        _carry(follower, here[half:], source, target, moved)
    else:
        moved.done += here


def merge_rows(follower: Follower, survivor: int, merged: int, choice: str = BOTH) -> MergePart:
    """Bring the records of both together and return what was done as an unsaved part.

    With the choice of one side the other side's records are put aside with the archive that goes.
    """
    part = MergePart(name=follower.name)
    mine, theirs = ids_of(follower, survivor), ids_of(follower, merged)
    if choice == SURVIVOR:
        part.kept = theirs
        return part
    lowered = lower(follower, [*theirs, *(mine if choice == MERGED else ())])
    moved = carry(follower, theirs, merged, survivor)
    part.moved, part.kept = moved.done, moved.stuck
    if choice == MERGED:
        part.parked = carry(follower, without_twin(follower, mine, part.kept), survivor, merged).done
    raised = raise_flag(follower, survivor, lowered, theirs)
    part.flags = [[pk, True] for pk in sorted(lowered)] + [[pk, False] for pk in raised if pk not in lowered]
    return part


def ids_of(follower: Follower, customer: int) -> list[int]:
    """The records of a customer, oldest first."""
    return list(follower.rows(customer).order_by("pk").values_list("pk", flat=True))


def without_twin(follower: Follower, mine: Sequence[int], stuck: Sequence[int]) -> list[int]:
    """Those of the survivor that the other side does not have too: what got stuck has its twin among them."""
    relation = follower.model._meta.get_field(follower.column.removesuffix("_id")).name
    identity = [
        name
        for constraint in follower.model._meta.constraints
        if isinstance(constraint, UniqueConstraint) and constraint.condition is None
        for name in constraint.fields
        if name != relation
    ]
    if not identity or not stuck:
        return list(mine)
    rows = follower.model._default_manager.filter(pk__in=[*mine, *stuck]).values_list("pk", *identity)
    keys = {row[0]: row[1:] for row in rows}
    twins = {keys[pk] for pk in stuck}
    return [pk for pk in mine if keys[pk] not in twins]


def lower(follower: Follower, ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Take the flag from these records; returns those that had it, each with the group in which only one has it."""
    if not follower.flag:
        return {}
    flagged = follower.model._default_manager.filter(pk__in=ids, **{follower.flag: True})
    found = {row[0]: row[1:] for row in flagged.order_by("pk").values_list("pk", *follower.each)}
    follower.model._default_manager.filter(pk__in=list(found)).update(**{follower.flag: False})
    return found


def raise_flag(
    follower: Follower, customer: int, lowered: Mapping[int, tuple[Any, ...]], first: Sequence[int] = ()
) -> list[int]:
    """Where a flag was taken and the customer has none now, one that had it gets it (`first` before others), else the oldest."""
    groups = set(lowered.values())
    if not groups:
        return []
    rows = list(follower.rows(customer).order_by("pk").values_list("pk", follower.flag, *follower.each))
    groups -= {row[2:] for row in rows if row[1]}
    raised = []
    for pk, _value, *group in sorted(rows, key=lambda row: (row[0] not in lowered, row[0] not in first, row[0])):
        if tuple(group) in groups:
            groups.remove(tuple(group))
            raised.append(pk)
    follower.model._default_manager.filter(pk__in=raised).update(**{follower.flag: True})
    return raised


def take_back(follower: Follower, part: MergePart, survivor: int, merged: int) -> list[int]:
    """Put everything of a part back to where it was; returns the ids for which that was not possible."""
    touched = [*part.moved, *part.parked, *(pk for pk, _value in part.flags)]
    lowered = lower(follower, touched)
    back = carry(follower, part.moved, survivor, merged)
    aside = carry(follower, part.parked, merged, survivor)
    for pk in [pk for pk, value in part.flags if value] + sorted(lowered):
        give(follower, pk, known=dict(part.flags))
    raise_flag(follower, survivor, lowered)
    return sorted({*part.moved, *part.parked} - {*back.done, *aside.done})


def give(follower: Follower, pk: int, *, known: Mapping[int, bool]) -> None:
    """Give the flag back as it was before the merge, unless another record has it by now."""
    if not follower.flag or not known.get(pk, True):
        return
    try:
        with transaction.atomic():
            follower.model._default_manager.filter(pk=pk).update(**{follower.flag: True})
    except IntegrityError:
        return
