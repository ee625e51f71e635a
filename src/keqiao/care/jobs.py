"""The nightly drafts, and the sending of greetings by e-mail."""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage

from keqiao.care.actions import address_of, draft_all, sent
from keqiao.care.models import Greeting
from keqiao.care.words import company_name
from keqiao.kernel.actor import SYSTEM
from keqiao.runtime import jobs


@jobs.every("20 0 * * *")
def draft_care() -> int:
    """Draft the coming days' greetings shortly after midnight."""
    return draft_all()


@jobs.handler("care.mail")
def mail(run: jobs.Run) -> None:
    """Send one greeting. It carries its number as Message-ID, so that a second try after a crash is the same message."""
    greeting = Greeting.objects.select_related("customer", "owner").get(pk=run.payload["id"])
    if greeting.status != Greeting.Status.SENDING:
        return
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    message = EmailMessage(
        subject=f"{company_name()} {greeting.subject}".strip(),
        body=greeting.text,
        to=[address_of(greeting.customer)],
        headers={"Message-ID": f"<{greeting.number}@{host}>"},
    )
    problem = ""
    try:
        message.send()
    except (SMTPException, OSError, ValueError) as error:
        problem = str(error) or type(error).__name__
    sent(actor=SYSTEM, obj=greeting, by=run.payload.get("by"), problem=problem)
