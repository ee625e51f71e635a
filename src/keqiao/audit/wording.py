"""Events in the reader's words: a sentence per verb, a label per field."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from keqiao.audit.models import Event
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Resource, resources

Veil = Callable[[Actor, Event], dict[str, Any]]
Spoken = tuple[str | Promise, Mapping[Any, str | Promise]]
Lookup = Callable[[str], Spoken | None]
_verbs: dict[str, str | Promise] = {}
_veils: list[Veil] = []
_fields: dict[str, list[Lookup]] = {}


def declare(wordings: Mapping[str, str | Promise]) -> None:
    """Chinese wording per verb ("ticket.closed": "办结"); each app declares its own when it is ready."""
    _verbs.update(wordings)


def known() -> list[str]:
    """Every verb that has words."""
    return list(_verbs)


def verb(name: str) -> str:
    """The wording of a verb; the export of any list is worded by the list's title."""
    if name not in _verbs and name.endswith(".exported"):
        taken = next((one for one in resources() if f"{one.name}.exported" == name), None)
        return _("导出：%s") % taken.title if taken else name
    return str(_verbs.get(name, name))


def veil(function: Veil) -> None:
    """Let `function(actor, event)` give what an event says, without what that actor is not shown; the apps above know."""
    _veils[:] = [function]


def said(event: Event, actor: Actor) -> dict[str, Any]:
    """What an event says to the actor."""
    return _veils[0](actor, event) if _veils else dict(event.data)


def entry(resource: Resource, event: Event, actor: Actor) -> dict[str, Any]:
    """One line of a history: when, who, what, and the fields that changed."""
    data = said(event, actor)
    return {
        "at": event.at,
        "actor": event.who,
        "title": verb(event.verb),
        "changes": [
            (field_label(resource, name), shown(resource, name, old), shown(resource, name, new))
            for name, (old, new) in data.get("changes", {}).items()
        ],
        "body": data.get("note", ""),
    }


def word_fields(label: str, lookup: Lookup) -> None:
    """Let `lookup(name)` give label and words of what events of a record change beside the fields that its model words.

    It gives None for a name that is not its own. Several apps may do so for one label; called when they are ready.
    """
    _fields.setdefault(label, []).append(lookup)


def spoken(resource: Resource, name: str) -> Spoken:
    """A field's label and the words of its stored values: as declared, else from the model, else from the columns."""
    for lookup in _fields.get(resource.label, ()):
        found = lookup(name)
        if found is not None:
            return found
    try:
        field: Any = resource.model._meta.get_field(name)
    except FieldDoesNotExist:
        return next((column.label for column in resource.every_column() if column.name == name), name), {}
    if field.auto_created and field.is_relation:  # rows of another model that belong to the record
        return field.related_model._meta.verbose_name, {}
    return field.verbose_name, dict(field.flatchoices)


def field_label(resource: Resource, name: str) -> str:
    """A field as people call it."""
    return str(spoken(resource, name)[0])


def shown(resource: Resource, name: str, value: Any) -> str:
    """A stored value as people know it: choices by their label, yes or no, lists joined."""
    words = spoken(resource, name)[1]
    if isinstance(value, list):
        return _("、").join(str(words.get(item, item)) for item in value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "" if value is None else str(words.get(value, value))
