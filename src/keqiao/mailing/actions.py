"""Putting mails into the queue, and every step of their way out.

A mail leaves at most once for each key. It is marked right before the server gets it; who finds that mark without an
end (the worker was killed, the connection broke) does not send again but says so, and a person decides.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.kernel import sealing
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.state import move
from keqiao.kernel.text import single_line
from keqiao.mailing import kinds, policies, queries
from keqiao.mailing.letters import MOST, Body
from keqiao.mailing.models import TRANSITIONS, Mail
from keqiao.runtime import jobs, throttle

State = Mail.State
PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 120, 240, 480, 720))  # then it has failed
# to one address; programs that answer each other by mistake end here
LIMITS = ((timedelta(minutes=10), 10), (timedelta(hours=1), 25))
KEPT = timedelta(days=90)
STUCK = timedelta(minutes=10)
MANY = 500


@transaction.atomic
def queue(
    *,
    key: str,
    kind: str,
    to: str,
    subject: str,
    body: Body,
    to_name: str = "",
    reply_to: str = "",
    about: models.Model | None = None,
    not_before: datetime | None = None,
    good_until: datetime | None = None,
    private: bool = False,
) -> Mail | None:
    """Queue one mail in the current transaction; None when the key was queued before. It stands or falls with the deed.

    `about` is the record concerned; `not_before` and `good_until` bound when it may go; `private` bodies carry links
    that open doors: they are sealed in the database, shown to nobody and never sent again. Raises Refused for an
    address that is none.
    """
    now = timezone.now()
    mail = Mail(
        key=key[:160], kind=kind, to=checked(to), to_name=single_line(to_name, 80), subject=single_line(subject, 200),
        reply_to=checked(reply_to) if reply_to else "", **said(body, private=private), created_at=now,
        label=about._meta.label_lower if about is not None else "", object_id=about.pk if about is not None else None,
        next_at=max(now, not_before or now), good_until=good_until,
    )  # fmt: skip
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
    except IntegrityError:
        return None
    enqueue(mail)
    return mail


def said(body: Body, *, private: bool) -> dict[str, Any]:
    """The columns that hold a body."""
    text, html = body.text[:MOST], body.html[: 4 * MOST]
    if not private:
        return {"text": text, "html": html}
    key, hidden = sealing.seal(json.dumps({"text": text, "html": html}), queries.PURPOSE)
    return {"text": hidden, "private": True, "sealed_by": key}


def checked(address: str) -> str:
    """The address, or Refused."""
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refused(_("邮箱地址不对：%s") % single_line(address, 60), field="email") from error
    return address


def enqueue(mail: Mail) -> None:
    """A job for the mail's next attempt."""
    jobs.enqueue("mailing.send", {"id": mail.pk}, key=f"mail:{mail.pk}:{mail.attempts}", run_at=mail.next_at)


def no_server() -> str:
    """Why mails wait where no server is set."""
    return _("还没有配置邮件服务器（KEQIAO_SMTP）。")


@transaction.atomic
def claim(pk: int) -> Mail | None:
    """Take a mail for an attempt; None when there is nothing to do. Whoever held it before holds it no more."""
    mail = Mail.objects.select_for_update().filter(pk=pk).first()
    now = timezone.now()
    if mail is None or mail.state not in {State.WAITING, State.SENDING} or mail.next_at > now:
        return None
    if mail.state == State.SENDING and mail.handed_at is not None:
        end(mail, State.UNSURE, _("程序在交给邮件服务器的过程中中断，可能已经发出。"))
        return None
    if mail.good_until is not None and now >= mail.good_until:
        end(mail, State.FAILED, mail.error or _("已过有效时间。"))
        return None
    asked = kinds.of(mail.kind).against
    if asked is not None and (why := asked(mail)):
        end(mail, State.FAILED, why)
        return None
    if mail.state == State.WAITING and not mail.resends and too_many(mail, now):
        hold(mail, now)
        return None
    Mail.objects.filter(pk=mail.pk).update(
        state=State.SENDING, attempts=F("attempts") + 1, claimed_at=now, handed_at=None
    )
    mail.refresh_from_db()
    return mail


def too_many(mail: Mail, now: datetime) -> bool:
    """Whether the address has had as many mails as anybody may get in so short a time."""
    throttle.hits(f"mail:{mail.to}", window=LIMITS[0][0])  # one attempt for each address at a time
    others = Mail.objects.filter(to=mail.to).exclude(pk=mail.pk).exclude(state=State.HELD)
    return any(others.filter(claimed_at__gt=now - span).count() >= most for span, most in LIMITS)


def hold(mail: Mail, now: datetime) -> None:
    """Silence; the alarm is on record once an hour for each address."""
    recent = Mail.objects.filter(to=mail.to, state=State.HELD, claimed_at__gt=now - timedelta(hours=1)).exists()
    Mail.objects.filter(pk=mail.pk).update(claimed_at=now)
    held = end(mail, State.HELD, _("一小时内发给这个地址的邮件过多。"))
    if not recent:
        record(SYSTEM, "mail.held", held, {"what": queries.masked(held.to)})


@transaction.atomic
def hand(mail: Mail) -> bool:
    """Mark that the server gets the mail now; False when another worker has taken it over."""
    mine = Mail.objects.filter(pk=mail.pk, state=State.SENDING, attempts=mail.attempts, handed_at=None)
    return mine.update(handed_at=timezone.now()) == 1


@transaction.atomic
def sent(mail: Mail) -> None:
    """The server has taken it; what it said is not kept."""
    held = Mail.objects.select_for_update().get(pk=mail.pk)
    if held.attempts == mail.attempts and held.state in {State.SENDING, State.UNSURE}:
        end(held, State.SENT, "", sent_at=timezone.now(), text="", html="", sealed_by="")


@transaction.atomic
def failed(mail: Mail, problem: str, *, permanent: bool) -> None:
    """The server said no: again after a pause, or never."""
    held = Mail.objects.select_for_update().get(pk=mail.pk)
    if held.attempts != mail.attempts or held.state != State.SENDING:
        return
    tries = held.attempts - held.spent
    due = None if permanent or tries > len(PAUSES) else timezone.now() + PAUSES[tries - 1]
    if due is None or (held.good_until is not None and due >= held.good_until):
        end(held, State.FAILED, problem)
        return
    again = {"next_at": due, "error": single_line(problem, 300), "handed_at": None}
    enqueue(move(held, State.WAITING, field="state", transitions=TRANSITIONS, **again))


@transaction.atomic
def unsure(mail: Mail, problem: str) -> None:
    """Nobody saw how it ended."""
    held = Mail.objects.select_for_update().get(pk=mail.pk)
    if held.attempts == mail.attempts and held.state == State.SENDING:
        end(held, State.UNSURE, problem)


def end(mail: Mail, state: str, problem: str, **changes: Any) -> Mail:
    """An end, told to the app that the mail came from; trouble is on record."""
    words = single_line(problem, 300)
    moved = move(mail, state, field="state", transitions=TRANSITIONS, error=words, **changes)
    if state in {State.FAILED, State.UNSURE}:
        record(SYSTEM, f"mail.{state}", moved, {"what": queries.masked(moved.to), "note": moved.error})
    heard = kinds.of(moved.kind).ended
    if heard is not None:
        heard(moved)
    return moved


@transaction.atomic
def resend(*, actor: Actor, obj: Mail) -> Mail:
    """Send again what did not arrive, from the first attempt on."""
    if not policies.allowed(actor, "resend", obj):
        raise NotAllowed(_("这封邮件不能重发：权限不够，或内容只能由原来的页面重新发送。"))
    moved = move(
        obj, State.WAITING, field="state", transitions=TRANSITIONS, next_at=timezone.now(), error="", good_until=None,
        handed_at=None, spent=obj.attempts, resends=obj.resends + 1,
    )  # fmt: skip
    jobs.enqueue("mailing.send", {"id": moved.pk}, key=f"mail:{moved.pk}:again:{moved.resends}")
    record(actor, "mail.resent", moved, {"what": queries.masked(moved.to)})
    return moved


@transaction.atomic
def forget(*, actor: Actor, addresses: Iterable[str]) -> int:
    """Let nothing remain of mails to these addresses, for a person who asked for erasure; returns how many went."""
    gone = Mail.objects.filter(to__in=list(addresses)).delete()[0]
    if gone:
        record(actor, "mail.forgotten", None, {"rows": gone})
    return gone


@transaction.atomic
def revive() -> int:
    """Give a job to mails that should have moved long ago and have none; returns how many were looked at."""
    long_ago = timezone.now() - STUCK
    stuck = Q(state=State.WAITING, next_at__lt=long_ago) | Q(state=State.SENDING, claimed_at__lt=long_ago)
    mails = list(Mail.objects.filter(stuck).order_by("pk")[:MANY])
    for mail in mails:
        enqueue(mail)
    return len(mails)


@transaction.atomic
def sweep() -> int:
    """Drop mails that are older than KEPT; returns how many."""
    return Mail.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
