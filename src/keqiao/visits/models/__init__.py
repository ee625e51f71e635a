"""Call-backs: the rule that makes them, the visit, each attempt, and what is put right after a low score."""

from keqiao.visits.models.rectifications import RECTIFICATION_TRANSITIONS, Rectification
from keqiao.visits.models.rules import (
    CLOSING,
    MIDDLE,
    OPENING,
    PLAN_CLOSING,
    PLAN_MIDDLE,
    PLAN_OPENING,
    SERVICE_MIDDLE,
    SERVICE_OPENING,
    Visitor,
    VisitRule,
    complaints_only,
)
from keqiao.visits.models.visits import TRANSITIONS, Visit, VisitAttempt

__all__ = [
    "CLOSING",
    "MIDDLE",
    "OPENING",
    "PLAN_CLOSING",
    "PLAN_MIDDLE",
    "PLAN_OPENING",
    "SERVICE_MIDDLE",
    "SERVICE_OPENING",
    "RECTIFICATION_TRANSITIONS",
    "TRANSITIONS",
    "Rectification",
    "Visit",
    "VisitAttempt",
    "VisitRule",
    "Visitor",
    "complaints_only",
]
