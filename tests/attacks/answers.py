"""Every address of the program, and what an answer says."""

import io
import json
import re
import zipfile
from typing import Any

import openpyxl
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver
from pypdf import PdfReader


def patterns() -> list[tuple[str, str]]:
    """Every address as (route, name with its namespaces)."""
    return list(walk(get_resolver(), "", ()))


def walk(resolver: URLResolver, prefix: str, spaces: tuple[str, ...]) -> Any:
    """The addresses below a resolver."""
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield prefix + str(one.pattern), ":".join([*spaces, one.name or ""])
        else:
            yield from walk(one, prefix + str(one.pattern), (*spaces, *([one.namespace] if one.namespace else [])))


def text_of(response: HttpResponseBase) -> str:
    """What an answer says: the body, the cells of a workbook, and the headers that carry names."""
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    headers = " ".join(response.get(name, "") for name in ("Location", "HX-Redirect", "Content-Disposition"))
    if content[:4] == b"PK\x03\x04" and zipfile.is_zipfile(io.BytesIO(content)):
        archive = zipfile.ZipFile(io.BytesIO(content))
        if "word/document.xml" in archive.namelist():
            return f"{headers} {[archive.read(name).decode() for name in archive.namelist() if name.endswith('.xml')]}"
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        return f"{headers} {[[cell.value for cell in row] for row in sheet.iter_rows()]}"
    if content[:5] == b"%PDF-":
        return f"{headers} {[page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]}"
    text = content.decode("utf-8", "replace")
    if "json" in response.get("Content-Type", ""):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    return f"{headers} {text}"


PRINTED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?= 导出)")  # the minute in a file's watermark
TOKENS = re.compile(r'(name="csrfmiddlewaretoken" value=")\w+|(csrfToken["\s:=]+)\w+|("X-CSRFToken":\s*")\w+')


def still(text: str) -> str:
    """A page without what differs from one look to the next."""
    text = re.sub(r'name="form_key" value="[^"]*"', "", PRINTED.sub("", text))
    return re.sub(r"filename[^ ]*", "", TOKENS.sub("", text))
