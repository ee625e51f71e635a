"""A paper as a file."""

from importlib import import_module
from threading import Lock
from typing import Any

from keqiao.documents.paper import Paper

# Loaded with the first paper: both libraries take longer to load than a page to answer, and few processes print.
MAKERS = {"docx": "keqiao.documents.word", "pdf": "keqiao.documents.pdf"}
KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
# The font is one object that reads its file from a place that it keeps: two threads would move it under each other.
_ONE_AT_A_TIME = Lock()


def render(paper: Paper, kind: str) -> bytes:
    """The paper as "docx" or "pdf"; KeyError for any other kind."""
    return drawn(MAKERS[kind], kind, paper)


def drawn(module: str, function: str, *given: Any) -> bytes:
    """What a function of that module draws with our fonts: loaded with its first use, one at a time in a process."""
    with _ONE_AT_A_TIME:
        made: bytes = getattr(import_module(module), function)(*given)
    return made
