"""A paper on its way to the browser; whoever takes it is on record."""

from dataclasses import replace
from io import BytesIO

from django.db import models, transaction
from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.documents.paper import Paper
from keqiao.documents.rendering import KINDS, render
from keqiao.documents.words import plain
from keqiao.kernel.actor import Actor
from keqiao.kernel.text import single_line


def stamped(paper: Paper, actor: Actor) -> Paper:
    """The paper with who prints it and when."""
    return replace(paper, printed_by=actor.name, printed_at=timezone.now())


def answer(
    *, actor: Actor, paper: Paper, kind: str, obj: models.Model | None = None, about: int | None = None
) -> FileResponse:
    """The paper as a file to save, printed by the actor now and recorded with `obj`, and `about` a customer.

    `kind` is "docx" or "pdf"; 404 for any other word from an address. The caller has asked for permission.
    """
    if kind not in KINDS:
        raise Http404(_("只能生成 DOCX 或 PDF 文件。"))
    content = render(stamped(paper, actor), kind)
    data = {"title": plain(paper.title), "number": paper.number, "version": paper.version, "format": kind}
    with transaction.atomic():
        record(actor, "document.printed", obj, data, about=about)
    stem = " ".join(part for part in (paper.number, plain(paper.title), paper.version.replace("/", "")) if part)
    name = f"{single_line(stem, 80)}.{kind}"
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=KINDS[kind])
