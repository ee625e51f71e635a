"""Getting, adding and removing files."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keqiao.files import actions, policies, queries, registry, storage
from keqiao.files.models import Attachment
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused
from keqiao.kernel.resource.pages import actor_of

# Whatever the file holds, it runs nothing and loads nothing, even when somebody opens its address directly.
_CAGE = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"


@require_safe
def download(request: HttpRequest, key: UUID) -> FileResponse:
    """The bytes: pictures may be looked at, everything else is saved."""
    return respond(seen(actor_of(request), key))


@require_POST
def upload(request: HttpRequest, label: str, owner_id: int) -> HttpResponse:
    """Add the chosen files; answers with the list of files."""
    actor = actor_of(request)
    if not registry.may_change(actor, label, owner_id):
        raise Http404
    chosen = request.FILES.getlist("file")
    problem = "" if chosen else _("请先选择文件。")
    try:
        for file in chosen:
            actions.attach(actor=actor, owner_label=label, owner_id=owner_id, upload=file)
    except Refused as refused:
        problem = _("%(name)s：%(problem)s") % {"name": file.name, "problem": refused.message}
    return listed(request, label, owner_id, problem)


@require_POST
def remove(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a file away; answers with the list of files."""
    attachment = seen(actor_of(request), key)
    if not policies.allowed(actor_of(request), "remove", attachment):
        raise Http404
    actions.remove(actor=actor_of(request), attachment=attachment)
    return listed(request, attachment.owner_label, attachment.owner_id, "")


def seen(actor: Actor, key: UUID) -> Attachment:
    """The attachment, or 404 whether it is missing or hidden."""
    attachment = policies.visible_one(actor, key)
    if attachment is None:
        raise Http404
    return attachment


def respond(attachment: Attachment) -> FileResponse:
    """A stored file as an answer; for other doors to files as well, which have asked who may see it."""
    try:
        file = storage.full_path(attachment.stored).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        file, content_type=attachment.content_type, as_attachment=not attachment.shown_inline, filename=attachment.name
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _CAGE
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def listed(request: HttpRequest, label: str, owner_id: int, problem: str) -> HttpResponse:
    """The list of a record's files as a part of a page; 422 with a problem."""
    context = {
        "attachments": queries.attachments_of(label, owner_id),
        "owner_label": label,
        "owner_id": owner_id,
        "can_attach": registry.may_change(actor_of(request), label, owner_id),
        "problem": problem,
    }
    return render(request, "files/_attachments.html", context, status=422 if problem else 200)
