"""What every page's frame shows: places that the person may go to, and what waits."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from keqiao.config.navigation import beside, navigation
from keqiao.kernel.actor import Kind
from keqiao.kernel.resource.pages import actor_of
from keqiao.notices import queries


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame's context; pages without a login have none of it. Nothing is counted until the template asks."""
    if not hasattr(request, "actor"):
        return {}
    actor = actor_of(request)
    if actor.kind is not Kind.EMPLOYEE:
        return {"shell": {"demo": settings.DEMO}}
    counted = queries.counts(actor)
    return {
        "shell": {
            "nav": navigation(actor, request.path),
            "beside": beside(actor, request.path),
            "user_name": actor.name,
            "unit_name": str(getattr(request.user, "unit", "")),
            "todo_count": counted["todo"],
            "notice_count": counted["notice"],
            "demo": settings.DEMO,
        }
    }
