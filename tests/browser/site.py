"""The running program that the browser tests visit, and the people who sit before it."""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from keqiao.org.demo import PASSWORD
from tests.processes import environment

ROOT = Path(__file__).resolve().parents[2]
SCALE = 0.02
WIDE, PHONE = (1440, 900), (390, 844)
FILL = f"from keqiao.workspace import demo; demo.build(scale={SCALE})"
BUILD_SECONDS = 600

# user names of the demonstration, by what they are
AGENT, COLLEAGUE, LEADER = "linyinuo", "zhouheng", "xuzhiyuan"
QUALITY, LOGISTICS, REPAIR = "hanjianguo", "wuxueliang", "tianweimin"
HEAD, CHIEF, CALLER, ADMIN = "hebowen", "tangjing", "xiaohan", "maxiaodong"
OUTSIDER = "wangsiqi"  # an agent of another unit: sees what that unit accepted, and nothing of the complaint team


def fill(data: Path) -> None:
    """Make the demonstration's data in a fresh installation, in a process of its own."""
    inside(data, FILL)


def inside(data: Path, command: str) -> str:
    """Run Python in a process of its own on the program's data, for what no page can prepare. Returns what it prints."""
    env = environment(data, DJANGO_SETTINGS_MODULE="keqiao.config.settings")
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{command}"], env=env, capture_output=True, text=True,
        timeout=BUILD_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass
class Watch:
    """What a page must not do: fail, complain on the console, ask another host."""

    base: str
    expected: set[int] = field(default_factory=set)  # statuses that the test provokes
    offline: bool = False  # while the test has cut the line
    found: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.found.append(f"script error: {error}"))
        page.on("request", self.request)
        page.on("requestfailed", self.failed)
        page.on("response", self.response)

    def console(self, message: ConsoleMessage) -> None:
        """Errors and warnings; a refused answer is judged by its status."""
        if self.offline or "Failed to load resource" in message.text:
            return
        if message.type in {"error", "warning"}:
            self.found.append(f"console {message.type}: {message.text}")

    def request(self, request: Request) -> None:
        """Only this host."""
        if urlsplit(request.url).scheme not in {"data", "blob"} and not request.url.startswith(self.base):
            self.found.append(f"another host: {request.url}")

    def failed(self, request: Request) -> None:
        """A request that got no answer; one that the browser gave up by leaving the page is none."""
        if request.failure != "net::ERR_ABORTED" and not self.offline:
            self.found.append(f"no answer: {request.method} {request.url}: {request.failure}")

    def response(self, response: Response) -> None:
        """An answer that says no."""
        if response.status >= 400 and response.status not in self.expected:
            self.found.append(f"status {response.status}: {response.request.method} {response.url}")


@dataclass
class Site:
    """The address of the program, and the sessions that are open."""

    base: str
    browser: Browser
    data: Path
    states: dict[str, Any] = field(default_factory=dict)

    def context(
        self, who: str = "", size: tuple[int, int] = WIDE, scheme: str = "light", **more: Any
    ) -> BrowserContext:
        """A browser of somebody's own; logged in once, then with that session."""
        width, height = size
        phone = {"has_touch": True, "is_mobile": True} if width < 600 else {}
        context = self.browser.new_context(
            base_url=self.base, viewport={"width": width, "height": height}, color_scheme=scheme, locale="zh-CN",
            timezone_id="Asia/Shanghai", reduced_motion="reduce", storage_state=self.state(who) if who else None,
            **phone, **more,
        )  # fmt: skip
        context.set_default_timeout(15_000)
        return context

    def state(self, who: str) -> Any:
        """The cookies of somebody who has logged in by the login page."""
        if who not in self.states:
            context = self.browser.new_context(base_url=self.base, locale="zh-CN")
            page = context.new_page()
            page.goto("/login/")
            page.locator("[name=username]").fill(who)
            page.locator("[name=password]").fill(PASSWORD)
            page.get_by_role("button", name="登录", exact=True).click()
            page.wait_for_url(f"{self.base}/")
            self.states[who] = context.storage_state()
            context.close()
        return self.states[who]
