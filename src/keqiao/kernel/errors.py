"""Refusals that people can read. Actions raise them; pages and the API show them."""

from django.utils.functional import Promise


class Refused(Exception):
    """An action does not happen; `message` says why and what to do, `field` names the input it is about."""

    status = 409

    def __init__(self, message: str | Promise, *, field: str | None = None) -> None:
        super().__init__(str(message))
        self.field = field

    @property
    def message(self) -> str:
        return str(self.args[0])


class NotAllowed(Refused):
    """The actor lacks the power."""

    status = 403


class WrongState(Refused):
    """The record is in a state from which this step is not possible; somebody else may have been faster."""


class TooMany(Refused):
    """Too many attempts in a short time."""

    status = 429
