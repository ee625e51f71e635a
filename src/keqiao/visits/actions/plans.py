"""Visits by plan – period, festival, store day, selection – and after events: each customer once for the occasion."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.customers.consents import free_from, refusal
from keqiao.customers.models import Consent, Customer
from keqiao.kernel import dates
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.sql import hold
from keqiao.notices.actions import notify
from keqiao.reception.models import Entry
from keqiao.runtime import counters
from keqiao.services.models import Service
from keqiao.tickets.models import Ticket
from keqiao.visits import candidates
from keqiao.visits.actions.base import ask, note_deed, url_of
from keqiao.visits.actions.limits import due_from
from keqiao.visits.models import Visit, VisitRule
from keqiao.visits.sharing import deal, on_duty

Occasion, Event = VisitRule.Occasion, VisitRule.Event


def share_hold(unit_id: int) -> None:
    """One at a time shares out within a unit, so that nobody gets more than the day's limit."""
    hold(f"visits-of:{unit_id}")


def generate_all() -> int:
    """Make today's visits of all plans; returns how many. Each plan in a transaction of its own."""
    plans = VisitRule.objects.filter(active=True, paused=False).exclude(occasion=Occasion.EVENT)
    return sum(generate(actor=SYSTEM, rule=rule) for rule in plans.order_by("pk"))


@transaction.atomic
def generate(*, actor: Actor, rule: VisitRule) -> int:
    """Make the visits that the plan asks for now, at most `most_a_day`; returns how many.

    Safe to call again and in parallel: rule, customer and occasion are unique together, and one caller at a time counts.
    """
    share_hold(rule.unit_id or 0)
    rule = VisitRule.objects.select_related("segment__owner", "unit").get(pk=rule.pk)
    if not rule.active or rule.paused or rule.occasion == Occasion.EVENT:
        return 0
    now = timezone.now()
    found = candidates.meant(rule, now)
    made_today = Visit.objects.filter(rule=rule, planned_at__gte=dates.start_of(dates.today())).count()
    left = max(rule.most_a_day - made_today, 0)
    if found.turn is None or not left:
        return 0
    customers = list(found.rows[:left])
    visits = [planned(rule, found.turn, customer, now) for customer in customers]
    return len(hand_out(actor, rule.unit_id or 0, visits))


@transaction.atomic
def run_plan(*, actor: Actor, obj: VisitRule) -> int:
    """Make today's visits of a plan at once instead of tonight. Raises Refused where there is nobody to call."""
    if not actor.can("settings.change"):
        raise NotAllowed(_("您没有维护业务规则的权限。"))
    made = generate(actor=actor, rule=obj)
    if not made:
        raise Refused(_("现在没有要生成的回访。可以先看“试算”，了解哪些客户会被回访、哪些不会。"))
    return made


def planned(rule: VisitRule, turn: candidates.Turn, customer: Customer, now: datetime) -> Visit:
    """A visit of a plan, not saved yet: within the rule's days, and never after the festival."""
    due = due_from(rule, rule.unit_id, now)
    if turn.last_day is not None:
        due = min(due, dates.start_of(turn.last_day + timedelta(days=1)) - timedelta(minutes=1))
    matter = (
        rule.name if turn.label == rule.name else _("%(rule)s（%(turn)s）") % {"rule": rule.name, "turn": turn.label}
    )
    return Visit(
        customer=customer, rule=rule, occasion_key=turn.key, matter=matter[:120], unit_id=rule.unit_id or 0,
        planned_at=now, not_before=free_from(customer, now), due_at=due,
    )  # fmt: skip


def hand_out(
    actor: Actor, unit_id: int, visits: Sequence[Visit], avoid: Sequence[Collection[int]] | None = None
) -> list[Visit]:
    """Save visits of one unit, shared out to those at work there; those that exist already are left out.

    The caller has passed `share_hold`. What fits nobody's day waits for the unit; nothing is lost.
    """
    today = timezone.localdate()
    saved = [(visit, place) for place, visit in enumerate(visits) if store(visit)]
    unwanted = [avoid[place] if avoid else () for _visit, place in saved]
    people = deal(unwanted, on_duty(unit_id, today))
    for (visit, _place), person in zip(saved, people, strict=True):
        give(visit, person, today)
        note_deed(actor, "visit.planned", visit, {"round": visit.round, "due_at": visit.due_at.isoformat()})
    tell_people(actor, [visit for visit, _place in saved])
    return [visit for visit, _place in saved]


def store(visit: Visit) -> bool:
    """Save the visit with its number; False where it was made already."""
    try:
        with transaction.atomic():
            visit.number = counters.number("HF", timezone.localdate())
            visit.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def give(visit: Visit, person: int | None, day: date) -> None:
    """Put the visit before somebody, or before the unit."""
    visit.assignee_id, visit.shared_on = person, day if person else None
    Visit.objects.filter(pk=visit.pk).update(assignee_id=person, shared_on=visit.shared_on)
    ask(visit)


def tell_people(actor: Actor, visits: Sequence[Visit]) -> None:
    """One notice to each who was given visits, however many they are."""
    given: dict[int, list[Visit]] = {}
    for visit in visits:
        if visit.assignee_id:
            given.setdefault(visit.assignee_id, []).append(visit)
    for person, own in given.items():
        one = _("新的回访：%(visit)s") % {"visit": own[0]}
        many = _("新的回访 %(n)s 位：%(matter)s") % {"n": len(own), "matter": own[0].matter}
        single = len(own) == 1
        notify(
            actor=actor, to=[person], title=one if single else many, kind="visit.planned",
            url=url_of(own[0]) if single else "/visits/desk/", key=f"visit.planned:{own[0].pk}:{person}",
        )  # fmt: skip


def after_service(service: Service) -> Visit | None:
    """The visit after a delivery or a service; once each, None where no rule asks or it has been taken back."""
    if service.status == Service.Status.VOID:
        return None
    rule = first_rule(Event.DELIVERED if service.kind == Service.Kind.DELIVERED else Event.SERVED)
    return following(rule, service.customer, f"s{service.pk}", service.unit_id, service.matter) if rule else None


def after_event(*, ticket: Ticket | None = None, entry: Entry | None = None) -> Visit | None:
    """The visit after a closed ticket that was not visited, or after a walk-in; once each, None where no rule asks."""
    if ticket is not None:
        rule = first_rule(Event.TICKET_CLOSED, ticket.kind)
        busy = Visit.objects.filter(ticket=ticket, round=ticket.reopened + 1).exists()
        if rule is None or busy or ticket.open or ticket.stage != Ticket.Stage.CLOSED:
            return None
        key, unit_id, matter = f"t{ticket.pk}-{ticket.reopened + 1}", ticket.unit_id, ticket.subject
        return following(rule, ticket.customer, key, unit_id, matter, ticket=ticket)
    if entry is None or entry.way != Entry.Way.WALK_IN or entry.status == Entry.Status.VOID:
        return None
    rule = first_rule(Event.RECEIVED)
    matter = entry.matter or _("来访接待")
    return following(rule, entry.customer, f"r{entry.pk}", entry.unit_id, matter) if rule else None


@transaction.atomic
def following(
    rule: VisitRule, customer: Customer, key: str, unit_id: int, matter: str, *, ticket: Ticket | None = None
) -> Visit | None:
    """Plan the visit some days after an event, unless the customer was called lately or wants no calls."""
    unit_id = rule.unit_id or unit_id
    share_hold(unit_id)
    now = timezone.now()
    since = now - timedelta(days=rule.gap_days)
    own = Visit.objects.filter(customer=customer)
    if own.filter(open=True).exists() or (rule.gap_days and own.filter(done_at__gte=since).exists()):
        return None
    if refusal(customer, Consent.Purpose.SERVICE, Consent.Channel.PHONE):
        return None
    start = free_from(customer, now + timedelta(days=rule.after_days))
    visit = Visit(
        customer=customer, ticket=ticket, rule=rule, occasion_key=key, matter=matter[:120], unit_id=unit_id,
        round=ticket.reopened + 1 if ticket else 1, planned_at=now, not_before=start,
        due_at=due_from(rule, unit_id, start),
    )  # fmt: skip
    avoid = {ticket.owner_id} if ticket and ticket.owner_id else set()
    return next(iter(hand_out(SYSTEM, unit_id, [visit], [avoid])), None)


def first_rule(event: str, kind: str = "") -> VisitRule | None:
    """The first active rule for an event, for that kind of ticket where it is one."""
    rules = VisitRule.objects.filter(occasion=Occasion.EVENT, event=event, active=True).order_by("pk")
    return next((rule for rule in rules if not kind or kind in rule.kinds), None)
