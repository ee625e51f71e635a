"""The way of a question, a repair, an after-sales case or a suggestion."""

from collections.abc import Iterator
from datetime import datetime

from keqiao.kernel.actor import SYSTEM
from keqiao.tickets import actions
from keqiao.visits.actions import plan_for_ticket
from keqiao.workspace.demo import visiting, words
from keqiao.workspace.demo.cases import Case
from keqiao.workspace.demo.stories import Matter

VISITED = ("repair", "after_sales")


class PlainCase(Case):
    """A matter that is no complaint."""

    def life(self) -> Iterator[datetime]:
        """From the call to the answer."""
        self.accept()
        stop = self.fate.stop
        if stop == "accepted":
            return
        yield self.wait("hotline", 5, 50)
        if self.ticket.owner_id is None or (self.fate.kind in VISITED and self.tale.channel == "counter"):
            self.share_out("hotline")
            yield self.wait("hotline", 5, 30)
        if self.has("withdrawn"):
            actions.withdraw(actor=self.owner(), obj=self.ticket, words=self.dice.choice(words.WITHDRAWALS[:3]))
            return
        yield from self.handle()
        if stop == "handling":
            return
        actions.resolve(actor=self.owner(), obj=self.ticket, result=self.tale.tell(self.tale.story.result))
        yield from self.close()

    def handle(self) -> Iterator[datetime]:
        """By the agent alone, or by a unit that is asked."""
        matter = self.tale.story
        unit = self.unit(matter.unit) if isinstance(matter, Matter) and matter.unit else None
        if unit is None:
            actions.start(actor=self.owner(), obj=self.ticket)
            yield self.wait("hotline", 3, 60)
            return
        instructions = (
            "请联系客户约定上门时间并处理。" if self.fate.kind == "repair" else "请核实并办理，办结后回填结果。"
        )
        row = actions.dispatch(actor=self.owner(), obj=self.ticket, units=[unit], instructions=instructions)[0]
        yield self.wait(unit, 15, 90)
        if self.fate.stop == "handling" and self.dice.often(0.5):
            return
        actor = self.world.company.actor(self.somebody(unit).pk)
        actions.dispatch_accept(actor=actor, obj=row)
        yield self.wait(unit, 60, 380)
        if self.fate.stop == "handling":
            return
        answer = matter.answer if isinstance(matter, Matter) else ""
        actions.dispatch_answer(actor=actor, obj=row, answer=self.tale.tell(answer))
        yield self.wait("hotline", 5, 70)

    def close(self) -> Iterator[datetime]:
        """Repairs and after-sales cases are closed by their visit, the others by the agent."""
        if self.fate.kind in VISITED:
            visit = plan_for_ticket(actor=SYSTEM, ticket=self.ticket)
            if visit is not None:
                self.world.live(visit.not_before, visiting.Call(self, visit).life())
            return
        if self.fate.stop == "resolved":
            return
        yield self.wait("hotline", 10, 100)
        score = self.dice.of({None: 50, 5: 30, 4: 16, 3: 4})
        actions.close(actor=self.owner(), obj=self.ticket, note=self.dice.choice(words.CLOSING), satisfaction=score)

    def again(self) -> Iterator[datetime]:
        """Not satisfied at the visit: once more."""
        yield self.wait("hotline", 60, 300)
        result = f"已再次安排处理并由班长跟进：{self.tale.tell(self.tale.story.result)}"
        actions.resolve(actor=self.owner(), obj=self.ticket, result=result)
        yield from self.close()
