"""Reads used in more than one place."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from keqiao.calendars.queries import calendar_for
from keqiao.kernel import phones
from keqiao.kernel.prepared import Prepared
from keqiao.kernel.resource import Found
from keqiao.kernel.worktime import WorkCalendar
from keqiao.org.models import OrgUnit
from keqiao.search import queries as search
from keqiao.tickets.models import GIVEN, WAITING_ALONG, Complaint, Dispatch, Kind, Stage, Ticket
from keqiao.tickets.ruling.kinds import where
from keqiao.tickets.ruling.kinds.base import Names
from keqiao.tickets.ruling.kinds.dispatching import route_of
from keqiao.tickets.ruling.kinds.severities import REPEAT_DAYS
from keqiao.tickets.ruling.reading import case_of, rules_of

_NUMBER = re.compile(r"(?:TS|GD)[\d-]{0,20}")
_END = re.compile(r"\d{4}")  # as much as the mask shows, so that asking for more digits tells nothing


def calendar_of(ticket: Ticket) -> WorkCalendar:
    """The working calendar by which a ticket's clocks run."""
    return calendar_for(ticket.unit_id)


_current_stage = Prepared(lambda ticket: Stage.objects.filter(ticket=ticket, left_at=None), 1)


def current_stage(ticket: Ticket) -> Stage:
    """The log row of the stage that the ticket is in; DoesNotExist for none."""
    found = _current_stage.first(ticket.pk)
    if found is None:
        raise Stage.DoesNotExist
    return found


def minutes_left(ticket: Ticket, now: datetime | None = None) -> int:
    """Working minutes until `due_at`, negative when late; while the clock is stopped, as it stood then."""
    at = ticket.paused_at or now or timezone.now()
    return calendar_of(ticket).minutes_between(at, ticket.due_at)


def times_complained(ticket: Ticket) -> int:
    """The how many-eth complaint this is, those taken back left out.

    Of its customer within the days that count as a repetition, or of all that were joined to it: whichever is more.
    """
    since = ticket.accepted_at - timedelta(days=REPEAT_DAYS)
    rows = Ticket.objects.filter(
        customer_id=ticket.customer_id, kind=Kind.COMPLAINT, accepted_at__gte=since, accepted_at__lte=ticket.accepted_at
    )
    withdrawn = Ticket.Stage.WITHDRAWN
    return max(rows.exclude(stage=withdrawn).count(), 1 + ticket.joined.exclude(stage=withdrawn).count())


@dataclass(frozen=True, slots=True)
class Granted:
    """What the main matter of a joined one pays; it is counted there and nowhere else."""

    fen: int
    main: Ticket
    same_customer: bool


def granted_along(ticket: Ticket) -> Granted | None:
    """The compensation that was decided for a joined complaint by its main one; None while or where there is none."""
    if ticket.main is None or not ticket.is_complaint or ticket.stage in WAITING_ALONG:
        return None
    found = Complaint.objects.filter(pk=ticket.main_id).exclude(founded=False)
    fen = found.values_list("compensation_fen", flat=True).first()
    return Granted(fen, ticket.main, ticket.main.customer_id == ticket.customer_id) if fen else None


def compensated(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Those whose result is there and pays money. What joined matters are given is the main one's, so it counts once."""
    return rows.filter(stage__in=GIVEN, complaint__founded=True, complaint__compensation_fen__gt=0)


def suggested_units(ticket: Ticket) -> tuple[list[OrgUnit], str]:
    """The units that the dispatch rules give a ticket to, and the rule in words; none where no rule fits.

    Who was asked since the ticket was last reopened is not suggested again: a returned matter goes to somebody else.
    """
    route = route_of(rules_of(ticket).routes, case_of(ticket))
    if route is None:
        return [], ""
    asked = ticket.dispatches.filter(round=ticket.reopened).values("unit")
    found = {unit.pk: unit for unit in OrgUnit.objects.filter(pk__in=route.units, active=True).exclude(pk__in=asked)}
    return [found[pk] for pk in route.units if pk in found], where.words(route.data, Names())


def dispatches_of_round(ticket: Ticket) -> list[Dispatch]:
    """The dispatches since the ticket was last reopened."""
    return list(ticket.dispatches.filter(round=ticket.reopened).select_related("unit", "handler"))


def find(rows: QuerySet[Ticket], term: str) -> QuerySet[Ticket] | Found:
    """A number or its beginning, a phone or its end, else words."""
    folded = term.strip().upper()
    if _NUMBER.fullmatch(folded):
        return rows.filter(number__gte=folded, number__lt=folded + "~")
    if number := phones.normalise(folded):
        return rows.filter(phone_reversed=phones.reverse(number))
    if _END.fullmatch(folded):
        tail = folded[::-1]
        return rows.filter(phone_reversed__gte=tail, phone_reversed__lt=tail + "a")
    return search.search(rows, "tickets.ticket", term)
