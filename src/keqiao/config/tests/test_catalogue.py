"""The English catalogue is complete, and no message escapes it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog

from keqiao.config import catalogue

CALLS = {"gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


def sources() -> Iterator[Path]:
    """The product's own Python files."""
    for path in catalogue.PACKAGE.rglob("*.py"):
        if not {"tests", "migrations"} & set(path.relative_to(catalogue.PACKAGE).parts):
            yield path


def translated(tree: ast.Module) -> Iterator[str]:
    """The Chinese literals given to gettext, under whatever name the file imports it."""
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in CALLS
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            for argument in node.args:
                for part in ast.walk(argument):
                    if isinstance(part, ast.Constant) and catalogue.CHINESE.search(str(part.value)):
                        yield str(part.value)


def test_english_is_complete() -> None:
    assert catalogue.problems() == []


def test_no_message_of_a_python_file_is_overlooked() -> None:
    known: set[str] = set()
    for message in catalogue.read():
        known.update([message.id] if isinstance(message.id, str) else message.id)
    found = {text for path in sources() for text in translated(ast.parse(path.read_text(encoding="utf-8")))}
    assert len(found) > 1000
    assert found - known == set()


@pytest.mark.parametrize(
    ("string", "problem"),
    [
        ("", "empty"),
        ("Only %(n)s", ""),
        ("Only %(m)s", "placeholders"),
        ("Only", "placeholders"),
        ("只有 %(n)s", "Chinese"),
        ("Only，%(n)s", "Chinese"),
    ],
)
def test_gaps_are_told(monkeypatch: pytest.MonkeyPatch, string: str, problem: str) -> None:
    source, kept = Catalog(), Catalog()
    source.add("只有 %(n)s 个")
    kept.add("只有 %(n)s 个", string)
    monkeypatch.setattr(catalogue, "extract", lambda: source)
    monkeypatch.setattr(catalogue, "read", lambda: kept)
    assert catalogue.problems() == ([f"{problem}: 只有 %(n)s 个"] if problem else [])


def test_a_doubtful_message_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    source, kept = Catalog(), Catalog()
    source.add("客户")
    kept.add("客户", "Customer", flags=["fuzzy"])
    monkeypatch.setattr(catalogue, "extract", lambda: source)
    monkeypatch.setattr(catalogue, "read", lambda: kept)
    assert catalogue.problems() == ["fuzzy: 客户"]


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD", "=======", ">>>>>>> 12ab34c (words)", "||||||| base"])
def test_what_a_merge_has_left_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mark: str) -> None:
    whole = catalogue.ENGLISH.read_text(encoding="utf-8").split("\n\n")
    path = tmp_path / "django.po"
    path.write_text("\n\n".join([*whole[:3], mark, *whole[3:]]), encoding="utf-8")
    monkeypatch.setattr(catalogue, "ENGLISH", path)
    line = path.read_text(encoding="utf-8").splitlines().index(mark) + 1
    assert catalogue.problems() == [f"merge: line {line}: {mark}"]


def test_a_line_that_is_no_message_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text('msgid "客户"\nmsgstr "Customer"\n\nCustomers\n', encoding="utf-8")
    monkeypatch.setattr(catalogue, "ENGLISH", path)
    (found,) = catalogue.problems()
    assert found.startswith("unreadable: line")
