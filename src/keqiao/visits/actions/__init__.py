"""Every write to visits and rectifications: one verb, one function."""

from keqiao.visits.actions.calling import assign, cancel, give_up, record_attempt, reschedule, show_phone, take
from keqiao.visits.actions.desk import hold, last_saved, next_for, save_at_desk, take_back
from keqiao.visits.actions.planning import plan_for_ticket, settle
from keqiao.visits.actions.plans import after_event, after_service, generate, generate_all, run_plan
from keqiao.visits.actions.rectifying import (
    check_rectification,
    finish_rectification,
    open_for_answer,
    open_rectification,
    plan_rectification,
    report_rectification,
)
from keqiao.visits.actions.results import (
    answer_by_customer,
    answer_by_link,
    by_token,
    expired,
    follow_results,
    make_link,
    record_result,
)

__all__ = [
    "after_event",
    "after_service",
    "answer_by_customer",
    "answer_by_link",
    "assign",
    "by_token",
    "cancel",
    "check_rectification",
    "expired",
    "finish_rectification",
    "follow_results",
    "generate",
    "generate_all",
    "give_up",
    "hold",
    "last_saved",
    "make_link",
    "next_for",
    "open_for_answer",
    "open_rectification",
    "plan_for_ticket",
    "plan_rectification",
    "record_attempt",
    "record_result",
    "report_rectification",
    "reschedule",
    "run_plan",
    "save_at_desk",
    "settle",
    "show_phone",
    "take",
    "take_back",
]
