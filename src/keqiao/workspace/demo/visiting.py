"""Call-backs, and what a department puts right after a low score."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from keqiao.calendars.queries import is_quiet
from keqiao.kernel.actor import Actor
from keqiao.org.models import Employee
from keqiao.tickets.models import Ticket
from keqiao.visits import actions
from keqiao.visits.models import Rectification, Visit
from keqiao.workspace.demo import measures, words
from keqiao.workspace.demo.cases import Case

SCORES = {5: 53.0, 4: 32.0, 3: 8.5, 2: 4.0, 1: 2.5}
AFTER_EXPLANATION = {5: 26.0, 4: 39.0, 3: 22.0, 2: 8.0, 1: 5.0}
LATER_ROUND = {5: 45.0, 4: 42.0, 3: 13.0}


class Call:
    """A visit under way."""

    def __init__(self, case: Case, visit: Visit) -> None:
        self.case, self.visit = case, visit
        self.world, self.dice = case.world, case.world.dice(f"visit:{case.ticket.number}:{visit.round}")

    def life(self) -> Iterator[datetime]:
        """Given to a caller, tried, answered."""
        stopped = self.case.fate.stop in {"told", "resolved"}
        slow = 0.07 if self.visit.round == 1 and self.haste == 1 else 0.0
        yield self.world.work(
            "callers", self.dice.uniform(600, 2000) if self.dice.often(slow) else self.dice.uniform(20, 560)
        )
        if self.dice.often(0.4):
            self.hand_over()
            yield self.world.work("callers", self.dice.randint(10, 300))
        if stopped:
            if self.dice.often(0.5):
                self.attempt("no_answer")
            return
        if not self.case.has("unreachable") and (self.case.has("link") or self.dice.often(0.12)):
            yield from self.by_link()
            return
        unreachable = self.case.has("unreachable") or self.dice.often(0.018)
        for _turn in range(3 if unreachable else self.dice.of({0: 68, 1: 24, 2: 8})):
            at = self.attempt(self.dice.of({"no_answer": 5, "busy": 2, "later": 1}) if not unreachable else "no_answer")
            yield at
        if unreachable:
            yield self.world.work("callers", self.dice.randint(10, 200))
            leader = self.world.company.actor("maolihong")
            actions.give_up(actor=leader, obj=self.visit, reason=words.GIVE_UP[0])
            return
        score, solved, said = self.answer()
        actions.record_result(actor=self.caller(), obj=self.visit, satisfaction=score, solved=solved, said=said)
        self.follow()

    def hand_over(self) -> None:
        """The leader of the callers gives it to one of them, in turn."""
        callers = self.world.company.of_unit("callers", "回访专员")
        self.world.turn += 1
        caller: Employee = callers[self.world.turn % len(callers)]
        self.visit = actions.assign(actor=self.world.company.actor("maolihong"), obj=self.visit, assignee=caller)

    def caller(self) -> Actor:
        """Who has the visit."""
        return self.world.company.actor(self.visit.assignee_id or "maolihong")

    def attempt(self, outcome: str) -> datetime:
        """A try without an answer; returns when the next one is."""
        note = self.dice.choice(words.ATTEMPTS[outcome])
        next_at = self.world.work("callers", self.dice.randint(90, 300)) if outcome == "later" else None
        row = actions.record_attempt(actor=self.caller(), obj=self.visit, outcome=outcome, note=note, next_at=next_at)
        following = row.next_at or timezone.now()
        return max(following, self.world.work("callers", 20)) + timedelta(minutes=self.dice.randint(1, 40))

    def by_link(self) -> Iterator[datetime]:
        """The customer answers by the link, in the evening or the next day."""
        token, _until = actions.make_link(actor=self.caller(), obj=self.visit)
        at = timezone.now() + timedelta(minutes=self.dice.randint(4, 1500))
        yield at if not is_quiet(at) else at + timedelta(hours=11)
        score, solved, said = self.answer()
        actions.answer_by_link(token=token, satisfaction=score, solved=solved, said=said)
        self.follow()

    def answer(self) -> tuple[int, bool, str]:
        """Score, whether it is solved, and what the customer said."""
        scores = SCORES
        if self.case.unfounded:
            scores = AFTER_EXPLANATION
        if self.visit.round > 1:
            scores = LATER_ROUND
        score = self.dice.of(scores)
        if self.visit.round == 1:
            score = 1 if self.case.has("score1") else 2 if self.case.has("score2") else score
        if self.case.has("calm"):
            score = max(score, 4)
        solved = score >= 3 if self.dice.often(0.93) or score > 3 else self.dice.often(0.5)
        agent = f"小{self.case.owner().name[:1]}"
        solved = solved or self.visit.round > 1
        said = self.dice.choice(self.may_say(score) if solved or score < 3 else words.UNSOLVED)
        return score, solved, said.format(s=self.case.tale.short, agent=agent)

    def may_say(self, score: int) -> tuple[str, ...]:
        """The words that fit the score and the matter."""
        top = self.case.tale.story.category.partition("/")[0]
        if top in {"产品质量", "安装服务", "维修服务"}:
            return words.SAID[score] + words.SAID_AT_HOME[score] * 2
        if top in {"配送", "退换货", "价格与促销"}:
            return words.SAID[score] + words.SAID_OF_GOODS[score] * 2
        return words.SAID[score]

    def follow(self) -> None:
        """A customer who is not satisfied gets another round, a low score a rectification."""
        world = self.world
        if Ticket.objects.filter(pk=self.case.ticket.pk, open=True).exists():
            world.live(world.work("service", self.dice.randint(5, 60)), self.case.again())
        task = Rectification.objects.filter(visit=self.visit).first()
        if task is not None:
            world.live(world.work(task.unit, self.dice.uniform(60, 900) / self.haste), self.rectify(task))

    @property
    def haste(self) -> int:
        """How much faster what must have come somewhere by today goes its way."""
        return 8 if any(flag.startswith("task_") for flag in self.case.flags) else 1

    def rectify(self, task: Rectification) -> Iterator[datetime]:
        """Plan, proof, check – failed once in a while – and the report to the general manager."""
        company, dice = self.world.company, self.dice
        chief, owner = company.actor("tangjing"), company.actor(task.owner_id)
        place = dice.randrange(len(measures.PLANS))
        if self.case.has("task_waiting"):
            return
        actions.plan_rectification(actor=owner, obj=task, plan=measures.PLANS[place])
        yield self.world.work(task.unit, dice.uniform(900, 3800) / self.haste)
        if self.case.has("task_planned"):
            return
        actions.finish_rectification(actor=owner, obj=task, proof=measures.PROOFS[place])
        yield self.world.work("service", dice.uniform(60, 1500) / self.haste)
        if self.case.has("task_done"):
            return
        if dice.often(0.15):
            actions.check_rectification(actor=chief, obj=task, passed=False, note=dice.choice(measures.FAILED))
            yield self.world.work(task.unit, dice.uniform(200, 900))
            actions.finish_rectification(
                actor=owner, obj=task, proof=f"{measures.PROOFS[place]}已按检查意见补充说明和签字材料。"
            )
            yield self.world.work("service", dice.uniform(60, 400))
        actions.check_rectification(actor=chief, obj=task, passed=True, note=dice.choice(measures.PASSED))
        if self.case.has("task_passed"):
            return
        yield self.world.work("service", dice.uniform(60, 900))
        actions.report_rectification(actor=chief, obj=task, report=dice.choice(measures.REPORTS))
