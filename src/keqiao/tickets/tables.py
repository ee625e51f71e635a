"""What lists and pages show of a ticket."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from keqiao.calendars.queries import calendar_for
from keqiao.customers import masking
from keqiao.customers.policies import visible as visible_customers
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full, humanise
from keqiao.kernel.templatetags.ui import badge, due_badge
from keqiao.org.queries import unit_name
from keqiao.tickets import policies
from keqiao.tickets.models import CorrectiveAction, Dispatch, Escalation, Remedy, Severity, Ticket
from keqiao.tickets.queries import minutes_left
from keqiao.tickets.ruling.kinds.deadlines import DAY
from keqiao.tickets.ruling.kinds.escalating import who

S = Ticket.Stage
STAGE_TONES = {S.CLOSED: "success", S.WITHDRAWN: "neutral", S.APPROVING: "warning", S.TOLD: "info"}
SEVERITY_TONES = {
    Severity.GENERAL: "neutral", Severity.SERIOUS: "info", Severity.MAJOR: "warning", Severity.CRITICAL: "danger",
}  # fmt: skip
DISPATCH_TONES = {"waiting": "warning", "accepted": "info", "answered": "success", "returned": "danger"}
CORRECTION_TONES = {"open": "warning", "done": "info", "effective": "success", "ineffective": "danger"}


def number(obj: Ticket, _actor: Actor) -> str:
    """Subject over number."""
    along = badge(_("已并入"), "neutral") if obj.main_id else ""
    return format_html('<strong>{}</strong> <span class="muted">{}</span> {}', obj.subject, obj.number, along)


def owner(obj: Ticket, actor: Actor) -> str:
    """Who answers for it; one's own name needs no query."""
    if obj.owner_id == actor.id and actor.id is not None:
        return actor.name
    return obj.owner.name if obj.owner else ""


def unit(obj: Ticket, _actor: Actor) -> str:
    """The unit that accepted it; of a ticket just made, whose unit was never read, asked by the quickest way."""
    return obj.unit.name if Ticket.unit.is_cached(obj) else unit_name(obj.unit_id)


def stage(obj: Ticket, _actor: Actor) -> str:
    """The stage as a badge."""
    return badge(obj.get_stage_display(), STAGE_TONES.get(S(obj.stage), "info"))


def severity(obj: Ticket, _actor: Actor) -> str:
    """The severity as a badge."""
    return badge(obj.get_severity_display(), SEVERITY_TONES[Severity(obj.severity)])


def due(obj: Ticket, _actor: Actor) -> str:
    """How long is left in working time, or how late it is."""
    if not obj.open:
        return badge(_("超时办结"), "warning") if obj.late else full(obj.closed_at or obj.due_at)
    if obj.paused_at is not None:
        return badge(_("等待客户"), "neutral", "pause")
    left = minutes_left(obj)
    now = timezone.now()
    if obj.due_at < now:
        return due_badge(_("超时 %s") % humanise(abs(left), day_minutes=DAY), "danger")
    tone = "warning" if obj.warn_at and obj.warn_at <= now else "neutral"
    return due_badge(_("剩 %s") % humanise(left, day_minutes=DAY), tone)


def dispatch_due(obj: Dispatch, _actor: Actor) -> str:
    """How long the unit has left to answer, in its working time, or how late it is; afterwards when it answered."""
    if not obj.open:
        return badge(_("超时答复"), "warning") if obj.late else full(obj.answered_at or obj.due_at)
    now = timezone.now()
    left = calendar_for(obj.unit_id).minutes_between(now, obj.due_at)
    if obj.due_at < now:
        return due_badge(_("超时 %s") % humanise(abs(left), day_minutes=DAY), "danger")
    return due_badge(_("剩 %s") % humanise(left, day_minutes=DAY), "warning" if left < DAY else "neutral")


def climbed(obj: Ticket) -> str:
    """How far up the line the ticket has gone."""
    return badge(_("已升级到第 %d 级") % obj.climbed, "danger", "late")


def rung(obj: Escalation, _actor: Actor) -> str:
    """Which rung, and whom it tells."""
    return _("第 %(step)d 级：%(who)s") % {"step": obj.step, "who": who(obj.roles)}


def next_rung(obj: Escalation, _actor: Actor) -> str:
    """When the next rung follows and whom it tells; what it waits for while it does not."""
    if not obj.current or not obj.ticket.open:
        return ""
    if obj.ticket.paused_at is not None:
        return _("等待客户，暂停上报")
    if obj.next_at is None:
        return _("已到最高一级")
    return _("%(at)s 告知%(who)s") % {"at": full(obj.next_at), "who": who(obj.next_roles)}


def phone(obj: Ticket, actor: Actor) -> str:
    """The phone as far as the actor sees phones; the full one is shown on the customer's page, with a reason."""
    return masking.phone(actor, "", full=obj.contact_phone, customer_id=obj.customer_id)


def customer_id(obj: Ticket, actor: Actor) -> int | None:
    """The customer, unless out of sight: who registers a stranger's phone must not learn whose it is."""
    return obj.customer_id if visible_customers(actor).filter(pk=obj.customer_id).exists() else None


def wishes(obj: Ticket, _actor: Actor) -> list[str]:
    """What the customer asks for, in words."""
    if not obj.is_complaint:
        return []
    labels = dict(Remedy.choices)
    return [str(labels.get(code, code)) for code in obj.complaint.wishes]


def main_number(obj: Ticket, actor: Actor) -> str:
    """The number of the matter that it was joined to, for those who see that one."""
    return obj.main.number if obj.main is not None and policies.allowed(actor, "view", obj.main) else ""


def joined_numbers(obj: Ticket, actor: Actor) -> list[str]:
    """The numbers of what was joined to it, as far as they are within sight."""
    return list(policies.visible(actor).filter(main=obj).order_by("pk").values_list("number", flat=True)[:200])


def shares(obj: Ticket, _actor: Actor) -> list[dict[str, Any]]:
    """Who answers for how much of a founded complaint, in percent; the largest part first."""
    if not obj.is_complaint:
        return []
    rows = obj.complaint.shares.select_related("unit", "person")
    return [
        {"unit": row.unit.name, "person": row.person.name if row.person else "", "percent": row.percent} for row in rows
    ]


def of_complaint(name: str) -> Any:
    """A value of the complaint, None for other kinds; records by their title."""

    def value(obj: Ticket, _actor: Actor) -> Any:
        if not obj.is_complaint:
            return None
        found = getattr(obj.complaint, name)
        if found is None or isinstance(found, bool | int | str | datetime):
            return found
        return str(found)

    return value


def dispatch_status(obj: Dispatch, _actor: Actor) -> str:
    """The status of a dispatch as a badge."""
    return badge(obj.get_status_display(), DISPATCH_TONES[obj.status])


def correction_status(obj: CorrectiveAction, _actor: Actor) -> str:
    """The status of a corrective action as a badge, alarming when its day has passed."""
    if obj.status == CorrectiveAction.Status.OPEN and obj.due_on < timezone.localdate():
        return badge(_("已超时"), "danger", "late")
    return badge(obj.get_status_display(), CORRECTION_TONES[obj.status])
