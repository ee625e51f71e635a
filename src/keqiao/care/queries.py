"""The next greeting of one's list, and what came of them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from keqiao.care import policies
from keqiao.care.models import Greeting
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import today
from keqiao.kernel.statistics import wilson

STATUS, OUTCOME = Greeting.Status, Greeting.Outcome
ANSWERED = (OUTCOME.REPLIED, OUTCOME.BOUGHT)


def due(rows: QuerySet[Greeting], last: date) -> QuerySet[Greeting]:
    """Those that are due by a day, late ones included."""
    return rows.filter(status=STATUS.DUE, due_on__lte=last)


def next_greeting(actor: Actor, after: Greeting | None = None) -> Greeting | None:
    """The first of one's own that is due today or late; `after` one comes the next in the order of the list."""
    rows = due(policies.visible(actor).filter(owner_id=actor.id), today()).order_by("due_on", "pk")
    if after is not None:
        rows = rows.exclude(pk=after.pk)
        later = rows.filter(due_on__gte=after.due_on).exclude(due_on=after.due_on, pk__lt=after.pk)
        return later.first() or rows.first()
    return rows.first()


@dataclass(slots=True)
class Result:
    """What came of one plan's greetings: how many were due, done, and answered; the share with its 95 % interval."""

    plan_id: int
    plan: str
    due: int = 0
    done: int = 0
    skipped: int = 0
    unreached: int = 0
    replied: int = 0
    bought: int = 0

    @property
    def answered(self) -> int:
        return self.replied + self.bought

    @property
    def share(self) -> float | None:
        """Answered of those that were done, 0–1; None where none was done."""
        return self.answered / self.done if self.done else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share."""
        return wilson(self.answered, self.done)


def results(actor: Actor, first: date, last: date) -> list[Result]:
    """By plan, the greetings due on these days, both included, within the actor's sight. One query."""
    rows = policies.visible(actor).filter(due_on__gte=first, due_on__lte=last).order_by()
    found: dict[int, Result] = {}
    for plan_id, plan, status, outcome, n in rows.values_list("plan_id", "plan__name", "status", "outcome").annotate(
        n=Count("pk")
    ):
        one = found.setdefault(plan_id, Result(plan_id, plan))
        one.due += n
        if status == STATUS.SKIPPED:
            one.skipped += n
        if status == STATUS.DONE:
            one.done += n
            one.unreached += n if outcome == OUTCOME.UNREACHED else 0
            one.replied += n if outcome == OUTCOME.REPLIED else 0
            one.bought += n if outcome == OUTCOME.BOUGHT else 0
    return sorted(found.values(), key=lambda one: (-one.due, one.plan))
