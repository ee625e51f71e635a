"""Taking a file in: chunk by chunk, each in one transaction that also says how far the work is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import plain, record
from keqiao.customers import custom
from keqiao.customers.imports import parse
from keqiao.customers.imports.creating import create_all
from keqiao.customers.imports.matching import Directory
from keqiao.customers.imports.parse import Draft
from keqiao.customers.imports.updating import update_all
from keqiao.customers.models import ImportBatch, ImportRow, Tag
from keqiao.kernel import bulk
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import WrongState
from keqiao.kernel.sheets import Sheet
from keqiao.org.models import Employee
from keqiao.runtime import counters
from keqiao.runtime.turns import Turns

CHUNK = 500
LINE_UP = "customers.import"
T = TypeVar("T")

Outcome = ImportRow.Outcome
Duplicates = ImportBatch.Duplicates


@dataclass(slots=True)
class Plan:
    """What is to become of the lines of one chunk."""

    create: list[tuple[Draft, str]] = field(default_factory=list)
    update: dict[int, Draft] = field(default_factory=dict)
    refused: list[Draft] = field(default_factory=list)
    skipped: int = 0


def take_all(batch: ImportBatch, sheet: Sheet, actor: Actor, progress: Callable[[int], None] | None = None) -> None:
    """Take in every line that is not taken in yet. `progress` is told after each chunk how many lines are done.

    Safe to call again after a crash: the work goes on behind the last whole chunk. Raises WrongState when somebody
    else runs the same batch.
    """
    columns = parse.columns_of(batch.mapping)
    staff = staff_by_name() if "owner" in columns.values() else {}
    done, turns = batch.rows, Turns()
    keep_pace(batch, done)
    for chunk in chunks(parse.lines(sheet, batch.sheet, batch.header_row, batch.next_row), CHUNK):
        drafts = [parse.draft(index, cells, columns, epoch1904=sheet.epoch1904) for index, cells in chunk]
        take_in(batch, actor, chunk[-1][0] + 1, drafts, staff)
        done += len(chunk)
        turns.give()
        if progress is not None:
            progress(done)


def keep_pace(batch: ImportBatch, done: int) -> None:
    """From now on the remaining time is reckoned from here: a dead worker's pause says nothing of the pace."""
    ImportBatch.objects.filter(pk=batch.pk).update(paced_at=timezone.now(), paced_from=done)


def chunks(lines: Iterator[T], size: int) -> Iterator[list[T]]:
    """Lists of up to `size` lines."""
    while chunk := list(islice(lines, size)):
        yield chunk


def staff_by_name() -> dict[str, Employee]:
    """Employees at work by user name and, where it is theirs alone, by name."""
    found: dict[str, Employee] = {}
    shared: set[str] = set()
    for employee in Employee.objects.filter(is_active=True):
        if employee.name in found:
            shared.add(employee.name)
        found[employee.name] = employee
        found.setdefault(employee.username, employee)
    return {name: employee for name, employee in found.items() if name not in shared}


@transaction.atomic
def take_in(batch: ImportBatch, actor: Actor, end: int, drafts: list[Draft], staff: dict[str, Employee]) -> None:
    """Take in one chunk that ends before the line of index `end`."""
    if ImportBatch.objects.filter(pk=batch.pk, state="running", next_row=batch.next_row).update(next_row=end) != 1:
        raise WrongState(_("这次导入已由另一个进程接着进行。"))
    # Imports stand in line here: what one has written the next one sees, so the same file twice makes one set.
    counters.take(LINE_UP, 0)
    check_owners(drafts, staff)
    plan = decide(batch, drafts)
    tags = tags_of([draft for draft, _source in plan.create] + list(plan.update.values()))
    created = create_all(actor, batch, plan.create, staff, tags)
    changes = update_all(actor, batch, plan.update, staff, tags)
    plan.refused += [draft for draft in plan.update.values() if draft.problems]
    rows: list[dict[str, Any]] = [
        {"row": draft.row, "outcome": Outcome.CREATED.value, "customer_id": pk}
        for (draft, _source), pk in zip(plan.create, created, strict=True)
    ]
    for change in changes:
        outcome = Outcome.UPDATED if change else Outcome.SAME
        row = {"row": change.draft.row, "outcome": outcome.value, "customer_id": change.customer.pk}
        rows.append({**row, "before": change.before if change else {}})
    rows += map(refusal, plan.refused)
    bulk.insert(ImportRow, ({"batch_id": batch.pk, **row} for row in rows))
    updated = sum(1 for change in changes if change)
    count(batch, end, rows=len(drafts), created=len(created), updated=updated, refused=len(plan.refused))


def count(batch: ImportBatch, end: int, *, rows: int, created: int, updated: int, refused: int) -> None:
    """Add a chunk to the batch's figures, in the database and on the object."""
    figures = {
        "rows": rows, "created": created, "updated": updated, "refused": refused,
        "skipped": rows - created - updated - refused,
    }  # fmt: skip
    ImportBatch.objects.filter(pk=batch.pk).update(**{name: F(name) + value for name, value in figures.items()})
    batch.next_row = end
    for name, value in figures.items():
        setattr(batch, name, getattr(batch, name) + value)


def check_owners(drafts: Iterable[Draft], staff: dict[str, Employee]) -> None:
    """An owner whom nobody knows is a problem of the line."""
    for draft in drafts:
        if draft.owner and draft.owner not in staff:
            draft.problems["owner"] = _("没有叫“%(name)s”的在职员工。") % {"name": draft.owner[:40]}


def decide(batch: ImportBatch, drafts: list[Draft]) -> Plan:
    """Tell new customers from known ones, and do with these what was chosen. The first line about a customer counts.

    A new customer needs every required field; of a known one only what it does not have yet.
    """
    plan = Plan(refused=[draft for draft in drafts if draft.problems])
    good = [draft for draft in drafts if not draft.problems]
    directory = Directory.load(batch, good)
    done = directory.made | directory.touched
    for draft in good:
        apart = batch.duplicates == Duplicates.KEEP
        known = directory.find_made(draft) if apart else directory.find(draft)
        if known is None:
            draft.problems |= custom.lacking(draft.values)
            if draft.problems:
                plan.refused.append(draft)
                continue
            plan.create.append((draft, directory.source_for(draft)))
            directory.add(draft)
        elif batch.duplicates != Duplicates.UPDATE or known.id is None or known.id in done or known.id in plan.update:
            plan.skipped += 1
        else:
            plan.update[known.id] = draft
    demand_required(plan)
    return plan


def demand_required(plan: Plan) -> None:
    """Refuse the updates after which a known customer would still lack a required field."""
    if not plan.update or not any(field.required for field in custom.fields()):
        return
    have = custom.stored(plan.update)
    for pk, draft in list(plan.update.items()):
        draft.problems |= custom.lacking(draft.values, have[pk])
        if draft.problems:
            plan.refused.append(plan.update.pop(pk))


def tags_of(drafts: Iterable[Draft]) -> dict[str, Tag]:
    """Every tag that the drafts name, made when new."""
    names = {name for draft in drafts for name in draft.tags}
    if not names:
        return {}
    Tag.objects.bulk_create([Tag(name=name) for name in sorted(names)], ignore_conflicts=True)
    return {tag.name: tag for tag in Tag.objects.filter(name__in=names)}


def refusal(draft: Draft) -> dict[str, Any]:
    """The line as it came, with the reason, to be given back as a file."""
    cells = [plain(cell) for cell in draft.cells]
    return {"row": draft.row, "outcome": Outcome.REFUSED.value, "cells": cells, "reason": draft.reason}


@transaction.atomic
def finish(batch: ImportBatch, actor: Actor, *, problem: str = "") -> None:
    """Write that the batch is through, or what stopped it."""
    state = ImportBatch.State.FAILED if problem else ImportBatch.State.DONE
    now = timezone.now()
    done = ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.RUNNING)
    if done.update(state=state, problem=problem, finished_at=now) != 1:
        return
    batch.state, batch.problem, batch.finished_at = state, problem, now
    record(actor, "import.finished", batch, figures(batch))


def figures(batch: ImportBatch) -> dict[str, int]:
    """What came of the lines."""
    return {name: getattr(batch, name) for name in ("rows", "created", "updated", "skipped", "refused")}
