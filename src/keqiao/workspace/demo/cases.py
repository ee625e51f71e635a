"""What every matter shares: whose it is, how it comes in, and the waits between its steps."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from keqiao.calendars.queries import calendar_for
from keqiao.customers import actions as customers
from keqiao.customers.models import Customer
from keqiao.customers.sharing import handing
from keqiao.kernel.actor import CUSTOMER, Actor
from keqiao.org.models import Employee, OrgUnit
from keqiao.tickets import actions
from keqiao.tickets.models import Category, Cause, Ticket
from keqiao.workspace.demo import words
from keqiao.workspace.demo.customers import Card
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.fates import Fate
from keqiao.workspace.demo.people import AGENTS, SHOPS
from keqiao.workspace.demo.stories import Matter, Story
from keqiao.workspace.demo.telling import Tale, tale
from keqiao.workspace.demo.world import World


class Case:
    """A matter under way."""

    ticket: Ticket
    tale: Tale
    unfounded = False

    def __init__(self, world: World, dice: Dice, fate: Fate) -> None:
        self.world, self.dice, self.fate = world, dice, fate
        self.flags = set(fate.flags)
        self.near = dice.choice(SHOPS), dice.choice(AGENTS)
        self.card: Card | None = None

    def again(self) -> Iterator[datetime]:
        """What follows when the customer is not satisfied at the visit."""
        raise NotImplementedError

    def has(self, flag: str) -> bool:
        """Whether something befalls this matter."""
        return flag in self.flags

    def unit(self, key: str) -> OrgUnit:
        """A unit by its short name; "shop" and "agent" mean one of them, by the customer's luck."""
        if key == "shop":
            key = self.near[0]
        elif key == "agent":
            key = self.near[1]
        return self.world.company.units[key]

    def somebody(self, unit: OrgUnit) -> Employee:
        """One of a unit's people who answer for it."""
        company = self.world.company
        people = company.of_unit(company.keys[unit.pk])
        return self.dice.choice([person for person in people if company.actor(person.pk).can("dispatch.answer")])

    def wait(self, unit: OrgUnit | str, least: float, most: float) -> datetime:
        """The instant after some working minutes of a unit; matters of slow fate take three times as long."""
        minutes = self.dice.uniform(least, most) * (3 if self.has("slow") else 1)
        if not self.fate.stop:
            return self.world.work(unit, minutes)
        # what must stand somewhere today gets there in time, holidays or not
        age = self.world.end - self.fate.at
        at = timezone.now() + age * 0.055
        calendar = calendar_for(self.world.company.units["service"].pk)
        opened = calendar.next_open(at)
        return opened if opened - at < age * 0.1 else at

    def owner(self) -> Actor:
        """The actor whose matter it is now."""
        return self.world.company.actor(self.ticket.owner_id)

    def story_for(self) -> Story | Matter | None:
        """A story that the fate prescribes; None leaves it to chance."""
        return None

    def caller(self) -> tuple[Customer | None, Customer, str]:
        """Who calls: a known customer or None with somebody new, as far as the story needs them, and the phone."""
        world = self.world
        if world.new_left > 0 and self.dice.often(world.new_share):
            world.new_left -= 1
            card = world.names.card(business=0.0)
            self.card = card
            return None, Customer(name=card.name, city=card.values["city"]), card.values["phone"]
        customer = self.dice.choice(world.customers)
        if world.recent and self.dice.often(0.12):
            customer = self.dice.choice(world.recent[-60:])
        world.recent.append(customer)
        return customer, customer, world.phones.get(customer.pk, "")

    def accept(self) -> None:
        """The matter comes in."""
        known, caller, phone = self.caller()
        self.tale = told = tale(self.dice, self.fate.kind, self.fate.at, caller, self.story_for())
        self.adjust()
        actor = self.receiver(told.channel)
        self.ticket = actions.accept(
            actor=actor, kind=told.kind, channel=told.channel, subject=told.subject, body=told.body(),
            contact_name=told.contact, contact_phone=phone, customer=known, category=self.category(),
            product=told.product, order_number=self.order_number(), wishes=told.wishes,
            severity=3 if getattr(told.story, "safety", False) else 1,
        )  # fmt: skip
        if known is None:
            self.complete_customer()

    def adjust(self) -> None:
        """Change the tale to fit the fate."""

    def order_number(self) -> str:
        """The order, where the customer had it at hand."""
        if self.dice.often(0.35):
            return ""
        day = timezone.localtime(self.fate.at) - timedelta(days=self.dice.randint(3, 300))
        return f"HN{day:%y%m%d}{self.dice.randrange(100_000):05d}"

    def category(self) -> Category:
        """The type of the story."""
        return self.world.categories[self.tale.story.category]

    def cause(self) -> Cause:
        """The cause of the story."""
        return self.world.causes[getattr(self.tale.story, "cause", "客户使用/期望不符")]

    def receiver(self, channel: str) -> Actor:
        """Who takes the word down: the customer online, a shop at its counter, else an agent."""
        company = self.world.company
        if channel == "web":
            return CUSTOMER
        if channel == "counter":
            return company.actor(self.dice.choice([company.of_unit(key)[0].pk for key in SHOPS]))
        unit = "complaints" if self.fate.kind == "complaint" and self.dice.often(0.35) else "hotline"
        return company.actor(self.dice.choice(company.of_unit(unit, "客服专员")).pk)

    def complete_customer(self) -> None:
        """What the agent asks a new customer, and whose customer it becomes."""
        chief = self.world.company.actor("tangjing")
        customer = self.ticket.customer
        values = {} if self.card is None else self.card.values
        details: dict[str, Any] = {
            key: values[key] for key in ("province", "city", "address", "gender") if values.get(key)
        }
        customers.change_customer(actor=chief, obj=customer, **details)
        if self.ticket.owner_id is None or self.dice.often(0.6):
            unit = self.dice.choice(("complaints", "hotline"))
            agent = self.dice.choice(self.world.company.of_unit(unit, "客服专员"))
            handing.assign_owner(actor=chief, obj=customer, owner=agent)
        self.world.add_customer(customer, self.ticket.contact_phone)

    def share_out(self, unit: str) -> None:
        """A leader gives the matter to one of the unit's agents, the one with the fewest first."""
        world = self.world
        agents = world.company.of_unit(unit, "客服专员")
        agent = min(agents, key=lambda person: (world.calls.get(person.pk, 0), person.pk))
        world.calls[agent.pk] = world.calls.get(agent.pk, 0) + 1
        leader = "tangjing" if world.company.keys[self.ticket.unit_id] in SHOPS else "xuzhiyuan"
        note = self.dice.choice(words.ASSIGN)
        self.ticket = actions.assign(actor=world.company.actor(leader), obj=self.ticket, owner=agent, note=note)
