"""What a browser calls itself, in words that people know."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

# In this order: most browsers also name those that they resemble.
BROWSERS: tuple[tuple[str, str | Promise], ...] = (
    ("MicroMessenger", lazy("微信")),
    ("DingTalk", lazy("钉钉")),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Mac OS", "Linux")


def device_name(agent: str) -> str:
    """``Chrome · Windows`` out of the header User-Agent; a plain word where nothing is recognised."""
    found = [
        first(label for mark, label in BROWSERS if mark in agent),
        first(mark for mark in SYSTEMS if mark in agent),
    ]
    return " · ".join(part for part in found if part) or _("其他设备")


def first(found: Iterable[str | Promise]) -> str:
    """The first one, empty if there is none."""
    return str(next(iter(found), "")).replace("Mac OS", "macOS")
