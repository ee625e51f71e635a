"""One running program for all browser tests, and pages of the people who use it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.base import Once
from tests.browser.site import Site, Watch, fill
from tests.processes import up

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium."""
    return browser_type_launch_args | {"executable_path": "/usr/bin/chromium", "args": FLAGS, "headless": True}


@pytest.fixture(scope="session")
def site(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, once: Once, install: Callable[[Path], Path]
) -> Iterator[Site]:
    """The whole program with a small demonstration, on a port and in a folder of its own."""
    if running := os.environ.get("KEQIAO_BROWSER_URL"):  # a demonstration that runs already, while writing tests
        yield Site(running, browser, Path(os.environ.get("KEQIAO_BROWSER_DATA", "data")))
        return
    data = tmp_path_factory.mktemp("browser") / "data"
    shutil.copytree(once("demonstration", lambda folder: fill(install(folder))), data)
    # links for customers lead to the address that the program gives for its own
    with up(data, KEQIAO_DEMO="1") as (_process, port):
        yield Site(f"http://localhost:{port}", browser, data)


@pytest.fixture
def watch(site: Site) -> Iterator[Watch]:
    """Nothing may go wrong on any page of the test, unless the test provokes it."""
    watch = Watch(site.base)
    yield watch
    assert watch.found == []


@pytest.fixture
def visit_as(site: Site, watch: Watch) -> Iterator[Open]:
    """Opens a page for somebody; "" is a stranger."""
    contexts = []

    def open_page(who: str = "", *args: Any, **more: Any) -> Page:
        context = site.context(who, *args, **more)
        contexts.append(context)
        page = context.new_page()
        watch.follow(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
