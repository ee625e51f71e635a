"""Writes that span areas: what customers do on their own pages, and a leader's sharing out."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.files.actions import attach
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.text import single_line
from keqiao.org.models import Employee
from keqiao.runtime import throttle
from keqiao.tickets import actions as tickets
from keqiao.tickets.models import Channel, Kind, Ticket
from keqiao.tickets.policies import visible

HOUR = timedelta(hours=1)
COMPLAINTS_OF_ADDRESS = 10  # an hour
COMPLAINTS_OF_PHONE = 3  # an hour
QUARTER = timedelta(minutes=15)
TRIES_OF_NUMBER = 5  # a quarter of an hour
TRIES_OF_ADDRESS = 30  # a quarter of an hour
SUPPLEMENTS = 10  # an hour
SUBJECT = 40  # characters
PICTURES = "customer"


def complain(*, actor: Actor, phone: str, pictures: Iterable[Any] = (), **words: Any) -> Ticket:
    """A customer's complaint from the web form, with pictures. `phone` is in its one spelling.

    Raises TooMany when an address or a phone sends in more than is believable in an hour.
    """
    throttle.hit(f"complain:ip:{actor.ip}", limit=COMPLAINTS_OF_ADDRESS, window=HOUR)
    throttle.hit(f"complain:phone:{phone}", limit=COMPLAINTS_OF_PHONE, window=HOUR)
    return register(actor=actor, phone=phone, pictures=pictures, **words)


@transaction.atomic
def register(*, actor: Actor, phone: str, pictures: Iterable[Any], name: str, text: str, **words: Any) -> Ticket:
    """The complaint and its pictures, all or nothing."""
    ticket = tickets.accept(
        actor=actor, kind=Kind.COMPLAINT, channel=Channel.WEB, subject=single_line(text, SUBJECT), body=text,
        contact_name=name, contact_phone=phone, **words,
    )  # fmt: skip
    add_pictures(actor, ticket, pictures)
    record(actor, "portal.complained", ticket, about=ticket.customer_id)
    return ticket


def add_pictures(actor: Actor, ticket: Ticket, pictures: Iterable[Any]) -> None:
    """Put the customer's pictures to the ticket."""
    for picture in pictures:
        attach(
            actor=actor, owner_label="tickets.ticket", owner_id=ticket.pk, upload=picture, kind=PICTURES,
            about=ticket.customer_id,
        )  # fmt: skip


def identify(*, actor: Actor, number: str, tail: str) -> Ticket | None:
    """The ticket of that number whose contact phone ends in those four digits; None alike for every other pair.

    Every try counts, by number and by address, before anything is looked up: five for a number and thirty for an
    address in a quarter of an hour, then TooMany, for numbers that exist and for numbers that do not.
    """
    number = unicodedata.normalize("NFKC", number).strip().upper()[:24]
    throttle.hit(f"portal:ip:{actor.ip}", limit=TRIES_OF_ADDRESS, window=QUARTER)
    throttle.hit(f"portal:number:{number}", limit=TRIES_OF_NUMBER, window=QUARTER)
    ticket = Ticket.objects.filter(number=number, phone_reversed__startswith=tail[::-1]).first()
    if ticket is not None:
        throttle.clear(f"portal:number:{number}")
        enter(actor=actor, ticket=ticket)
    return ticket


@transaction.atomic
def enter(*, actor: Actor, ticket: Ticket) -> None:
    """Note that the customer looked at the matter."""
    record(actor, "portal.entered", ticket, about=ticket.customer_id)


def supplement(*, actor: Actor, obj: Ticket, text: str, pictures: Iterable[Any] = ()) -> None:
    """The customer's further word, with pictures; ten an hour are enough for anybody."""
    throttle.hit(f"supplement:{obj.pk}", limit=SUPPLEMENTS, window=HOUR)
    with transaction.atomic():
        tickets.supplement(actor=actor, obj=obj, text=text)
        add_pictures(actor, obj, pictures)
        record(actor, "portal.supplemented", obj, about=obj.customer_id)


@transaction.atomic
def share_out(*, actor: Actor, shares: Mapping[int, Iterable[int]]) -> tuple[int, int]:
    """Give unassigned tickets to people as previewed: employee's id → tickets' ids.

    What somebody else has taken or closed meanwhile stays where it is. Returns how many were given, how many not.
    """
    if not actor.can("ticket.assign"):
        raise NotAllowed(_("您没有分派工单的权限。如工作需要，请联系主管。"))
    people = {one.pk: one for one in Employee.objects.filter(pk__in=shares, is_active=True)}
    if len(people) != len(shares):
        raise Refused(_("所选的人里有人已离职，请重新选择。"))
    given, asked = 0, 0
    for employee_id, ids in sorted(shares.items()):
        wanted = list(ids)
        rows = visible(actor).filter(pk__in=wanted, owner=None, open=True)
        given += tickets.share_out(actor=actor, tickets=rows, owner=people[employee_id])
        asked += len(wanted)
    if given:
        record(actor, "tickets.shared_out", None, {"given": given, "people": [one.name for one in people.values()]})
    return given, asked - given
