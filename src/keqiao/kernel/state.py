"""Moving a record from one state to the next, safely under parallel requests."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from keqiao.kernel.errors import WrongState
from keqiao.kernel.prepared import held

M = TypeVar("M", bound=models.Model)
Transitions = Mapping[str, frozenset[str]]


def move(obj: M, target: str, *, field: str, transitions: Transitions, **changes: Any) -> M:
    """Re-read `obj` under lock, check the transition, write the state with `changes`, and return the fresh row.

    Must run inside a transaction. Raises WrongState when the transition is not declared or when another request
    moved the record first; nothing is written then. SQLite has no row lock: its transactions begin IMMEDIATE, and
    the conditional update guards in both databases.
    """
    manager = type(obj)._default_manager
    fresh = held(obj)
    current = getattr(fresh, field)
    if target not in transitions.get(current, frozenset()):
        raise WrongState(refusal(fresh, field, current, target))
    rows = manager.filter(pk=obj.pk, **{field: current}).update(**{field: target, **changes})
    if rows != 1:
        raise WrongState(refusal(fresh, field, current, target))
    for name, value in {field: target, **changes}.items():
        setattr(fresh, name, value)
    return fresh


def refusal(obj: models.Model, field: str, current: str, target: str) -> str:
    """The sentence that tells a person why the step is refused, in the words of the state's labels."""
    labels = dict(obj._meta.get_field(field).flatchoices)  # type: ignore[union-attr]
    return _("现在是“%(current)s”，不能变为“%(target)s”。请刷新页面看看最新进展。") % {
        "current": labels.get(current, current),
        "target": labels.get(target, target),
    }
