"""Reads that more than one place needs."""

from collections.abc import Iterable

from keqiao.approvals import kinds
from keqiao.approvals.finding import deciders, holders, people, sitters
from keqiao.approvals.models import LIVING, Approval, Decider, Flow, FlowStep, Rule, Step, Who
from keqiao.org.models import Employee

__all__ = ["deciders", "flow_of", "holders", "stages_of", "waiting_for", "would_ask"]

OVERSEE = "approval.oversee"
KEEPERS = "org.change"  # who can give anybody any power


def waiting_for(label: str, object_id: int, kind: str) -> Approval | None:
    """The open approval of that kind about a record, also while it is returned for completion."""
    return Approval.objects.filter(label=label, object_id=object_id, kind=kind, state__in=LIVING).first()


def flow_of(kind: str) -> Flow | None:
    """The flow that new requests of a kind take."""
    return Flow.objects.filter(kind=kind, state=Flow.State.CURRENT).first()


def default_step(power: str) -> FlowStep:
    """The one step where no flow is kept: whoever holds the power within reach."""
    return FlowStep(place=1, who=Who.POWER, power=power)


def stages_of(flow: Flow | None, power: str, amount_fen: int | None) -> list[list[FlowStep]]:
    """The steps that a request of that amount passes, stage by stage; those of one stage are asked at the same time."""
    rules = list(flow.steps.select_related("position", "person")) if flow else [default_step(power)]
    stages: list[list[FlowStep]] = []
    for rule in rules:
        if not rule.applies(amount_fen):
            continue
        if rule.beside and stages:
            stages[-1].append(rule)
        else:
            stages.append([rule])
    return stages or [[default_step(power)]]  # never decided by nobody


def would_ask(
    kind: str, *, requester_id: int | None, unit_id: int, power: str, amount_fen: int | None = None
) -> list[int]:
    """Who would be asked first about such a request; nobody where nobody could decide it."""
    stages = stages_of(flow_of(kind), power, amount_fen)
    found = [people(rule, requester_id, unit_id) for rule in stages[0]] if stages else []
    return [pk for one in found for pk in one] if all(found) else []


def forecast(
    stages: Iterable[Iterable[Rule]], *, requester_id: int, unit_id: int
) -> list[list[tuple[Rule, list[tuple[Employee, Employee | None]]]]]:
    """For each step of each stage the people who would be asked today, each with whom he represents, if anybody."""
    asked = [[(rule, sitters(people(rule, requester_id, unit_id), requester_id)) for rule in rules] for rules in stages]
    ids = {pk for rules in asked for _rule, seats in rules for pair in seats.items() for pk in pair}
    known = Employee.objects.in_bulk(ids)
    return [
        [
            (rule, [(known[who], None if who == whose else known[whose]) for whose, who in seats.items()])
            for rule, seats in rules
        ]
        for rules in asked
    ]


def problem_of(rule: Rule) -> bool:
    """Whether there is nobody at all, for whatever request, who could decide the step."""
    if rule.who == Who.POWER:
        return not holders(rule.power)
    if rule.who == Who.POSITION:
        return not Employee.objects.filter(positions=rule.position_id, positions__active=True, is_active=True).exists()
    if rule.who == Who.PERSON:
        return not Employee.objects.filter(pk=rule.person_id or 0, is_active=True).exists()
    working = Employee.objects.filter(is_active=True)
    return not (
        working.filter(manager__is_active=True).exists() or working.filter(unit__leader__is_active=True).exists()
    )


def overseers(unit_id: int) -> list[int]:
    """Who is told when nobody can decide: who oversees the unit's approvals, else who keeps the organisation."""
    return deciders(OVERSEE, unit_id) or [one.pk for one in holders(KEEPERS)]


def current_steps(approval: Approval) -> list[Step]:
    """The steps that are asked now."""
    return list(approval.steps.filter(state=Step.State.CURRENT).select_related("position", "person"))


def open_seats(approval: Approval) -> list[Decider]:
    """Who is asked now."""
    rows = approval.deciders.filter(state=Decider.State.OPEN).select_related("employee", "principal", "step")
    return list(rows.order_by("pk"))


def kind_choices() -> list[tuple[str, str]]:
    """The kinds for which a flow can be kept."""
    return [(kind.code, kinds.title_of(kind.code)) for kind in kinds.every() if kind.title]
