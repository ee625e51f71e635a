"""Parts of an OpenAPI document: shapes, what an operation takes, what it answers with."""

from collections.abc import Mapping
from http.client import responses
from typing import Any

from django import forms


def content(about: Mapping[str, Any]) -> dict[str, Any]:
    """JSON of this shape, as a body or an answer."""
    return {"content": {"application/json": {"schema": about}}}


def reference(name: str) -> dict[str, Any]:
    """A shape that the document describes by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def takes(form: Any) -> dict[str, Any]:
    """The part of an operation that says what it takes: the form's fields."""
    return {"requestBody": content(of_form(form)) | {"required": True}}


def gives(name: str, status: int = 200) -> dict[str, Any]:
    """The part of an operation that says what it answers with: a record, or anything else by its name."""
    return {"responses": {status: {"description": responses[status]} | content(reference(name))}}


def of_form(form: Any) -> dict[str, Any]:
    """A form's fields, with labels. Every value is let through to the form, which has the better messages."""
    fields: dict[str, Any] = {}
    for key, field in (form.base_fields if form else {}).items():
        if not isinstance(field, forms.FileField):
            about = {"title": str(field.label or key), "type": json_type(field)}
            fields[key] = about | ({"x-required": True} if field.required else {})
    return {"type": "object", "properties": fields, "additionalProperties": True}


def json_type(field: forms.Field) -> str:
    """The JSON type that a form field takes."""
    if isinstance(field, forms.BooleanField):
        return "boolean"
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return "array"
    if isinstance(field, forms.IntegerField | forms.ModelChoiceField):
        return "integer"
    return "string"
