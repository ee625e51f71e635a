"""Reads of descriptions that more than one place needs."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from keqiao.kernel.actor import Actor
from keqiao.org.models import Appointment, Employee
from keqiao.staffing.descriptions import policies
from keqiao.staffing.models import Confirmation, PositionDescription

S = PositionDescription.State


def rows(descriptions: QuerySet[PositionDescription]) -> QuerySet[PositionDescription]:
    """Descriptions with all that a page or a paper shows of them."""
    people = descriptions.select_related("position", "drafted_by", "reviewed_by", "approved_by")
    return people.prefetch_related("duties")


def versions(actor: Actor, position_id: int) -> QuerySet[PositionDescription]:
    """All versions of a position's description, the newest first; what was given up is left out."""
    found = rows(policies.visible(actor)).filter(position=position_id).exclude(state=S.DROPPED)
    return found.order_by("-edition", "-revision")


def before(obj: PositionDescription, others: Iterable[PositionDescription]) -> PositionDescription | None:
    """The version that came before."""
    earlier = [one for one in others if (one.edition, one.revision) < (obj.edition, obj.revision)]
    return max(earlier, key=lambda one: (one.edition, one.revision), default=None)


def next_version(position_id: int, *, reissue: bool = False) -> tuple[str, int] | None:
    """Letter and figure of the next version: B/1 after B/0, C/0 when it is issued anew; None for the first."""
    kept = PositionDescription.objects.filter(position=position_id).exclude(state=S.DROPPED)
    last = kept.order_by("-edition", "-revision").values_list("edition", "revision").first()
    if last is None:
        return None
    edition, revision = last
    return (chr(ord(edition) + 1), 0) if reissue else (edition, revision + 1)


def in_force_for(employee: Employee) -> list[tuple[PositionDescription, datetime | None]]:
    """What is in force for the employee's positions, and when the employee confirmed it."""
    found = PositionDescription.objects.filter(state=S.IN_FORCE, position__appointments__employee=employee)
    kept = list(found.select_related("position").order_by("position__name"))
    confirmed = dict(
        Confirmation.objects.filter(employee=employee, description__in=kept).values_list("description", "at")
    )
    return [(one, confirmed.get(one.pk)) for one in kept]


def readers(obj: PositionDescription) -> list[tuple[Employee, datetime | None]]:
    """Who holds the position, and when each confirmed; who has not comes first."""
    held = Appointment.objects.filter(position=obj.position_id, employee__is_active=True)
    people = [row.employee for row in held.select_related("employee__unit").order_by("employee__name")]
    confirmed = dict(Confirmation.objects.filter(description=obj).values_list("employee", "at"))
    return sorted(((one, confirmed.get(one.pk)) for one in people), key=lambda pair: pair[1] is not None)
