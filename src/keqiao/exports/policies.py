"""An export is its maker's; who approves exports sees what was asked for, never the file."""

from typing import Any

from django.db.models import Q, QuerySet

from keqiao.exports.models import Export, ExportSettings
from keqiao.kernel.actor import Actor, Kind

APPROVE = "export.approve"


def visible(actor: Actor) -> QuerySet[Export]:
    """One's own, and those within reach of the power to approve."""
    rows = actor.rows(APPROVE, owner="requested_by_id")
    if rows is None:
        return Export.objects.all()
    return Export.objects.filter(rows | Q(requested_by_id=actor.id)) if actor.id else Export.objects.none()


def own(actor: Actor) -> QuerySet[Export]:
    """One's own."""
    return Export.objects.filter(requested_by_id=actor.id) if actor.id else Export.objects.none()


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Everybody at work has a list of exports; the file is for the person who asked for it."""
    if verb in {"create", "edit", "export"}:
        return False
    if obj is None or verb in {"view", "history"}:
        return actor.kind in {Kind.EMPLOYEE, Kind.SYSTEM}
    return bool(obj.requested_by_id == actor.id and obj.state == Export.State.READY)


def settings_rows(actor: Actor) -> QuerySet[ExportSettings]:
    """The one row, for those who keep the rules."""
    return ExportSettings.objects.all() if actor.can("settings.change") else ExportSettings.objects.none()


def allowed_settings(actor: Actor, verb: str, _obj: Any = None) -> bool:
    """Rules are looked at and changed with the power to keep them; there is one row, and none is added."""
    return verb in {"list", "view", "history", "edit"} and actor.can("settings.change")
