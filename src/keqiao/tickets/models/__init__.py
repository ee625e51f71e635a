"""Tables of the tickets: one file a noun."""

from keqiao.tickets.models.catalogue import Category, Cause
from keqiao.tickets.models.complaint import Complaint, Impact, Remedy
from keqiao.tickets.models.dispatch import Dispatch
from keqiao.tickets.models.escalation import Escalation
from keqiao.tickets.models.improvement import CorrectiveAction
from keqiao.tickets.models.letters import Delivery, Letter, LetterKind, LetterTemplate
from keqiao.tickets.models.oversight import Supervision, Urge
from keqiao.tickets.models.papers import Evidence, Progress
from keqiao.tickets.models.rules import RULE_TRANSITIONS, Rule, RuleSet, Trial
from keqiao.tickets.models.share import Share
from keqiao.tickets.models.special import SpecialMonth
from keqiao.tickets.models.stage import Stage
from keqiao.tickets.models.ticket import (
    ALONG,
    GIVEN,
    TRANSITIONS,
    WAITING_ALONG,
    Channel,
    Kind,
    Severity,
    Ticket,
    transitions_of,
)
from keqiao.tickets.models.wave import Wave

__all__ = [
    "ALONG",
    "RULE_TRANSITIONS",
    "TRANSITIONS",
    "Category",
    "Cause",
    "Channel",
    "Complaint",
    "CorrectiveAction",
    "Delivery",
    "Dispatch",
    "Escalation",
    "Evidence",
    "GIVEN",
    "Impact",
    "Kind",
    "Letter",
    "LetterKind",
    "LetterTemplate",
    "Progress",
    "Remedy",
    "Rule",
    "RuleSet",
    "Severity",
    "SpecialMonth",
    "Share",
    "Stage",
    "Supervision",
    "Ticket",
    "Trial",
    "Urge",
    "WAITING_ALONG",
    "Wave",
    "transitions_of",
]
