"""A matter comes in, is looked at first, or is taken back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.customers.actions import create_customer
from keqiao.customers.models import ContactPoint, Customer
from keqiao.customers.queries import by_phone
from keqiao.kernel import phones
from keqiao.kernel.actor import SYSTEM, Actor, Kind
from keqiao.kernel.dates import full
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.money import LARGEST
from keqiao.kernel.prepared import Prepared, insert
from keqiao.kernel.sql import hold
from keqiao.runtime import counters
from keqiao.tickets import models as m
from keqiao.tickets.actions.base import (
    clock,
    enter,
    guard,
    log_row,
    note_deed,
    required,
    say,
    solve_due,
    tell_people,
)
from keqiao.tickets.actions.clocks import rebase
from keqiao.tickets.actions.dispatching import call_back
from keqiao.tickets.actions.going_along import release
from keqiao.tickets.models import Category, Channel, Complaint, Impact, Progress, Remedy, Severity, Ticket
from keqiao.tickets.queries import times_complained
from keqiao.tickets.ruling.kinds.severities import Finding, Verdict, judge
from keqiao.tickets.ruling.kinds.texts import receipt_for
from keqiao.tickets.ruling.reading import Rules, case_of, rules, rules_of

SUBJECT = 120
FULL = 11  # digits of a mobile, or of a landline with its area code
SOURCES = {Channel.COUNTER: "counter", Channel.PHONE: "phone", Channel.WEB: "web", Channel.WECHAT: "wechat"}

_with_number = Prepared(
    lambda phone: (
        ContactPoint.objects.filter(kind="phone", value=phone, customer__erased=False)
        .select_related("customer")
        .order_by("customer_id")[:20]
    ),
    1,
)


@transaction.atomic
def accept(
    *,
    actor: Actor,
    kind: str,
    channel: str,
    subject: str,
    body: str,
    contact_name: str,
    contact_phone: str = "",
    customer: Customer | None = None,
    category: Category | None = None,
    product: str = "",
    order_number: str = "",
    severity: int = Severity.GENERAL,
    wishes: Iterable[str] = (),
    wish_note: str = "",
) -> Ticket:
    """Register a matter: it gets its number, its deadlines and its receipt at once.

    Without `customer` the caller is recognised by any spelling of the phone, or becomes a new customer. The employee
    who registers it becomes its owner; what customers send in themselves waits for its unit.
    """
    if actor.kind is not Kind.CUSTOMER and not actor.can("ticket.create"):
        raise NotAllowed(_("您没有登记工单的权限。如工作需要，请联系主管。"))
    known = rules()
    values = checked(kind, channel, subject, body, contact_name, contact_phone, severity)
    if customer is None:
        values["customer_id"] = customer_of(actor, values["contact_name"], values["contact_phone"], channel)
    now = timezone.now()
    ticket = Ticket(
        **values | ({"customer": customer} if customer else {}),
        category=category,
        product=product.strip()[:80],
        order_number=order_number.strip()[:40],
        owner_id=actor.id,
        unit_id=unit_of(actor, known),
        ruleset_id=known.pk,
        created_by_id=actor.id,
        accepted_at=now,
        accepted_on=timezone.localdate(now),
    )
    ticket.solve_due_at = solve_due(ticket, now, known=known)
    fields = clock(ticket, ticket.stage, now, known=known)
    stage_due = fields.pop("stage_due")
    for name, value in fields.items():
        setattr(ticket, name, value)
    store(actor, ticket, stage_due, wished(wishes), wish_note.strip(), known)
    note_deed(actor, "ticket.created", ticket, {"kind": ticket.kind, "channel": ticket.channel})
    return ticket


def store(actor: Actor, ticket: Ticket, stage_due: datetime, wishes: list[str], wish_note: str, known: Rules) -> None:
    """Write a new ticket with its number, its first stage and its receipt."""
    # the counter stays locked until the transaction ends, so it comes after everything that can be refused
    ticket.number = counters.number("TS" if ticket.is_complaint else "GD", ticket.accepted_on)
    insert(ticket)
    if ticket.is_complaint:
        insert(Complaint(ticket=ticket, wishes=wishes, wish_note=wish_note))
    insert(log_row(ticket, actor, ticket.accepted_at, stage_due))
    say(actor, ticket, Progress.Kind.RECEIPT, receipt(ticket, known), to_customer=True)


def checked(
    kind: str, channel: str, subject: str, body: str, contact_name: str, contact_phone: str, severity: int
) -> dict[str, Any]:
    """The values of a new ticket in their one spelling; Refused with the field that is wrong."""
    if kind not in m.Kind.values:
        raise Refused(_("请选择工单类型。"), field="kind")
    if channel not in Channel.values:
        raise Refused(_("请选择来源渠道。"), field="channel")
    if severity not in Severity.values:
        raise Refused(_("请选择严重程度。"), field="severity")
    phone = ""
    if contact_phone.strip():
        phone = phones.normalise(contact_phone) or ""
        if not phone:
            raise Refused(_("联系电话“%s”不是有效的号码。") % contact_phone[:40], field="contact_phone")
    body = required(body, _("请填写客户反映的内容。"), "body")
    return {
        "kind": kind,
        "channel": channel,
        "severity": severity,
        "subject": (" ".join(subject.split()) or body.splitlines()[0])[:SUBJECT],
        "body": body,
        "contact_name": required(contact_name, _("请填写联系人。"), "contact_name")[:80],
        "contact_phone": phone,
        "phone_reversed": phones.reverse(phone) if phone else "",
    }


def wished(codes: Iterable[str]) -> list[str]:
    """The remedies in the order of the list, each once; Refused for one that the list does not have."""
    wanted = set(codes)
    if wanted - set(Remedy.values):
        raise Refused(_("请从列表中选择客户诉求。"), field="wishes")
    return [code for code in Remedy.values if code in wanted]


def customer_of(actor: Actor, name: str, phone: str, channel: str) -> int:
    """Id of the customer with that phone (of that name, if several share it), else of a new one.

    Parallel first calls from one phone make one customer: who finds nobody looks again with the phone held.
    """
    found = known_by(phone) if phone else []
    if phone and not found:
        hold(f"customer:{phone}")
        found = known_by(phone)
    if found:
        return next((pk for pk, known in found if known == name), found[0][0])
    maker = actor if actor.can("customer.create") else SYSTEM
    return create_customer(actor=maker, name=name, phone=phone, source=SOURCES.get(Channel(channel), "other")).pk


def known_by(phone: str) -> list[tuple[int, str]]:
    """Id and name of customers with that phone: the very number, which one index answers, else its extensions.

    A short service number is never looked for by its end: it would find strangers.
    """
    found = [(point.customer_id, point.customer.name) for point in _with_number.all(phone)]
    if found or sum(char.isdigit() for char in phone) < FULL:
        return found
    others = by_phone(SYSTEM, phone).filter(erased=False).order_by("pk")
    return list(others.values_list("pk", "name")[:20])


def unit_of(actor: Actor, known: Rules) -> int:
    """The accepting unit: the employee's own, else the one set for customers' own complaints."""
    if actor.unit_id is not None:
        return actor.unit_id
    if known.intake_unit_id is None:
        raise Refused(_("还没有设置受理部门，请联系管理员。"))
    return known.intake_unit_id


def receipt(ticket: Ticket, known: Rules) -> str:
    """What the customer is told at once."""
    values = {
        "客户": ticket.contact_name, "类型": str(ticket.get_kind_display()), "单号": ticket.number,
        "期限": full(ticket.solve_due_at),
    }  # fmt: skip
    return receipt_for(known.receipts, case_of(ticket, customer=False), values)


@transaction.atomic
def assess(
    *,
    actor: Actor,
    obj: Ticket,
    category: Category,
    severity: int | None = None,
    safety: bool = False,
    impact: str = "single",
    complicated: bool = False,
    immediate: bool = False,
    amount_fen: int = 0,
    assessment: str = "",
    reason: str = "",
) -> Ticket:
    """First assessment: type, safety, amount, complexity, impact, need to act now; the severity follows by the rules.

    A person may rate it otherwise and says why (`reason`). Nobody may rate a matter of safety below 重大.
    """
    ticket = guard(actor, "assess", obj)
    if category is None:
        raise Refused(_("请选择问题类别。"), field="category")
    if not 0 <= amount_fen <= LARGEST:
        raise Refused(_("涉及金额不正确。"), field="amount")
    suggested = verdict_of(
        ticket, category, safety=safety, impact=impact, immediate=immediate, complicated=complicated,
        amount_fen=amount_fen,
    )  # fmt: skip
    severity = rated(severity, suggested, safety, reason.strip())
    before = ticket.severity
    Complaint.objects.filter(pk=ticket.pk).update(
        safety=safety, impact=impact, complex=complicated, immediate=immediate, amount_fen=amount_fen,
        assessment=assessment.strip(),
    )  # fmt: skip
    ticket.severity = severity
    ticket.solve_due_at = solve_due(ticket, ticket.accepted_at)
    fresh = enter(
        actor, ticket, Ticket.Stage.ASSESSED, assessment.strip(),
        category=category, severity=severity, solve_due_at=ticket.solve_due_at,
    )  # fmt: skip
    data = {"severity": severity, "category": str(category), "safety": safety, "suggested": suggested.severity}
    if severity != suggested.severity:
        data["reason"] = reason.strip()
    if before != severity:
        data["changes"] = {"severity": [str(Severity(before).label), str(Severity(severity).label)]}
    note_deed(actor, "ticket.assessed", fresh, data)
    return fresh


def verdict_of(ticket: Ticket, category: Category | None, **found: Any) -> Verdict:
    """What the ticket's rules say about what was found; how often the customer complained is counted."""
    if found["impact"] not in Impact.values:
        raise Refused(_("请选择影响范围。"), field="impact")
    types: dict[str, Any] = {"category": category.pk, "parent": category.parent_id or 0} if category else {}
    return judge(rules_of(ticket).severities, Finding(times=times_complained(ticket), **types, **found))


def rated(severity: int | None, suggested: Verdict, safety: bool, reason: str) -> int:
    """The severity that counts: the suggested one, or another that a person gives a reason for."""
    chosen = severity or suggested.severity
    if chosen not in Severity.values:
        raise Refused(_("请选择严重程度。"), field="severity")
    if safety and chosen < Severity.MAJOR:
        raise Refused(_("涉及人身或财产安全的投诉，严重程度不能低于“重大”。"), field="severity")
    if chosen != suggested.severity and not reason:
        words = _("按规则建议“%(level)s”（%(why)s）。要改为“%(chosen)s”，请写明原因。")
        level, given = Severity(suggested.severity).label, Severity(chosen).label
        raise Refused(words % {"level": level, "why": suggested.reason, "chosen": given}, field="reason")
    return chosen


@transaction.atomic
def change_severity(*, actor: Actor, obj: Ticket, severity: int, reason: str) -> Ticket:
    """Rate a matter anew; its deadlines are counted again from where they began, less what it waited."""
    ticket = guard(actor, "severity", obj)
    reason = required(reason, _("请写明调整严重程度的原因。"), "reason")
    if severity not in Severity.values:
        raise Refused(_("请选择严重程度。"), field="severity")
    if severity == ticket.severity:
        raise Refused(_("严重程度没有变化。"), field="severity")
    if ticket.is_complaint and ticket.complaint.safety and severity < Severity.MAJOR:
        raise Refused(_("涉及人身或财产安全的投诉，严重程度不能低于“重大”。"), field="severity")
    before = ticket.severity
    fresh = rebase(ticket, severity)
    note_deed(
        actor,
        "ticket.severity_changed",
        fresh,
        {"changes": {"severity": [str(Severity(before).label), str(Severity(severity).label)]}, "reason": reason},
    )
    return fresh


@transaction.atomic
def withdraw(*, actor: Actor, obj: Ticket, words: str) -> Ticket:
    """The customer takes the matter back; what was said is kept. Not possible once an investigation runs."""
    ticket = guard(actor, "withdraw", obj)
    words = required(words, _("请记录客户撤诉时的原话或撤诉方式。"), "words")
    if ticket.is_complaint:
        Complaint.objects.filter(pk=ticket.pk).update(withdrawn_words=words)
    release(actor, ticket, _("主工单 %s 的客户已撤诉") % ticket.number)
    call_back(actor, ticket)
    fresh = enter(actor, ticket, Ticket.Stage.WITHDRAWN, words)
    note_deed(actor, "ticket.withdrawn", fresh, {"words": words})
    tell_people(actor, {fresh.owner_id}, fresh, _("%s 客户已撤诉") % fresh.number, "ticket.withdrawn", "once")
    return fresh
