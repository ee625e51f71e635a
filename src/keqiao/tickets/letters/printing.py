"""An issued paper as DOCX or PDF."""

from keqiao.documents.paper import Paper, Text
from keqiao.org.queries import company_name
from keqiao.tickets.models import Letter


def as_paper(letter: Letter) -> Paper:
    """The words as they were signed, with number, version of the template and check sum."""
    return Paper(
        title=letter.title,
        number=letter.number,
        organisation=company_name(),
        parts=(Text(letter.body), Text(f"SHA-256 {letter.sha256}", quiet=True)),
    )
