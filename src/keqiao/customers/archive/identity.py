"""Writes and readings of document numbers. Numbers go into the audit masked."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.customers import actions as customers
from keqiao.customers.archive.actions import done, opened, part_of, put
from keqiao.customers.id_numbers import PURPOSE, born, checked, mask
from keqiao.customers.masking import IDENTITY
from keqiao.customers.models import Customer, IdentityNumber
from keqiao.kernel import sealing
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused

CHUNK = 200


@transaction.atomic
def add_identity(*, actor: Actor, obj: Customer, kind: str, number: str, take_over: bool = False) -> IdentityNumber:
    """Add a document; with `take_over` a resident's number fills in birth date and sex where they are empty."""
    customer = opened(actor, obj)
    try:
        clean = checked(kind, number)
    except ValidationError as error:
        raise Refused(error.messages[0], field="number") from error
    row = IdentityNumber(customer=customer, kind=kind, masked=mask(clean), **sealed(clean))
    put(row, "kind")
    done(actor, customer, "customer.identity_added", {"identity": str(row)})
    if take_over and kind == IdentityNumber.Kind.RESIDENT:
        told = born(clean)._asdict()
        empty = {name: value for name, value in told.items() if not getattr(customer, name)}
        if empty:
            customers.change_customer(actor=actor, obj=customer, **empty)
    return row


def sealed(number: str) -> dict[str, Any]:
    """The columns that hide a number."""
    key, text = sealing.seal(number, PURPOSE)
    return {"key": key, "sealed": text, "digest": sealing.digest(number, PURPOSE)}


@transaction.atomic
def remove_identity(*, actor: Actor, obj: Customer, part: IdentityNumber) -> Customer:
    """Take a document away; nothing of the number remains."""
    customer = opened(actor, obj)
    row = part_of(IdentityNumber, customer, part)
    row.delete()
    done(actor, customer, "customer.identity_removed", {"identity": str(row)})
    return customer


@transaction.atomic
def reveal_identity(*, actor: Actor, obj: Customer, part: IdentityNumber, reason: str) -> str:
    """Return the full number; who, when and why is recorded. The limit of a day counts phones and numbers together."""
    why = customers.may_reveal(actor, obj, reason, IDENTITY)
    row = part_of(IdentityNumber, obj, part)
    try:
        number = sealing.unseal(row.key, row.sealed, PURPOSE)
    except sealing.Unreadable as error:
        raise Refused(_("缺少解开这个号码的密钥，请联系管理员恢复密钥文件，或删除后重新登记。")) from error
    record(actor, "customer.identity_revealed", obj, {"identity": str(row), "reason": why}, about=obj.pk)
    return number


def rotate(*, actor: Actor) -> tuple[str, int]:
    """Seal everything of every app anew with a new key; returns the key's name and how many texts were sealed.

    Safe to stop and repeat: while texts of older keys remain no further key is made. Numbers stay findable all the time.
    """
    newest = sealing.keys()[0].id
    if not any(names() - {newest} for names, _reseal in sealing.keepers()):
        newest = sealing.add_key()
    count = 0
    for _names, reseal_some in sealing.keepers():
        while sealed_now := reseal_some(newest):
            count += sealed_now
    with transaction.atomic():
        record(actor, "identity.rotated", None, {"key": newest, "count": count})
    return newest, count


@transaction.atomic
def reseal(newest: str) -> int:
    """Bring some numbers to the newest key; returns how many. Raises Unreadable when a key is missing."""
    rows = list(IdentityNumber.objects.select_for_update().exclude(key=newest).order_by("pk")[:CHUNK])
    for row in rows:
        for name, value in sealed(sealing.unseal(row.key, row.sealed, PURPOSE)).items():
            setattr(row, name, value)
    IdentityNumber.objects.bulk_update(rows, ["key", "sealed", "digest"], batch_size=100)
    return len(rows)


def used_keys() -> set[str]:
    """The keys that sealed a number."""
    return set(IdentityNumber.objects.values_list("key", flat=True).distinct())


def forget(*, actor: Actor) -> list[str]:
    """Drop keys that nothing sealed needs any more; what older backups hold is lost with them."""
    gone = sealing.drop_keys(sealing.held())
    with transaction.atomic():
        record(actor, "identity.keys_forgotten", None, {"keys": gone})
    return gone
