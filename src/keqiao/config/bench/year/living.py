"""Ten thousand tickets live through a year by the actions that people use, while the clock is moved."""

import gc
import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.config.bench import words
from keqiao.config.bench.year.facts import WALL, Asked, Fact, Stop, Visited, day_of
from keqiao.kernel import powers
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.org.actions import create_employee, create_position, create_unit
from keqiao.org.models import OrgUnit, Scope
from keqiao.org.queries import actor_for
from keqiao.tickets import actions
from keqiao.tickets.actions.alarms import sound
from keqiao.tickets.models import Category, Cause, Ticket
from keqiao.visits.actions.planning import plan_for_ticket
from keqiao.visits.actions.results import record_result
from keqiao.workspace.demo import unswept
from keqiao.workspace.demo.clock import Clock, moved
from keqiao.workspace.demo.world import one_transaction

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
END = datetime(2026, 1, 12, 12, tzinfo=WALL)  # by then nearly everything has come to its end
KINDS = {"complaint": 35, "repair": 27, "consultation": 22, "after_sales": 11, "suggestion": 5}
LOOKS = (9, 14, 21)  # o'clock, when the clock looks for what is due; in earnest it does so every minute
LOW = 2  # a score at or below opens the matter again
Life = Iterator[datetime]
Say = Callable[[str], None]


@dataclass(slots=True)
class House:
    """Who works there, and what there is to choose."""

    agents: list[Actor]
    boss: Actor
    units: list[OrgUnit]
    categories: list[Category]
    causes: list[Cause]
    callers: int


def build(tickets: int) -> House:
    """A small company with the default rules."""
    head = create_unit(actor=SYSTEM, name="海纳电器", kind="company")
    service = create_unit(actor=SYSTEM, name="客户服务部", kind="department", parent=head)
    units = [
        create_unit(actor=SYSTEM, name=name, kind="department", parent=head) for name in ("质量部", "物流部", "安装部")
    ]
    every = [power.code for power in powers.every()]
    post = create_position(actor=SYSTEM, name="客服专员", scope=Scope.OWN, powers=every)
    chief = create_position(actor=SYSTEM, name="总经理", scope=Scope.ALL, powers=every)
    agents = [
        create_employee(actor=SYSTEM, username=f"agent{n}", name=f"客服{n}", unit=service, positions=[post])
        for n in range(20)
    ]
    boss = create_employee(actor=SYSTEM, username="boss", name="沈若谷", unit=head, positions=[chief])
    actions.ensure_defaults(actor=SYSTEM)
    return House(
        [actor_for(one) for one in agents], actor_for(boss), units,
        list(Category.objects.exclude(parent=None).select_related("parent").order_by("pk")),
        list(Cause.objects.exclude(parent=None).select_related("parent").order_by("pk")),
        max(tickets // 4, 1),
    )  # fmt: skip


class Year:
    """Everything that is under way, in the order of time."""

    def __init__(self, tickets: int, seed: int) -> None:
        self.count, self.rng = tickets, random.Random(seed)
        self.facts: list[Fact] = []
        self.asleep: list[tuple[datetime, int, Life]] = []
        self.deeds = self.alarms = 0
        self.looks: list[datetime] = []

    def live(self, clock: Clock, say: Say) -> None:
        """From the first day to the last, each day in one transaction."""
        self.house = build(self.count)
        for number in range(self.count):
            day = FIRST + timedelta(days=self.rng.randrange((LAST - FIRST).days + 1))
            heapq.heappush(self.asleep, (self.hour(day, 8, 20), number, Case(self, number).life()))
        day = FIRST
        while day <= END.date():
            with one_transaction():
                self.spend(clock, min(datetime(day.year, day.month, day.day, tzinfo=WALL) + timedelta(days=1), END))
            day += timedelta(days=1)
            if day.day == 1:
                gc.collect()  # what a month leaves in cycles; between them the search for it only costs
                say(f"{day - timedelta(days=1):%Y-%m}：{len(self.facts)} 张工单，{self.deeds} 个动作")
        clock.set(END)

    def spend(self, clock: Clock, until: datetime) -> None:
        """Everything that happens before an instant."""
        looks = self.looks_of(until)
        while self.asleep and self.asleep[0][0] < until:
            at, number, life = heapq.heappop(self.asleep)
            while looks and looks[0] <= at:
                self.look(clock, looks.pop(0))
            clock.set(at)
            following = next(life, None)
            if following is not None:
                heapq.heappush(self.asleep, (max(following, timezone.now() + timedelta(seconds=7)), number, life))
        for at in looks:
            self.look(clock, at)

    def looks_of(self, until: datetime) -> list[datetime]:
        """The looks of the day that ends at an instant."""
        day = until - timedelta(microseconds=1)
        return [at for hour in LOOKS if (at := day.replace(hour=hour, minute=0, second=0, microsecond=0)) < until]

    def look(self, clock: Clock, at: datetime) -> None:
        """Warnings, what is late, and the rungs that are reached."""
        clock.set(at)
        self.looks.append(at)
        self.alarms += sound()

    def hour(self, day: date, first: int, last: int) -> datetime:
        """Some second of a day between two hours."""
        second = self.rng.randrange(first * 3600, last * 3600)
        return (datetime(day.year, day.month, day.day, tzinfo=WALL) + timedelta(seconds=second)).astimezone(UTC)


class Case:
    """One ticket: does the deeds, and writes down beside them what it has done."""

    def __init__(self, year: Year, number: int) -> None:
        self.year, self.rng, self.number = year, random.Random(f"{number}"), number

    def do(self, action: Callable[..., Any], **values: Any) -> Any:
        """A deed, counted."""
        self.year.deeds += 1
        return action(**values)

    def often(self, percent: float) -> bool:
        """Chance."""
        return self.rng.random() * 100 < percent

    def soon(self, hours: float) -> datetime:
        """Some hours on, between 8 and 20 o'clock; now and then much later."""
        at = timezone.now() + timedelta(hours=hours * self.rng.expovariate(1) * (6 if self.often(4) else 1))
        wall = at.astimezone(WALL)
        return at if 8 <= wall.hour < 20 else self.year.hour(day_of(at) + timedelta(days=wall.hour >= 20), 8, 20)

    def life(self) -> Life:
        """From the customer's first word to the end."""
        kind = self.rng.choices(list(KINDS), list(KINDS.values()))[0]
        self.agent = self.rng.choice(self.year.house.agents)
        caller = self.rng.randrange(self.year.house.callers)
        self.ticket: Ticket = self.do(
            actions.accept, actor=self.agent, kind=kind, channel="phone", subject="洗衣机脱水时漏水",
            body=f"第 {self.number} 位客户反映脱水时漏水，要求上门检查。", contact_name=f"客户{caller}",
            contact_phone=words.phone(caller),
        )  # fmt: skip
        now = timezone.now()
        self.fact = Fact(kind, now, self.agent.id or 0, now)
        self.enters("accepted")
        self.year.facts.append(self.fact)
        yield self.soon(0.4)
        if self.often(3):
            self.do(actions.withdraw, actor=self.year.house.boss, obj=self.ticket, words="客户说不必了")
            self.fact.withdrawn = True
            self.enters("")
            return
        yield from self.complaint() if kind == "complaint" else self.plain()

    def enters(self, stage: str) -> None:
        """Write down the stage that the ticket is in from now on."""
        self.fact.enter(stage, timezone.now())

    def ends(self) -> None:
        """Write down that it is closed."""
        self.fact.closed = timezone.now()
        self.enters("")

    def begins_again(self, stage: str) -> None:
        """Write down that it is taken up again."""
        self.fact.again(timezone.now())
        self.enters(stage)

    def plain(self) -> Life:
        """Any other kind."""
        self.do(actions.start, actor=self.agent, obj=self.ticket)
        self.enters("handling")
        yield self.soon(5)
        yield from self.waiting(8)
        if self.often(15):
            yield from self.ask_unit()
        self.do(actions.resolve, actor=self.agent, obj=self.ticket, result="已处理")
        self.enters("resolved")
        yield self.soon(0.8)
        self.do(actions.close, actor=self.agent, obj=self.ticket)
        self.ends()
        if self.often(1):
            yield self.soon(100)
            self.do(actions.reopen, actor=self.year.house.boss, obj=self.ticket, reason="客户又来电")
            self.begins_again("handling")
            yield self.soon(10)
            self.do(actions.resolve, actor=self.agent, obj=self.ticket, result="再次处理")
            self.enters("resolved")
            self.do(actions.close, actor=self.agent, obj=self.ticket)
            self.ends()

    def complaint(self) -> Life:
        """The closed loop."""
        category = self.rng.choices(self.year.house.categories, range(len(self.year.house.categories), 0, -1))[0]
        severity = self.rng.choices((1, 2, 3, 4), (70, 18, 9, 3))[0]
        self.do(
            actions.assess, actor=self.agent, obj=self.ticket, category=category, severity=severity, reason="按实际情况"
        )
        self.fact.category, self.fact.severity = top(category), severity
        self.enters("assessed")
        yield self.soon(0.8)
        for _round in range(4):
            yield from self.ask_unit()
            yield from self.waiting(10)
            yield from self.concluded()
            yield self.soon(0.8)
            self.do(actions.tell, actor=self.agent, obj=self.ticket, how="phone", customer_reply="知道了")
            self.enters("told")
            visited = Visited(timezone.now())
            self.fact.visits.append(visited)
            visit = self.do(plan_for_ticket, actor=SYSTEM, ticket=self.ticket)
            yield self.soon(30)
            score = self.rng.choices((1, 2, 3, 4, 5), (2, 4, 10, 34, 50))[0] if _round < 3 else 5
            self.do(record_result, actor=self.year.house.boss, obj=visit, satisfaction=score, solved=True)
            visited.made, visited.score = timezone.now(), score
            if score > LOW:
                self.ends()
                return
            self.begins_again("investigating")
            yield self.soon(4)

    def ask_unit(self) -> Life:
        """A unit is asked and answers; now and then it gives the matter back and another one answers."""
        units = self.rng.sample(self.year.house.units, 2)
        for unit in units:
            row = self.do(actions.dispatch, actor=self.agent, obj=self.ticket, units=[unit])[0]
            stage = "investigating" if self.fact.kind == "complaint" else "handling"
            if self.fact.stays[-1].stage != stage:
                self.enters(stage)
            asked = Asked(unit.name, self.fact.kind, self.fact.severity, stage, timezone.now())
            self.fact.asked.append(asked)
            yield self.soon(8)
            if unit is units[0] and self.often(6):
                self.do(actions.dispatch_return, actor=self.year.house.boss, obj=row, reason="不归我部")
                asked.settled = timezone.now()
                continue
            self.do(actions.dispatch_accept, actor=self.year.house.boss, obj=row)
            yield self.soon(8)
            self.do(actions.dispatch_answer, actor=self.year.house.boss, obj=row, answer="启动器批次不良")
            asked.settled = timezone.now()
            return

    def waiting(self, percent: float) -> Life:
        """The customer is waited for."""
        if self.often(percent):
            self.do(actions.pause, actor=self.agent, obj=self.ticket, reason="等客户寄回样品")
            stop = Stop(timezone.now())
            self.fact.stays[-1].stops.append(stop)
            yield self.soon(40)
            self.do(actions.resume, actor=self.agent, obj=self.ticket)
            stop.until = timezone.now()
            self.fact.waits.append((stop.since, stop.until))

    def concluded(self) -> Life:
        """Founded or not; a founded one gets its cause and plan, and now and then money that must be approved."""
        if not self.often(85):
            self.do(
                actions.conclude,
                actor=self.agent,
                obj=self.ticket,
                founded=False,
                findings="使用不当",
                explanation="请按说明书使用",
            )
            self.enters("resolved")
            return
        self.do(actions.conclude, actor=self.agent, obj=self.ticket, founded=True, findings="属实")
        self.enters("handling")
        yield self.soon(6)
        cause = self.rng.choices(self.year.house.causes, range(len(self.year.house.causes), 0, -1))[0]
        amount = 90_000 + self.rng.randrange(9) if self.often(8) else 0
        unit = self.rng.choice(self.year.house.units)
        self.do(
            actions.plan, actor=self.agent, obj=self.ticket, cause=cause, plan="上门换新", responsible_unit=unit,
            compensation_fen=amount,
        )  # fmt: skip
        self.fact.cause, self.fact.unit = top(cause), unit.name
        if amount:
            self.enters("approving")
            yield self.soon(10)
            asked = Approval.objects.filter(object_id=self.ticket.pk).order_by("-pk")[0]
            self.do(approvals.approve, actor=self.year.house.boss, obj=asked, note="同意")
            self.enters("handling")
        yield self.soon(20)
        self.do(actions.resolve, actor=self.agent, obj=self.ticket, result="已换新并致歉")
        self.enters("resolved")


def top(node: Category | Cause) -> str:
    """The name of the first level above."""
    return str(node).split(" / ")[0]


def lived(tickets: int, seed: int, say: Say) -> Year:
    """A year that is over, its clock still standing at its end only while this returns."""
    year = Year(tickets, seed)
    with moved(datetime(2025, 1, 1, tzinfo=WALL)) as clock, unswept():
        year.live(clock, say)
    return year
