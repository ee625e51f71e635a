"""Every write to papers: drafted from a template, changed, issued, sent or handed over, answered."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.customers.consents import may_contact, refusal
from keqiao.customers.models import Consent, Customer
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.kernel.state import move
from keqiao.kernel.text import single_line
from keqiao.mailing import actions as mailing
from keqiao.mailing import queries as mail_queue
from keqiao.mailing.letters import letter as as_mail
from keqiao.mailing.models import Mail
from keqiao.notices.actions import notify
from keqiao.org.queries import company_name
from keqiao.runtime import counters
from keqiao.tickets.issued_papers import fits
from keqiao.tickets.letters import policies
from keqiao.tickets.letters.places import GAP, PLACE, filled
from keqiao.tickets.letters.templates_kept import LONGEST
from keqiao.tickets.models import Delivery, Letter, LetterKind, LetterTemplate, Ticket
from keqiao.tickets.models.letters import TRANSITIONS

MAIL = "letter"  # the sort of mail
SERVICE, EMAIL = Consent.Purpose.SERVICE, Consent.Channel.EMAIL
Status, Way, State = Letter.Status, Delivery.Way, Delivery.State


def demand(actor: Actor, verb: str, obj: Letter) -> Letter:
    """The paper as it stands now, under lock, if the actor may do that with it."""
    fresh = Letter.objects.select_for_update(of=("self",)).select_related("ticket__customer", "template").get(pk=obj.pk)
    if not policies.empowered(actor, fresh.ticket):
        raise NotAllowed(_("您没有给这位客户出具文书的权限。如工作需要，请联系主管。"))
    if not policies.allowed(actor, verb, fresh):
        raise WrongState(_("文书%(status)s，不能再这样做。") % {"status": fresh.get_status_display()})
    return fresh


def note(actor: Actor, verb: str, letter: Letter, data: dict[str, Any] | None = None) -> None:
    """Record a deed on the paper, in the customer's timeline too."""
    facts = {"kind": letter.kind, "title": letter.title, "ticket": letter.ticket.number}
    record(actor, verb, letter, facts | (data or {}), about=letter.ticket.customer_id)


@transaction.atomic
def draft(*, actor: Actor, ticket: Ticket, template: LetterTemplate, **_unused: Any) -> Letter:
    """Begin a paper: the template's words filled with what the ticket knows. The draft can still be changed."""
    known = Ticket.objects.select_related("customer", "category__parent", "owner", "unit").get(pk=ticket.pk)
    if not policies.empowered(actor, known):
        raise NotAllowed(_("您没有给这位客户出具文书的权限。如工作需要，请联系主管。"))
    if not template.active:
        raise Refused(_("这个模板已停用，请另选。"), field="template")
    if not fits(template.kind, known):
        raise Refused(too_early(template.kind), field="template")
    letter = Letter.objects.create(
        ticket=known, kind=template.kind, title=filled(template.title, known)[:60], template=template,
        body=filled(template.body, known)[:LONGEST], template_version=template.version, drafted_at=timezone.now(),
        drafted_by_id=actor.id,
    )  # fmt: skip
    note(actor, "letter.drafted", letter, {"template": template.name, "version": template.version})
    return letter


def too_early(kind: str) -> str:
    """Why a paper of the kind is not possible yet."""
    return {
        LetterKind.UNFOUNDED: _("只有调查结论为不成立的投诉，才能出具不成立说明。"),
        LetterKind.DECISION: _("投诉成立并制定了处理方案以后，才能出具处理决定。"),
        LetterKind.CLOSING: _("办理完毕、有了处理结果以后，才能出具办结告知。"),
    }[LetterKind(kind)]


@transaction.atomic
def reword(*, actor: Actor, obj: Letter, title: str, body: str, **_unused: Any) -> Letter:
    """Change the draft."""
    fresh = demand(actor, "edit", obj)
    fresh.title, fresh.body = single_line(title, 60), body.replace("\r\n", "\n").strip()[:LONGEST]
    if not fresh.title or not fresh.body:
        raise Refused(_("标题和正文都要填写。"), field="body" if fresh.title else "title")
    fresh.save(update_fields=["title", "body"])
    note(actor, "letter.changed", fresh)
    return fresh


@transaction.atomic
def issue(*, actor: Actor, obj: Letter) -> Letter:
    """Sign the paper: it gets its number, and from now on says what it says."""
    fresh = demand(actor, "issue", obj)
    if GAP in fresh.title + fresh.body:
        gaps = (fresh.title + fresh.body).count(GAP)
        raise Refused(_("还有 %(n)d 处空白（%(gap)s）没有填写，请先修改草稿。") % {"n": gaps, "gap": GAP})
    left = PLACE.search(fresh.title + "\n" + fresh.body)
    if left is not None:
        raise Refused(_("正文里还有没有替换的变量 %(name)s，请先修改草稿。") % {"name": left[0]})
    fresh.issued_at, fresh.issued_by_id = timezone.now(), actor.id
    fresh.number = counters.number("WS", timezone.localdate(fresh.issued_at))
    done = move(
        fresh, Status.ISSUED, field="status", transitions=TRANSITIONS, number=fresh.number, issued_at=fresh.issued_at,
        issued_by_id=actor.id, sha256=fresh.digest(),
    )  # fmt: skip
    note(actor, "letter.issued", done, {"number": done.number, "sha256": done.sha256})
    return done


@transaction.atomic
def drop(*, actor: Actor, obj: Letter) -> Letter:
    """Give a draft up; it stays on record."""
    fresh = demand(actor, "drop", obj)
    done = move(fresh, Status.DROPPED, field="status", transitions=TRANSITIONS)
    note(actor, "letter.dropped", done)
    return done


@transaction.atomic
def send(*, actor: Actor, obj: Letter) -> Letter:
    """Send an issued paper by e-mail: at once, or when the customer's rest ends. Refused where the customer refuses."""
    fresh = demand(actor, "send", obj)
    if fresh.deliveries.filter(way=Way.EMAIL, state=State.WAITING).exists():
        raise Refused(_("这份文书正在等待发送。"))
    if not mail_queue.available():
        raise Refused(_("还没有配置邮件服务器，请打印或用其他方式送达，再登记送达。"))
    customer = fresh.ticket.customer
    verdict = may_contact(customer, SERVICE, EMAIL)
    if not verdict and verdict.after is None:
        raise Refused(verdict.reason)
    address = address_of(customer)
    if not address:
        raise Refused(_("客户没有邮箱，请打印后当面交付、邮寄，或电话告知，再登记送达。"))
    row = Delivery.objects.create(
        letter=fresh, way=Way.EMAIL, state=State.WAITING, at=timezone.now(), by_id=actor.id,
        note=mail_queue.masked(address),
    )  # fmt: skip
    mailing.queue(
        key=f"letter:{row.pk}", kind=MAIL, to=address, to_name=fresh.ticket.contact_name, about=row,
        subject=f"{company_name()} {fresh}".strip(), not_before=verdict.after,
        body=as_mail(fresh.title, paragraphs(fresh.body), footer=_("文号 %(number)s") % {"number": fresh.number}),
    )  # fmt: skip
    note(actor, "letter.sending", fresh, {"to": row.note})
    return fresh


def paragraphs(body: str) -> list[str]:
    """The words as paragraphs of a mail."""
    return [line for line in body.split("\n") if line.strip()]


def address_of(customer: Customer) -> str:
    """The customer's main e-mail address, empty without one."""
    points = customer.contact_points.filter(kind="email").order_by("-primary", "pk")
    return points.values_list("value", flat=True).first() or ""


@transaction.atomic
def deliver(*, actor: Actor, obj: Letter, way: str, at: datetime | None = None, words: str = "") -> Delivery:
    """Note that the paper was handed over, posted, or told."""
    fresh = demand(actor, "deliver", obj)
    now = timezone.now()
    if way not in Way.values or way == Way.EMAIL:
        raise Refused(_("请选择送达方式。"), field="way")
    if at is not None and not (fresh.issued_at or now) <= at <= now:
        raise Refused(_("送达时间应在出具之后，也不能在将来。"), field="at")
    row = Delivery.objects.create(letter=fresh, way=way, at=at or now, by_id=actor.id, note=single_line(words, 200))
    arrived(fresh, row.at)
    note(actor, "letter.delivered", fresh, {"way": way, "note": row.note})
    return row


def arrived(letter: Letter, at: datetime) -> None:
    """The first time that the paper reached the customer."""
    Letter.objects.filter(pk=letter.pk, delivered_at=None).update(delivered_at=at)


def against(mail: Mail) -> str:
    """What the customer has said since somebody pressed 发送: a refusal is in force at once."""
    row = Delivery.objects.select_related("letter__ticket__customer").filter(pk=mail.object_id or 0).first()
    return refusal(row.letter.ticket.customer, SERVICE, EMAIL) if row else ""


def mailed(mail: Mail) -> None:
    """The mail has ended, called in its transaction: the paper has arrived, or whoever sent it hears why not."""
    row = Delivery.objects.select_related("letter__ticket").filter(pk=mail.object_id or 0).first()
    if row is None or row.state != State.WAITING:
        return
    went = mail.state == Mail.State.SENT
    problem = "" if went else single_line(mail.error or str(mail.get_state_display()), 200)
    row.state, row.note = (State.DONE, row.note) if went else (State.FAILED, problem)
    Delivery.objects.filter(pk=row.pk, state=State.WAITING).update(state=row.state, note=row.note, at=timezone.now())
    letter = row.letter
    if went:
        arrived(letter, timezone.now())
        note(SYSTEM, "letter.delivered", letter, {"way": row.way, "note": row.note})
        return
    note(SYSTEM, "letter.unsent", letter, {"note": problem})
    title = _("文书没有发出：%(letter)s") % {"letter": letter}
    if row.by_id is not None:
        notify(
            actor=SYSTEM, to=[row.by_id], title=title, url=f"/letters/{letter.pk}/", kind="letter",
            key=f"letter.unsent:{row.pk}",
        )  # fmt: skip


@transaction.atomic
def answer(*, actor: Actor, obj: Letter, answer: str, words: str) -> Letter:
    """What the customer said to the paper; a later word takes the place of an earlier one, which stays in the history."""
    fresh = demand(actor, "answer", obj)
    if answer not in Letter.Answer.values:
        raise Refused(_("请选择客户的意见。"), field="answer")
    said = words.strip()[:2000]
    if not said and answer != Letter.Answer.SILENT:
        raise Refused(_("请记录客户怎么说。"), field="words")
    values = {"answer": answer, "answer_words": said, "answered_at": timezone.now(), "answer_noted_by_id": actor.id}
    Letter.objects.filter(pk=fresh.pk).update(**values)
    for name, value in values.items():
        setattr(fresh, name, value)
    note(actor, "letter.answered", fresh, {"answer": answer, "words": said})
    return fresh
