"""Putting files to records and taking them away."""

from django.apps import apps
from django.core.files.base import File
from django.db import models, transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.files import names, storage
from keqiao.files.models import Attachment
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused


def attach(
    *,
    actor: Actor,
    owner_label: str,
    owner_id: int,
    upload: File,  # type: ignore[type-arg]
    name: str | None = None,
    kind: str = "",
    about: int | None = None,
) -> Attachment:
    """Store a file for the record `owner_label` ("tickets.ticket") number `owner_id` and record it in its history.

    The bytes are on disk before the row is: a crash leaves at most an orphan, which `jobs.sweep_orphans` clears, and
    never a row without its file. `about` is the customer concerned. The caller has checked that the actor may.
    Raises Refused with a reason to show: empty, over 20 MB, too many pixels, or no such record.
    """
    shown = names.clean(name or upload.name or "")
    owner = _owner(owner_label, owner_id)
    stored = storage.keep(upload, shown)
    with transaction.atomic():
        attachment = Attachment.objects.create(
            owner_label=owner_label,
            owner_id=owner_id,
            kind=kind,
            name=shown,
            size=stored.size,
            sha256=stored.sha256,
            content_type=stored.content_type,
            stored=stored.path,
            uploaded_by_id=actor.id,
        )
        record(actor, "file.attached", owner, _facts(attachment), about=about)
    return attachment


@transaction.atomic
def remove(*, actor: Actor, attachment: Attachment, about: int | None = None) -> None:
    """Take a file away from its record; the bytes go with the next sweep. Raises Refused if somebody was faster."""
    removed, _rows = Attachment.objects.filter(pk=attachment.pk).delete()
    if removed != 1:
        raise Refused(_("这个文件已经被删除。"))
    owner = _owner(attachment.owner_label, attachment.owner_id)
    record(actor, "file.removed", owner, _facts(attachment), about=about)


def _facts(attachment: Attachment) -> dict[str, object]:
    return {
        "file": attachment.name,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "key": str(attachment.key),
        "kind": attachment.kind,
    }


def _owner(label: str, owner_id: int) -> models.Model:
    owner: models.Model | None = apps.get_model(label)._base_manager.filter(pk=owner_id).first()
    if owner is None:
        raise Refused(_("记录不存在或已被删除，文件没有保存。"))
    return owner
