"""Tickets, dispatches, corrective actions and their rules, as pages and JSON."""

from keqiao.tickets.resource.corrections import CORRECTIONS
from keqiao.tickets.resource.dispatches import DISPATCHES
from keqiao.tickets.resource.escalations import ESCALATIONS
from keqiao.tickets.resource.rules import CATEGORIES, CAUSES
from keqiao.tickets.resource.rulesets import RULESETS
from keqiao.tickets.resource.tickets import TICKETS
from keqiao.tickets.resource.waves import WAVES

__all__ = ["CATEGORIES", "CAUSES", "CORRECTIONS", "DISPATCHES", "ESCALATIONS", "RULESETS", "TICKETS", "WAVES"]
