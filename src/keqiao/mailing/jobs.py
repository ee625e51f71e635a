"""The worker's part: one attempt for each job, and the sweeping."""

from keqiao.kernel.sealing import Unreadable
from keqiao.mailing import actions, queries
from keqiao.mailing.sending import NotSent, Unsure, hand_over, message
from keqiao.runtime import jobs


@jobs.handler("mailing.send")
def send(run: jobs.Run) -> None:
    """One attempt. The mail itself counts them and knows its next one, so the job is done either way."""
    run.progress(0)  # whoever lost the job touches nothing
    mail = actions.claim(run.payload["id"])
    if mail is None:
        return

    def about_to() -> None:
        run.progress(0)  # the lease outlasts the time that the server has for its answer
        if not actions.hand(mail):
            raise jobs.Lost

    try:
        if not queries.available():
            raise NotSent(actions.no_server())
        hand_over(message(mail, queries.body_of(mail)), about_to)
    except NotSent as no:
        actions.failed(mail, str(no), permanent=no.permanent)
    except Unsure as end:
        actions.unsure(mail, str(end))
    except (Unreadable, ValueError) as error:
        actions.failed(mail, repr(error), permanent=True)
    else:
        actions.sent(mail)


@jobs.every("*/10 * * * *")
def revive() -> None:
    """Mails that lost their job get another."""
    actions.revive()


@jobs.every("17 3 * * *")
def sweep() -> None:
    """Old mails go."""
    actions.sweep()
