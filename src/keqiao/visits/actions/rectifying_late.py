"""Rectifications that are not done by their deadline are told, one step higher each time, once each."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.kernel.actor import SYSTEM
from keqiao.org.models import Employee
from keqiao.visits.actions.base import leader_of
from keqiao.visits.actions.limits import working_days
from keqiao.visits.actions.rectifying import general_managers, tell
from keqiao.visits.models import Rectification

STATUS = Rectification.Status
NOT_DONE = (STATUS.WAITING, STATUS.PLANNED)
AFTER_DAYS = (0, 1, 3)  # working days after the deadline: who does it, the leader of the unit, the general manager
BATCH = 500


def tell_late() -> int:
    """Tell about rectifications whose deadline has passed; returns how many steps were taken."""
    now = timezone.now()
    rows = Rectification.objects.filter(
        status__in=NOT_DONE, due_at__lt=now, alarm_level__lt=len(AFTER_DAYS)
    ).select_related("visit")
    return sum(step(task, now) for task in rows.order_by("due_at", "pk")[:BATCH] if is_time(task, now))


def is_time(task: Rectification, now: datetime) -> bool:
    """Whether the next step's working days have passed."""
    days = AFTER_DAYS[task.alarm_level]
    return working_days(task.unit_id, task.due_at, days) <= now if days else True


@transaction.atomic
def step(task: Rectification, now: datetime) -> bool:
    """Tell the next ones, if no other process has."""
    level = task.alarm_level + 1
    rows = Rectification.objects.filter(pk=task.pk, status__in=NOT_DONE, alarm_level=task.alarm_level)
    if rows.update(alarm_level=level) != 1:
        return False
    if level == 1:
        record(SYSTEM, "rectification.late", task, {"due_at": task.due_at.isoformat()}, about=task.customer_id)
    title = _("整改已超时：%(task)s") if level == 1 else _("整改超时仍未完成，请督促：%(task)s")
    tell(SYSTEM, people(task, level), task, title, f"late:{task.due_at:%Y%m%d}:{level}")
    return True


def people(task: Rectification, level: int) -> set[int]:
    """Whom the step tells; where nobody is named, everybody of the unit, and above the leader the general manager."""
    if level == 1:
        own = {task.owner_id} if task.owner_id else set()
        return own or set(Employee.objects.filter(unit_id=task.unit_id, is_active=True).values_list("pk", flat=True))
    leader = leader_of(task.unit_id)
    return {leader} if level == 2 and leader else general_managers()
