"""The stock that is measured: customers and tickets by the hundred thousand, made in bulk, deterministic.

This is the one place that writes rows without actions, because 300,000 actions would take an hour; nothing here runs
in an installation that people use.
"""

import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from importlib import import_module
from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from keqiao.audit.actions import event
from keqiao.audit.models import Event, Mark
from keqiao.audit.readers import advance, names
from keqiao.config.bench import words
from keqiao.config.bench.around import poster, store_visits
from keqiao.customers.models import ContactPoint, Customer
from keqiao.kernel import bulk, phones
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.pinyin import initials
from keqiao.org.actions import create_employee, create_position, create_token, create_unit
from keqiao.org.models import Employee, Scope
from keqiao.runtime.models import Counter
from keqiao.search import actions as search
from keqiao.search import registry
from keqiao.search.models import Document
from keqiao.tickets.actions import ensure_defaults
from keqiao.tickets.models import Category, Complaint, Stage, Ticket

CHUNK = 5_000
DAYS, LONG = 180, 5_000
AGENT_POWERS = ["customer.view", "customer.create", "ticket.view", "ticket.create", "visit.view", "visit.do"]


@dataclass(frozen=True, slots=True)
class Stock:
    """What the measuring needs to know: who asks, and about which rows."""

    agent_cookie: str
    manager_cookie: str
    agent_token: str
    agent_id: int
    customer_id: int
    long_customer_id: int
    visit_id: int
    poster: str
    customers: int
    tickets: int


def build(customers: int, tickets: int, timeline: int = 200) -> dict[str, Any]:
    """Fill an empty database; returns the Stock as a dict.

    One customer gets a timeline of `timeline` entries, another one of LONG.
    """
    rng = random.Random(20261123)
    agents, manager = people()
    ensure_defaults(actor=SYSTEM)
    customer_names = store_customers(rng, customers, agents)
    store_tickets(rng, tickets, customer_names, agents)
    favourite, long = store_timeline(0, timeline), store_timeline(1, LONG)
    called = store_visits(rng, list(customer_names), agents, timezone.now())
    hung = poster(agents[0].unit)
    settle()
    stock = Stock(
        cookie(agents[0]), cookie(manager), create_token(actor=SYSTEM, employee=agents[0], name="bench"),
        agents[0].pk, favourite, long, called, hung, customers, tickets,
    )  # fmt: skip
    return asdict(stock)


def people() -> tuple[list[Employee], Employee]:
    """Forty agents in eight teams, and a general manager who sees everything."""
    head = create_unit(actor=SYSTEM, name="海纳电器", kind="company")
    service = create_unit(actor=SYSTEM, name="客户服务部", kind="department", parent=head)
    post = create_position(actor=SYSTEM, name="客服专员", scope=Scope.OWN, powers=AGENT_POWERS)
    every = [*AGENT_POWERS, "report.view", "customer.export"]
    boss = create_position(actor=SYSTEM, name="总经理", scope=Scope.ALL, powers=every)
    agents = []
    for number in range(8):
        team = create_unit(actor=SYSTEM, name=f"{number + 1} 组", kind="team", parent=service)
        for seat in range(5):
            agents.append(
                create_employee(
                    actor=SYSTEM, username=f"agent{number}{seat}", name=words.person(random.Random(number * 5 + seat)),
                    unit=team, positions=[post],
                )
            )  # fmt: skip
    return agents, create_employee(actor=SYSTEM, username="boss", name="沈若谷", unit=head, positions=[boss])


def chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    """Rows in lists of CHUNK."""
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def store_customers(rng: random.Random, count: int, agents: list[Employee]) -> dict[int, tuple[str, str]]:
    """Customers with one phone each; returns id → (name, phone)."""
    known: dict[int, tuple[str, str]] = {}
    for start in range(0, count, CHUNK):
        rows, numbers = [], []
        for n in range(start, min(start + CHUNK, count)):
            agent = agents[n % len(agents)]
            name, phone = words.person(rng), words.phone(n)
            numbers.append(phone)
            rows.append(
                Customer(
                    number=f"KH20260101-{n + 1:06d}", name=name, initials=initials(name), owner=agent,
                    unit_id=agent.unit_id, phone_masked=phones.mask(phone), province=rng.choice(words.PROVINCES),
                )
            )  # fmt: skip
        for pk, row in enumerate(rows, start + 1):
            row.pk = pk  # what an empty table gives
        with transaction.atomic():
            bulk.insert(Customer, rows)
            bulk.insert(
                ContactPoint,
                [
                    {"customer_id": row.pk, "kind": "phone", "value": phone, "reversed": phone[::-1], "primary": True}
                    for row, phone in zip(rows, numbers, strict=True)
                ],
            )
            put_in_index("customers.customer", rows)
        known.update((row.pk, (row.name, phone)) for row, phone in zip(rows, numbers, strict=True))
    return known


def store_tickets(
    rng: random.Random, count: int, customers: dict[int, tuple[str, str]], agents: list[Employee]
) -> None:
    """Tickets over DAYS days; one in ten is open. Each has its stage, its event and its place in the search index."""
    now = timezone.now()
    ids = list(customers)
    categories = list(Category.objects.exclude(parent=None))
    numbers: dict[str, int] = {}
    made = (ticket(rng, n, count, now, ids, customers, agents, categories, numbers) for n in range(count))
    for rows in chunks(made):
        with transaction.atomic():
            bulk.insert(Ticket, rows)
            bulk.insert(Complaint, [{"ticket_id": row.pk, "wishes": ["refund"]} for row in rows if row.is_complaint])
            bulk.insert(
                Stage,
                [
                    {
                        "ticket_id": row.pk,
                        "stage": row.stage,
                        "entered_at": row.accepted_at,
                        "by_id": row.owner_id,
                        "due_at": row.due_at,
                    }
                    for row in rows
                ],
            )
            bulk.insert(Event, [event(SYSTEM, "ticket.created", row, about=row.customer_id) for row in rows])
            put_in_index("tickets.ticket", rows)
    Counter.objects.bulk_create(Counter(key=key, value=value) for key, value in numbers.items())


def put_in_index(label: str, rows: list[Any]) -> None:
    """Make the rows searchable."""
    searchable = registry.get(label)
    if searchable is None:
        raise LookupError(label)
    bulk.insert(Document, [search.document(label, doc) for doc in searchable.document(rows)])


def ticket(
    rng: random.Random, n: int, count: int, now: datetime, ids: list[int], customers: dict[int, tuple[str, str]],
    agents: list[Employee], categories: list[Category], numbers: dict[str, int],
) -> Ticket:  # fmt: skip
    """One ticket; the later its number, the younger it is."""
    accepted = now - timedelta(days=DAYS) + timedelta(days=DAYS) * n / count
    complaint, is_open = n % 3 == 0, n % 10 == 0
    day = f"{'TS' if complaint else 'GD'}{timezone.localdate(accepted):%Y%m%d}"
    numbers[day] = numbers.get(day, 0) + 1
    customer_id = rng.choice(ids)
    name, phone = customers[customer_id]
    agent = agents[rng.randrange(len(agents))]
    subject, body = words.matter(rng)
    due = accepted + timedelta(days=rng.uniform(1, 9))
    row = Ticket(
        pk=n + 1,
        number=f"{day}-{numbers[day]:04d}", kind="complaint" if complaint else "consultation",
        stage="accepted" if is_open else "closed", severity=rng.choice((1, 1, 1, 2, 3)), channel="phone",
        customer_id=customer_id, contact_name=name, contact_phone=phone, phone_reversed=phone[::-1], subject=subject,
        body=body, category=rng.choice(categories), owner=agent, unit_id=agent.unit_id, created_by=agent,
        accepted_at=accepted, accepted_on=timezone.localdate(accepted), due_at=due, solve_due_at=due,
        closed_at=None if is_open else accepted + timedelta(days=2), open=is_open, late=rng.random() < 0.1,
        satisfaction=None if is_open else rng.choice((5, 5, 4, 4, 3, 2, 1)),
    )  # fmt: skip
    row._state.fields_cache["customer"] = Customer(pk=customer_id, name=name)
    return row


def store_timeline(place: int, entries: int) -> int:
    """A customer of the first agent who has been through a lot; returns the id."""
    customer = Customer.objects.filter(owner__username="agent00").order_by("pk")[place]
    with transaction.atomic():
        Event.objects.bulk_create(
            event(
                SYSTEM, "customer.changed", customer, {"changes": {"note": ["", f"第 {n} 次来电"]}}, about=customer.pk
            )
            for n in range(entries)
        )
    return customer.pk


def settle() -> None:
    """Every reader starts behind what was made; the planner learns about the tables."""
    for model in (Customer, Ticket):
        if model.objects.count() != model.objects.aggregate(last=Max("pk"))["last"]:
            raise RuntimeError(f"{model.__name__}: ids are not 1, 2, 3 …; was the database empty?")
    last = Event.objects.order_by("xid", "id").last()
    for name in names():
        Mark.objects.get_or_create(name=name)
        if last is not None:
            advance(name, last)
    search.tidy()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def cookie(employee: Employee) -> str:
    """A session of the employee, as the browser would send it."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(employee.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = employee.get_session_auth_hash()
    store.create()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"
