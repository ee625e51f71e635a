"""Which questions are asked, given the answers so far, and on which pages.

A condition names an earlier question only, so there are no circles, and one walk in order decides everything. The page
turns before a question that depends on an answer of the same page: branching holds without scripts.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol


class Asked(Protocol):
    """What a question needs for this."""

    key: str
    when_key: str
    when_codes: list[str]


A = Any  # an Asked; list invariance would otherwise refuse lists of models


def chosen(value: Any) -> frozenset[str]:
    """The codes that an answer consists of; nothing for text left out and for a matrix."""
    if isinstance(value, str):
        return frozenset({value}) if value else frozenset()
    return frozenset(value) if isinstance(value, list) else frozenset()


def shown(questions: Iterable[A], answers: Mapping[str, Any]) -> list[A]:
    """The questions that are asked: without a condition, or whose earlier question was asked and answered that way."""
    found: list[A] = []
    keys: set[str] = set()
    for question in questions:
        if question.when_key and (
            question.when_key not in keys or not chosen(answers.get(question.when_key)) & frozenset(question.when_codes)
        ):
            continue
        found.append(question)
        keys.add(question.key)
    return found


def pages(questions: Iterable[A]) -> list[list[A]]:
    """The questions page by page; no question depends on one of its own page."""
    found: list[list[A]] = [[]]
    for question in questions:
        if question.when_key and any(one.key == question.when_key for one in found[-1]):
            found.append([])
        found[-1].append(question)
    return found


def out_of_order(questions: Iterable[A]) -> list[A]:
    """Questions whose condition does not name an earlier one; of a sound questionnaire none."""
    seen: set[str] = set()
    wrong = []
    for question in questions:
        if question.when_key and question.when_key not in seen:
            wrong.append(question)
        seen.add(question.key)
    return wrong
