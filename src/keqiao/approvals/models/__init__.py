"""Approvals and their way, the flows that draw it, and who stands in for whom."""

from keqiao.approvals.models.approval import LIVING, STEP_TRANSITIONS, TRANSITIONS, Approval, Decider, Step
from keqiao.approvals.models.deputy import Deputy
from keqiao.approvals.models.flow import FLOW_TRANSITIONS, Flow, FlowStep
from keqiao.approvals.models.rule import Rule, Who

__all__ = [
    "FLOW_TRANSITIONS",
    "LIVING",
    "STEP_TRANSITIONS",
    "TRANSITIONS",
    "Approval",
    "Decider",
    "Deputy",
    "Flow",
    "FlowStep",
    "Rule",
    "Step",
    "Who",
]
