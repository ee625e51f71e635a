"""Handing one mail over to the server, and telling a clear no from an end that nobody saw."""

from collections.abc import Callable
from contextlib import suppress
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.translation import gettext as _

from keqiao.mailing import kinds
from keqiao.mailing.letters import Body
from keqiao.mailing.models import Mail


class NotSent(Exception):
    """The server did not take the mail; `permanent` when it never will."""

    def __init__(self, words: str, *, permanent: bool = False) -> None:
        super().__init__(words)
        self.permanent = permanent


class Unsure(Exception):
    """The connection broke while the mail was handed over: it may have been taken."""


def message(mail: Mail, body: Body) -> EmailMultiAlternatives:
    """The mail as it goes out. Programs that answer by themselves are asked not to."""
    made = EmailMultiAlternatives(
        subject=mail.subject,
        body=body.text,
        to=[f'"{quoted(mail.to_name)}" <{mail.to}>' if mail.to_name else mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={
            "Message-ID": message_id(mail),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            **(further(mail) if (further := kinds.of(mail.kind).headers) else {}),
        },
    )
    if body.html:
        made.attach_alternative(body.html, "text/html")
    return made


def quoted(name: str) -> str:
    """A display name for between quotation marks."""
    return name.replace("\\", "").replace('"', "")


def message_id(mail: Mail) -> str:
    """The same for every attempt, so that a server that has it knows it again; another when somebody sends it anew."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ") or "localhost"
    again = f".{mail.resends}" if mail.resends else ""
    return f"<keqiao.{mail.pk}{again}.{mail.created_at:%Y%m%d%H%M%S%f}@{host}>"


def hand_over(made: EmailMultiAlternatives, about_to: Callable[[], None]) -> None:
    """Send it. `about_to` is called once the server listens, right before it gets the mail.

    Raises NotSent for a clear no, Unsure when the end was not seen.
    """
    connection = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        raise NotSent(words(error)) from error
    try:
        about_to()
        connection.send_messages([made])
    except SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()), (450, b""))
        raise NotSent(f"{code} {plain(said)}", permanent=code >= 500) from error
    except SMTPResponseException as error:
        raise NotSent(words(error), permanent=error.smtp_code >= 500) from error
    except (SMTPException, OSError) as error:
        raise Unsure(words(error)) from error
    finally:
        with suppress(SMTPException, OSError):
            connection.close()


def words(error: Exception) -> str:
    """What went wrong, for the administrator."""
    if isinstance(error, SMTPResponseException):
        return f"{error.smtp_code} {plain(error.smtp_error)}"
    if isinstance(error, TimeoutError):
        return _("邮件服务器没有按时回应")
    return _("连不上邮件服务器：%s") % (str(error) or type(error).__name__)


def plain(said: bytes | str) -> str:
    """What the server said, as text."""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
