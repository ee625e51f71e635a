"""What stands beside the tickets of the stock: call-backs that are due, and a survey behind a poster."""

import random
from datetime import datetime, timedelta
from itertools import islice

from keqiao.config.bench import words
from keqiao.kernel import bulk
from keqiao.kernel.actor import SYSTEM
from keqiao.org.models import Employee, OrgUnit
from keqiao.surveys import actions as surveys
from keqiao.visits.actions.planning import rule_for
from keqiao.visits.models import Visit

VISITS, CHUNK = 20_000, 5_000


def store_visits(rng: random.Random, customers: list[int], agents: list[Employee], now: datetime) -> int:
    """Call-backs of the last half year, the newest of them still to be made. Returns an open one of the first agent."""
    rule = rule_for("ticket.told", "complaint")
    if rule is None:
        raise LookupError("a rule for call-backs")
    rows = iter(range(VISITS))
    while chunk := list(islice(rows, CHUNK)):
        bulk.insert(Visit, [visit(rng, n, customers, agents[n % len(agents)], rule.pk, now) for n in chunk])
    return Visit.objects.filter(open=True, assignee=agents[0]).order_by("pk")[0].pk


def visit(
    rng: random.Random, n: int, customers: list[int], agent: Employee, rule_id: int, now: datetime
) -> dict[str, object]:
    """One call-back; every tenth is open."""
    still = n % 10 == 0
    planned = now - timedelta(hours=rng.uniform(1, 60) if still else rng.uniform(80, 4000))
    score = None if still else rng.choice((5, 5, 5, 4, 4, 3, 2))
    return {
        "number": f"HF20260101-{n + 1:05d}", "customer_id": customers[n % len(customers)], "rule_id": rule_id,
        "matter": rng.choice(words.FAULTS), "unit_id": agent.unit_id, "assignee_id": agent.pk, "round": 1,
        "status": "planned" if still else "done", "open": still, "planned_at": planned, "not_before": planned,
        "due_at": planned + timedelta(hours=72), "satisfaction": score, "solved": None if still else score != 2,
        "done_at": None if still else planned + timedelta(hours=rng.uniform(1, 90)), "done_by_id": None if still else agent.pk,
        "channel": "" if still else "phone",
    }  # fmt: skip


def poster(unit: OrgUnit) -> str:
    """The address of a survey that anybody may answer."""
    survey = surveys.publish(actor=SYSTEM, obj=surveys.create_survey(actor=SYSTEM, name="服务满意度", kind="csat"))
    made = surveys.create_poster(actor=SYSTEM, survey=survey, unit=unit, place="服务台")
    return f"/s/{made.code}/"
