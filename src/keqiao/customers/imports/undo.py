"""Taking an import back, chunk by chunk."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from keqiao.audit.actions import event, plain, record, record_all, record_many
from keqiao.customers import addresses, custom, masking
from keqiao.customers.actions import after, keep_phone
from keqiao.customers.imports.run import LINE_UP
from keqiao.customers.models import (
    Address,
    Consent,
    ContactPoint,
    Customer,
    CustomerTag,
    FieldValue,
    ImportBatch,
    ImportRow,
)
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import WrongState
from keqiao.runtime import counters
from keqiao.runtime.turns import Turns

CHUNK = 500
OWN = (Address, ContactPoint, CustomerTag, FieldValue, ImportRow)
Outcome = ImportRow.Outcome


def take_all_back(actor: Actor, batch: ImportBatch, progress: Callable[[int, int], None] | None = None) -> None:
    """Delete what the batch made and revert what it changed, chunk by chunk, each in a transaction.

    Safe to call again after a crash: what is done is marked on its line.
    """
    turns = Turns()
    for step in (delete_some, revert_some):
        last = 0
        while rows := step(actor, batch, last):
            last = rows[-1].row
            batch.undone += len(rows)
            turns.give()
            if progress is not None:
                progress(batch.undone, batch.created + batch.updated)


def lines(batch: ImportBatch, outcome: str, after: int) -> list[ImportRow]:
    """The next lines behind line `after` to be undone. Holds back other imports until the transaction ends; WrongState if it is over."""
    counters.take(LINE_UP, 0)
    if not ImportBatch.objects.select_for_update().filter(pk=batch.pk, state=ImportBatch.State.UNDOING).exists():
        raise WrongState(_("这次撤销已经完成。"))
    rows = ImportRow.objects.filter(batch=batch, outcome=outcome, row__gt=after, customer__isnull=False)
    return list(rows.select_related("customer").order_by("row")[:CHUNK])


def count(batch: ImportBatch, taken: list[ImportRow]) -> list[ImportRow]:
    """Add the lines of one chunk to the batch's progress."""
    ImportBatch.objects.filter(pk=batch.pk).update(undone=F("undone") + len(taken))
    return taken


@transaction.atomic
def delete_some(actor: Actor, batch: ImportBatch, last: int) -> list[ImportRow]:
    """Delete the next customers on which nothing hangs and that nobody changed since; mark the others as kept."""
    taken = lines(batch, Outcome.CREATED, last)
    rows = {row.customer_id: row for row in taken if row.customer_id is not None}
    customers = Customer.objects.select_for_update().in_bulk(list(rows))
    busy = attached(list(rows))
    gone, kept = [], []
    for pk, customer in customers.items():
        reason = busy.get(pk, "")
        if not reason and customer.updated_at != customer.created_at:
            reason = _("导入后已被修改")
        if reason:
            rows[pk].outcome, rows[pk].reason = Outcome.KEPT, reason[:300]
            kept.append(rows[pk])
        else:
            gone.append(customer)
    ImportRow.objects.bulk_update(kept, ["outcome", "reason"])
    deeds = [(one.pk, str(one), {"import": batch.pk}) for one in gone]
    record_many(actor, "customer.removed", Customer, deeds, about=True)
    keys = [one.pk for one in gone]
    ImportRow.objects.filter(customer_id__in=keys).update(customer=None)
    Address.objects.filter(customer_id__in=keys).delete()
    FieldValue.objects.filter(customer_id__in=keys).delete()
    ContactPoint.objects.filter(customer_id__in=keys).delete()
    CustomerTag.objects.filter(customer_id__in=keys).delete()
    Consent.objects.filter(customer_id__in=keys).delete()
    Customer.objects.filter(pk__in=keys).delete()
    return count(batch, taken)


@transaction.atomic
def revert_some(actor: Actor, batch: ImportBatch, last: int) -> list[ImportRow]:
    """Give the next changed customers back what they had."""
    rows = lines(batch, Outcome.UPDATED, last)
    for row in rows:
        revert(actor, batch, row)
    ImportRow.objects.filter(pk__in=[row.pk for row in rows]).update(outcome=Outcome.REVERTED)
    return count(batch, rows)


@transaction.atomic
def close(actor: Actor, batch: ImportBatch) -> None:
    """Write that the batch is taken back, and tell in the history what came of it."""
    undoing = ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.UNDOING)
    if undoing.update(state=ImportBatch.State.UNDONE, finished_at=timezone.now()) == 1:
        batch.refresh_from_db()
        record(actor, "import.undone", batch, result(batch))


def result(batch: ImportBatch) -> dict[str, int]:
    """How many customers were deleted, reverted and kept."""
    rows = ImportRow.objects.filter(batch=batch)
    return {
        "deleted": rows.filter(outcome=Outcome.CREATED, customer=None).count(),
        "reverted": rows.filter(outcome=Outcome.REVERTED).count(),
        "kept": rows.filter(outcome=Outcome.KEPT).count(),
    }


def attached(ids: Sequence[int]) -> dict[int, str]:
    """Customers to which records of any other app point, with what these are called."""
    found: dict[int, str] = {}
    for relation in Customer._meta.related_objects:
        model = relation.related_model
        if isinstance(model, str) or model in OWN:
            continue
        column = relation.field.attname
        rows = model._default_manager.filter(**{f"{column}__in": ids})
        if model is Consent:  # those of the file go with the customer
            rows = rows.exclude(how=Consent.How.IMPORT)
        for pk in rows.values_list(column, flat=True).distinct():
            found.setdefault(pk, _("已有%(what)s") % {"what": model._meta.verbose_name})
    return found


def revert(actor: Actor, batch: ImportBatch, row: ImportRow) -> None:
    """Give a customer back what it had, field by field, except where somebody wrote something else since."""
    customer = row.customer
    if customer is None:
        return
    back: dict[str, Any] = {
        name: typed(name, old)
        for name, (old, new) in row.before.get("fields", {}).items()
        if plain(getattr(customer, name)) == new
    }
    stamp = after(customer.updated_at)
    changes = {name: [plain(getattr(customer, name)), plain(value)] for name, value in back.items() if name in VISIBLE}
    Customer.objects.filter(pk=customer.pk).update(**back, updated_at=stamp)
    ContactPoint.objects.filter(pk__in=row.before.get("points", []), customer=customer).delete()
    Consent.objects.filter(pk__in=row.before.get("words", []), customer=customer, given=True).delete()
    CustomerTag.objects.filter(customer=customer, tag_id__in=row.before.get("tags", [])).delete()
    customer.refresh_from_db()
    have, own = custom.stored([customer.pk])[customer.pk], row.before.get("own", {})
    custom.put(customer, {code: old for code, (old, new) in own.items() if sorted(have[code]) == new})
    keep_phone(customer)
    if not back.keys().isdisjoint(addresses.COPIED):
        addresses.follow([customer])
    record_all(
        [
            event(
                actor,
                "customer.reverted",
                customer,
                {"changes": masking.for_record(changes), "import": batch.pk},
                about=customer.pk,
            )
        ]
    )


VISIBLE = frozenset(field.name for field in Customer._meta.concrete_fields if field.editable and not field.is_relation)


def typed(name: str, value: Any) -> Any:
    """A stored JSON value as the field takes it."""
    return parse_date(value) if name == "birthday" and value else value
