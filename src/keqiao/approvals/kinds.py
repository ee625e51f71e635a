"""The kinds of approval that there are, in words; each owner names its own when it is ready."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: what people call it, the power that decides where no flow is kept, and whether the owner tells the requester."""

    code: str
    title: str | Promise
    power: str
    tells: bool


_kinds: dict[str, Kind] = {}


def name(code: str, title: str | Promise, power: str, *, tells: bool) -> None:
    """Make a kind known."""
    _kinds[code] = Kind(code, title, power, tells)


def forget(code: str) -> None:
    """Take a kind back; for tests."""
    _kinds.pop(code, None)


def every() -> list[Kind]:
    """All kinds in the order in which they were named."""
    return list(_kinds.values())


def get(code: str) -> Kind:
    """The kind of that code; one that nobody named tells nothing itself."""
    return _kinds.get(code) or Kind(code, "", "", tells=False)


def title_of(code: str) -> str:
    """What people call a kind."""
    return str(get(code).title) or _("其他审批")
