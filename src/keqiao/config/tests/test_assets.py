"""The build of styles, scripts and icons; the tools themselves are replaced, only the decisions are tested."""

import json
import os
import re
import time
from pathlib import Path

import pytest
from django.test import Client

from keqiao.config import assets


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A small house of its own; the names of the parts that were built, in order."""
    package, frontend, build = tmp_path / "src" / "keqiao", tmp_path / "frontend", tmp_path / "build"
    for folder in (package / "kernel", frontend / "src" / "js", frontend / "src" / "css"):
        folder.mkdir(parents=True)
    (package / "kernel" / "icons.py").write_text("ICONS = {}")
    (package / "page.html").write_text("<p>")
    (frontend / "package.json").write_text("{}")
    (frontend / "src" / "js" / "app.js").write_text("1")
    monkeypatch.setattr(assets, "PACKAGE", package)
    monkeypatch.setattr(assets, "FRONTEND", frontend)
    monkeypatch.setattr(assets, "BUILD", build)
    monkeypatch.setattr(assets, "MANIFEST", build / "manifest.json")
    monkeypatch.setattr(assets, "_install", lambda: None)
    log: list[str] = []

    def builder(name: str, file: str, made: Path) -> None:
        log.append(name)
        (made / file).write_text(f"{name}{len(log)}")

    files = {"css": "app.css", "js": "app.js", "icons": "icons.svg"}
    for name, file in files.items():
        monkeypatch.setitem(assets._BUILDERS, name, lambda made, name=name, file=file: builder(name, file, made))
    return log


def names() -> dict[str, str]:
    """What the manifest calls each file."""
    files: dict[str, str] = json.loads(assets.MANIFEST.read_text())["files"]
    return files


def test_builds_once_and_then_only_what_changed(made: list[str]) -> None:
    assert sorted(assets.build()) == ["css", "icons", "js"]
    assert assets.build() == []
    (assets.PACKAGE / "page.html").write_text('<p class="new">')
    assert assets.build() == ["css"]
    (assets.PACKAGE / "kernel" / "icons.py").write_text("ICONS = {'a': 'b'}")
    assert sorted(assets.build()) == ["css", "icons"]


def test_a_lost_file_is_built_again(made: list[str]) -> None:
    assets.build()
    (assets.BUILD / names()["app.js"]).unlink()
    assert assets.build() == ["js"]


def test_manifest_names_each_file_by_its_content(made: list[str]) -> None:
    assets.build()
    before = names()
    assert set(before) == {"app.css", "app.js", "icons.svg"}
    (assets.PACKAGE / "page.html").write_text("<b>")
    assets.build()
    after = names()
    assert after["app.css"] != before["app.css"]
    assert after["app.js"] == before["app.js"]
    assert re.fullmatch(r"app\.[0-9a-f]{10}\.css", after["app.css"])


def test_replaced_files_stay_for_a_day(made: list[str]) -> None:
    assets.build()
    first = assets.BUILD / names()["app.css"]
    content, long_ago = first.read_bytes(), time.time() - 30 * assets.KEPT
    os.utime(first, (long_ago, long_ago))
    (assets.PACKAGE / "page.html").write_text("<b>")
    assets.build()
    assert first.read_bytes() == content, "a server that runs still names it"
    (assets.PACKAGE / "page.html").write_text("<i>")
    assets.build()
    assert first.exists()
    os.utime(first, (long_ago, long_ago))
    (assets.PACKAGE / "page.html").write_text("<u>")
    assets.build()
    assert not first.exists()
    assert all((assets.BUILD / name).is_file() for name in names().values())
    assert not list(assets.BUILD.glob(".*"))


@pytest.mark.django_db
def test_pages_name_built_files_by_content_and_browsers_keep_them(client: Client) -> None:
    page = client.get("/login/").content.decode()
    built = set(re.findall(r"/static/keqiao/build/[^\"#]+", page))
    assert built
    for url in built:
        assert re.fullmatch(r".+\.[0-9a-f]{10}\.(css|js|svg)", url), url
        answer = client.get(url)
        answer.close()
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "max-age=315360000, public, immutable"
    plain = client.get("/static/keqiao/icon.svg")
    plain.close()
    assert "immutable" not in plain["Cache-Control"]


def test_without_sources_there_is_nothing_to_do(made: list[str]) -> None:
    (assets.FRONTEND / "package.json").unlink()
    assert assets.build() == []
    assert made == []


def test_a_failure_is_told_and_leaves_the_old_manifest(
    made: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assets.build()
    before = assets.MANIFEST.read_text()
    (assets.PACKAGE / "page.html").write_text("<i>")

    def fail(_made: Path) -> None:
        raise assets.BuildError("样式没有生成")

    monkeypatch.setitem(assets._BUILDERS, "css", fail)
    assert assets.main() == 1
    assert "样式没有生成" in capsys.readouterr().err
    assert assets.MANIFEST.read_text() == before
