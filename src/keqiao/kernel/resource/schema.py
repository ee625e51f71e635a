"""What the OpenAPI document says of records, inputs and lists, drawn from the same columns and forms.

Written when somebody reads it: declared with each operation it would be two thousand models, built at every start, for
checks that the forms do anyway and with better messages.
"""

from collections.abc import Iterable
from datetime import date, datetime
from http.client import responses
from typing import Any

from django import forms
from django.utils.translation import gettext_noop
from pydantic import BaseModel

from keqiao.kernel.openapi import content, gives, json_type, of_form, reference
from keqiao.kernel.resource.declare import Resource
from keqiao.kernel.resource.paging import LIMIT


class Problem(BaseModel):
    """Why something was not done: a sentence, and messages by field."""

    message: str
    fields: dict[str, list[str]] = {}


ERRORS = (400, 401, 403, 404, 409, 422, 429)
TYPES: dict[Any, dict[str, str]] = {
    str: {"type": "string"}, int: {"type": "integer"}, float: {"type": "number"}, bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"}, datetime: {"type": "string", "format": "date-time"},
}  # fmt: skip


def of_record(resource: Resource) -> dict[str, Any]:
    """A record's columns and facts."""
    declared: list[Any] = [*resource.columns, *resource.facts]
    fields = {one.name: {"title": str(one.label)} | TYPES.get(one.type, {}) for one in declared}
    return {"type": "object", "properties": {"id": {"title": "Id", "type": "integer"}} | fields, "required": ["id"]}


def of_page(resource: Resource) -> dict[str, Any]:
    """A page of records with the cursors of its neighbours."""
    cursor = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    items = {"type": "array", "items": reference(resource.name)}
    return {"type": "object", "properties": {"items": items, "next": cursor, "prev": cursor}, "required": ["items"]}


def parameters(resource: Resource) -> list[dict[str, Any]]:
    """The query string of a list."""
    views = ", ".join(preset.name for preset in resource.presets)
    known: dict[str, dict[str, Any]] = {
        "q": {"title": gettext_noop("搜索"), "type": "string"},
        "view": {"title": gettext_noop("视图"), "type": "string", "description": views},
        "sort": {"title": gettext_noop("排序"), "type": "string"},
        "after": {"title": gettext_noop("翻页"), "type": "string"},
        "limit": {"title": gettext_noop("条数"), "type": "integer", "default": LIMIT},
    }
    for name, item in (resource.filters.base_filters if resource.filters else {}).items():
        known[name] = {"title": str(item.label or name), "type": "string"}
    return [{"in": "query", "name": name, "required": False, "schema": about} for name, about in known.items()]


def describe(document: dict[str, Any], declared: Iterable[Resource]) -> None:
    """Write what the code declares of the resources into the document that ninja draws of its addresses."""
    schemas = document["components"]["schemas"]
    known = {one["operationId"]: one for operations in document["paths"].values() for one in operations.values()}
    for resource in declared:
        name = resource.name
        schemas |= {name: of_record(resource), f"{name}_page": of_page(resource)}
        known[f"{name}_list"] |= {"parameters": parameters(resource)}
        known[f"{name}_list"]["responses"] |= gives(f"{name}_page")["responses"]
        known[f"{name}_get"]["responses"] |= gives(name)["responses"]
        for deed, (form, status) in inputs(resource).items():
            operation, shape = known[f"{name}_{deed}"], f"{name}_{'new' if deed == 'create' else deed}"
            operation["responses"] |= gives(name, status)["responses"]
            if form:
                schemas[shape] = of_form(form)
                operation["requestBody"] = content(reference(shape)) | {"required": deed in {"create", "change"}}


def inputs(resource: Resource) -> dict[str, tuple[Any, int]]:
    """The form of every deed, None for one that asks nothing, and the status of its answer."""
    forms_of: dict[str, tuple[Any, int]] = {verb.name: (verb.form, 200) for verb in resource.verbs}
    if resource.create is not None:
        forms_of["create"] = (resource.creation()[0], 201)
    if resource.update is not None:
        forms_of["change"] = (resource.change()[0], 200)
    return forms_of


def describe_errors(document: dict[str, Any]) -> None:
    """Write into every operation of the OpenAPI document how it refuses."""
    document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    problem = content(reference("Problem"))
    for operations in document["paths"].values():
        for operation in operations.values():
            for code in ERRORS:
                operation["responses"].setdefault(code, {"description": responses[code]} | problem)


def describe_added(document: dict[str, Any], resource: Resource) -> None:
    """Write what people added to the resource into the OpenAPI document, which is drawn anew for each reader."""
    added, schemas = resource.added(), document["components"]["schemas"]
    for column in added.columns:
        schemas[resource.name]["properties"][column.name] = {"title": str(column.label), "type": "string"}
    for name in (f"{resource.name}_new", f"{resource.name}_change"):
        for key, field in added.inputs if name in schemas else ():
            about: dict[str, Any] = {"title": str(field.label), "type": json_type(field)}
            if isinstance(field, forms.ChoiceField):
                choices: Any = field.choices
                about["enum" if about["type"] == "string" else "x-options"] = [value for value, _label in choices]
            schemas[name]["properties"][key] = about | ({"x-required": True} if field.required else {})
    for url, operations in document["paths"].items():
        if url.endswith(f"/{resource.name}") and "get" in operations:
            operations["get"]["parameters"] += [
                {"in": "query", "name": name, "required": False, "schema": {"title": str(one.label), "type": "string"}}
                for name, one in added.filters
            ]
