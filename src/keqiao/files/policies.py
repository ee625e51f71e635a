"""Which attachments somebody sees: those of records that the owner's guard lets them see."""

from uuid import UUID

from keqiao.files import registry
from keqiao.files.models import Attachment
from keqiao.kernel.actor import Actor


def visible_one(actor: Actor, key: UUID) -> Attachment | None:
    """The attachment with that key, if its record may be seen; None alike for a stranger's and a missing one."""
    found = Attachment.objects.filter(key=key).first()
    if found is None or not registry.may_see(actor, found.owner_label, found.owner_id):
        return None
    return found


def allowed(actor: Actor, verb: str, attachment: Attachment) -> bool:
    """Whether the actor may "view" or "remove" the attachment."""
    asked = registry.may_see if verb == "view" else registry.may_change
    return asked(actor, attachment.owner_label, attachment.owner_id)
