"""The navigation, drawn once for all who hold the same powers: every page shows it and none pays for it."""

from dataclasses import dataclass
from functools import lru_cache

from django.template import loader
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from keqiao.config.places import GROUPS, HANDY
from keqiao.kernel.actor import Actor
from keqiao.workspace.views.rules import GROUPS as RULES
from keqiao.workspace.views.rules import address

SETTINGS = "settings"  # the page of rules
FEW = 14  # entries that a screen shows without any group folded


@dataclass(frozen=True, slots=True)
class Link:
    """A page that the person may open; `below` are the addresses of the lists that only it leads to."""

    label: str
    url: str
    name: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as this person sees it: where it leads, and the pages that are its tabs."""

    icon: str
    links: tuple[Link, ...]

    @property
    def label(self) -> str:
        """The first page's."""
        return self.links[0].label

    @property
    def url(self) -> str:
        """The first page's."""
        return self.links[0].url


@dataclass(frozen=True, slots=True)
class Section:
    """A group as this person sees it."""

    key: str
    label: str
    everyday: bool
    entries: tuple[Shown, ...]


@lru_cache(maxsize=512)
def sections(powers: frozenset[str], language: str) -> tuple[Section, ...]:
    """The groups for somebody with these powers, in this language (the words are kept, so it is part of the key)."""
    found = []
    for group in GROUPS:
        shown = tuple(
            Shown(one.icon, links)
            for one in group.entries
            if (
                links := tuple(
                    Link(str(page.label), reverse(page.name), page.name, tuple(map(reverse, page.below)))
                    for page in one.pages
                    if not page.needs or powers.intersection(page.needs)
                )
            )
        )
        if shown:
            found.append(Section(group.key, str(group.label), group.everyday, shown))
    return tuple(found)


@lru_cache(maxsize=512)
def _entry_of(powers: frozenset[str], language: str) -> dict[str, Shown]:
    """The entry that each page's address belongs to."""
    return {
        url: one
        for group in sections(powers, language)
        for one in group.entries
        for link in one.links
        for url in (link.url, *link.below)
    }


def navigation(actor: Actor, path: str) -> SafeString:
    """The drawn navigation, with the entry marked under whose pages the path lies."""
    powers, language = frozenset(actor.grants), get_language() or ""
    known = _entry_of(powers, language)
    inside = [url for url in known if path == url or (url != "/" and path.startswith(url))]
    nearest = max(inside, key=len, default="") or (reverse(SETTINGS) if keeps_rules(path) else "")
    return drawn(powers, language, known[nearest].url if nearest in known else "")


@lru_cache(maxsize=512)
def drawn(powers: frozenset[str], language: str, current: str) -> SafeString:
    """The navigation's HTML; `current` is the address of the entry to mark."""
    found = sections(powers, language)
    few = sum(len(group.entries) for group in found) <= FEW
    groups = [(group, few or group.everyday or any(one.url == current for one in group.entries)) for group in found]
    offered = {link.name: (one, link) for group in found for one in group.entries for link in one.links}
    handy = [offered[name] for name in HANDY if name in offered][:4]
    return loader.render_to_string("ui/nav.html", {"groups": groups, "handy": handy, "current": current})


def beside(actor: Actor, path: str) -> SafeString:
    """The tabs of the pages that belong together, on exactly those pages; the way back on pages of rules; else nothing."""
    powers, language = frozenset(actor.grants), get_language() or ""
    known = _entry_of(powers, language)
    one = known.get(path)
    if one is None and keeps_rules(path) and reverse(SETTINGS) in known:
        return way_back(language)
    return tabs(powers, language, path) if one and len(one.links) > 1 else SafeString("")


@lru_cache(maxsize=1)
def _kept_below() -> frozenset[str]:
    """The beginnings of the addresses of rules that only the page of rules leads to."""
    listed = {reverse(page.name) for group in GROUPS for one in group.entries for page in one.pages}
    found = {address(rule) for _group, rules in RULES for rule in rules} - {""}
    return frozenset(beginning(url) for url in found) - {beginning(url) for url in listed}


def beginning(path: str) -> str:
    """The first part of an address."""
    return path.split("/", 2)[1]


def keeps_rules(path: str) -> bool:
    """Whether rules are kept there that have no entry of their own."""
    return beginning(path) in _kept_below()


@lru_cache(maxsize=8)
def way_back(language: str) -> SafeString:
    """The line that leads back to the page of rules."""
    return loader.render_to_string("ui/way_back.html", {"url": reverse(SETTINGS)})


@lru_cache(maxsize=512)
def tabs(powers: frozenset[str], language: str, path: str) -> SafeString:
    """The tabs' HTML; `path` is the address of one of the pages."""
    one = _entry_of(powers, language)[path]
    return loader.render_to_string("ui/beside.html", {"entry": one, "path": path})
