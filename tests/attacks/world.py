"""A company with one secret matter, told by every kind of record, and the ways by which a stranger could meet it."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval, Deputy, Flow, FlowStep
from keqiao.audit.models import Event
from keqiao.badrecords import actions as badrecords
from keqiao.badrecords.models import BadKind, BadRecord
from keqiao.care.models import CarePlan, Greeting, Loss, LossReason
from keqiao.conftest import Company
from keqiao.customers import actions as customers
from keqiao.customers.archive import actions as archive
from keqiao.customers.archive.identity import add_identity
from keqiao.customers.imports import actions as imports
from keqiao.customers.merging.actions import merge_customers
from keqiao.customers.models import (
    ArchiveSettings,
    Customer,
    CustomField,
    DuplicatePair,
    ImportBatch,
    Merge,
    Pooled,
    PrivacyRequest,
    Reveal,
    Segment,
    ShareLine,
    ShareRule,
    SharingSettings,
    Tag,
    Territory,
    Violation,
)
from keqiao.customers.requests import actions as requests
from keqiao.customers.segments.actions import create_segment
from keqiao.exports import actions as exports
from keqiao.exports.models import Export
from keqiao.files.models import Attachment
from keqiao.kernel import powers
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.resource import get, resources
from keqiao.lists.actions import save_view
from keqiao.lists.models import ListView
from keqiao.mailing.actions import queue
from keqiao.mailing.letters import letter
from keqiao.mailing.models import Mail
from keqiao.notices.models import Notice, Todo
from keqiao.org.actions import create_employee, create_position, create_token
from keqiao.org.models import OrgUnit, Scope, Token
from keqiao.org.queries import actor_for
from keqiao.reception import actions as reception
from keqiao.reception.models import Entry, Word
from keqiao.reports import actions as reports
from keqiao.reports.models import Plan, Report
from keqiao.reports.spans import span_of
from keqiao.search.actions import index
from keqiao.services.models import Service
from keqiao.staffing.models import WorkTransfer
from keqiao.suggestions import actions as suggestions
from keqiao.suggestions.models import Suggestion
from keqiao.surveys.actions import create_survey
from keqiao.surveys.models import Invitation, Poster, Response, SendingRule
from keqiao.tickets import actions as tickets
from keqiao.tickets.letters import actions as letters
from keqiao.tickets.letters.templates_kept import ensure_templates
from keqiao.tickets.models import (
    Category,
    Cause,
    CorrectiveAction,
    Dispatch,
    Evidence,
    Letter,
    LetterTemplate,
    SpecialMonth,
    Ticket,
    Wave,
)
from keqiao.visits import actions as visits
from keqiao.visits.models import Rectification, Visit
from keqiao.webhooks.models import Delivery, Subscription
from tests.attacks.around import MONTH, escalated, pushed, served, shared, surveyed, usual_survey

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f0003860180"
    "5a347d6b0000000049454e44ae426082"
)
PHONE = "13913572468"
# lists that are everybody's or nobody's in particular
SHARED = {
    "custom-fields", "archive-settings", "privacy-settings", "retention-rules", "approval-flows",
    "territories", "sharing-settings", "abilities",
    "reception-words", "care-plans", "loss-reasons", "employees", "units", "positions", "categories", "causes",
    "position-descriptions", "ticket-rules", "visit-rules", "export-settings", "stage-rules", "tags",
    "bad-kinds", "invitations", "letter-templates", "password-rules", "report-plans", "sso-settings",
    "survey-questions", "survey-rules", "surveys", "tiers", "visitors",
}  # fmt: skip
KEEPING = {
    "org.change", "settings.change", "calendars.change", "position.draft", "position.review", "position.approve",
}  # fmt: skip  # these open pages that are nobody's in particular


@dataclass
class Secret:
    """One customer's whole matter. `marks` are the words that no stranger may ever read."""

    owner: Any
    customer: Customer
    ticket: Ticket
    visit: Visit
    second: Ticket
    approval: Approval
    correction: CorrectiveAction
    dispatch: Dispatch
    rectification: Rectification
    evidence: Evidence
    file: Attachment
    batch: ImportBatch
    export: Export
    notice: Notice
    token: Token
    link: str
    entry: Entry
    merge: Merge
    pair: DuplicatePair
    greeting: Greeting
    segment: Segment
    view: ListView
    line: ShareLine
    marks: list[str] = field(default_factory=list)

    def of(self, resource: str) -> Any:
        """The secret record of a resource; None where the resource holds nobody's secrets."""
        return self.records.get(resource)

    @cached_property
    def records(self) -> dict[str, Any]:
        """The secret records by resource, looked up once: every address asks for one."""
        return {
            "customers": self.customer, "tickets": self.ticket, "visits": self.visit, "approvals": self.approval,
            "corrections": self.correction, "rectifications": self.rectification, "dispatches": self.dispatch,
            "services": Service.objects.filter(customer=self.customer).first(),
            "reception": self.entry, "care": self.greeting, "losses": Loss.objects.filter(customer=self.customer).first(),
            "list-views": self.view,
            "webhooks": Subscription.objects.filter(name="暮雪推送").first(),
            "webhook-deliveries": Delivery.objects.filter(subscription__name="暮雪推送").first(),
            "notices": self.notice, "todos": Todo.objects.filter(title="暮雪的私事").first(),
            "waves": Wave.objects.filter(product="琥珀色洗碗机").first(),
            "escalations": self.ticket.escalations.first(),
            "special-months": SpecialMonth.objects.filter(month=MONTH).first(),
            "letters": Letter.objects.filter(ticket=self.ticket).first(),
            "reports": Report.objects.filter(writer=self.owner).first(),
            "suggestions": Suggestion.objects.filter(customer=self.customer).first(),
            "bad-records": BadRecord.objects.filter(customer=self.customer).first(),
            "mails": Mail.objects.filter(to="muxue@geheim.example").first(),
            "exports": self.export,
            "work-transfers": WorkTransfer.objects.filter(giver=self.owner).first(),
            "merges": self.merge, "duplicates": self.pair, "events": Event.objects.filter(about_id=self.customer.pk).first(),
            "segments": self.segment, "deputies": Deputy.objects.filter(employee=self.owner).first(),
            "privacy-requests": PrivacyRequest.objects.filter(customer=self.customer).first(),
            "pool": Pooled.objects.filter(name="暮雪无主").first(), "holdings": self.line.customer.holdings.first(),
            "share-lines": self.line, "share-outs": self.line.share,
            "share-rules": ShareRule.objects.filter(name="琥珀色规则").first(),
            "violations": Violation.objects.filter(customer=self.customer).first(),
            "survey-links": Invitation.objects.filter(customer=self.customer).first(),
            "survey-answers": Response.objects.filter(customer=self.customer).first(),
            "survey-posters": Poster.objects.filter(place="左岸别墅门口").first(),
            "reveals": Reveal.objects.filter(about_id=self.customer.pk, verb="customer.revealed").first(),
        }  # fmt: skip


def chief(company: Company) -> Actor:
    """The head of 财务部: every power there is, for the own department only."""
    every = [power.code for power in powers.every() if power.code not in KEEPING]
    Tag.objects.get_or_create(name="重点")
    post = create_position(actor=SYSTEM, name="财务负责人", scope=Scope.DEPARTMENT, powers=every)
    company.people["chief"] = create_employee(
        actor=SYSTEM, username="chief", name="方财务", unit=company.units["finance"], positions=[post]
    )
    return actor_for(company.people["chief"])


def secret(company: Company, *, role: str, unit: str, answered_by: str) -> Secret:
    """Brings a complaint of `role` through the whole loop; `unit` answers it through `answered_by`."""
    actor, answerer, boss = company.actor(role), company.actor(answered_by), company.actor("manager")
    customer = customers.create_customer(
        actor=actor, name="欧阳暮雪", kind="person", phone=PHONE, email="muxue@geheim.example", note="左岸别墅的钥匙",
        city="漠河", owner=company.people[role], source="phone", tier="vip",
    )  # fmt: skip
    point = customer.contact_points.filter(kind="phone").get()
    customers.reveal(actor=actor, obj=customer, contact_point=point, reason="核对暮雪的地址")
    archive.add_contact(actor=actor, obj=customer, name="欧阳听潮", post="管家")
    archive.add_date(actor=actor, obj=customer, kind="wedding", date="5-1")
    add_identity(actor=actor, obj=customer, kind="passport", number="E24681357")
    first = matter(company, actor, answerer, unit, customer, "洗碗机夜里漏水烫伤孩子")
    approval = compensated(boss, first)
    tickets.resolve(actor=actor, obj=first, result="赔付地板并更换琥珀色洗碗机")
    first = tickets.tell(actor=actor, obj=first, how="phone", customer_reply="勉强接受琥珀色")
    paper = letters.draft(actor=actor, ticket=first, template=LetterTemplate.objects.get(kind="closing"))
    letters.issue(actor=actor, obj=paper)
    visit = visits.plan_for_ticket(actor=SYSTEM, ticket=first)
    assert visit is not None
    link, _until = visits.make_link(actor=boss, obj=visit)
    second = rated(company, actor, answerer, unit, customer)
    evidence = Evidence.objects.get(ticket=first)
    approvals.appoint(
        actor=actor, deputy=company.people["manager"], from_day=timezone.localdate(), until_day=timezone.localdate(),
        reason="去暮雪家看琥珀色洗碗机",
    )  # fmt: skip
    requests.receive(actor=boss, customer=customer, kind="copy", way="phone", wish="暮雪要看自己的资料")
    wrong = badrecords.register(
        actor=actor, kind=BadKind.objects.get(), severity=3, what="琥珀色洗碗机没有复检就装回", unit=company.units[unit],
        ticket=first,
    )  # fmt: skip
    wish = suggestions.register(
        actor=actor, topic="product", content="琥珀色洗碗机应当自己断水", customer=customer, unit=company.units[unit]
    )
    surveyed(company, first)
    report = reported(company.people[role])
    segment = create_segment(actor=actor, name="暮雪分群", query="q=洗碗机")
    merge, pair = doubles(company.people[role], customer)
    batch = imports.upload(actor=boss, file=SimpleUploadedFile("暮雪名单.csv", b"\xef\xbb\xbf" + CSV.encode()))
    known = get("customers.customer")
    assert known is not None
    export = exports.ask(actor=boss, resource=known, query=QueryDict("q=欧阳暮雪"), reason="给琥珀色用户回信")
    create_token(actor=actor, employee=company.people[role], name="暮雪接口")
    entry = reception.register(actor=actor, way="walk_in", customer=customer, matter="来问琥珀色洗碗机的赔付")
    queue(key=customer.number, kind="care", to="muxue@geheim.example", subject="琥珀色祝福", body=letter("暮雪", []))
    Mail.objects.update(state="held")
    pushed(owner=company.people[role])
    served(actor, company.people[role], customer)
    view = save_view(actor=actor, resource="tickets", name="暮雪的单子", query="q=琥珀色")
    for label, objs in (
        ("reception.entry", [entry]),
        ("tickets.ticket", [first, second]),
        ("customers.customer", [customer]),
        ("visits.visit", [visit]),
        (badrecords.LABEL, [wrong]),
        (suggestions.LABEL, [wish]),
        (reports.LABEL, [report]),
    ):
        index(label, objs)
    wave = Wave.objects.create(
        number="JZ20261123-0001", by="product", category=Category.objects.get(name="功能故障"), key="product:琥珀色洗碗机",
        product="琥珀色洗碗机", unit=first.unit, count=1, limit=1, hours=24, began_at=first.accepted_at,
        last_at=first.accepted_at, raised_at=first.accepted_at,
    )  # fmt: skip
    wave.tickets.add(first)
    escalated(Ticket.objects.get(pk=first.pk))
    found = Secret(
        company.people[role], customer, first, visit, second, approval, CorrectiveAction.objects.get(ticket=first),
        Dispatch.objects.get(ticket=first), Rectification.objects.get(), evidence,
        Attachment.objects.get(owner_label="tickets.evidence"), batch, export, Notice.objects.latest("pk"),
        Token.objects.latest("pk"), link, entry, merge, pair, greeted(customer), segment, view,
        shared(company, role),
    )  # fmt: skip
    found.marks = [
        "暮雪", customer.number, first.number, second.number, visit.number, "洗碗机", "琥珀色", "左岸别墅", "geheim",
        PHONE, "139****2468", "139 1357 2468", PHONE[-8:], str(found.file.key), link, entry.number,
        report.number, f"{MONTH:%Y-%m}",
    ]  # fmt: skip
    return found


def reported(writer: Any) -> Report:
    """A report of the owner's unit that speaks of it."""
    report = reports.begin(SYSTEM, "complaints", writer.unit, *span_of("complaints", timezone.localdate()), writer)
    assert report is not None
    words = "琥珀色洗碗机的投诉最集中，暮雪的一件还在处理"
    reports.write(actor=SYSTEM, obj=report, section="conclusion", text=words, revision=0)
    return report


def doubles(owner: Any, customer: Customer) -> tuple[Merge, DuplicatePair]:
    """An archive that went into the customer's, and one that looks alike."""
    old, twin = (
        customers.create_customer(actor=SYSTEM, name=name, owner=owner, email=f"{n}@geheim.example")
        for n, name in enumerate(("暮雪旧档", "暮雪双份"))
    )
    pair = DuplicatePair.objects.create(low=customer, high=twin, score=60, reasons=["phone"])
    return merge_customers(actor=SYSTEM, survivor=customer, other=old), pair


def usual_choices() -> None:
    """What every house has to choose from, and no secret."""
    Word.objects.get_or_create(kind="source", name="路过门店")
    BadKind.objects.exclude(name="产品质量").delete()
    BadKind.objects.get_or_create(name="产品质量")
    LossReason.objects.get_or_create(name="价格")
    ensure_templates(actor=SYSTEM)
    CustomField.objects.get_or_create(name="水质")
    ArchiveSettings.objects.get_or_create(pk=1)
    flow, _new = Flow.objects.get_or_create(kind="export", number=1)
    FlowStep.objects.get_or_create(flow=flow, place=1, who="power", power="export.approve")
    SharingSettings.objects.get_or_create(pk=1)
    create_survey(actor=SYSTEM, name="满意度调查", kind="csat")
    SendingRule.objects.get_or_create(name="办结后", survey=usual_survey(), event="ticket.closed")
    Territory.objects.get_or_create(name="华北", defaults={"unit": OrgUnit.objects.order_by("pk")[0]})
    Plan.objects.get_or_create(kind="visits", unit=OrgUnit.objects.order_by("pk")[0])
    CarePlan.objects.get_or_create(name="生日", occasion="birthday", channel="phone", words="好")


def greeted(customer: Customer) -> Greeting:
    """A greeting that is due."""
    plan = CarePlan.objects.get()
    Loss.objects.create(
        number=f"LS-{customer.pk}", customer=customer, reason=LossReason.objects.get(), evidence="琥珀色洗碗机伤了心",
        lost_on=timezone.localdate(), owner=customer.owner, unit=customer.unit,
    )  # fmt: skip
    today = timezone.localdate()
    return Greeting.objects.create(
        number=f"GH-{customer.pk}", plan=plan, customer=customer, subject="琥珀色生日", day=today, due_on=today,
        owner=customer.owner, unit=customer.unit, channel="phone", text="琥珀色祝福", drafted_at=timezone.now(),
    )  # fmt: skip


CSV = "客户名称,电话\n暮雪之友,13913572469\n"


def matter(company: Company, actor: Actor, answerer: Actor, unit: str, customer: Customer, subject: str) -> Ticket:
    """A complaint with evidence, found to be true and planned with a compensation above the limit."""
    ticket = tickets.accept(
        actor=actor, kind="complaint", channel="phone", subject=subject, body=f"{subject},要求赔付地板。",
        contact_name=customer.name, contact_phone=PHONE, customer=customer, product="琥珀色洗碗机",
    )  # fmt: skip
    tickets.assess(actor=actor, obj=ticket, category=Category.objects.get(name="功能故障"))
    tickets.dispatch(actor=actor, obj=ticket, units=[company.units[unit]], instructions="查琥珀色洗碗机的水阀")
    tickets.add_evidence(
        actor=actor, obj=ticket, kind="photo", title="洗碗机照片",
        files=[SimpleUploadedFile("暮雪的地板.png", PNG, content_type="image/png")],
    )  # fmt: skip
    row = ticket.dispatches.get()
    tickets.dispatch_accept(actor=answerer, obj=row)
    tickets.dispatch_answer(actor=answerer, obj=row, answer="琥珀色批次水阀开裂")
    tickets.conclude(actor=actor, obj=ticket, founded=True, findings="琥珀色批次水阀开裂")
    boss = company.actor("manager")
    tickets.correct(
        actor=boss, obj=ticket, title="停用琥珀色水阀", measure="全部更换", owner=company.people[actor_role(company, answerer)],
        due_on=ticket.accepted_on.replace(year=ticket.accepted_on.year + 1, day=1),
    )  # fmt: skip
    return tickets.plan(
        actor=actor, obj=ticket, cause=Cause.objects.get(name="来料不良"), plan="更换琥珀色洗碗机",
        responsible_unit=company.units[unit], compensation_fen=90_000,
    )  # fmt: skip


def actor_role(company: Company, actor: Actor) -> str:
    """Which role an actor is."""
    return next(role for role, person in company.people.items() if person.pk == actor.id)


def compensated(boss: Actor, ticket: Ticket) -> Approval:
    """The compensation is approved."""
    approval = Approval.objects.get(object_id=ticket.pk)
    approvals.approve(actor=boss, obj=approval, note="同意")
    return approval


def rated(company: Company, actor: Actor, answerer: Actor, unit: str, customer: Customer) -> Ticket:
    """A second matter, told and rated low, so that a rectification stands and the ticket is open again."""
    ticket = tickets.accept(
        actor=actor, kind="complaint", channel="phone", subject="洗碗机又漏水", body="洗碗机又漏水。",
        contact_name=customer.name, contact_phone=PHONE, customer=customer,
    )  # fmt: skip
    tickets.assess(actor=actor, obj=ticket, category=Category.objects.get(name="功能故障"))
    tickets.dispatch(actor=actor, obj=ticket, units=[company.units[unit]], instructions="再查琥珀色洗碗机")
    row = ticket.dispatches.get()
    tickets.dispatch_accept(actor=answerer, obj=row)
    tickets.dispatch_answer(actor=answerer, obj=row, answer="琥珀色水阀未更换")
    tickets.conclude(actor=actor, obj=ticket, founded=True, findings="琥珀色水阀未更换")
    tickets.plan(
        actor=actor, obj=ticket, cause=Cause.objects.get(name="来料不良"), plan="再换", compensation_fen=0,
        responsible_unit=company.units[unit],
    )  # fmt: skip
    tickets.resolve(actor=actor, obj=ticket, result="已换琥珀色水阀")
    tickets.tell(actor=actor, obj=ticket, how="phone", customer_reply="等了太久")
    visit = visits.plan_for_ticket(actor=SYSTEM, ticket=ticket)
    assert visit is not None
    visits.record_result(actor=company.actor("manager"), obj=visit, satisfaction=1, solved=False, said="洗碗机还是漏")
    return Ticket.objects.get(pk=ticket.pk)


def api(company: Company, role: str) -> Client:
    """A program with the role's personal token."""
    token = create_token(actor=company.actor(role), employee=company.people[role], name="程序")
    return Client(headers={"Authorization": f"Bearer {token}"})


def get_any(name: str) -> int:
    """Some record of a shared resource."""
    resource = next(one for one in resources() if one.name == name)
    return int(resource.model._base_manager.order_by("pk").values_list("pk", flat=True).first() or 1)
