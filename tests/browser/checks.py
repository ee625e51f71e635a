"""What holds for every page: accessible, as wide as its screen, in Chinese."""

import re
from typing import Any

from playwright.sync_api import Page

from tests.browser.site import ROOT

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]});
  return found.violations.filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => one.id + ": " + one.nodes.slice(0, 3).map(node => node.target.join(" ") + " " + (node.any[0]?.message ?? "")).join(" | "));
}"""
# the words that a reader sees: visible text, labels and placeholders; not what customers and clerks have typed
WORDS = """() => {
  const skipped = "script, style, code, kbd, pre, [lang=en], .prose-text, .answer-url, [data-data]";
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const box = walk.currentNode.parentElement;
    if (box && !box.closest(skipped) && box.getClientRects().length) found.push(walk.currentNode.textContent);
  }
  for (const one of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]"))
    for (const name of ["aria-label", "placeholder", "title", "alt"])
      if (one.hasAttribute(name)) found.push(one.getAttribute(name));
  found.push(document.title);
  return found.map(text => text.trim()).filter(text => /[A-Za-z]{2,}/.test(text));
}"""
TOO_WIDE = """() => {
  const page = document.scrollingElement;
  if (page.scrollWidth <= innerWidth) return [];
  const beyond = [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > innerWidth + 1);
  const outside = beyond.filter(one => !one.closest(".scroll-x"));
  // what is placed by itself is not held by a box that scrolls, unless that is its frame
  const loose = beyond.filter(one => getComputedStyle(one).position == "absolute");
  const told = [...outside, ...loose].slice(0, 5).map(one => one.tagName + "." + one.className);
  return told.length ? told : ["page: " + page.scrollWidth];
}"""
# names of formats, keys and products, and what stands for itself: record numbers, user names, addresses, models
ALLOWED = re.compile(
    r"\b(API|JSON|OpenAPI|Excel|CSV|XLSX?|PDF|QR|GB|MB|KB|UTF-8|GB18030|Enter|Ctrl|JPG|PNG|WebP|GIF|Cookie|URL|IP"
    r"|Chrome|Edge|Firefox|Safari|Linux|Windows|Android|macOS|iPhone|iPad|English|VIP|KeQiao"
    r"|OpenID Connect|https|issuer|client_id|corpid|AgentId|Secret|Microsoft|Google|Authenticator"
    r"|Authorization|Bearer|Idempotency-Key|GET|POST|PUT|PATCH|DELETE|App|QQ|Pro|CSAT|NPS|CES|KEQIAO_[A-Z]+)\b"
    r"|\b(KH|TS|GD|HF|ZG|SP|FP)\d[\d-]*|\b[A-Z]{1,4}[A-Z0-9]*[-/]?[A-Z0-9/-]*\d[A-Z0-9/-]*|[\w.+*-]+@[\w.-]+|https?://\S+|\w+\.(csv|xlsx?)\b|Asia/Shanghai"
)
ENGLISH = re.compile(r"[A-Za-z]{2,}")


def english(page: Page, known: frozenset[str] = frozenset()) -> list[str]:
    """Texts of a Chinese page that hold Latin words, allowed ones left out."""
    texts = [text for text in page.evaluate(WORDS) if "XSS" not in text]  # what test_payloads has written
    return [text for text in texts if set(ENGLISH.findall(ALLOWED.sub("", text))) - known]


def faults(page: Page, known: frozenset[str] = frozenset(), *, axe: bool = True) -> list[str]:
    """Everything that is wrong with a page that is open."""
    page.wait_for_function("() => !document.querySelector('[hx-trigger=load]')?.textContent.includes('正在载入')")
    found: list[Any] = []
    if axe:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found += [f"axe {one}" for one in page.evaluate(RUN_AXE)]
    found += [f"too wide: {one}" for one in page.evaluate(TOO_WIDE)]
    found += [f"English: {one[:120]}" for one in english(page, known)]
    return [f"{page.url}: {one}" for one in found]
