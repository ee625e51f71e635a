"""The API's own page, drawn from its OpenAPI document; nothing is loaded from elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_safe

from keqiao.config.api import api


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Operations by resource, with their parameters and bodies."""
    document = api.get_openapi_schema(path_params={})
    groups: dict[str, list[dict[str, Any]]] = {}
    for url, operations in document["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(said(operation.get("tags", [""])[0]), []).append(
                {"method": method.upper(), "url": url, "summary": said(operation.get("summary", "")),
                 "parameters": parameters(operation), "body": body_fields(document, operation)}
            )  # fmt: skip
    return render(request, "config/api_docs.html", {"groups": groups, "title": document["info"]["title"]})


def said(text: str) -> str:
    """A label in the reader's language; the document itself is built once, in Chinese."""
    listed = pgettext("list", text)
    return listed if listed != text or not text else gettext(text)


def named(name: str, title: str) -> str:
    """The label of a field or parameter; hidden ones, which no form labels, have theirs here."""
    hidden = {
        "pk": gettext("记录序号"),
        "point": gettext("联系方式序号"),
        "customer": gettext("客户序号"),
        "seen": gettext("修改前的版本"),
        "reason": gettext("原因"),
    }
    return said(title) if not title.isascii() or name not in hidden else hidden[name]


def parameters(operation: dict[str, Any]) -> list[dict[str, str]]:
    """The parameters of an operation: name and label."""
    return [
        {
            "name": one["name"],
            "label": named(one["name"], one.get("schema", {}).get("title", "")),
        }
        for one in operation.get("parameters", [])
    ]


def body_fields(document: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a request body: name, label, type, required."""
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    for choice in [schema, *schema.get("anyOf", [])]:
        if "$ref" in choice:
            schema = document["components"]["schemas"][choice["$ref"].rsplit("/", 1)[-1]]
    return [
        {"name": name, "label": named(name, field.get("title", "")), "type": field.get("type", ""),
         "required": field.get("x-required", False)}
        for name, field in schema.get("properties", {}).items()
    ]  # fmt: skip
