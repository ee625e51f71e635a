"""The nightly drafts, and what came of greetings sent by e-mail."""

from keqiao.care.actions import draft_all, sent
from keqiao.care.models import Greeting
from keqiao.kernel.actor import SYSTEM
from keqiao.mailing.models import Mail
from keqiao.runtime import jobs


@jobs.every("20 0 * * *")
def draft_care() -> int:
    """Draft the coming days' greetings shortly after midnight."""
    return draft_all()


def mailed(mail: Mail) -> None:
    """A greeting's mail has ended: delivered, or due again with the reason."""
    greeting = Greeting.objects.select_related("customer", "owner").filter(pk=mail.object_id or 0).first()
    if greeting is not None and greeting.status == Greeting.Status.SENDING:
        problem = "" if mail.state == Mail.State.SENT else mail.error or mail.get_state_display()
        sent(actor=SYSTEM, obj=greeting, problem=problem)
