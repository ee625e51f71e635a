"""What a customer is shown of a matter: its stages in plain words, what was said to the customer, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.kernel.dates import day_words
from keqiao.tickets.models import Channel, Letter, Progress, Remedy, Stage, Ticket
from keqiao.visits.models import Visit
from keqiao.visits.words import DOUBLE

S = Ticket.Stage
COMPLAINT: tuple[tuple[Promise, frozenset[str]], ...] = (
    (gettext_lazy("已受理"), frozenset({S.ACCEPTED, S.ASSESSED})),
    (gettext_lazy("调查核实"), frozenset({S.INVESTIGATING})),
    (gettext_lazy("落实处理"), frozenset({S.HANDLING, S.APPROVING})),
    (gettext_lazy("告知结果"), frozenset({S.RESOLVED})),
    (gettext_lazy("回访确认"), frozenset({S.TOLD})),
    (gettext_lazy("已办结"), frozenset({S.CLOSED})),
)
SIMPLE: tuple[tuple[Promise, frozenset[str]], ...] = (
    (gettext_lazy("已受理"), frozenset({S.ACCEPTED})),
    (gettext_lazy("办理中"), frozenset({S.HANDLING})),
    (gettext_lazy("告知结果"), frozenset({S.RESOLVED})),
    (gettext_lazy("已办结"), frozenset({S.CLOSED})),
)
NOW = {
    S.ACCEPTED: gettext_lazy("我们已收到您反映的情况，正在安排专人评估。"),
    S.ASSESSED: gettext_lazy("情况已评估，正在转给负责的部门。"),
    S.INVESTIGATING: gettext_lazy("负责的部门正在核实情况。"),
    S.HANDLING: gettext_lazy("正在为您落实处理方案。"),
    S.APPROVING: gettext_lazy("正在为您落实处理方案。"),
    S.RESOLVED: gettext_lazy("处理已完成，客服会尽快把结果告诉您。"),
    S.TOLD: gettext_lazy("结果已告知您。请告诉我们问题是否解决，并为这次处理打分。"),
    S.CLOSED: gettext_lazy("这件事已办结，谢谢您的反馈。"),
    S.WITHDRAWN: gettext_lazy("按您的要求，这件事已撤回。"),
}
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of what happened, as the timeline draws it."""

    at: datetime
    title: str
    body: str
    icon: str
    tone: str
    actor: str
    changes: list[tuple[str, str, str]] = field(default_factory=list)


def masked(name: str) -> str:
    """A name of which only the beginning is shown: 王**, 欧阳**."""
    name = name.strip()
    kept = name[:2] if name[:2] in DOUBLE and len(name) > 2 else name[:1]
    return f"{kept}**"


def steps(ticket: Ticket) -> list[tuple[str, str, str]]:
    """The stage bar in the customer's words, with the day on which each stage began."""
    plan = COMPLAINT if ticket.is_complaint else SIMPLE
    begun = days(Stage.objects.filter(ticket=ticket).order_by("entered_at", "pk"))
    if ticket.stage == S.WITHDRAWN:
        return [(str(plan[0][0]), "done", note(begun, plan[0][1])), (_("已撤回"), "done", note(begun, {S.WITHDRAWN}))]
    at = next(place for place, (_label, stages) in enumerate(plan) if ticket.stage in stages)
    ended = ticket.stage == S.CLOSED
    return [
        (
            str(label),
            "done" if place < at or ended else "current" if place == at else "",
            note(begun, stages) if place <= at else "",
        )
        for place, (label, stages) in enumerate(plan)
    ]


def days(rows: Iterable[Stage]) -> dict[str, date]:
    """The day on which each stage was last entered."""
    return {row.stage: timezone.localtime(row.entered_at).date() for row in rows}


def note(begun: dict[str, date], stages: Iterable[str]) -> str:
    """The first of the days on which these stages began, short."""
    found = [begun[stage] for stage in stages if stage in begun]
    return f"{min(found).month}/{min(found).day}" if found else ""


def thread(ticket: Ticket) -> list[Moment]:
    """What was said to the customer and by the customer, newest first; nothing internal and nobody's name."""
    titles = {
        Progress.Kind.RECEIPT: (_("已受理"), "check", "success"),
        Progress.Kind.PROGRESS: (_("处理进度"), "info", "info"),
        Progress.Kind.EXPLANATION: (_("情况说明"), "note", "info"),
    }
    rows = ticket.progress.filter(visible_to_customer=True).exclude(kind=Progress.Kind.COMMENT).order_by("-pk")
    found = []
    for row in rows[:SHOWN]:
        mine = row.kind == Progress.Kind.SUPPLEMENT
        title, icon, tone = (_("您的补充"), "edit", "neutral") if mine else titles[Progress.Kind(row.kind)]
        who = _("客服") if not mine else _("您本人") if row.from_customer else _("客服登记")
        text = row.text if mine else without_names(row.text, ticket)
        found.append(Moment(row.at, title, text, icon, tone, who))
    return found


def papers(ticket: Ticket) -> list[tuple[str, str, date, str]]:
    """The papers that the customer was given, newest first: number, title, day, and words without the name."""
    rows = ticket.letters.filter(status=Letter.Status.ISSUED, delivered_at__isnull=False).order_by("-pk")[:SHOWN]
    return [
        (row.number, row.title, timezone.localtime(row.issued_at).date(), without_names(row.body, ticket))
        for row in rows
        if row.issued_at is not None
    ]


def without_names(text: str, ticket: Ticket) -> str:
    """What was said to the customer, with the customer's own name masked as everywhere on the page."""
    for name in sorted({ticket.contact_name, ticket.customer.name}, key=len, reverse=True):
        if len(name) > 1:
            text = text.replace(name, masked(name))
    return text


def open_visit(ticket: Ticket) -> Visit | None:
    """The visit that waits for the customer's answer."""
    return Visit.objects.select_related("rule").filter(ticket=ticket, open=True).order_by("-round").first()


def last_answer(ticket: Ticket) -> Visit | None:
    """The latest answer that was given."""
    return Visit.objects.filter(ticket=ticket, status=Visit.Status.DONE).order_by("-round").first()


def facts(ticket: Ticket) -> list[tuple[str, str]]:
    """What the customer knows anyway; the words only if the customer wrote them here."""
    labels = dict(Remedy.choices)
    wishes = (
        _("、").join(str(labels.get(code, code)) for code in ticket.complaint.wishes) if ticket.is_complaint else ""
    )
    pairs = [
        (_("联系人"), masked(ticket.contact_name)),
        (_("反映时间"), timezone.localtime(ticket.accepted_at).strftime("%Y-%m-%d %H:%M")),
        (_("产品或服务"), ticket.product),
        (_("您的诉求"), wishes),
        (_("反映的情况"), ticket.body if ticket.channel == Channel.WEB else ""),
    ]
    return [(label, value) for label, value in pairs if value]


def expected(ticket: Ticket) -> str:
    """By when the matter will be closed, in words; empty once it is."""
    if not ticket.open:
        return ""
    if ticket.paused_at is not None:
        return _("正在等您补充资料，补充后继续办理")
    due = timezone.localtime(ticket.solve_due_at)
    if ticket.solve_due_at < timezone.now():
        return _("已超过原定的%(day)s，我们正在加紧办理") % {"day": day_words(due)}
    return _("预计%(day)s前办结") % {"day": day_words(due)}


def now_words(ticket: Ticket) -> str:
    """Where the matter stands, in a sentence."""
    return str(NOW[S(ticket.stage)])
