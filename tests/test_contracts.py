"""What holds for the whole tree: sizes, directions, no change of a model without its migration, no inline code."""

import ast
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

import keqiao
from keqiao.approvals import kinds as approval_kinds
from keqiao.approvals import registry
from keqiao.notices import kinds

ROOT = Path(keqiao.__file__).resolve().parent
TESTS = Path(__file__).resolve().parent
CODE = sorted(path for path in ROOT.rglob("*.py") if "migrations" not in path.parts)
MACHINE = ROOT / "kernel" / "resource"
TEMPLATES = sorted(ROOT.rglob("templates/**/*.html"))
FILE_LINES, CLASS_LINES, FUNCTION_LINES, MACHINE_LINES = 400, 300, 50, 1500
INLINE = {
    "script": re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))[^>]*>"),
    "style": re.compile(r"<style\b"),
    "handler": re.compile(
        r"\son(?:click|change|input|submit|load|error|key\w+|focus|blur|mouse\w+)\s*=", re.IGNORECASE
    ),
    "javascript address": re.compile(r"=\s*[\"']\s*javascript:", re.IGNORECASE),
    "another host": re.compile(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=[\"'](?:https?:)?//"),
}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _length(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _too_long(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    if lines > FILE_LINES:
        yield f"{_name(path)}: {lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef) and _length(node) > CLASS_LINES:
            yield f"{_name(path)}: class {node.name} {_length(node)} lines"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _length(node) > FUNCTION_LINES:
            yield f"{_name(path)}: {node.name}() {_length(node)} lines"


def test_nothing_grows_over_its_budget() -> None:
    found = [excess for path in CODE for excess in _too_long(path)]
    assert not found, "\n".join(found)


def test_no_file_of_tests_grows_over_its_budget() -> None:
    lengths = {path.name: path.read_text(encoding="utf-8").count("\n") for path in TESTS.rglob("*.py")}
    assert not {name: lines for name, lines in lengths.items() if lines > FILE_LINES}


def test_the_resource_machine_stays_small_enough_to_be_read() -> None:
    assert sum(path.read_text(encoding="utf-8").count("\n") for path in MACHINE.glob("*.py")) <= MACHINE_LINES


def test_the_budget_sees_what_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.test_contracts.ROOT", tmp_path)
    path = tmp_path / "long.py"
    body = "".join(f"        a{number} = 1\n" for number in range(301))
    path.write_text(f"class Long:\n    def long(self):\n{body}" + "x = 1\n" * 100, encoding="utf-8")
    assert len(list(_too_long(path))) == 3


def test_no_relation_points_upwards() -> None:
    floors = {name: floor for floor, name in enumerate(settings.APPS)}
    peers = {"search", "files", "calendars", "documents", "lists"}
    peers_above = {"approvals", "webhooks"}
    found = []
    for model in apps.get_models():
        here = model._meta.app_label
        for field in model._meta.get_fields(include_hidden=True):
            if field.auto_created or not field.is_relation or field.related_model in (None, "self"):
                continue
            there = field.related_model._meta.app_label
            if here in floors and there in floors and there != here:
                upwards = floors[there] > floors[here] or {here, there} <= peers or {here, there} <= peers_above
                found += [f"{model._meta.label}.{field.name} → {there}"] if upwards else []
    assert not found, "\n".join(found)


def test_every_kind_of_notice_has_words() -> None:
    """What employees may be told of is declared (notices.kinds), so that each can choose how to hear of it."""
    found = {
        str(word.value.value)
        for path in CODE
        if "tests" not in path.parts
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) == "notify"
        for word in call.keywords
        if word.arg == "kind" and isinstance(word.value, ast.Constant)
    }
    assert len(found) > 8
    assert not {kind for kind in found if kinds.of(kind) is kinds.OTHER}


def test_every_kind_of_approval_has_a_name() -> None:
    """By which the list of approvals is filtered and a flow is kept for it."""
    asked = set(registry._decisions)
    assert len(asked) > 4
    assert not {code for code in asked if not approval_kinds.get(code).title}


def test_every_app_stands_on_a_floor() -> None:
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("keqiao.")}
    assert ours == set(settings.APPS)


@pytest.mark.django_db
def test_no_model_changed_without_its_migration() -> None:
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1, stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())


@pytest.mark.parametrize("kind", INLINE)
def test_templates_carry_no_code_and_ask_no_other_host(kind: str) -> None:
    found = [
        f"{_name(path)}: {match[0]}"
        for path in TEMPLATES
        for match in INLINE[kind].finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("kind", "bad"),
    [
        ("script", "<script>alert(1)</script>"),
        ("style", "<style>p {}</style>"),
        ("handler", '<p onclick="x()">'),
        ("javascript address", '<a href="javascript:x()">'),
        ("another host", '<script src="//example.org/x.js">'),
    ],
)
def test_the_look_into_templates_sees(kind: str, bad: str) -> None:
    assert INLINE[kind].search(bad)
