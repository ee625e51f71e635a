"""Letters to people about their way in: one kind of mail, sealed while it waits, since its link may open an account."""

import secrets
from datetime import datetime

from django.db import models

from keqiao.mailing import queries
from keqiao.mailing.actions import queue
from keqiao.mailing.letters import Body

KIND = "identity"


def configured() -> bool:
    """Whether this installation can send mail at all (KEQIAO_SMTP)."""
    return queries.available()


def post(*, to: str, name: str, subject: str, body: str, until: datetime, about: models.Model | None = None) -> None:
    """Queue a letter in the present transaction; after `until` it is of no use and is given up."""
    queue(
        key=f"{KIND}:{secrets.token_hex(12)}", kind=KIND, to=to, to_name=name, subject=subject, body=Body(body),
        about=about, good_until=until, private=True,
    )  # fmt: skip
