"""The simulated half year: whatever lives in it sleeps until its next deed, and wakes in the order of time."""

import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Step
from keqiao.audit import readers
from keqiao.calendars.queries import calendar_for
from keqiao.customers.models import ContactPoint, Customer
from keqiao.notices import actions as notices
from keqiao.notices.models import Notice
from keqiao.org.models import OrgUnit
from keqiao.tickets.actions.alarms import sound
from keqiao.tickets.models import Category, Cause, Dispatch, Ticket
from keqiao.visits.jobs import TOLD_LEADER, tell_overdue
from keqiao.visits.models import Visit
from keqiao.workspace.demo.clock import Clock
from keqiao.workspace.demo.customers import Names
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.people import Company

Life = Iterator[datetime]
FOREVER = datetime.max.replace(tzinfo=UTC)
LOOKS = (9, 11, 14, 16)  # o'clock
READ = 5000  # events at once: what changed often in a week is then indexed once


@dataclass(slots=True)
class Outlook:
    """What becomes of a cause after a measure: how often it still comes up until an instant; 0 is hardly ever."""

    until: datetime
    left: int


class World:
    """The company, its customers, the clock, and everything that is under way."""

    def __init__(self, company: Company, clock: Clock, now: datetime, seed: str) -> None:
        self.company, self.clock, self.end, self.seed = company, clock, now, seed
        self.names = Names(Dice(f"{seed}:names"))
        self.customers: list[Customer] = []
        self.asleep: list[tuple[datetime, int, Life]] = []
        self.born = 0
        self.calls: dict[int, int] = {}
        self.turn = 0
        self.busy, self.next_alarm = True, clock.at
        self.new_left, self.new_share = 0, 0.0
        self.recent: list[Customer] = []
        self.phones: dict[int, str] = {}
        self.categories: dict[str, Category] = {}
        self.causes: dict[str, Cause] = {}
        self.outlooks: dict[str, Outlook] = {}

    def add_customer(self, customer: Customer, phone: str) -> None:
        """Make a customer known, so that later matters may be theirs."""
        self.customers.append(customer)
        self.phones[customer.pk] = phone

    def know_all(self) -> None:
        """Read all customers that there are, with their main phones."""
        points = ContactPoint.objects.filter(kind="phone", primary=True)
        self.phones = dict(points.values_list("customer_id", "value"))
        self.customers = list(Customer.objects.order_by("pk"))

    def dice(self, name: object) -> Dice:
        """Chance of its own for one matter, so that what happens elsewhere does not change it."""
        return Dice(f"{self.seed}:{name}")

    def live(self, at: datetime, life: Life) -> None:
        """Let something begin at an instant."""
        self.born += 1
        heapq.heappush(self.asleep, (at, self.born, life))

    def work(self, unit: OrgUnit | str, minutes: float) -> datetime:
        """The instant after so many minutes of a unit's working time from now."""
        unit_id = self.company.units[unit].pk if isinstance(unit, str) else unit.pk
        return calendar_for(unit_id).add(timezone.now(), max(int(minutes), 1))

    def run(self, progress: Callable[[int, int], None]) -> None:
        """Live through all days. Each is one transaction, so that half a year does not wait for the disk."""
        days = (timezone.localdate(self.end) - timezone.localdate()).days + 1
        for place in range(days):
            midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
            tomorrow = min(midnight + timedelta(days=1), self.end)
            with one_transaction():
                self.spend(tomorrow)
            self.clock.set(tomorrow)
            if place % 7 == 6 and place < days - 3:
                follow()
            if (days - place) % 28 == 4:
                self.tidy_notices()
            progress(place + 1, days)

    def spend(self, until: datetime) -> None:
        """Wake all that has something to do before an instant; some times a day the clock looks at the deadlines."""
        looks = [timezone.localtime().replace(hour=hour, minute=40) for hour in LOOKS]
        for look in [*(at for at in looks if timezone.now() < at < until), until]:
            while self.asleep and self.asleep[0][0] < look:
                at, _born, life = heapq.heappop(self.asleep)
                self.clock.set(at)
                self.busy = True
                following = next(life, None)
                if following is not None:
                    self.live(max(following, timezone.now() + timedelta(seconds=20)), life)
            self.clock.set(look)
            if look < until and (self.busy or look >= self.next_alarm):
                self.look(look)

    def look(self, now: datetime) -> None:
        """Warnings and what is late. Remembered is when the next alarm is due, so that idle days cost nothing."""
        if self.first_alarm() <= now:
            sound()
            approvals.sound()
        overdue = Visit.objects.filter(open=True, alarm_level__lt=TOLD_LEADER).aggregate(at=Min("due_at"))["at"]
        if overdue is not None and overdue <= now:
            tell_overdue()
        self.busy = False
        self.next_alarm = min(self.first_alarm(), overdue or FOREVER)

    def first_alarm(self) -> datetime:
        """When the next warning about a ticket, a dispatch or an approval is due."""
        alarms = [
            Ticket.objects.filter(open=True).aggregate(at=Min("alarm_at"))["at"],
            Dispatch.objects.filter(open=True).aggregate(at=Min("alarm_at"))["at"],
            Step.objects.filter(state=Step.State.CURRENT).aggregate(at=Min("alarm_at"))["at"],
        ]
        return min((at for at in alarms if at is not None), default=FOREVER)

    def tidy_notices(self) -> None:
        """Now and then everybody reads what has piled up; not who has left."""
        unread = set(Notice.objects.filter(read_at__isnull=True).values_list("employee_id", flat=True).distinct())
        with transaction.atomic():
            for employee_id in sorted(unread & self.company.actors.keys()):
                notices.read_all(actor=self.company.actors[employee_id])


@contextmanager
def one_transaction() -> Iterator[None]:
    """A day, without savepoints: nothing in it may be refused, so nothing has to be taken back by itself.

    A refusal would be a mistake in the demonstration and ends it. Savepoints would be a third of all statements.
    """
    features, usual = connection.features, connection.features.uses_savepoints
    features.uses_savepoints = False
    try:
        with transaction.atomic():
            yield
    finally:
        features.uses_savepoints = usual


def follow() -> None:
    """Let every subscriber of the events catch up."""
    for name in readers.names():
        while readers.read(name, limit=READ) == READ:
            pass
