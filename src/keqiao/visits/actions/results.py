"""What the customer answers, by phone, by signed link or on the customer's own page – one answer for each visit."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.customers.consents import refusal
from keqiao.customers.models import Consent
from keqiao.kernel.actor import CUSTOMER, SYSTEM, Actor, Kind
from keqiao.kernel.errors import Refused, WrongState
from keqiao.notices.actions import notify
from keqiao.org.queries import actor_for
from keqiao.tickets.actions import close_after_visit, reopen_after_visit
from keqiao.tickets.models import Ticket
from keqiao.visits.actions.base import (
    MOST_SAID,
    add_attempt,
    begin,
    close,
    fresh,
    guard,
    leader_of,
    note_deed,
    url_of,
    waits,
    why_not,
)
from keqiao.visits.actions.calling import tell_leader
from keqiao.visits.actions.rectifying import open_rectification
from keqiao.visits.models import Visit, VisitAttempt

LINK_DAYS = 7
TOKEN_BYTES = 24  # 192 random bits
FOLLOWED_AT_ONCE = 500
Channel = Visit.Channel


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: score 1–5, whether the matter is solved, and the customer's words."""

    satisfaction: int
    solved: bool
    said: str = ""

    def checked(self) -> "Answer":
        """The same with its words trimmed; raises Refused with the field that is wrong."""
        if self.satisfaction not in Visit.Score.values:
            raise Refused(_("请选择 1 到 5 分的满意度。"), field="satisfaction")
        if self.solved not in (True, False):
            raise Refused(_("请选择问题是否已解决。"), field="solved")
        said = (self.said or "").strip()
        if len(said) > MOST_SAID:
            raise Refused(_("意见请控制在 %(n)s 字以内。") % {"n": MOST_SAID}, field="said")
        return Answer(int(self.satisfaction), bool(self.solved), said)


@transaction.atomic
def record_result(
    *, actor: Actor, obj: Visit, satisfaction: int, solved: bool, said: str = "", follow_at: datetime | None = None
) -> Visit:
    """Write down what the customer said on the phone; it closes the ticket or opens it again.

    With `follow_at` that waits until then (`follow_results`), and the result may be taken back before.
    """
    answer = Answer(satisfaction, solved, said).checked()
    visit = guard(actor, "record", obj)
    begin(visit, actor)
    return finish(actor, visit, answer, Channel.PHONE, follow_at)


@transaction.atomic
def answer_by_customer(*, actor: Actor, obj: Visit, satisfaction: int, solved: bool, said: str = "") -> Visit:
    """The customer's own answer on the customer's page; whoever calls has made sure that it is the customer."""
    if actor.kind is not Kind.CUSTOMER:
        raise ValueError("only a customer answers for himself")
    answer = Answer(satisfaction, solved, said).checked()
    visit = fresh(obj)
    if not visit.open:
        raise WrongState(_("您已经评价过了，谢谢！"))
    return finish(actor, visit, answer, Channel.PORTAL)


@transaction.atomic
def answer_by_link(*, token: str, satisfaction: int, solved: bool, said: str = "", ip: str = "") -> Visit:
    """The answer that came by a signed link, once. Raises Refused for a link that is unknown, used or expired."""
    answer = Answer(satisfaction, solved, said).checked()
    found = by_token(token)
    if found is None:
        raise Refused(_("这个链接无效，请核对后再试。"))
    visit = fresh(found)
    if visit.token_digest != found.token_digest:
        raise Refused(_("这个链接已失效，请使用最新的链接。"))
    if not visit.open:
        raise WrongState(_("您已经评价过了，谢谢！"))
    if expired(visit):
        raise Refused(_("这个链接已过期。"))
    return finish(CUSTOMER.at(ip), visit, answer, Channel.LINK)


def finish(actor: Actor, visit: Visit, answer: Answer, channel: str, follow_at: datetime | None = None) -> Visit:
    """End the visit and let follow what follows, at once or from `follow_at` on. One effect."""
    done = close(
        visit, Visit.Status.DONE, satisfaction=answer.satisfaction, solved=answer.solved, said=answer.said,
        channel=channel, done_at=timezone.now(), done_by_id=actor.id, follow_at=follow_at,
    )  # fmt: skip
    if channel == Channel.PHONE:
        add_attempt(done, actor, VisitAttempt.Outcome.ANSWERED, "")
    content = satisfied(visit, answer)
    note_deed(
        actor, "visit.done", done,
        {"satisfaction": answer.satisfaction, "solved": answer.solved, "satisfied": content, "said": answer.said,
         "channel": channel, "in_time": done.done_at is not None and done.done_at <= done.due_at},
    )  # fmt: skip
    if follow_at is None:
        let_follow(actor, visit, done, answer)
    return done


def let_follow(actor: Actor, visit: Visit, done: Visit, answer: Answer) -> None:
    """What follows from a result: the ticket is closed or opened again, a low score orders a rectification."""
    if visit.ticket and waits(visit.ticket):
        follow_up(actor, visit.ticket, answer, satisfied=satisfied(visit, answer))
    elif visit.ticket is None and not answer.solved:
        tell_problem(done)
    # last, because its number holds the day's counter until the transaction ends
    if answer.satisfaction <= visit.rule.low_score:
        open_rectification(actor=actor, visit=done)


def tell_problem(done: Visit) -> None:
    """A call by plan brought up something to deal with: who called and the unit's leader hear that it needs a ticket."""
    to = {pk for pk in (done.done_by_id, leader_of(done.unit_id)) if pk is not None}
    title = _("回访中客户有问题要处理，请登记工单：%(visit)s") % {"visit": done}
    notify(actor=SYSTEM, to=to, title=title, url=url_of(done), kind="visit.problem", key=f"visit.problem:{done.pk}")


def follow_results() -> int:
    """Let follow what waited for the end of the time in which a result may be taken back. Returns how many.

    Every minute, and safe in parallel: whoever clears `follow_at` does it, in one transaction.
    """
    due = Visit.objects.filter(follow_at__lte=timezone.now()).order_by("follow_at", "pk").values_list("pk", flat=True)
    return sum(follow_one(pk) for pk in due[:FOLLOWED_AT_ONCE])


@transaction.atomic
def follow_one(pk: int) -> bool:
    """Let follow what follows from one result, if nobody has done so yet."""
    if Visit.objects.filter(pk=pk, follow_at__lte=timezone.now()).update(follow_at=None) != 1:
        return False
    visit = Visit.objects.select_related("rule", "ticket", "customer", "done_by").get(pk=pk)
    if visit.status == Visit.Status.TRYING:
        attempt = visit.attempts.select_related("by").latest("pk")
        tell_leader(actor_for(attempt.by) if attempt.by else SYSTEM, visit, attempt)
        return True
    if visit.done_by is None or visit.satisfaction is None or visit.solved is None:
        return False
    let_follow(actor_for(visit.done_by), visit, visit, Answer(visit.satisfaction, visit.solved, visit.said))
    return True


def satisfied(visit: Visit, answer: Answer) -> bool:
    """Whether the matter may rest: it is solved, and the score lies above the rule's low score."""
    return answer.solved and answer.satisfaction > visit.rule.low_score


def follow_up(actor: Actor, ticket: Ticket, answer: Answer, *, satisfied: bool) -> None:
    """A satisfied customer closes the ticket, any other opens it again."""
    if satisfied:
        close_after_visit(actor=actor, ticket=ticket, satisfaction=answer.satisfaction, note=answer.said)
        return
    reason = answer.said or (_("客户表示问题没有解决") if not answer.solved else _("客户对处理结果不满意"))
    reopen_after_visit(actor=actor, ticket=ticket, satisfaction=answer.satisfaction, reason=reason)


@transaction.atomic
def make_link(*, actor: Actor, obj: Visit) -> tuple[str, datetime]:
    """A new signed link's token and until when it holds. Only its hash is kept; an older link ends with it."""
    visit = guard(actor, "link", obj)
    against = refusal(visit.customer, Consent.Purpose.SERVICE)
    if against:
        raise Refused(against)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    until = timezone.now() + timedelta(days=LINK_DAYS)
    if Visit.objects.filter(pk=visit.pk, open=True).update(token_digest=digest(token), token_until=until) != 1:
        raise WrongState(why_not("link", visit))
    note_deed(actor, "visit.link_made", visit, {"until": until.isoformat()})
    return token, until


def digest(token: str) -> str:
    """How a token is kept: sha256 is enough for so many random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def by_token(token: str) -> Visit | None:
    """The visit of a link, whatever its state; None for a token that was never given out or was replaced."""
    if not 16 <= len(token) <= 64:
        return None
    return Visit.objects.select_related("rule", "ticket", "customer").filter(token_digest=digest(token)).first()


def expired(visit: Visit) -> bool:
    """Whether the link's time has run out."""
    return visit.token_until is None or visit.token_until <= timezone.now()
