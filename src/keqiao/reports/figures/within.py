"""What a unit may see: the eyes with which its report is counted, and the days that it is about."""

from datetime import date

from keqiao.kernel.actor import Actor, Kind, Reach
from keqiao.org.models import OrgUnit
from keqiao.org.queries import subtree
from keqiao.reports.figures.period import Period

# Counts of these are narrowed to the period's units by the query itself; asking for the units twice would only be slow.
NARROWED = ("ticket.view", "visit.view")
TWO_SIDED = ("bad_record.view", "suggestion.view")


def of_unit(unit: OrgUnit, first: date, last: date) -> tuple[Actor, Period]:
    """Nobody in person, who sees what the unit and everything below it may see; and the days, of these units alone."""
    ids = tuple(sorted(subtree(unit)))
    grants = dict.fromkeys(NARROWED, Reach(everything=True)) | dict.fromkeys(TWO_SIDED, Reach(frozenset(ids)))
    actor = Actor(Kind.EMPLOYEE, unit.name, id=0, unit_id=unit.pk, grants=grants)
    return actor, Period("custom", first, last, unit, ids)
