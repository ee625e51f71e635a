"""Taking an import back."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from keqiao.audit.actions import event, plain, record_all
from keqiao.customers import addresses
from keqiao.customers.actions import after, keep_phone
from keqiao.customers.imports.run import LINE_UP
from keqiao.customers.models import Address, ContactPoint, Customer, CustomerTag, ImportBatch, ImportRow
from keqiao.kernel.actor import Actor
from keqiao.runtime import counters

CHUNK = 500
OWN = (Address, ContactPoint, CustomerTag, ImportRow)


def take_back(actor: Actor, batch: ImportBatch) -> dict[str, int]:
    """Delete what the batch made and revert what it changed; must run inside a transaction."""
    counters.take(LINE_UP, 0)
    rows = ImportRow.objects.filter(batch=batch, customer__isnull=False).order_by("pk")
    kept: list[list[str]] = []
    deleted = sum(
        delete_some(actor, batch, some, kept)
        for some in chunked(rows.filter(outcome=ImportRow.Outcome.CREATED).values_list("customer_id", flat=True))
    )
    reverted = 0
    for row in rows.filter(outcome=ImportRow.Outcome.UPDATED).select_related("customer"):
        reverted += revert(actor, batch, row)
    ImportBatch.objects.filter(pk=batch.pk).update(kept=kept)
    return {"deleted": deleted, "reverted": reverted, "kept": len(kept)}


def chunked(ids: QuerySet[Any, Any]) -> Iterable[list[int]]:
    """The ids in lists of CHUNK."""
    every = list(ids)
    return [every[at : at + CHUNK] for at in range(0, len(every), CHUNK)]


def delete_some(actor: Actor, batch: ImportBatch, ids: Sequence[int], kept: list[list[str]]) -> int:
    """Delete those on which nothing hangs and that nobody changed since; add the others to `kept`."""
    busy = attached(ids)
    gone = []
    for customer in Customer.objects.select_for_update().filter(pk__in=ids):
        reason = busy.get(customer.pk, "")
        if not reason and customer.updated_at != customer.created_at:
            reason = _("导入后已被修改")
        if reason:
            kept.append([customer.number, customer.name, reason])
        else:
            gone.append(customer)
    record_all(event(actor, "customer.removed", one, {"import": batch.pk}, about=one.pk) for one in gone)
    keys = [one.pk for one in gone]
    ImportRow.objects.filter(customer_id__in=keys).update(customer=None)
    Address.objects.filter(customer_id__in=keys).delete()
    ContactPoint.objects.filter(customer_id__in=keys).delete()
    CustomerTag.objects.filter(customer_id__in=keys).delete()
    Customer.objects.filter(pk__in=keys).delete()
    return len(keys)


def attached(ids: Sequence[int]) -> dict[int, str]:
    """Customers to which records of any other app point, with what these are called."""
    found: dict[int, str] = {}
    for relation in Customer._meta.related_objects:
        model = relation.related_model
        if isinstance(model, str) or model in OWN:
            continue
        column = relation.field.attname
        rows = model._default_manager.filter(**{f"{column}__in": ids}).values_list(column, flat=True).distinct()
        for pk in rows:
            found.setdefault(pk, _("已有%(what)s") % {"what": model._meta.verbose_name})
    return found


def revert(actor: Actor, batch: ImportBatch, row: ImportRow) -> int:
    """Give a customer back what it had, field by field, except where somebody wrote something else since."""
    customer = row.customer
    if customer is None:
        return 0
    back: dict[str, Any] = {
        name: typed(name, old)
        for name, (old, new) in row.before.get("fields", {}).items()
        if plain(getattr(customer, name)) == new
    }
    stamp = after(customer.updated_at)
    changes = {name: [plain(getattr(customer, name)), plain(value)] for name, value in back.items() if name in VISIBLE}
    Customer.objects.filter(pk=customer.pk).update(**back, updated_at=stamp)
    ContactPoint.objects.filter(pk__in=row.before.get("points", []), customer=customer).delete()
    CustomerTag.objects.filter(customer=customer, tag_id__in=row.before.get("tags", [])).delete()
    customer.refresh_from_db()
    keep_phone(customer)
    if not back.keys().isdisjoint(addresses.COPIED):
        addresses.follow([customer])
    record_all(
        [event(actor, "customer.reverted", customer, {"changes": changes, "import": batch.pk}, about=customer.pk)]
    )
    return 1


VISIBLE = frozenset(field.name for field in Customer._meta.concrete_fields if field.editable and not field.is_relation)


def typed(name: str, value: Any) -> Any:
    """A stored JSON value as the field takes it."""
    return parse_date(value) if name == "birthday" and value else value
