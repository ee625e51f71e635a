"""What a filter offers to choose from: read anew now and then, for building it costs more than the rows of a page."""

import time
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

FRESH = 10.0


def options(resource: str, name: str, field: Any, chosen: frozenset[str]) -> SafeString:
    """The <option>s of a filter. What there is to choose from is read anew every FRESH seconds, not for every page."""
    lines = _offered(resource, name, field)
    if not chosen:
        return SafeString("".join(f'<option value="{value}">{label}</option>' for value, label in lines))
    return SafeString(
        "".join(
            f'<option value="{value}"{" selected" if value in chosen else ""}>{label}</option>'
            for value, label in lines
        )
    )


_kept: dict[tuple[str, str, str | None], tuple[float, list[tuple[str, str]]]] = {}


def _offered(resource: str, name: str, field: Any) -> list[tuple[str, str]]:
    key = (resource, name, get_language())
    until, lines = _kept.get(key, (0.0, []))
    if time.monotonic() > until:
        offered = [("", _("全部")), *((value, label) for value, label in field.choices if str(value) != "")]
        lines = [(escape(str(value)), escape(str(label))) for value, label in offered]
        _kept[key] = (time.monotonic() + FRESH, lines)
    return lines


def forget_options() -> None:
    """Read what there is to choose from anew with the next page; for tests."""
    _kept.clear()
