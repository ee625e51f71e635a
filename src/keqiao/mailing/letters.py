"""What a mail says: plain words and HTML, both from one source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.template import loader
from django.utils import translation

MOST = 200_000  # characters of a body; more is no letter


@dataclass(frozen=True, slots=True)
class Body:
    """A mail's plain text and, where there is one, its HTML."""

    text: str
    html: str = ""


def address(path: str) -> str:
    """A page's whole address, for links in mails."""
    return urljoin(settings.PUBLIC_URL.rstrip("/") + "/", path.lstrip("/"))


def rendered(template: str, context: Mapping[str, Any]) -> Body:
    """The body from `template`.txt and `template`.html, in the language of the house."""
    with translation.override(settings.LANGUAGE_CODE):
        text = loader.render_to_string(f"{template}.txt", dict(context))
        html = loader.render_to_string(f"{template}.html", dict(context))
    return Body(text.strip() + "\n", html)


def letter(heading: str, paragraphs: Iterable[str], *, action: tuple[str, str] | None = None, footer: str = "") -> Body:
    """A short letter: heading, paragraphs, and one thing to click, as (label, whole address)."""
    label, url = action or ("", "")
    context = {"heading": heading, "paragraphs": list(paragraphs), "label": label, "url": url, "footer": footer}
    return rendered("mailing/letter", context)
