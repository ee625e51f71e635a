"""Tables of the surveys: one file a noun."""

from keqiao.surveys.models.answering import Answer, Response
from keqiao.surveys.models.asking import INVITATION_TRANSITIONS, Invitation, Poster, SendingRule
from keqiao.surveys.models.question import LONGEST, SCALES, Question
from keqiao.surveys.models.survey import Survey, Version

__all__ = [
    "INVITATION_TRANSITIONS",
    "LONGEST",
    "SCALES",
    "Answer",
    "Invitation",
    "Poster",
    "Question",
    "Response",
    "SendingRule",
    "Survey",
    "Version",
]
