"""A link that is to be given to somebody: shown to be copied and, where that helps, to be scanned."""

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache


@never_cache
def link_page(
    request: HttpRequest,
    *,
    title: str,
    url: str,
    said: str,
    note: str,
    back: str,
    subtitle: str = "",
    picture: str = "",
) -> HttpResponse:
    """The page or dialog: `said` above the link, `note` below; `picture` names the QR code that stands above both."""
    page = {
        "title": title, "subtitle": subtitle, "url": url, "said": said, "note": note, "back": back, "picture": picture,
        "qr": segno.make(url, error="m").svg_data_uri(scale=5, border=2) if picture else "",
    }  # fmt: skip
    return render(request, "kernel/link.html", {"page": page})
