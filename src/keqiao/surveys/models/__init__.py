"""Tables of the surveys: one file a noun."""

from keqiao.surveys.models.question import SCALES, Question
from keqiao.surveys.models.survey import Survey, Version

__all__ = ["SCALES", "Question", "Survey", "Version"]
