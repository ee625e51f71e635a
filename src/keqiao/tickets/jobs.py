"""What the clock calls."""

from keqiao.runtime.jobs import every
from keqiao.tickets.actions.alarms import sound


@every("* * * * *")
def deadlines() -> int:
    """Warnings, late marks and escalation, once a minute."""
    return sound()
