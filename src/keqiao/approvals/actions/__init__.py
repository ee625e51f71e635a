"""Every write to approvals, their flows and deputies."""

from keqiao.approvals.actions.asking import request, resubmit, urge, withdraw
from keqiao.approvals.actions.clock import refresh, refresh_all, sound
from keqiao.approvals.actions.deciding import approve, give_back, reject
from keqiao.approvals.actions.deputies import appoint, end
from keqiao.approvals.actions.flows import (
    add_step,
    change_step,
    draft,
    drop,
    keep_settings,
    move_step,
    publish,
    remove_step,
)
from keqiao.approvals.actions.passing import assign, delegate

__all__ = [
    "add_step",
    "appoint",
    "approve",
    "assign",
    "change_step",
    "delegate",
    "draft",
    "drop",
    "end",
    "give_back",
    "keep_settings",
    "move_step",
    "publish",
    "refresh",
    "refresh_all",
    "reject",
    "remove_step",
    "request",
    "resubmit",
    "sound",
    "urge",
    "withdraw",
]
