"""Every write to visits and rectifications: one verb, one function."""

from keqiao.visits.actions.calling import assign, cancel, give_up, record_attempt, reschedule, show_phone, take
from keqiao.visits.actions.planning import plan_for_ticket, settle
from keqiao.visits.actions.rectifying import (
    check_rectification,
    finish_rectification,
    open_rectification,
    plan_rectification,
    report_rectification,
)
from keqiao.visits.actions.results import (
    answer_by_customer,
    answer_by_link,
    by_token,
    expired,
    make_link,
    record_result,
)

__all__ = [
    "answer_by_customer",
    "answer_by_link",
    "assign",
    "by_token",
    "cancel",
    "check_rectification",
    "expired",
    "finish_rectification",
    "give_up",
    "make_link",
    "open_rectification",
    "plan_for_ticket",
    "plan_rectification",
    "record_attempt",
    "record_result",
    "report_rectification",
    "reschedule",
    "settle",
    "show_phone",
    "take",
]
