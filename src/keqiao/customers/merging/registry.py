"""Which records follow their customer into another archive. Every app says so for its own when it is ready.

A test walks all models: a foreign key to the customer that nobody declared here is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

from keqiao.customers.models import Customer

GROUPS = ("points", "addresses", "tags")


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """Records that hang on a customer by `column`.

    `where` narrows tables that refer to records of many kinds by label and id. `flag` is a boolean of which a customer
    has one (per `each` of these fields): the survivor keeps its own, else gets one that came over. Records of a
    `group` may be left out of a merge by choice; all others always go over. `refresh` brings what the customer's row
    repeats of them up to date.
    """

    model: type[Model]
    column: str
    label: str | Promise
    where: Mapping[str, Any] = field(default_factory=dict)
    flag: str = ""
    each: tuple[str, ...] = ()
    group: str = ""
    refresh: Callable[[Customer], None] | None = None

    @property
    def name(self) -> str:
        """The key under which a merge keeps what it moved."""
        return f"{self.model._meta.label_lower}.{self.column}"

    def rows(self, customer_id: int) -> QuerySet[Any]:
        """The records of one customer."""
        return self.model._default_manager.filter(Q(**self.where), **{self.column: customer_id})


_followers: dict[str, Follower] = {}
_staying: dict[str, str] = {}


def follow(model: type[Model], relation: str, label: str | Promise = "", **more: Any) -> None:
    """Declare that records go where their customer goes; `relation` is the foreign key's name. See Follower."""
    column = model._meta.get_field(relation).attname  # type: ignore[union-attr]
    one = Follower(model=model, column=column, label=label or model._meta.verbose_name or "", **more)
    _followers[one.name] = one


def stay(model: type[Model], relation: str, why: str) -> None:
    """Declare that records stay with the archive that they were written for, and why."""
    _staying[f"{model._meta.label_lower}.{model._meta.get_field(relation).attname}"] = why  # type: ignore[union-attr]


def followers() -> list[Follower]:
    """Everything that goes over, in the order of declaration."""
    return list(_followers.values())


def named(name: str) -> Follower | None:
    """The declaration of that key; None when the app that made it is gone."""
    return _followers.get(name)


def declared() -> set[str]:
    """Every foreign key about which somebody has said what happens."""
    return {*_followers, *_staying}
