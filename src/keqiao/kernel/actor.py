"""Who acts: a plain value that every action and every policy takes. Made by org.queries.actor_for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext


class Kind(StrEnum):
    """What sort of somebody acts."""

    EMPLOYEE = "employee"
    SYSTEM = "system"
    CUSTOMER = "customer"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a power goes: the actor's own records always, those of `units`, or everything."""

    units: frozenset[int] = frozenset()
    everything: bool = False

    def __or__(self, other: Reach) -> Reach:
        return Reach(self.units | other.units, self.everything or other.everything)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with powers. `id` is the employee's id, None for the system, a customer and nobody."""

    kind: Kind
    name: str
    id: int | None = None
    unit_id: int | None = None
    grants: Mapping[str, Reach] = field(default_factory=dict)
    ip: str = ""
    sight: Mapping[str, str] = field(default_factory=dict)

    def can(self, power: str) -> bool:
        """Whether the actor holds the power at all, whatever its reach."""
        return self.kind is Kind.SYSTEM or power in self.grants

    def reach(self, power: str) -> Reach | None:
        """How far the power goes, None without it."""
        if self.kind is Kind.SYSTEM:
            return Reach(everything=True)
        return self.grants.get(power)

    def rows(self, power: str, *, owner: str = "owner_id", unit: str = "unit_id") -> Q | None:
        """The filter that leaves the rows within reach: None for no filter at all; matches nothing without the power."""
        reach = self.reach(power)
        if reach is None:
            return Q(pk__in=())
        if reach.everything:
            return None
        own = Q(**{owner: self.id})
        return own | Q(**{f"{unit}__in": reach.units}) if reach.units else own

    def covers(self, power: str, *, owner_id: int | None = None, unit_id: int | None = None) -> bool:
        """Whether the power reaches a record of that owner and unit."""
        reach = self.reach(power)
        if reach is None:
            return False
        return reach.everything or (owner_id is not None and owner_id == self.id) or unit_id in reach.units

    def level(self, field: str) -> str:
        """How much of a personal field the actor is shown: "full", "masked" or "hidden" (kernel.sight)."""
        return "full" if self.kind is Kind.SYSTEM else self.sight.get(field, "masked")

    def at(self, ip: str) -> Actor:
        """The same actor calling from that address."""
        return replace(self, ip=ip)


def name_shown(name: str, actor_id: int | None) -> str:
    """Who did something, from the name kept with it: a person as is, system and customer in the reader's language."""
    return gettext(name) if name and actor_id is None else name


SYSTEM = Actor(Kind.SYSTEM, "系统")
CUSTOMER = Actor(Kind.CUSTOMER, "客户")
NOBODY = Actor(Kind.NOBODY, "")
