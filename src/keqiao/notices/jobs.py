"""The worker's part: notices by e-mail."""

from keqiao.notices import by_mail
from keqiao.runtime import jobs


@jobs.handler("notices.mail")
def mail(run: jobs.Run) -> None:
    """What waits for one employee."""
    by_mail.send_waiting(run.payload["employee"])


@jobs.every("*/5 * * * *")
def digests() -> None:
    """The digests of the day."""
    by_mail.send_digests()
