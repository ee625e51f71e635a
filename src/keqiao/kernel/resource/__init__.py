"""One declaration per model gives list, detail, add, edit, verbs, bulk, export and JSON."""

from keqiao.kernel.resource.declare import Column, Fact, Found, Preset, Resource, Verb
from keqiao.kernel.resource.registry import get, register, resources

__all__ = ["Column", "Fact", "Found", "Preset", "Resource", "Verb", "get", "register", "resources"]
