"""The organisation as a tree, with leaders and head counts."""

from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from keqiao.org.models import Employee, OrgUnit

ORDER = [OrgUnit.Kind.COMPANY, OrgUnit.Kind.DEPARTMENT, OrgUnit.Kind.SECTION, OrgUnit.Kind.TEAM, OrgUnit.Kind.SITE,
         OrgUnit.Kind.AGENT]  # fmt: skip


@dataclass(slots=True)
class Node:
    """One unit, how many people are in it itself and with all below it, and what is below it."""

    unit: OrgUnit
    people: int = 0
    total: int = 0
    children: list["Node"] = field(default_factory=list)


def tree(units: QuerySet[OrgUnit], *, closed: bool = False) -> list[Node]:
    """The tops of the tree; closed units only when asked for. Two queries whatever the size."""
    rows = units.select_related("leader") if closed else units.filter(active=True).select_related("leader")
    nodes = {unit.pk: Node(unit) for unit in rows.order_by("path")}
    counted = Employee.objects.filter(is_active=True).order_by().values("unit").annotate(n=Count("pk"))
    for row in counted:
        if row["unit"] in nodes:
            nodes[row["unit"]].people = row["n"]
    tops: list[Node] = []
    for node in nodes.values():
        above = nodes.get(node.unit.parent_id or 0)
        (above.children if above else tops).append(node)
    for node in tops:
        settle(node)
    return tops


def settle(node: Node) -> int:
    """Sum the heads up and put the children in the order of their kinds; returns the sum."""
    node.children.sort(key=lambda one: (ORDER.index(OrgUnit.Kind(one.unit.kind)), one.unit.pk))
    node.total = node.people + sum(settle(child) for child in node.children)
    return node.total


def heads(unit: OrgUnit) -> tuple[int, int]:
    """How many people are in the unit itself, and with all below it."""
    below = Q(unit__path__startswith=unit.path)
    found = Employee.objects.filter(below, is_active=True).aggregate(
        all=Count("pk"), own=Count("pk", filter=Q(unit=unit))
    )
    return found["own"], found["all"]


def ancestors(unit: OrgUnit) -> list[OrgUnit]:
    """The units above, the top first."""
    ids = [int(part) for part in unit.path.strip("/").split("/")][:-1]
    return list(OrgUnit.objects.filter(pk__in=ids).order_by("path"))
