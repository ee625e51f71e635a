"""Every write to surveys: one verb, one function."""

from keqiao.surveys.actions.building import (
    add_question,
    change_question,
    change_survey,
    create_survey,
    move_question,
    remove_question,
    reword,
)
from keqiao.surveys.actions.publishing import drop, publish, resume, revise, stop

__all__ = [
    "add_question",
    "change_question",
    "change_survey",
    "create_survey",
    "drop",
    "move_question",
    "publish",
    "remove_question",
    "resume",
    "revise",
    "reword",
    "stop",
]
