"""What the clock calls."""

from keqiao.runtime.jobs import every
from keqiao.tickets.actions.alarms import sound
from keqiao.tickets.actions.waves import watch
from keqiao.tickets.ruling.forcing import take_due
from keqiao.tickets.special import actions as special


@every("* * * * *")
def deadlines() -> int:
    """Warnings, late marks and escalation, once a minute."""
    return sound()


@every("* * * * *")
def waves() -> int:
    """Many alike complaints within a short time."""
    return watch()


@every("* * * * *")
def rules_in_force() -> int:
    """A version of the rules whose instant has come."""
    return take_due()


@every("20 * * * *")
def special_customers() -> int:
    """Once a month, in working time: the summaries of special customers."""
    return special.due()
