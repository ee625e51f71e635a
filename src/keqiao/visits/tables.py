"""What the lists of visits and rectifications show."""

from datetime import datetime

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from keqiao.customers import masking
from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.templatetags.ui import badge, due_badge
from keqiao.visits.models import Rectification, Visit

TONES = {
    Visit.Status.PLANNED: "info",
    Visit.Status.TRYING: "warning",
    Visit.Status.DONE: "success",
    Visit.Status.UNREACHABLE: "danger",
    Visit.Status.CANCELLED: "neutral",
}
RECTIFICATION_TONES = {
    Rectification.Status.WAITING: "danger",
    Rectification.Status.PLANNED: "warning",
    Rectification.Status.DONE: "info",
    Rectification.Status.PASSED: "success",
    Rectification.Status.REPORTED: "success",
}
SCORE_TONES = {1: "danger", 2: "danger", 3: "warning", 4: "success", 5: "success"}
SOON_MINUTES = 24 * 60


def phone(obj: Visit, actor: Actor) -> str:
    """The number that the matter was reported with, else the customer's own; as far as the actor sees phones."""
    number = obj.ticket.contact_phone if obj.ticket else ""
    return masking.phone(actor, obj.customer.phone_masked, full=number, customer_id=obj.customer_id)


def customer(obj: Visit, _actor: Actor) -> str:
    """Name over number."""
    return format_html('<strong>{}</strong> <span class="muted">{}</span>', obj.customer.name, obj.number)


def status(obj: Visit, _actor: Actor) -> str:
    """The status as a coloured word."""
    return badge(obj.get_status_display(), TONES[Visit.Status(obj.status)])


def score(obj: Visit, _actor: Actor) -> str:
    """The satisfaction as a coloured word, a dash without."""
    if obj.satisfaction is None:
        return format_html('<span class="muted">{}</span>', "—")
    text = _("%(n)s 分 %(word)s") % {"n": obj.satisfaction, "word": obj.get_satisfaction_display()}
    return badge(text, SCORE_TONES[obj.satisfaction])


def in_time(obj: Visit) -> bool | None:
    """Whether the visit was done by its deadline; None while it is open or when it was cancelled."""
    if obj.status == Visit.Status.DONE:
        return obj.done_at is not None and obj.done_at <= obj.due_at
    return False if obj.status == Visit.Status.UNREACHABLE else None


def due(obj: Visit, _actor: Actor) -> str:
    """How long is left or how late it is; of a finished one whether it was in time."""
    if obj.open:
        return remaining(obj.due_at)
    done = in_time(obj)
    if done is None:
        return format_html('<span class="muted">{}</span>', "—")
    if done:
        return badge(_("按时"), "success")
    return badge(_("超时完成") if obj.status == Visit.Status.DONE else _("未完成"), "warning")


def remaining(at: datetime) -> str:
    """The time to a deadline as a badge: red behind it, yellow in its last day."""
    minutes = int((at - timezone.now()).total_seconds() // 60)
    if minutes < 0:
        return due_badge(_("超时 %(span)s") % {"span": dates.humanise(-minutes)}, "danger")
    text = _("剩 %(span)s") % {"span": dates.humanise(minutes)}
    return due_badge(text, "warning" if minutes < SOON_MINUTES else "neutral")


def rectification_status(obj: Rectification, _actor: Actor) -> str:
    """The status as a coloured word."""
    return badge(obj.get_status_display(), RECTIFICATION_TONES[Rectification.Status(obj.status)])


def rectification_due(obj: Rectification, _actor: Actor) -> str:
    """How long is left for what is not done yet; of a finished one whether it was in time."""
    if obj.done_at is None or obj.status == Rectification.Status.PLANNED:
        return remaining(obj.due_at)
    return badge(_("按时"), "success") if obj.done_at <= obj.due_at else badge(_("超时完成"), "warning")


def matter_of(obj: Rectification, _actor: Actor) -> str:
    """The matter and whose it is."""
    return format_html(
        '<strong>{}</strong> <span class="muted">{} · {}</span>', obj.subject, obj.number, obj.customer.name
    )
