"""试运行: what a draft would have done to the tickets of the last 30 days, compared with the version in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import Refused, WrongState
from keqiao.kernel.state import move
from keqiao.org.models import Employee
from keqiao.org.queries import actor_for
from keqiao.runtime import jobs
from keqiao.runtime.models import Job
from keqiao.tickets.models import RULE_TRANSITIONS, Complaint, Kind, RuleSet, Severity, Ticket, Trial
from keqiao.tickets.ruling.climbed import Stay, reached, stays_of
from keqiao.tickets.ruling.flooding import alarms
from keqiao.tickets.ruling.keeping import demand
from keqiao.tickets.ruling.kinds import closing, deadlines, dispatching, limits, severities, texts
from keqiao.tickets.ruling.kinds.where import Case
from keqiao.tickets.ruling.reading import Rules, case_of, read, rows_of, rules
from keqiao.tickets.ruling.typed import Types, both, types_of

DAYS = 30
AT_ONCE = 300  # tickets; more are tried in the background
BATCH = 200
JOB = "tickets.try_rules"
KEPT = ("severity", "unit", "deadline", "escalation", "approval", "closing")  # each a column of Trial
WHAT = (*KEPT, "type", "receipt")
Progress = Callable[[int, int], None]
State = RuleSet.State


@transaction.atomic
def try_out(*, actor: Actor, obj: RuleSet) -> RuleSet:
    """Try a draft; very many tickets are tried by a job, and its page shows how far that is."""
    demand(actor)
    fresh = RuleSet.objects.select_for_update().get(pk=obj.pk)
    if fresh.state not in {State.DRAFT, State.TRIED}:
        raise WrongState(_("只有草稿可以试运行。"))
    if tickets_since(timezone.now()).count() > AT_ONCE:
        payload = {"ruleset": fresh.pk, "actor": actor.id}
        if jobs.enqueue(JOB, payload, key=key_of(fresh)) is None:
            raise Refused(_("正在试运行，请稍候。"))
        return fresh
    return finish(actor, fresh, fresh.edits, results(fresh))


@jobs.handler(JOB)
def try_in_background(run: jobs.Run) -> None:
    """The same as a job. What was edited meanwhile is not called tried."""
    ruleset = RuleSet.objects.filter(pk=run.payload["ruleset"], state__in=[State.DRAFT, State.TRIED]).first()
    if ruleset is None:
        return
    person = Employee.objects.filter(pk=run.payload["actor"]).first()
    found = results(ruleset, run.progress)
    with transaction.atomic():
        fresh = RuleSet.objects.select_for_update().filter(pk=ruleset.pk).first()
        if fresh is not None and fresh.edits == ruleset.edits:
            finish(actor_for(person) if person else SYSTEM, fresh, ruleset.edits, found)


def key_of(ruleset: RuleSet) -> str:
    """One trial of a version at a time."""
    return f"{JOB}:{ruleset.pk}"


def running(ruleset: RuleSet) -> Job | None:
    """The trial that is under way."""
    return Job.objects.filter(key=key_of(ruleset)).first()


def tickets_since(now: datetime) -> Any:
    """The tickets that a trial looks at."""
    return Ticket.objects.filter(accepted_at__gte=now - timedelta(days=DAYS), accepted_at__lte=now)


def results(ruleset: RuleSet, progress: Progress | None = None) -> tuple[Counter[str], list[Trial]]:
    """How many tickets would be treated otherwise, by what, and each of them with before and after."""
    at = timezone.now()
    rows = tickets_since(at).select_related("customer", "category", "complaint").prefetch_related("stages")
    rows = rows.order_by("pk")
    counts, found = Counter({"tickets": 0}), []
    total = rows.count() if progress else 0
    now, then = rules(), read(ruleset.pk)
    types = types_of(rows_of(now.pk)) if now.pk else {}, types_of(rows_of(ruleset.pk))
    walk = rows.iterator(chunk_size=BATCH)
    while chunk := list(islice(walk, BATCH)):
        for ticket, times in with_times(chunk):
            counts["tickets"] += 1
            trial = compared(ticket, times, now, then, stays_of(ticket, at), types)
            if trial is not None:
                trial.ruleset_id = ruleset.pk
                found.append(trial)
                counts.update(what for what in WHAT if what in trial.before)
        if progress:
            progress(counts["tickets"], total)
    counts["changed"] = len(found)
    came_in = list(matters_since(at))
    counts["waves_before"], counts["waves_after"] = alarms(now.waves, came_in), alarms(then.waves, came_in)
    return counts, found


def matters_since(now: datetime) -> Any:
    """The complaints that can be alike, in the order in which they came in."""
    rows = tickets_since(now).filter(kind=Kind.COMPLAINT, category__isnull=False).exclude(stage=Ticket.Stage.WITHDRAWN)
    return rows.order_by("accepted_at", "pk").values_list("category_id", "product", "unit_id", "accepted_at")


def with_times(tickets: list[Ticket]) -> Iterator[tuple[Ticket, int]]:
    """Tickets with the number of complaints that their customer had made by then, read at once."""
    span = timedelta(days=severities.REPEAT_DAYS)
    rows = Ticket.objects.filter(
        customer_id__in={one.customer_id for one in tickets}, kind=Kind.COMPLAINT,
        accepted_at__gte=min(one.accepted_at for one in tickets) - span,
    ).exclude(stage=Ticket.Stage.WITHDRAWN)  # fmt: skip
    made: dict[int, list[datetime]] = {}
    for customer, at in rows.values_list("customer_id", "accepted_at"):
        made.setdefault(customer, []).append(at)
    joined = Ticket.objects.filter(main__in=tickets).exclude(stage=Ticket.Stage.WITHDRAWN).order_by()
    along = dict(joined.values_list("main").annotate(n=Count("*")))
    for one in tickets:
        until = one.accepted_at
        own = sum(until - span <= at <= until for at in made.get(one.customer_id, ()))
        yield one, max(own, 1 + along.get(one.pk, 0))


def compared(
    ticket: Ticket, times: int, now: Rules, then: Rules, stays: list[Stay], types: tuple[Types, Types]
) -> Trial | None:
    """What differs for one ticket; None when nothing does."""
    complaint = ticket.complaint if ticket.is_complaint else None
    was, would = severity_by(ticket, complaint, times, now, then)
    before = outcome(case_at(ticket, was), complaint, now, stays)
    after = outcome(case_at(ticket, would), complaint, then, stays)
    before["type"], after["type"] = both(ticket.category_id, *types)
    came_in = case_at(ticket, was)  # the receipt is given before anybody rates the matter
    before["receipt"], after["receipt"] = (texts.template_for(one.receipts, came_in) for one in (now, then))
    differs = {what for what in WHAT if before[what] != after[what]}
    if not differs:
        return None
    return Trial(
        ticket_id=ticket.pk,
        before={what: before[what] for what in differs},
        after={what: after[what] for what in differs},
        **dict.fromkeys(differs.intersection(KEPT), True),
    )


def case_at(ticket: Ticket, severity: int) -> Case:
    """The ticket as the rules see it, at a severity."""
    ticket.severity = severity
    return case_of(ticket)


def severity_by(ticket: Ticket, complaint: Complaint | None, times: int, now: Rules, then: Rules) -> tuple[int, int]:
    """The severity as it stands, and as it would be: only another suggestion changes it, never below safety's floor."""
    if complaint is None or ticket.stage == Ticket.Stage.ACCEPTED:
        return ticket.severity, ticket.severity
    category = ticket.category
    found = severities.Finding(
        safety=complaint.safety, impact=complaint.impact, immediate=complaint.immediate, complicated=complaint.complex,
        amount_fen=complaint.amount_fen, times=times, category=ticket.category_id or 0,
        parent=(category.parent_id or 0) if category else 0,
    )  # fmt: skip
    old, new = severities.judge(now.severities, found).severity, severities.judge(then.severities, found).severity
    if old == new:
        return ticket.severity, ticket.severity
    return ticket.severity, max(new, int(Severity.MAJOR)) if complaint.safety else new


def outcome(case: Case, complaint: Complaint | None, by: Rules, stays: list[Stay]) -> dict[str, Any]:
    """What a version does to a ticket, JSON-safe."""
    route = dispatching.route_of(by.routes, case)
    paid = complaint.compensation_fen if complaint else 0
    stages = [stage for stage, _label in deadlines.STAGES]
    return {
        "severity": case.severity,
        "unit": list(route.units) if route else [],
        "deadline": {stage: by.limit(case.kind, case.severity, stage).minutes for stage in stages},
        "escalation": reached(stays, case, by),
        "approval": bool(paid) and paid > limits.free_of_approval(by.allowances, case),
        "closing": closing.demands_of(by.conditions, case),
    }


@transaction.atomic
def finish(actor: Actor, ruleset: RuleSet, edits: int, found: tuple[Counter[str], list[Trial]]) -> RuleSet:
    """Keep the results, unless the draft was edited meanwhile."""
    counts, trials = found
    if ruleset.state == State.TRIED:
        ruleset = move(ruleset, State.DRAFT, field="state", transitions=RULE_TRANSITIONS)
    ruleset.trials.all().delete()
    Trial.objects.bulk_create(trials, batch_size=500)
    done = move(
        ruleset, State.TRIED, field="state", transitions=RULE_TRANSITIONS, tried_at=timezone.now(), trial=dict(counts)
    )
    record(actor, "ruleset.tried", done, {"counts": dict(counts), "edits": edits})
    return done
