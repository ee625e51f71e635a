"""The one port through which the ground floor reports what was read or taken; audit stands behind it."""

from collections.abc import Callable
from typing import Any

from keqiao.kernel.actor import Actor

Note = Callable[[Actor, str, Any, dict[str, Any]], None]
_notes: list[Note] = []


def install(note: Note) -> None:
    """Audit calls this once when it is ready."""
    _notes[:] = [note]


def note(actor: Actor, verb: str, subject: Any, data: dict[str, Any]) -> None:
    """Report a sensitive reading such as an export or a revealed phone."""
    for write in _notes:
        write(actor, verb, subject, data)
