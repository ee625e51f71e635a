"""Files of a record."""

from django.db.models import QuerySet

from keqiao.files.models import Attachment


def attachments_of(label: str, owner_id: int, *, kind: str | None = None) -> QuerySet[Attachment]:
    """The files of one record, oldest first, with who sent them. The caller has checked that the record may be seen."""
    found = Attachment.objects.filter(owner_label=label, owner_id=owner_id).select_related("uploaded_by").order_by("id")
    return found if kind is None else found.filter(kind=kind)
