"""Corrective actions: ordered with the plan, done, and checked for their effect a month later."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import cast

from django.utils import timezone

from keqiao.org.models import Employee
from keqiao.tickets import actions
from keqiao.tickets.effect import effects
from keqiao.tickets.models import CorrectiveAction
from keqiao.workspace.demo.cases import Case
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.measures import FALLBACK, MEASURES
from keqiao.workspace.demo.stories import COMPLAINTS, Story
from keqiao.workspace.demo.telling import pick
from keqiao.workspace.demo.world import Outlook, World

CHECKED_AFTER = timedelta(days=31)  # the days of the rule have all passed


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
    """Done by its owner, checked by the service manager after the days of its rule; without effect another one follows.

    Whether the measure works decides how often the cause still comes up; the manager judges by what was counted.
    """
    chief = world.company.actor("tangjing")
    row = actions.finish_correction(actor=world.company.actor(row.owner_id), obj=row, proof=words[2])
    had = effects(chief, [row])[row.pk].counts[0]
    world.outlooks[path(row)] = Outlook(timezone.now() + CHECKED_AFTER, 0 if works else had + 1)
    yield timezone.now() + CHECKED_AFTER + timedelta(hours=dice.randint(1, 60))
    yield world.work("service", dice.randint(5, 200))
    found = effects(chief, [row])[row.pk]
    before, after = found.counts
    counts = f"完成前 {found.days} 天同因投诉 {before} 起，完成后 {found.days} 天 {after} 起。"
    if after < before or not after:
        actions.check_correction(actor=chief, obj=row, effective=True, note=counts + words[3])
        return
    measure = f"在原措施基础上补充：针对“{words[4].rstrip('。')}”逐项落实到人，并由质量管理部按周抽查。"
    due = timezone.localdate() + timedelta(days=20)
    actions.check_correction(actor=chief, obj=row, effective=False, note=counts + words[4], measure=measure, due_on=due)
    following = CorrectiveAction.objects.get(follows=row)
    yield world.work(following.unit, dice.uniform(2500, 6500))
    yield from life(world, dice, following, words, works=True)


def path(row: CorrectiveAction) -> str:
    """The cause as the stories name it."""
    return f"{row.cause.parent.name}/{row.cause.name}" if row.cause and row.cause.parent else ""


def story_after(case: Case) -> Story:
    """What comes up while measures are being watched: a cause that was not put right comes back, the others hardly."""
    living = {cause: one for cause, one in case.world.outlooks.items() if one.until > timezone.now()}
    back = [cause for cause, one in living.items() if one.left]
    if back and (case.has("recurring") or case.dice.often(0.5)):
        living[back[0]].left -= 1
        case.flags.add("founded")
        fit = [story for story in COMPLAINTS if story.cause == back[0]]
        return case.dice.choices(fit, [story.weight for story in fit])[0]
    story = cast(Story, pick(case.dice, "complaint", case.fate.at))
    if story.cause in living and story.cause not in back and case.dice.often(0.8):
        story = cast(Story, pick(case.dice, "complaint", case.fate.at))
    return story
