"""Seals over what happened, so that no row can be altered, removed or slipped in unnoticed.

Writers know nothing of it. The worker takes settled events in the order of (transaction, id), puts a keyed digest of
each into a seal, and the seal's own code covers them and the seal before it. The key is derived from the installation's
secret key, which the database does not hold: who has SQL alone can break the chain but not mend it. The codes also go
to a file in the data folder, so that cutting off the end, seals and all, shows too. Why so: docs/adr/0009.
"""

import hashlib
import hmac
import os
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone

from keqiao.audit import order
from keqiao.audit.models import Seal
from keqiao.kernel import sql
from keqiao.runtime.worker import pump

BATCH = 1000  # events to a seal
REST = 20.0  # seconds between two looks, when there is no backlog
ENTRY = struct.Struct(">qq16s")  # transaction, id, digest
COLUMNS = (
    "xid", "id", "at", "actor_id", "actor_name", "verb", "label", "object_id", "title", "about_id", "data", "ip",
)  # fmt: skip

TEXT = DjangoJSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a seal says of one event."""

    xid: int
    id: int
    digest: bytes
    seal: int
    at: datetime

    @property
    def key(self) -> tuple[int, int]:
        """The place in the order."""
        return self.xid, self.id


def secrets() -> list[bytes]:
    """The sealing key, and those of former secret keys."""
    known: list[str] = [str(settings.SECRET_KEY), *map(str, settings.SECRET_KEY_FALLBACKS)]
    return [hmac.digest(secret.encode(), b"keqiao.audit.seal", "sha256") for secret in known]


def hint(key: bytes) -> str:
    """Which key it was, without telling the key."""
    return hashlib.sha256(key).hexdigest()[:12]


def digest(key: bytes, row: Row) -> bytes:
    """The keyed digest of one event, given as the values of COLUMNS."""
    # the time by itself: the encoder keeps milliseconds only
    return hmac.digest(key, f"{row[2].isoformat()}{TEXT(row)}".encode(errors="surrogatepass"), "sha256")[:16]


def code(key: bytes, seal: Seal) -> str:
    """The code that covers a seal's entries and the seal before it."""
    head = f"{seal.number}|{seal.previous}|{seal.at.isoformat()}|{seal.key_hint}|".encode()
    return hmac.new(key, head + bytes(seal.entries), "sha256").hexdigest()


def entries(seal: Seal) -> Iterator[Entry]:
    """What a seal says, in order."""
    blob = bytes(seal.entries)
    whole = blob[: len(blob) - len(blob) % ENTRY.size]  # a blob of a wrong length has a wrong code, which is told
    for xid, pk, one in ENTRY.iter_unpack(whole):
        yield Entry(xid, pk, one, seal.number, seal.at)


def following(xid: int, pk: int, limit: int, before: int | None = None) -> list[Row]:
    """The next events after that place, of transactions below `before`."""
    return order.first([rows.values_list(*COLUMNS) for rows in order.beyond(xid, pk, before)], limit)


def end() -> tuple[int, int]:
    """Where the last seal ends."""
    last = Seal.objects.order_by("-number").values_list("last_xid", "last_id").first()
    return last or (-1, -1)


def seal(limit: int = BATCH) -> int:
    """Seal the next settled events; returns how many. Safe in several processes at once."""
    if not any(rows.exists() for rows in order.beyond(*end())):
        return 0
    with transaction.atomic():
        sql.hold("audit.seal")
        rows = following(*end(), limit, order.horizon() if connection.vendor == "postgresql" else None)
        if rows:
            store(rows)
    note_down()
    return len(rows)


def store(rows: list[Row]) -> None:
    """The next seal, over these events."""
    key = secrets()[0]
    last = Seal.objects.order_by("-number").defer("entries").first()
    made = Seal(
        number=last.number + 1 if last else 1,
        at=timezone.now(),
        last_xid=rows[-1][0],
        last_id=rows[-1][1],
        count=len(rows),
        previous=last.code if last else "",
        key_hint=hint(key),
        entries=b"".join(ENTRY.pack(row[0], row[1], digest(key, row)) for row in rows),
    )
    made.code = code(key, made)
    made.save(force_insert=True)


def journal() -> Path:
    """The file of codes, one "number code" a line."""
    return Path(settings.DATA) / "audit-seals.log"


def noted() -> dict[int, set[str]]:
    """The codes in the file, by number; more than one code for a number tells of a chain that was begun anew."""
    found: dict[int, set[str]] = {}
    if journal().exists():
        for line in journal().read_text(encoding="ascii", errors="replace").splitlines():
            number, _blank, said = line.partition(" ")
            if number.isdecimal():
                found.setdefault(int(number), set()).add(said)
    return found


def note_down() -> None:
    """Add to the file the seals that are not in it yet."""
    handle = os.open(journal(), os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(handle).st_size
        tail = os.pread(handle, 400, max(0, size - 400)).decode("ascii", "replace").split("\n")
        last = next((line.split(" ")[0] for line in reversed(tail[:-1]) if line), "0")
        after = int(last) if last.isdecimal() else 0
        fresh = Seal.objects.filter(number__gt=after).order_by("number").values_list("number", "code")
        lines = "".join(f"{number} {said}\n" for number, said in fresh)
        if lines:
            os.write(handle, lines.encode("ascii"))
            os.fsync(handle)
    finally:
        os.close(handle)


_rest_until = 0.0


@pump
def seal_some() -> int:
    """One seal; with no backlog only every REST seconds, so that seals do not get as many as events."""
    global _rest_until  # noqa: PLW0603 – when this process looked last
    if time.monotonic() < _rest_until:
        return 0
    done = seal()
    if done < BATCH:
        _rest_until = time.monotonic() + REST
    return done
