"""Taking a person's words out of what happened, so that the seals still tell a redacted row from an altered one.

A row that was sealed no longer has the digest that the seal holds. So redacting is itself an event, sealed like every
other, that names each row and its digest from now on; the digest is keyed, so nobody without the key can make one up.
Why so: docs/adr/0016.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model, QuerySet

from keqiao.audit import guard, sealing
from keqiao.audit.actions import record
from keqiao.audit.models import Event
from keqiao.kernel.actor import Actor

VERB = "audit.redacted"
CHUNK = 500


def redact(actor: Actor, changes: Mapping[int, Mapping[str, Any]], about: Model | None = None) -> None:
    """Give events (by id) other titles or data, and record that. Must run inside a transaction."""
    # the manager of the model refuses every change; this is the one place where one is meant
    rows: QuerySet[Event] = QuerySet(Event)
    with guard.unlocked():
        for pk, values in changes.items():
            rows.filter(pk=pk).update(**values)
    ids = sorted(changes)
    key = sealing.secrets()[0]
    for at in range(0, len(ids), CHUNK):
        now = rows.filter(pk__in=ids[at : at + CHUNK]).order_by("pk").values_list(*sealing.COLUMNS)
        digests = {str(row[1]): sealing.digest(key, row).hex() for row in now}
        record(actor, VERB, about, {"rows": len(digests), "digests": digests})


def redacted() -> dict[int, str]:
    """The digest that rows have since they were last redacted, by their ids."""
    found: dict[int, str] = {}
    for data in Event.objects.filter(verb=VERB).order_by("pk").values_list("data", flat=True):
        for pk, digest in data.get("digests", {}).items():
            found[int(pk)] = str(digest)
    return found
