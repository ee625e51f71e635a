"""A paper as a file."""

from keqiao.documents.paper import Paper
from keqiao.documents.pdf import pdf
from keqiao.documents.word import docx

KINDS = {
    "docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (pdf, "application/pdf"),
}


def render(paper: Paper, kind: str) -> bytes:
    """The paper as "docx" or "pdf"; KeyError for any other kind."""
    return KINDS[kind][0](paper)
