"""Corrective actions: ordered with the plan, done, and checked for their effect a month later."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import cast

from django.utils import timezone

from keqiao.org.models import Employee
from keqiao.tickets import actions
from keqiao.tickets.models import CorrectiveAction
from keqiao.workspace.demo.cases import Case
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.measures import FALLBACK, MEASURES
from keqiao.workspace.demo.stories import Story
from keqiao.workspace.demo.world import World


def begin(case: Case) -> None:
    """The service manager orders a measure from the leader of the responsible unit."""
    story = cast(Story, case.tale.story)
    words = MEASURES.get(story.cause, FALLBACK)
    owner = cast(Employee, case.unit(story.units[0]).leader)
    row = actions.correct(
        actor=case.world.company.actor("tangjing"), obj=case.ticket, title=words[0], measure=words[1], owner=owner,
        due_on=timezone.localdate() + timedelta(days=case.dice.randint(10, 25)),
    )  # fmt: skip
    if case.has("correction_open"):
        return
    soon = case.has("correction_done") or case.has("effective") or case.has("ineffective")
    at = case.world.work(row.unit, case.dice.uniform(300, 900) if soon else case.dice.uniform(2000, 7000))
    works = case.has("effective") or (not case.has("ineffective") and case.dice.often(0.82))
    case.world.live(at, life(case.world, case.dice, row, words, works=works))


def life(world: World, dice: Dice, row: CorrectiveAction, words: tuple[str, ...], *, works: bool) -> Iterator[datetime]:
    """Done by its owner, checked by the service manager; a measure without effect is followed by another one."""
    actions.finish_correction(actor=world.company.actor(row.owner_id), obj=row, proof=words[2])
    yield timezone.now() + timedelta(days=30, hours=dice.randint(1, 60))
    yield world.work("service", dice.randint(5, 200))
    chief = world.company.actor("tangjing")
    if works:
        actions.check_correction(actor=chief, obj=row, effective=True, note=words[3])
        return
    measure = f"在原措施基础上补充：针对“{words[4].rstrip('。')}”逐项落实到人，并由质量管理部按周抽查。"
    due = timezone.localdate() + timedelta(days=20)
    actions.check_correction(actor=chief, obj=row, effective=False, note=words[4], measure=measure, due_on=due)
    following = CorrectiveAction.objects.get(follows=row)
    yield world.work(following.unit, dice.uniform(2500, 6500))
    yield from life(world, dice, following, words, works=True)
