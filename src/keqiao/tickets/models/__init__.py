"""Tables of the tickets: one file a noun."""

from keqiao.tickets.models.catalogue import Category, Cause, DeadlineRule, TicketSettings
from keqiao.tickets.models.complaint import Complaint, Impact, Remedy
from keqiao.tickets.models.dispatch import Dispatch
from keqiao.tickets.models.improvement import CorrectiveAction
from keqiao.tickets.models.letters import Delivery, Letter, LetterKind, LetterTemplate
from keqiao.tickets.models.oversight import Supervision, Urge
from keqiao.tickets.models.papers import Evidence, Progress
from keqiao.tickets.models.stage import Stage
from keqiao.tickets.models.ticket import TRANSITIONS, Channel, Kind, Severity, Ticket, transitions_of

__all__ = [
    "TRANSITIONS",
    "Category",
    "Cause",
    "Channel",
    "Complaint",
    "CorrectiveAction",
    "DeadlineRule",
    "Delivery",
    "Dispatch",
    "Evidence",
    "Impact",
    "Kind",
    "Letter",
    "LetterKind",
    "LetterTemplate",
    "Progress",
    "Remedy",
    "Severity",
    "Stage",
    "Supervision",
    "Ticket",
    "TicketSettings",
    "Urge",
    "transitions_of",
]
