"""Every write to surveys: one verb, one function."""

from keqiao.surveys.actions.answering import answer_by_link, answer_by_poster, answered, barred, by_code, by_token
from keqiao.surveys.actions.asking import create_poster, invite, make_link, resume_poster, stop_poster, withdraw
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
    "answer_by_link",
    "answer_by_poster",
    "answered",
    "barred",
    "by_code",
    "by_token",
    "change_question",
    "change_survey",
    "create_poster",
    "create_survey",
    "drop",
    "invite",
    "make_link",
    "move_question",
    "publish",
    "remove_question",
    "resume",
    "resume_poster",
    "revise",
    "reword",
    "stop",
    "stop_poster",
    "withdraw",
]
