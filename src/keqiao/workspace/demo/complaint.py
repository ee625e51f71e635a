"""The way of a complaint through the closed loop."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import cast

from keqiao.approvals import actions as approvals
from keqiao.kernel.actor import SYSTEM
from keqiao.org.models import OrgUnit
from keqiao.tickets import actions
from keqiao.tickets.models import Dispatch, Ticket
from keqiao.visits.actions import plan_for_ticket
from keqiao.workspace.demo import approving, evidence, improving, visiting, words
from keqiao.workspace.demo.cases import Case
from keqiao.workspace.demo.stories import COMPLAINTS, Matter, Story

HOW = {
    "phone": "phone",
    "web": "phone",
    "counter": "in_person",
    "wechat": "wechat",
    "email": "email",
    "letter": "letter",
}
LIMIT = 500  # yuan above which a compensation needs approval


class ComplaintCase(Case):
    """A complaint under way; `unfounded` is known once it is concluded."""

    rounds = 0

    @property
    def story(self) -> Story:
        """The story, which is one of a complaint."""
        return cast(Story, self.tale.story)

    def story_for(self) -> Story | Matter:
        """A dear one needs a story that may cost that much, an unfounded one a story that may be so."""
        if self.has("vast"):
            fit = [story for story in COMPLAINTS if story.yuan[1] >= 2_600]
        elif self.has("dear"):
            fit = [story for story in COMPLAINTS if story.yuan[1] >= 700]
        elif self.has("unfounded"):
            fit = [story for story in COMPLAINTS if story.unfounded]
        elif self.has("several"):
            fit = [story for story in COMPLAINTS if len(story.units) > 1]
        else:
            return improving.story_after(self)
        return self.dice.choices(fit, [story.weight for story in fit])[0]

    def adjust(self) -> None:
        """Bring the compensation to the fate's size."""
        low, high = self.story.yuan
        yuan = cast(int, self.tale.names["yuan"])
        if self.has("vast"):
            yuan = self.dice.randrange(5_200, 8_800, 100)
        elif self.has("dear"):
            yuan = self.dice.randrange(LIMIT + 20, max(high, LIMIT + 200), 20)
        elif high:
            yuan = min(yuan, LIMIT)
        self.tale.names["yuan"] = yuan

    @property
    def yuan(self) -> int:
        """What the customer gets: always where the words say so, else in half of the cases."""
        if not self.story.yuan[1]:
            return 0
        given = self.has("dear") or "{yuan}" in self.story.result or self.has("generous")
        return cast(int, self.tale.names["yuan"]) if given else 0

    def life(self) -> Iterator[datetime]:
        """From the customer's word to the visit."""
        self.accept()
        if self.fate.stop == "accepted":
            return
        yield self.wait("service", 8, 60)
        if self.ticket.owner_id is None or self.ticket.unit_id != self.unit("complaints").pk:
            self.share_out("complaints")
            yield self.wait("complaints", 5, 50)
        self.assess()
        if self.fate.stop == "assessed":
            return
        if self.has("withdrawn"):
            yield self.wait("complaints", 20, 90)
            actions.withdraw(actor=self.owner(), obj=self.ticket, words=self.dice.choice(words.WITHDRAWALS))
            return
        yield self.wait("complaints", 5, 90)
        yield from self.round()

    def round(self) -> Iterator[datetime]:
        """Investigation, handling, telling; anew after each visit that finds the customer not satisfied."""
        yield from self.investigate()
        if self.fate.stop in {"waiting", "took", "returned", "paused"}:
            return
        yield self.wait("complaints", 15, 120)
        self.conclude()
        if not self.unfounded:
            yield from self.handle()
        if self.fate.stop in {"handling", "approving", "resolved"}:
            return
        yield self.wait("complaints", 15, 150)
        reply = self.dice.choice(words.UNFOUNDED_REPLIES if self.unfounded else words.REPLIES)
        actions.tell(actor=self.owner(), obj=self.ticket, how=HOW[self.tale.channel], customer_reply=reply)
        self.call_back()

    def again(self) -> Iterator[datetime]:
        """Not satisfied at the visit: a new round."""
        self.flags -= {"withdrawn", "returned", "dear", "unfounded", "paused", "score1", "score2", "unreachable"}
        self.flags.add("founded")
        self.flags -= {"several"}
        self.rounds += 1
        self.tale.names["yuan"] = min(cast(int, self.tale.names["yuan"]), LIMIT)
        yield self.wait("complaints", 10, 90)
        yield from self.round()

    def assess(self) -> None:
        """The first assessment."""
        safety, several = self.story.safety, "批量" in self.tale.subject
        impact = "several" if several else "public" if self.dice.often(0.012) else "single"
        actions.assess(
            actor=self.owner(), obj=self.ticket, category=self.category(), safety=safety, impact=impact,
            complicated=self.has("several") and self.dice.often(0.3), immediate=safety and self.dice.often(0.5),
            assessment=words.SAFE if safety else self.dice.choice(words.ASSESSMENTS),
        )  # fmt: skip

    def investigate(self) -> Iterator[datetime]:
        """Dispatched, answered, with evidence; sometimes returned first, urged, watched or waiting for the customer."""
        if self.has("returned"):
            yield from self.wrong_unit()
            if self.fate.stop == "returned":
                return
        both = self.has("several") or (not self.rounds and self.dice.often(0.3))
        units = [self.unit(key) for key in self.story.units[: 2 if both else 1]]
        rows = actions.dispatch(
            actor=self.owner(), obj=self.ticket, units=list(dict.fromkeys(units)),
            instructions=self.dice.choice(words.INSTRUCTIONS),
        )  # fmt: skip
        deeds: list[tuple[datetime, int, Callable[[], None]]] = []
        for place, row in enumerate(rows):
            deeds += self.answering(row, place, units[place])
        for at, _order, deed in sorted(deeds + self.meanwhile(), key=lambda one: (one[0], one[1])):
            yield at
            deed()
        if self.has("paused") or self.fate.stop == "paused":
            yield from self.pause()

    def answering(self, row: Dispatch, place: int, unit: OrgUnit) -> list[tuple[datetime, int, Callable[[], None]]]:
        """When a unit takes a dispatch on, and when it answers."""
        stop = self.fate.stop
        if stop == "waiting" or (stop == "took" and place):
            return []
        actor = self.world.company.actor(self.somebody(unit).pk)
        take = self.wait(unit, 15, 150)
        deeds: list[tuple[datetime, int, Callable[[], None]]] = [
            (take, 0, lambda: void(actions.dispatch_accept(actor=actor, obj=row)))
        ]
        if stop != "took":
            pause = self.wait(unit, 150, 560)
            answer = self.answer(place)
            deeds.append(
                (max(pause, take), 1, lambda: void(actions.dispatch_answer(actor=actor, obj=row, answer=answer)))
            )
        return deeds

    def is_unfounded(self) -> bool:
        """Whether the complaint will turn out so; decided once."""
        if not self.story.unfounded or self.has("founded") or self.has("dear"):
            return False
        if not self.has("unfounded") and not self.has("decided"):
            self.flags.add("decided")
            if self.dice.often(0.42):
                self.flags.add("unfounded")
        return self.has("unfounded")

    def answer(self, place: int) -> str:
        """What a unit answers: the first one has the facts."""
        if place and not self.rounds:
            return words.SECOND_ANSWERS.get(self.story.units[1], "已核实，与主办部门意见一致，同意按方案处理。")
        facts = self.story.unfounded if self.is_unfounded() else self.story.found
        if self.rounds:
            return self.tell_again()
        ending = "建议向客户耐心解释，并提供依据。" if self.is_unfounded() else "属我方责任，同意承担并整改。"
        return self.tale.tell(f"{self.story.basis}：{facts}。{ending}")

    def tell_again(self) -> str:
        """What is found when the matter is looked into once more."""
        return words.ONCE_MORE.format(facts=self.tale.tell(self.story.found))

    def meanwhile(self) -> list[tuple[datetime, int, Callable[[], None]]]:
        """What happens while the units look into it."""
        company, dice, ticket = self.world.company, self.dice, self.ticket
        deeds: list[tuple[datetime, int, Callable[[], None]]] = []
        if self.has("evidence"):
            deeds.append((self.wait("complaints", 40, 200), 2, partial(evidence.add, self, self.story)))
        if self.has("urged"):
            by = self.owner() if dice.often(0.6) else company.actor("qiaoshuhui")
            note = dice.choice(words.URGES)
            deeds.append(
                (self.wait("complaints", 60, 200), 3, lambda: void(actions.urge(actor=by, obj=ticket, note=note)))
            )
        if self.has("supervised"):
            by_chief, demand = company.actor(dice.choice(("tangjing", "hebowen"))), dice.choice(words.DEMANDS)
            at = self.wait("complaints", 30, 150)
            deeds.append((at, 4, lambda: void(actions.supervise(actor=by_chief, obj=ticket, demand=demand))))
        if self.has("supplement"):
            text = dice.choice(words.SUPPLEMENTS)
            deeds.append(
                (
                    self.wait("complaints", 30, 220),
                    5,
                    lambda: void(actions.supplement(actor=self.owner(), obj=ticket, text=text)),
                )
            )
        if dice.often(0.3):
            said = dice.choice(words.PROGRESS + (words.VISITS if evidence.field(self.story) == "field" else ()))
            shown = dice.often(0.6)
            deeds.append((
                self.wait("complaints", 20, 240), 6,
                lambda: void(actions.progress(actor=self.owner(), obj=ticket, text=said, visible_to_customer=shown)),
            ))  # fmt: skip
        if dice.often(0.12):
            remark = dice.choice(words.COMMENTS)
            deeds.append(
                (
                    self.wait("complaints", 20, 90),
                    7,
                    lambda: void(actions.comment(actor=self.owner(), obj=ticket, text=remark)),
                )
            )
        return deeds

    def wrong_unit(self) -> Iterator[datetime]:
        """Sent to the wrong unit first, which gives it back."""
        keys = [key for key in ("quality", "repair", "logistics", "market", "install") if key not in self.story.units]
        unit, right = self.unit(self.dice.choice(keys)), self.unit(self.story.units[0])
        row = actions.dispatch(
            actor=self.owner(), obj=self.ticket, units=[unit], instructions=self.dice.choice(words.INSTRUCTIONS)
        )[0]
        yield self.wait(unit, 20, 150)
        reason = self.dice.word(words.RETURNS, unit=right.name)
        actions.dispatch_return(actor=self.world.company.actor(self.somebody(unit).pk), obj=row, reason=reason)
        yield self.wait("complaints", 10, 60)

    def pause(self) -> Iterator[datetime]:
        """The clock stands still until the customer is back."""
        actions.pause(actor=self.owner(), obj=self.ticket, reason=self.dice.choice(words.PAUSES))
        if self.fate.stop == "paused":
            return
        yield self.wait("complaints", 300, 1200)
        actions.resume(actor=self.owner(), obj=self.ticket, note=words.PAUSED_BACK)

    def conclude(self) -> None:
        """Founded or not."""
        self.unfounded = self.is_unfounded()
        facts = self.story.unfounded if self.unfounded else self.story.found
        findings = self.tell_again() if self.rounds else self.tale.tell(f"{self.story.basis}：{facts}。")
        explanation = self.tale.tell(self.story.explanation) if self.unfounded else ""
        ending = "客户反映的情况属实，投诉成立。" if not self.unfounded else "客户反映的情况与事实不符，投诉不成立。"
        actions.conclude(
            actor=self.owner(),
            obj=self.ticket,
            founded=not self.unfounded,
            findings=findings + ending,
            explanation=explanation,
        )

    def handle(self) -> Iterator[datetime]:
        """Cause, plan, perhaps money with an approval, and the result."""
        yield self.wait("complaints", 10, 90)
        self.plan(self.yuan)
        if self.ticket.stage == Ticket.Stage.APPROVING:
            if self.fate.stop == "approving":
                yield from approving.linger(self)
                return
            yield from self.decide()
        if self.fate.stop == "handling":
            return
        if self.has("correction"):
            improving.begin(self)
        yield self.wait(self.unit(self.story.units[0]), 40, 300)
        actions.resolve(actor=self.owner(), obj=self.ticket, result=self.result())

    def result(self) -> str:
        """What was done, as the customer is told."""
        done = self.tale.tell(self.story.result)
        return f"班长已专程与您沟通并督促落实：{done}" if self.rounds else done

    def plan(self, yuan: int) -> None:
        """What will be done."""
        unit = self.unit(self.story.units[0])
        text = self.tale.tell(self.story.plan) + (f"补偿客户 {yuan} 元。" if yuan else "")
        leader = unit.leader if self.dice.often(0.5) else self.somebody(unit)
        self.ticket = actions.plan(
            actor=self.owner(), obj=self.ticket, cause=self.cause(), plan=text, responsible_unit=unit, responsible=leader,
            compensation_fen=yuan * 100,
        )  # fmt: skip

    def decide(self) -> Iterator[datetime]:
        """The approval of the compensation, step by step; refused ones are planned anew below the limit."""
        rejected = self.has("rejected") or (not self.has("approved") and self.dice.often(0.16))
        if self.has("to_and_fro"):
            yield self.wait("service", 30, 300)
            approving.give_back(self)
            yield self.wait("complaints", 20, 120)
            approvals.resubmit(
                actor=self.owner(), obj=approving.waiting(self.ticket.pk), reason=self.dice.choice(words.COMPLETED),
                note=words.COMPLETED_NOTE,
            )  # fmt: skip
        while Ticket.objects.get(pk=self.ticket.pk).stage == Ticket.Stage.APPROVING:
            yield self.wait("service", 30, 300)
            approval = approving.waiting(self.ticket.pk)
            chief = self.world.company.actor(approving.decider(approval))
            if rejected:
                approvals.reject(actor=chief, obj=approval, note=self.dice.choice(words.REASONS_REJECTED))
            else:
                approvals.approve(actor=chief, obj=approval, note=self.dice.choice(words.REASONS_APPROVED))
        if rejected:
            yield self.wait("complaints", 20, 120)
            self.tale.names["yuan"] = self.dice.randrange(300, LIMIT + 1, 20)
            self.plan(self.yuan)

    def call_back(self) -> None:
        """The rule makes the visit; it begins to live."""
        visit = plan_for_ticket(actor=SYSTEM, ticket=self.ticket)
        if visit is not None:
            self.world.live(visit.not_before, visiting.Call(self, visit).life())


def void(_result: object) -> None:
    """Drop a result."""
