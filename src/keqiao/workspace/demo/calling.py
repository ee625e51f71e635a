"""Plans of call-backs and who makes how many, and the last two weeks of calls that followed from them."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from keqiao.kernel.dates import today
from keqiao.visits import actions
from keqiao.visits.actions.rules import create_rule
from keqiao.visits.actions.visitors import add_visitor
from keqiao.visits.models import PLAN_CLOSING, PLAN_MIDDLE, PLAN_OPENING, Visit, VisitRule
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.world import Life, World

DAYS = 14
A_DAY = 14  # at scale 1
USUAL: dict[str, Any] = {
    "event": "ticket.told", "kinds": [], "within_days": 3, "after_days": 0, "every_months": None,
    "festival": "", "month": None, "day": None, "ahead_days": 0, "tier": "", "segment": None, "gap_days": 30,
    "max_attempts": 3, "low_score": 2, "rectify_days": 5, "active": True,
}  # fmt: skip
PLANS: tuple[dict[str, Any], ...] = (
    {"name": "客户季度回访", "occasion": "period", "every_months": 3},
    {"name": "春节前回访", "occasion": "festival", "festival": "spring", "ahead_days": 12},
    {"name": "店庆日回访", "occasion": "store_day", "month": 5, "day": 18, "ahead_days": 10},
)
SCORES = {5: 58.0, 4: 36.0, 3: 6.0}
SAID = {
    5: ("一直用着挺好", "上次师傅态度很好", "没什么问题，谢谢关心", ""), 4: ("总体满意，希望上门再快一点", "用得还可以", ""),
    3: ("说明书字太小，看不清", "滤芯有点贵"),
}  # fmt: skip
TRIED = {"no_answer": "响铃到底无人接听", "busy": "通话中", "later": "在开会，说晚点再打"}


def schedule(world: World, scale: float) -> None:
    """The plans begin two weeks ago; every working morning their visits are shared out and called."""
    morning = timezone.localtime(world.end - timedelta(days=DAYS)).replace(hour=8, minute=5, second=0, microsecond=0)
    world.live(morning, every_morning(world, world.dice("calling"), max(round(A_DAY * scale), 2)))


def every_morning(world: World, dice: Dice, most: int) -> Life:
    """Set up once, then day by day."""
    chief, leader = world.company.actor("tangjing"), world.company.actor("maolihong")
    unit, people = world.company.units["callers"], world.company.people
    words = {"opening": str(PLAN_OPENING), "middle": str(PLAN_MIDDLE), "closing": str(PLAN_CLOSING)}
    for plan in PLANS:
        create_rule(actor=chief, **USUAL | plan | words | {"unit": unit, "most_a_day": most})
    add_visitor(actor=leader, employee=people["gaoyuanyuan"], quota=8, weight=2)
    add_visitor(actor=leader, employee=people["maolihong"], quota=3, weight=0)
    rule = VisitRule.objects.get(name=PLANS[0]["name"])
    while True:
        actions.generate(actor=chief, rule=rule)
        for visit in Visit.objects.filter(rule=rule, open=True, planned_at__date=today()).order_by("pk"):
            world.live(
                world.work("callers", dice.uniform(10, 900)), called(world, world.dice(f"plan:{visit.number}"), visit)
            )
        if (world.end - timezone.now()) < timedelta(days=1):
            return
        yield next_morning()


def next_morning() -> datetime:
    """The same time tomorrow."""
    return timezone.localtime(timezone.now() + timedelta(days=1)).replace(hour=8, minute=5, second=0, microsecond=0)


def called(world: World, dice: Dice, visit: Visit) -> Life:
    """Tried once or twice, then answered; a few stay open."""
    while dice.often(0.3):
        current = Visit.objects.get(pk=visit.pk)
        if not current.open or current.attempts_made >= 2:  # noqa: PLR2004 – the third try reaches everybody
            break
        outcome = dice.of({"no_answer": 6, "busy": 3, "later": 1})
        next_at = world.work("callers", dice.randint(60, 400)) if outcome == "later" else None
        row = actions.record_attempt(
            actor=caller(world, current), obj=current, outcome=outcome, note=TRIED[outcome], next_at=next_at
        )
        yield max(row.next_at or timezone.now(), world.work("callers", dice.randint(20, 90)))
    current = Visit.objects.get(pk=visit.pk)
    if not current.open or dice.often(0.04):
        return
    score = dice.of(SCORES)
    actions.record_result(
        actor=caller(world, current), obj=current, satisfaction=score, solved=score > 3 or dice.often(0.5),  # noqa: PLR2004 – good scores
        said=dice.choice(SAID[score]),
    )  # fmt: skip


def caller(world: World, visit: Visit) -> Any:
    """Who has the visit, else the leader of the callers."""
    return world.company.actor(visit.assignee_id or "maolihong")
