"""What the clock calls."""

from keqiao.runtime.jobs import every
from keqiao.tickets.actions.alarms import sound
from keqiao.tickets.ruling.forcing import take_due


@every("* * * * *")
def deadlines() -> int:
    """Warnings, late marks and escalation, once a minute."""
    return sound()


@every("* * * * *")
def rules_in_force() -> int:
    """A version of the rules whose instant has come."""
    return take_due()
