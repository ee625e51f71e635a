"""The demonstration data: complete, the same each time, and without anything that reads unfinished."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, models
from django.utils import timezone

from keqiao.approvals.models import Approval
from keqiao.audit import readers, wording
from keqiao.audit.models import Event, Mark, Missed
from keqiao.badrecords.models import BadRecord
from keqiao.calendars.queries import forget as forget_calendars
from keqiao.care.models import Greeting, Loss
from keqiao.customers.models import ContactPoint, Customer, CustomerTier, Reveal
from keqiao.exports.models import Export
from keqiao.kernel import phones, powers
from keqiao.kernel.resource import get
from keqiao.lists.models import ListView
from keqiao.org.demo import PASSWORD, accounts
from keqiao.org.models import Employee, OrgUnit, Position
from keqiao.org.queries import actor_for, grants
from keqiao.org.work import held_by
from keqiao.reports.models import Report
from keqiao.search.models import Document
from keqiao.staffing.models import Confirmation, PositionDescription, WorkTransfer
from keqiao.suggestions.models import Suggestion
from keqiao.tickets.actions.catalogue import CATEGORIES, CAUSES
from keqiao.tickets.models import Complaint, CorrectiveAction, Dispatch, Evidence, Kind, Progress, Stage, Ticket
from keqiao.tickets.ruling.reading import forget_rules
from keqiao.visits.models import Rectification, Visit
from keqiao.workspace import demo
from keqiao.workspace.demo import clock, people, telling
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.sorting import TWICE
from keqiao.workspace.demo.stories import COMPLAINTS, PLAIN
from keqiao.workspace.demo.world import follow

NOW = datetime(2026, 11, 19, 7, 20, tzinfo=UTC)  # a Thursday afternoon in Shanghai
SMALL = 0.02
S = Ticket.Stage


@dataclass
class Built:
    """What a build said, what it made, and what the build before it made."""

    lines: list[str]
    figures: list[Any]
    before: list[Any] = field(default_factory=list)


@pytest.mark.django_db(transaction=True)
def test_the_demonstration_is_whole_and_the_same_each_time(subtests: pytest.Subtests) -> None:
    built = Built([], [])
    for _turn in range(2):
        empty()
        before, built = built, Built([], [])
        demo.build(built.lines.append, scale=SMALL, now=NOW)
        built.figures, built.before = figures(), before.figures
    for name, check in list(globals().items()):
        if name.startswith("check_"):
            with subtests.test(name):
                check(built)


def empty() -> None:
    """Nothing in the tables, and nothing kept of what was there."""
    call_command("flush", interactive=False, verbosity=0)
    grants.cache_clear()
    cache.clear()
    forget_calendars()
    forget_rules()


def counted(rows: models.QuerySet[Any], field: str) -> set[Any]:
    """The values of a field that occur."""
    return set(rows.order_by().values_list(field, flat=True).distinct())


def check_the_sizes_are_those_asked_for(data: Built) -> None:
    assert 80 <= Customer.objects.count() <= 80 + TWICE  # some stand twice, to be found and merged
    assert Ticket.objects.count() == 60
    assert Employee.objects.filter(is_active=True).count() == 40
    assert Visit.objects.count() >= 30
    assert any("60 张工单" in line for line in data.lines)


def check_every_stage_occurs_and_every_kind(data: Built) -> None:
    complaints = Ticket.objects.filter(kind=Kind.COMPLAINT)
    assert counted(complaints, "stage") == set(S.values)
    assert counted(Ticket.objects.all(), "kind") == set(Kind.values)
    for kind in (Kind.REPAIR, Kind.AFTER_SALES):
        assert {S.ACCEPTED, S.HANDLING, S.RESOLVED, S.CLOSED} <= counted(Ticket.objects.filter(kind=kind), "stage")


def check_every_outcome_occurs(data: Built) -> None:
    assert counted(Dispatch.objects.all(), "status") == set(Dispatch.Status.values)
    # whether a measure failed is judged by the counts, and in so small a house none may have
    judged = counted(CorrectiveAction.objects.all(), "status") | {CorrectiveAction.Status.INEFFECTIVE}
    assert judged == set(CorrectiveAction.Status.values)
    assert counted(Rectification.objects.all(), "status") == set(Rectification.Status.values)
    assert {"planned", "trying", "done", "unreachable"} <= counted(Visit.objects.all(), "status")
    assert {"approved", "rejected", "waiting", "returned"} <= counted(Approval.objects.all(), "state")
    assert {True, False, None} == counted(Complaint.objects.all(), "founded")
    assert Ticket.objects.filter(reopened__gt=0, open=False).exists()
    assert Ticket.objects.filter(open=True).exclude(paused_at=None).exists()
    assert Evidence.objects.exists()
    assert Ticket.objects.filter(supervisions__isnull=False).exists()
    assert Ticket.objects.filter(urges__isnull=False).exists()


def check_the_last_matters_are_of_today_and_none_of_tomorrow(data: Built) -> None:
    assert Ticket.objects.filter(accepted_on=timezone.localdate(NOW)).count() >= 2
    assert not Ticket.objects.filter(accepted_at__gt=NOW).exists()
    assert not Event.objects.filter(at__gt=NOW).exists()
    assert not Stage.objects.filter(left_at__gt=NOW).exists()
    first = Ticket.objects.earliest("accepted_at").accepted_at
    assert 60 < (NOW - first).days <= 181


def check_who_is_not_satisfied_is_served_again(data: Built) -> None:
    for visit in Visit.objects.filter(satisfaction__lte=2).select_related("ticket"):
        assert visit.said
        assert Rectification.objects.filter(visit=visit).exists()
        assert visit.ticket is not None
        assert visit.ticket.reopened >= visit.round


def check_no_text_is_empty_or_unfinished(data: Built) -> None:
    texts: list[str] = []
    for rows, fields in (
        (Ticket.objects.all(), ("subject", "body", "contact_name", "product")),
        (Dispatch.objects.filter(status="answered"), ("answer",)),
        (Complaint.objects.filter(founded=False), ("findings", "explanation")),
        (Complaint.objects.filter(founded=True, ticket__stage="closed"), ("findings", "plan", "customer_reply")),
        (Evidence.objects.all(), ("title",)),
        (Progress.objects.all(), ("text",)),
        (CorrectiveAction.objects.all(), ("title", "measure")),
        (Visit.objects.all(), ("matter",)),
        (Customer.objects.all(), ("name", "city", "initials")),
    ):
        found = [value for row in rows.values_list(*fields) for value in row]
        assert all(found), rows.model
        texts += found
    assert texts
    assert not [text for text in texts if "{" in text or "}" in text or "None" in text]


@pytest.mark.parametrize("story", [*COMPLAINTS, *PLAIN], ids=lambda story: story.subject[:14])
def test_every_story_can_be_told_in_full(story: Any) -> None:
    names = telling.names_for(Dice("story"), story, NOW, Customer(city="济南市"))
    told = [value for field in story.__slots__ for value in flat(getattr(story, field))]
    assert not [text for text in told if "{" in text.format(**names)]


def flat(value: Any) -> list[str]:
    """The texts in a field of a story."""
    values = value if isinstance(value, tuple) else (value,)
    return [one for one in values if isinstance(one, str)]


def test_there_are_many_stories() -> None:
    assert len(COMPLAINTS) + len(PLAIN) >= 60
    assert len({story.subject for story in (*COMPLAINTS, *PLAIN)}) == len(COMPLAINTS) + len(PLAIN)


@pytest.mark.parametrize("story", COMPLAINTS, ids=lambda story: story.subject[:14])
def test_stories_use_types_causes_and_units_that_exist(story: Any) -> None:
    parent, name = story.category.split("/")
    assert name in CATEGORIES[parent]
    parent, name = story.cause.split("/")
    assert name in CAUSES[parent]
    assert set(story.units) <= {key for key, *_rest in people.UNITS} | {"shop", "agent"}
    assert bool(story.unfounded) == bool(story.explanation)


def check_every_phone_is_a_phone(data: Built) -> None:
    for value in ContactPoint.objects.filter(kind="phone").values_list("value", flat=True):
        assert phones.normalise(value) == value
    for number in Ticket.objects.exclude(contact_phone="").values_list("contact_phone", flat=True):
        assert phones.normalise(number) == number


def check_every_power_is_held_by_somebody(data: Built) -> None:
    held = {power for post in Position.objects.filter(employees__isnull=False) for power in post.powers}
    assert {power.code for power in powers.every()} == held


def check_positions_are_described_revised_and_waiting_and_a_leavers_work_went_over(data: Built) -> None:
    states = PositionDescription.objects.values_list("position__name", "edition", "revision", "state")
    assert set(states) == {
        ("客服专员", "B", 0, "replaced"), ("客服专员", "B", 1, "in_force"), ("客服班长", "B", 0, "in_force"),
        ("回访专员", "B", 0, "in_force"), ("客户服务部经理", "B", 0, "in_force"), ("门店店长", "B", 0, "approval"),
    }  # fmt: skip
    assert all(one.duties.count() >= 2 for one in PositionDescription.objects.all())
    assert Confirmation.objects.exists()
    transfer = WorkTransfer.objects.get()
    assert (transfer.giver.is_active, transfer.state, transfer.moved) == (False, "done", 17)
    assert not held_by(transfer.giver)


def check_everybody_has_the_password_a_superior_and_units_their_leaders(data: Built) -> None:
    assert all(person.check_password(PASSWORD) for person in Employee.objects.all()[:2])
    assert Employee.objects.values("password").distinct().count() == 1
    assert list(Employee.objects.filter(manager=None).values_list("name", flat=True)) == ["何博文"]
    assert not OrgUnit.objects.filter(leader=None).exists()
    assert {account.position for account in accounts()} == set(people.POSITIONS)


def check_everything_is_found_and_every_subscriber_has_caught_up(data: Built) -> None:
    follow()
    assert not Missed.objects.exists()
    if connection.vendor == "postgresql":
        return  # it keeps back what is younger than the oldest transaction of the server, which may be another's
    last = Event.objects.latest("pk").pk
    marks = {mark.name: (mark.event_id, mark.attempts) for mark in Mark.objects.all()}
    assert marks == dict.fromkeys(readers.names(), (last, 0))
    indexed = counted(Document.objects.filter(label="tickets.ticket"), "object_id")
    assert indexed == counted(Ticket.objects.all(), "id")
    assert (
        Document.objects.filter(label="customers.customer").count() == Customer.objects.filter(merged_into=None).count()
    )


def test_the_clock_is_given_back() -> None:
    real = timezone.now
    with clock.moved(NOW) as moving:
        assert timezone.now() == NOW
        moving.set(datetime(2020, 1, 1, tzinfo=UTC))
        assert timezone.now() == NOW
    assert timezone.now is real


def figures() -> list[Any]:
    """What two builds are compared by."""
    tickets = Ticket.objects.order_by("pk").values_list("number", "subject", "body", "stage", "accepted_at", "result")
    visits = Visit.objects.order_by("pk").values_list("number", "satisfaction", "said", "done_at")
    return [*tickets, *visits, *Customer.objects.order_by("pk").values_list("number", "name", "phone_masked")]


def check_two_builds_are_the_same(data: Built) -> None:
    assert len(data.figures) > 150
    assert data.figures == data.before


def check_leaders_find_their_lists_filled_on_the_day(data: Built) -> None:
    for who in ("xuzhiyuan", "qiaoshuhui", "maolihong", "tangjing"):
        own = Greeting.objects.filter(owner__username=who, status="due", due_on__lte=timezone.localdate(NOW))
        assert own.exists(), who
    assert ListView.objects.filter(owner__username="xuzhiyuan").exists()
    assert Reveal.objects.filter(verb="customer.revealed", at__gt=NOW - timedelta(days=1)).exists()
    assert Approval.objects.filter(kind="customer.reveal_more", state="waiting").exists()
    assert {"making", "waiting", "refused"} <= counted(Export.objects.all(), "state")
    assert actor_for(Employee.objects.get(username="hebowen")).can("customer.oversee")


def check_who_is_on_the_list_of_the_lost_counts_as_lost(data: Built) -> None:
    for loss in Loss.objects.exclude(status="won").select_related("customer"):
        assert loss.customer.life_cycle == "lost" or loss.status == "given_up", loss


def check_the_register_of_bad_records_is_filled(data: Built) -> None:
    assert {"complaint", "loss", "own"} <= counted(BadRecord.objects.all(), "source")
    assert {"open", "closed"} == counted(BadRecord.objects.all(), "status")
    assert BadRecord.objects.exclude(measures="").exists()


def check_suggestions_of_every_source_are_in_every_state(data: Built) -> None:
    assert counted(Suggestion.objects.all(), "source") == set(Suggestion.Source.values)
    assert counted(Suggestion.objects.all(), "status") == set(Suggestion.Status.values)
    assert counted(Suggestion.objects.all(), "adopted") == {True, False, None}


def check_reports_are_archived_and_one_of_a_kind_is_being_written(data: Built) -> None:
    assert counted(Report.objects.filter(state="archived"), "kind") == {"complaints", "visits", "followup"}
    assert Report.objects.filter(state="draft").exists()
    assert all(one.intact for one in Report.objects.filter(state="archived"))
    assert all(one.data for one in Report.objects.all())


def check_a_tier_of_the_house_is_in_use(data: Built) -> None:
    assert Customer.objects.filter(tier=CustomerTier.objects.get(name="金卡").code).exists()


def check_every_change_is_told_in_words(data: Built) -> None:
    """Histories show neither the names of fields nor the codes of choices."""
    code = re.compile(r"[a-z][a-z_0-9]*(\.[a-z_]+)*|True|False|None")
    raw = set()
    for event in Event.objects.filter(data__has_key="changes"):
        resource = get(event.label)
        for name, pair in event.data["changes"].items() if resource is not None else ():
            words = [wording.field_label(resource, name), *(wording.shown(resource, name, value) for value in pair)]
            raw |= {(event.label, name, word) for word in words if code.fullmatch(word)}
    assert not raw
