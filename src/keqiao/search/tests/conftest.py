"""Units of the test organisation as something to search."""

from collections.abc import Iterable
from typing import Any

import pytest

from keqiao.kernel.pinyin import initials
from keqiao.org.models import OrgUnit
from keqiao.search import actions, queries, registry
from keqiao.search.registry import Doc, Searchable

LABEL = "org.orgunit"


def document(units: Iterable[OrgUnit]) -> Iterable[Doc]:
    """The text of a unit is its name and its parent's name."""
    for unit in units:
        parent = unit.parent.name if unit.parent else ""
        kind = str(unit.get_kind_display())
        yield Doc(unit.pk, unit.name, text=f"隶属 {parent}", subtitle=kind, extra=initials(unit.name))


@pytest.fixture
def units(monkeypatch: pytest.MonkeyPatch) -> Searchable:
    """The only searchable kind; an actor sees units up to the own one's id, so that most are a stranger's."""
    monkeypatch.setattr(registry, "_searchables", {})
    searchable = Searchable(
        label=LABEL,
        kind="组织单元",
        verbs=("unit.*",),
        document=document,
        visible=lambda actor: OrgUnit.objects.filter(pk__lte=actor.unit_id or 0),
        url=lambda pk: f"/units/{pk}/",
        base=OrgUnit.objects.select_related("parent"),
    )
    registry.register(searchable)
    return searchable


@pytest.fixture
def texts(db: Any) -> Any:
    """Stores texts under ids 1, 2, … of a label of its own and asks for them."""

    class Texts:
        label = "test.text"

        def put(self, *bodies: str) -> None:
            actions.store(self.label, [Doc(number, "", text=body) for number, body in enumerate(bodies, 1)])

        def ids(self, query: str, limit: int = 1001) -> list[int]:
            return queries.ids(self.label, query, limit)

    return Texts()
