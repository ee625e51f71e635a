"""Who may see and change the files of a record: each owner app says so for its own records."""

from collections.abc import Callable
from dataclasses import dataclass

from keqiao.kernel.actor import Actor

Question = Callable[[Actor, int], bool]


@dataclass(frozen=True, slots=True)
class Guard:
    """Two questions about a record: may the actor see it, may the actor add and remove its files."""

    visible: Question
    change: Question


_guards: dict[str, Guard] = {}


def guard(label: str, visible: Question, change: Question | None = None) -> None:
    """Open the files of "app.model" records; without `change` nobody adds or removes any through the file pages.

    Called from AppConfig.ready. Raises ValueError when a label is claimed twice.
    """
    if label in _guards:
        raise ValueError(f"files of {label} are guarded twice")
    _guards[label] = Guard(visible, change or _nobody)


def may_see(actor: Actor, label: str, owner_id: int) -> bool:
    """Whether the actor sees the record, and so its files; never for a label that nobody guards."""
    found = _guards.get(label)
    return found is not None and found.visible(actor, owner_id)


def may_change(actor: Actor, label: str, owner_id: int) -> bool:
    """Whether the actor may add files to the record and remove them."""
    found = _guards.get(label)
    return found is not None and found.visible(actor, owner_id) and found.change(actor, owner_id)


def _nobody(actor: Actor, owner_id: int) -> bool:
    return False
