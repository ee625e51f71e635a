"""Every write to tickets: one verb, one function, grouped by what people do."""

from keqiao.tickets.actions.accepting import accept, assess, change_severity, withdraw
from keqiao.tickets.actions.catalogue import (
    change_cause,
    create_cause,
    ensure_defaults,
)
from keqiao.tickets.actions.clocks import pause, rejudge, resume
from keqiao.tickets.actions.closing import close, close_after_visit, reopen, reopen_after_visit
from keqiao.tickets.actions.dispatching import dispatch, dispatch_accept, dispatch_answer, dispatch_return
from keqiao.tickets.actions.dividing import divide
from keqiao.tickets.actions.going_along import part
from keqiao.tickets.actions.handling import plan, resolve, start, tell
from keqiao.tickets.actions.improving import check_correction, correct, finish_correction
from keqiao.tickets.actions.investigating import add_evidence, conclude
from keqiao.tickets.actions.joining import join
from keqiao.tickets.actions.oversight import assign, comment, progress, share_out, supervise, supplement, urge
from keqiao.tickets.actions.receiving import accept_from_reception

__all__ = [
    "accept",
    "accept_from_reception",
    "add_evidence",
    "assess",
    "assign",
    "change_cause",
    "change_severity",
    "check_correction",
    "close",
    "close_after_visit",
    "comment",
    "conclude",
    "correct",
    "create_cause",
    "dispatch",
    "dispatch_accept",
    "dispatch_answer",
    "dispatch_return",
    "divide",
    "ensure_defaults",
    "finish_correction",
    "join",
    "part",
    "pause",
    "plan",
    "progress",
    "rejudge",
    "reopen",
    "reopen_after_visit",
    "resolve",
    "resume",
    "share_out",
    "start",
    "supervise",
    "supplement",
    "tell",
    "urge",
    "withdraw",
]
