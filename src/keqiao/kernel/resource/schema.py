"""Schemas for OpenAPI, drawn from the same forms and columns; the forms do the checking."""

from datetime import date, datetime
from http.client import responses
from typing import Any

from django import forms
from django.utils.translation import gettext_noop
from pydantic import BaseModel, ConfigDict, Field, create_model

from keqiao.kernel.resource.declare import Resource


class Problem(BaseModel):
    """Why something was not done: a sentence, and messages by field."""

    message: str
    fields: dict[str, list[str]] = {}


ERRORS = (401, 403, 404, 409, 422, 429)
_built: dict[str, type[BaseModel]] = {}


def built(name: str, fields: dict[str, Any]) -> type[BaseModel]:
    """One model per name; unknown input is handed to the form, which takes what it has a field for."""
    if name not in _built:
        _built[name] = create_model(name, __config__=ConfigDict(extra="allow", defer_build=True), **fields)
    return _built[name]


def of_form(form: Any, name: str) -> type[BaseModel]:
    """A form's fields, with labels. Every value is let through to the form, which has the better messages."""
    fields: dict[str, Any] = {}
    for key, field in (form.base_fields if form else {}).items():
        if isinstance(field, forms.FileField):
            continue
        hint: dict[str, Any] = {"type": json_type(field), "title": str(field.label or key)}
        if field.required:
            hint["x-required"] = True
        fields[key] = (Any, Field(default=None, json_schema_extra=hint))
    return built(name, fields)


def json_type(field: forms.Field) -> str:
    """The JSON type that a form field takes."""
    if isinstance(field, forms.BooleanField):
        return "boolean"
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return "array"
    if isinstance(field, forms.IntegerField | forms.ModelChoiceField):
        return "integer"
    return "string"


def of_record(resource: Resource) -> type[BaseModel]:
    """A record's columns and facts."""
    fields: dict[str, Any] = {"id": (int, ...)}
    declared: list[Any] = [*resource.columns, *resource.facts]
    for shown in declared:
        kind = shown.type if shown.type in {str, int, float, bool, date, datetime} else Any
        fields[shown.name] = (kind | None, Field(default=None, title=str(shown.label)))
    return built(resource.name, fields)


def of_page(resource: Resource) -> type[BaseModel]:
    """A page of records with the cursors of its neighbours."""
    fields = {"items": (list[of_record(resource)], ...), "next": (str | None, None), "prev": (str | None, None)}  # type: ignore[misc]
    return built(f"{resource.name}_page", fields)


def of_filters(resource: Resource) -> type[BaseModel]:
    """The query string of a list."""
    views = ", ".join(preset.name for preset in resource.presets)
    fields: dict[str, Any] = {
        "q": (str, Field(default="", title=gettext_noop("搜索"))),
        "view": (str, Field(default="", title=gettext_noop("视图"), description=views)),
        "sort": (str, Field(default="", title=gettext_noop("排序"))),
        "after": (str, Field(default="", title=gettext_noop("翻页"))),
        "limit": (int, Field(default=25, title=gettext_noop("条数"))),
    }
    for name, item in (resource.filters.base_filters if resource.filters else {}).items():
        fields[name] = (str | None, Field(default=None, title=str(item.label or name)))
    return built(f"{resource.name}_query", fields)


def describe_errors(document: dict[str, Any]) -> None:
    """Write into every operation of the OpenAPI document how it refuses.

    Declared with each operation they would be over a thousand models, built whenever the program starts.
    """
    document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in document["paths"].values():
        for operation in operations.values():
            for code in ERRORS:
                operation["responses"].setdefault(code, {"description": responses[code], "content": content})


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
