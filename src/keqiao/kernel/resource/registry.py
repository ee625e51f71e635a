"""Which resources there are: a dict and a function."""

from keqiao.kernel.resource.declare import Resource

_by_label: dict[str, Resource] = {}


def register(resource: Resource) -> Resource:
    """Make a resource known; called where it is declared. Raises ValueError on a second one for a model or name."""
    taken = _by_label.get(resource.label)
    if taken is not None or any(resource.name == other.name for other in _by_label.values()):
        raise ValueError(f"resource {resource.name} is declared twice")
    _by_label[resource.label] = resource
    return resource


def resources() -> list[Resource]:
    """All resources in the order of declaration."""
    return list(_by_label.values())


def get(label: str) -> Resource | None:
    """The resource of a model label such as "tickets.ticket"."""
    return _by_label.get(label)
