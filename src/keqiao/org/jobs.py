"""Password links that were asked for, and what nobody needs any more."""

from django.utils import timezone

from keqiao.org.models import PersonalLink, Session, TrustedDevice
from keqiao.org.recovery.actions import answer_request
from keqiao.runtime import jobs


@jobs.handler("org.reset")
def reset_asked(run: jobs.Run) -> None:
    """Somebody asked for a new password by an address, known or not."""
    answer_request(run.payload["email"], run.payload.get("language", ""))


@jobs.every("17 * * * *")
def sweep() -> None:
    """Delete sessions, links and trusted devices whose time is over."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    PersonalLink.objects.filter(expires_at__lt=now).delete()
    TrustedDevice.objects.filter(expires_at__lt=now).delete()
