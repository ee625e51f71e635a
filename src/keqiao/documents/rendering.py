"""A paper as a file."""

from importlib import import_module

from keqiao.documents.paper import Paper

# Loaded with the first paper: both libraries take longer to load than a page to answer, and few processes print.
MAKERS = {"docx": "keqiao.documents.word", "pdf": "keqiao.documents.pdf"}
KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def render(paper: Paper, kind: str) -> bytes:
    """The paper as "docx" or "pdf"; KeyError for any other kind."""
    made: bytes = getattr(import_module(MAKERS[kind]), kind)(paper)
    return made
