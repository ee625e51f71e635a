"""What the clock calls, and what follows when people, positions or units change."""

from keqiao.approvals.actions import refresh_all, sound
from keqiao.audit.models import Event
from keqiao.audit.readers import reader
from keqiao.runtime import jobs

REFRESH = "approvals.refresh"


@jobs.every("* * * * *")
def deadlines() -> int:
    """Reminders and escalation, once a minute."""
    return sound()


@jobs.every("1 * * * *")
def look_around() -> int:
    """Deputies begin and end with the day, so seats are looked at shortly after midnight, and every hour."""
    return refresh_all()


@reader(
    "approvals", "employee.left", "employee.changed", "position.changed", "unit.changed", "position.created",
    "employee.created",
)  # fmt: skip
def follow(events: list[Event]) -> None:
    """Somebody may have lost or gained what a step asks for."""
    jobs.enqueue(REFRESH, {}, key=REFRESH)


@jobs.handler(REFRESH)
def refresh(_run: jobs.Run) -> None:
    """Bring everything that waits in line with who may decide now."""
    refresh_all()
