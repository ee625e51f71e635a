"""The navigation, drawn once for all who hold the same powers: every page shows it and none pays for it."""

from dataclasses import dataclass
from functools import lru_cache

from django.template import loader
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from keqiao.config.places import GROUPS, HANDY
from keqiao.kernel.actor import Actor

FEW = 14  # entries that a screen shows without any group folded


@dataclass(frozen=True, slots=True)
class Link:
    """A page that the person may open."""

    label: str
    url: str
    name: str


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
                    Link(str(page.label), reverse(page.name), page.name)
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
    return {link.url: one for group in sections(powers, language) for one in group.entries for link in one.links}


def navigation(actor: Actor, path: str) -> SafeString:
    """The drawn navigation, with the entry marked under whose pages the path lies."""
    powers, language = frozenset(actor.grants), get_language() or ""
    known = _entry_of(powers, language)
    inside = [url for url in known if path == url or (url != "/" and path.startswith(url))]
    nearest = max(inside, key=len, default="")
    return drawn(powers, language, known[nearest].url if nearest else "")


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
    """The tabs of the pages that belong together, on exactly those pages; nothing on all others."""
    powers, language = frozenset(actor.grants), get_language() or ""
    one = _entry_of(powers, language).get(path)
    return tabs(powers, language, path) if one and len(one.links) > 1 else SafeString("")


@lru_cache(maxsize=512)
def tabs(powers: frozenset[str], language: str, path: str) -> SafeString:
    """The tabs' HTML; `path` is the address of one of the pages."""
    one = _entry_of(powers, language)[path]
    return loader.render_to_string("ui/beside.html", {"entry": one, "path": path})
