"""What happens to somebody's way in, told in the page; org knows no notices."""

from django.utils.translation import gettext as _

from keqiao.audit.models import Event
from keqiao.audit.readers import reader
from keqiao.kernel.actor import SYSTEM
from keqiao.notices.actions import notify


@reader("notices.identity", "factor.reset")
def tell(events: list[Event]) -> None:
    """Somebody else took away a person's second factor."""
    for event in events:
        if event.object_id is not None:
            title = _("%(who)s已重设您的两步验证，请重新设置") % {"who": event.who}
            notify(actor=SYSTEM, to=[event.object_id], title=title, url="/me/factor/", kind="identity",
                   key=f"factor.reset:{event.pk}")  # fmt: skip
