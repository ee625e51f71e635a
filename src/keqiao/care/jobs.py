"""The nightly drafts, and what came of greetings sent by e-mail."""

from django.urls import reverse

from keqiao.care.actions import draft_all, sent
from keqiao.care.models import Greeting
from keqiao.customers.consenting.actions import token_of
from keqiao.customers.consents import refusal
from keqiao.customers.models import Consent
from keqiao.kernel.actor import SYSTEM
from keqiao.mailing.letters import address
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


def about(mail: Mail) -> Greeting | None:
    """The greeting that a mail carries."""
    return Greeting.objects.select_related("customer", "plan").filter(pk=mail.object_id or 0).first()


def against(mail: Mail) -> str:
    """What the customer has said since somebody pressed 发送: a refusal is in force at once."""
    greeting = about(mail)
    return refusal(greeting.customer, greeting.plan.purpose, Consent.Channel.EMAIL) if greeting else ""


def headers(mail: Mail) -> dict[str, str]:
    """From these mail programs make their button 退订 (RFC 8058)."""
    greeting = about(mail)
    if greeting is None:
        return {}
    url = address(reverse("consent-unsubscribe", args=[token_of(greeting.customer)]))
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
