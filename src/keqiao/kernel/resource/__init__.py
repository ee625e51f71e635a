"""One declaration per model gives list, detail, add, edit, verbs, bulk, export and JSON."""

from keqiao.kernel.resource.declare import Added, Column, Fact, Found, Preset, Resource, Verb
from keqiao.kernel.resource.registry import get, register, resources

__all__ = ["Added", "Column", "Fact", "Found", "Preset", "Resource", "Verb", "get", "register", "resources"]
