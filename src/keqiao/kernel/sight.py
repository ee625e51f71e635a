"""Which personal fields a position sees in full, masked or not at all: the fields, declared by the app that keeps them.

How far an actor sees is part of the actor, like the powers, so asking costs nothing. Without a word about a field a
position sees it masked; somebody with several positions sees as much as the most open of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """How much of a field is shown."""

    FULL = "full", _("完整显示")
    MASKED = "masked", _("部分遮盖")
    HIDDEN = "hidden", _("不显示")


OPENNESS = {Level.HIDDEN: 0, Level.MASKED: 1, Level.FULL: 2}


@dataclass(frozen=True, slots=True)
class Field:
    """One personal field, and the levels that may be chosen for it."""

    code: str
    label: str | Promise
    levels: tuple[Level, ...] = (Level.FULL, Level.MASKED, Level.HIDDEN)


_fields: dict[str, Field] = {}


def declare(fields: Iterable[Field]) -> None:
    """Make fields known; called from AppConfig.ready."""
    _fields.update({field.code: field for field in fields})


def every() -> list[Field]:
    """All fields in the order of declaration."""
    return list(_fields.values())


def kept(levels: Mapping[str, str]) -> dict[str, str]:
    """What a position has to remember: known fields with a level that may be chosen and is not the usual one."""
    return {
        field.code: str(level)
        for field in every()
        if (level := levels.get(field.code)) in field.levels and level != Level.MASKED
    }


def most_open(several: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """What somebody sees who holds all these positions; nothing is said about fields that are masked as usual."""
    positions = list(several)
    found: dict[str, str] = {}
    for code in {code for levels in positions for code in levels}:
        level = max((Level(levels.get(code, Level.MASKED)) for levels in positions), key=OPENNESS.__getitem__)
        if level != Level.MASKED:
            found[code] = level.value
    return found
