"""The shapes of the stories. Places in braces are filled in when a story is told; `telling.py` knows them all."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One sort of complaint, from the customer's words to what was done.

    families   keys of products.PRODUCTS that it can happen to
    category   "parent/child" of the ticket categories; likewise cause
    units      short names of the units that are asked, the first one is responsible; "shop" and "agent" mean one of them
    basis      what the unit looked at, found: what that showed
    yuan       lowest and highest compensation, 0 for none
    unfounded  what showed that the complaint is not founded, with the polite explanation; empty if it always is
    """

    families: tuple[str, ...]
    category: str
    subject: str
    bodies: tuple[str, ...]
    wishes: tuple[str, ...]
    units: tuple[str, ...]
    basis: str
    found: str
    cause: str
    plan: str
    result: str
    yuan: tuple[int, int] = (0, 0)
    unfounded: str = ""
    explanation: str = ""
    safety: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One sort of matter that is no complaint: what is asked, what was done. `unit` is asked for an answer if given."""

    kind: str
    families: tuple[str, ...]
    category: str
    subject: str
    bodies: tuple[str, ...]
    result: str
    unit: str = ""
    answer: str = ""
    weight: float = 1.0
