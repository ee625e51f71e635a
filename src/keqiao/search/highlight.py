"""Marking what was searched for."""

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from keqiao.kernel.text import folded_with_places, normalise


def highlight(text: str, query: str) -> SafeString:
    """The text as safe HTML, keywords inside <mark>; case, width and form do not matter."""
    folded, places = folded_with_places(text)
    marked = [False] * (len(text) + 1)
    for keyword in {word for word in normalise(query).split(" ") if word}:
        at = folded.find(keyword)
        while at >= 0:
            for place in places[at : at + len(keyword)]:
                marked[place] = True
            at = folded.find(keyword, at + len(keyword))
    parts: list[str] = []
    for place, char in enumerate(text):
        if marked[place] and not (place and marked[place - 1]):
            parts.append("<mark>")
        parts.append(escape(char))
        if marked[place] and not marked[place + 1]:
            parts.append("</mark>")
    return mark_safe("".join(parts))  # noqa: S308 – every character is escaped above
