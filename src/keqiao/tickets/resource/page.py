"""What the page of one ticket shows beyond its facts: stages, the one next step, and every card of the loop."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from keqiao.approvals.models import Approval
from keqiao.customers import policies as customers
from keqiao.files.models import Attachment
from keqiao.files.queries import attachments_of
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full, humanise
from keqiao.kernel.money import format_yuan
from keqiao.kernel.resource import get
from keqiao.kernel.resource.pages import verb_buttons
from keqiao.tickets import forms, policies, tables
from keqiao.tickets.actions.handling import APPROVAL
from keqiao.tickets.issued_papers import fits
from keqiao.tickets.ladder import clock_name, steps
from keqiao.tickets.models import WAITING_ALONG, Complaint, Dispatch, Evidence, Stage, Ticket
from keqiao.tickets.panels import panels_for
from keqiao.tickets.queries import granted_along
from keqiao.tickets.ruling.conditions import LETTER, PAPERS, Asked, asked_of
from keqiao.tickets.ruling.kinds.deadlines import DAY
from keqiao.tickets.ruling.kinds.escalating import who

S = Ticket.Stage
MOST_JOINED = 200
COMPLAINT_BAR = (S.ACCEPTED, S.ASSESSED, S.INVESTIGATING, S.HANDLING, S.RESOLVED, S.TOLD, S.CLOSED)
SIMPLE_BAR = (S.ACCEPTED, S.HANDLING, S.RESOLVED, S.CLOSED)
NEXT = {
    "assess": (forms.AssessForm, lazy("评审"), lazy("先看清严重程度、是否涉及安全、影响多大。")),
    "dispatch": (
        forms.DispatchForm,
        lazy("派发"),
        lazy("交给应当查清原因的部门，可同时派给几个部门。"),
    ),
    "conclude": (forms.ConcludeForm, lazy("作出结论"), lazy("答复已收齐，请判断投诉是否成立。")),
    "plan": (
        forms.PlanForm,
        lazy("提交方案"),
        lazy("写明原因、责任和处理方案，补偿超过限额会自动提交审批。"),
    ),
    "resolve": (forms.ResolveForm, lazy("办理完毕"), lazy("方案落实后，写下处理结果。")),
    "tell": (forms.TellForm, lazy("已告知客户"), lazy("把结果告诉客户，并记录客户的意见。")),
    "start": (forms.StartForm, lazy("开始办理"), lazy("接手这张工单。")),
    "close": (forms.CloseForm, lazy("办结"), lazy("客户已得到结果，可以办结。")),
}


def stage_bar(ticket: Ticket, log: list[Stage]) -> list[tuple[str, str, str]]:
    """The stages for the bar: what was passed with its working time, where it stands, what is to come."""
    bar = list(COMPLAINT_BAR if ticket.is_complaint else SIMPLE_BAR)
    if ticket.stage not in bar:
        place = bar.index(S.HANDLING) + 1 if ticket.stage == S.APPROVING else len(bar)
        bar.insert(place, S(ticket.stage))
    latest = {row.stage: row for row in log}
    here = bar.index(S(ticket.stage))
    steps: list[tuple[str, str, str]] = []
    for place, stage in enumerate(bar):
        row = latest.get(stage)
        state = ""
        if place < here:
            state = "done" if row is not None else "skipped"
            state = "late" if row is not None and row.late else state
        elif place == here:
            state = "done" if not ticket.open else "late" if ticket.late else "current"
        note = humanise(row.worked_minutes, day_minutes=DAY) if row and row.worked_minutes is not None else ""
        steps.append((str(stage.label), state, note if place < here else ""))
    return steps


def next_verb(ticket: Ticket, dispatches: list[Dispatch]) -> str:
    """The one obvious next step, "" while somebody else is to act."""
    if ticket.main_id is not None and ticket.stage in WAITING_ALONG:
        return ""
    if not ticket.is_complaint:
        return {S.ACCEPTED: "start", S.HANDLING: "resolve", S.RESOLVED: "close"}.get(S(ticket.stage), "")
    if ticket.stage == S.INVESTIGATING:
        if any(row.open for row in dispatches):
            return ""
        mine = [row for row in dispatches if row.round == ticket.reopened]
        returned = mine and all(row.status == Dispatch.Status.RETURNED for row in mine)
        return "dispatch" if returned else "conclude"
    if ticket.stage == S.HANDLING:
        return "resolve" if ticket.complaint.plan else "plan"
    return {S.ACCEPTED: "assess", S.ASSESSED: "dispatch", S.RESOLVED: "tell"}.get(S(ticket.stage), "")


def own_dispatch(actor: Actor, dispatches: list[Dispatch]) -> dict[str, Any] | None:
    """The step that the actor's own unit owes: accept, then answer."""
    for row in dispatches:
        for verb, label, form in (("accept", _("接收"), None), ("answer", _("提交答复"), forms.AnswerForm)):
            if row.open and policies.allowed_dispatch(actor, verb, row):
                hint = _("派发给%s，请先接收。") if verb == "accept" else _("请以%s的名义答复。")
                return {
                    "action": reverse("dispatches:verb", args=[row.pk, verb]),
                    "label": label,
                    "hint": hint % row.unit.name,
                    "form": form(actor=actor, obj=row, auto_id="step_%s") if form else None,
                }
    return None


def next_step(actor: Actor, ticket: Ticket, dispatches: list[Dispatch]) -> dict[str, Any] | None:
    """The next step with its form in place, if it is the actor's to take."""
    own = own_dispatch(actor, dispatches)
    if own:
        return own
    verb = next_verb(ticket, dispatches)
    if not verb or not policies.allowed(actor, verb, ticket):
        return None
    form, label, hint = NEXT[verb]
    return {
        "action": reverse("tickets:verb", args=[ticket.pk, verb]),
        "verb": verb,
        "label": label,
        "hint": hint,
        "form": form(actor=actor, obj=ticket, auto_id="step_%s"),
    }


def other_verbs(actor: Actor, ticket: Ticket, following: str, *, shown: bool) -> list[Any]:
    """The buttons beside the next step: not what stands in place already, nor a step whose turn has not come."""
    resource = get("tickets.ticket")
    if resource is None:
        return []
    hidden = {"resolve", "conclude"} - {following} | ({following} if shown else set())
    urls = {reverse("tickets:verb", args=[ticket.pk, verb]) for verb in hidden if verb}
    return [button for button in verb_buttons(resource, actor, ticket) if button[1] not in urls]


def facts_of(ticket: Ticket, actor: Actor) -> list[tuple[Any, Any]]:
    """The side of the page; the customer is a link for those who see the customer's own page."""
    customer: Any = ticket.customer.name
    if customers.allowed(actor, "view", ticket.customer):
        url = reverse("customers:detail", args=[ticket.customer_id])
        customer = format_html('<a class="link" href="{}">{}</a>', url, customer)
    return [
        (_("客户"), customer),
        (_("联系人"), ticket.contact_name),
        (_("联系电话"), tables.phone(ticket, actor)),
        (_("类型"), ticket.get_kind_display()),
        (_("渠道"), ticket.get_channel_display()),
        (_("问题类别"), ticket.category or ""),
        (_("产品"), ticket.product),
        (_("订单号"), ticket.order_number),
        (_("负责人"), ticket.owner.name if ticket.owner else _("待分派")),
        (_("受理部门"), ticket.unit.name),
        (_("主工单"), main_link(ticket, actor)),
        (_("规则版本"), ticket.ruleset or ""),
        (_("受理时间"), full(ticket.accepted_at)),
        (_("当前期限"), full(ticket.due_at) if ticket.open else ""),
        (_("办结期限"), full(ticket.solve_due_at)),
        (_("办结时间"), full(ticket.closed_at) if ticket.closed_at else ""),
        (_("满意度"), ticket.satisfaction or ""),
    ]


def main_link(ticket: Ticket, actor: Actor) -> Any:
    """The matter that it was joined to; its number is for those who see it."""
    if ticket.main is None:
        return ""
    if not policies.allowed(actor, "view", ticket.main):
        return _("已并入其他工单")
    return format_html(
        '<a class="link" href="{}">{}</a>', reverse("tickets:detail", args=[ticket.main_id]), ticket.main.number
    )


def along_of(ticket: Ticket, actor: Actor) -> dict[str, Any] | None:
    """The compensation that the main matter pays; its number is for those who see it."""
    found = granted_along(ticket)
    if found is None:
        return None
    return {"amount": format_yuan(found.fen), "main": main_link(ticket, actor), "same": found.same_customer}


def joined_to(ticket: Ticket, actor: Actor) -> list[tuple[Ticket, str]]:
    """What was joined to it, with the stage as a badge, as far as it is within sight."""
    rows = policies.visible(actor).filter(main=ticket).select_related("owner").order_by("pk")[:MOST_JOINED]
    return [(row, tables.stage(row, actor)) for row in rows]


def complaint_of(ticket: Ticket) -> Complaint | None:
    """The complaint's part with the names that the page shows."""
    if not ticket.is_complaint:
        return None
    related = ("cause__parent", "responsible", "responsible_unit", "told_by")
    found = Complaint.objects.select_related(*related).get(pk=ticket.pk)
    ticket.complaint = found
    return found


def detail(request: Any, obj: Ticket) -> Mapping[str, Any]:
    """Everything around one ticket; the number of queries does not grow with its cards."""
    actor: Actor = request.actor
    complaint = complaint_of(obj)
    log = list(obj.stages.select_related("by"))
    dispatches = list(obj.dispatches.select_related("unit", "handler", "ticket"))
    step = next_step(actor, obj, dispatches)
    evidence = list(obj.evidence.select_related("added_by"))
    entries = obj.progress.order_by("-pk").select_related("by")[:100]
    return {
        "complaint": complaint,
        "wishes": tables.wishes(obj, actor),
        "compensation": format_yuan(complaint.compensation_fen) if complaint and complaint.compensation_fen else "",
        "along": along_of(obj, actor),
        "log": [(row, humanise(row.worked_minutes or 0, day_minutes=DAY) if row.left_at else "") for row in log],
        "dispatches": [(row, dispatch_verbs(actor, row)) for row in dispatches],
        "evidence_files": files_of(evidence),
        "attachments": attachments_of("tickets.ticket", obj.pk),
        "can_attach": policies.attaches(actor, obj),
        "approvals": approvals_of(obj),
        "corrections": obj.corrections.select_related("owner", "unit").order_by("pk"),
        "supervisions": obj.supervisions.select_related("by"),
        "urges": obj.urges.all(),
        "thread": [thread_entry(entry) for entry in entries],
        "panels": panels_for(actor, obj),
        "conditions": conditions_of(actor, obj),
        "ladder": ladder_of(obj, log),
        "shares": tables.shares(obj, actor),
        "joined": joined_to(obj, actor),
        "alike_url": reverse("ticket-alike", args=[obj.pk]) if obj.open and obj.main_id is None else "",
        "step": step,
        "page": {
            "title": obj.subject,
            "badges": [
                tables.stage(obj, actor),
                tables.severity(obj, actor),
                *([tables.climbed(obj)] if obj.open and obj.climbed else []),
                *([tables.due(obj, actor)] if obj.open or obj.late else []),
            ],
            "verbs": other_verbs(actor, obj, next_verb(obj, dispatches), shown=step is not None),
            "stages": stage_bar(obj, log),
            "sections": [],
            "facts": facts_of(obj, actor),
        },
    }


def conditions_of(actor: Actor, ticket: Ticket) -> list[tuple[Any, bool, str]]:
    """The conditions of closing an open ticket: what, whether met, and where the actor can meet it now."""
    if not ticket.open or ticket.main_id is not None:
        return []
    founded = not ticket.is_complaint or ticket.complaint.founded is not False
    return [
        (one.demand.label, one.met, one.url if not one.met and can_meet(actor, one, ticket) else "")
        for one in asked_of(ticket, founded=founded, telling=True)
    ]


def can_meet(actor: Actor, one: Asked, ticket: Ticket) -> bool:
    """Whether it is the actor's to meet, and possible now."""
    if one.verb != LETTER:
        return policies.allowed(actor, one.verb, ticket)
    return policies.covers(actor, "ticket.tell", ticket) and fits(PAPERS[one.demand], ticket)


def ladder_of(ticket: Ticket, log: list[Stage]) -> dict[str, Any]:
    """The rungs that the ticket has climbed, newest first, and for an open one which is next and when."""
    rows = list(ticket.escalations.order_by("-at", "-step", "-pk"))
    if not ticket.open:
        return {"rows": rows, "next": None}
    stay = next((row.pk for row in log if row.left_at is None), 0)
    clock = clock_name(ticket, stay)
    climbed = {row.rung for row in rows if row.clock == clock and not row.void}
    following = next((one for one in steps(ticket) if one.rung.key not in climbed), None)
    return {"rows": rows, "next": following, "who": who(following.rung.roles) if following else ""}


def dispatch_verbs(actor: Actor, row: Dispatch) -> list[tuple[str, str, str]]:
    """What the actor may do with a dispatch: (label, address, tone)."""
    labels = (("accept", _("接收"), "primary"), ("answer", _("答复"), "primary"), ("return", _("退回"), "quiet"))
    return [
        (label, reverse("dispatches:verb", args=[row.pk, verb]), tone)
        for verb, label, tone in labels
        if row.open and policies.allowed_dispatch(actor, verb, row)
    ]


def files_of(evidence: list[Evidence]) -> list[tuple[Evidence, list[Attachment]]]:
    """Each piece of evidence with its files, fetched at once."""
    found: dict[int, list[Attachment]] = {row.pk: [] for row in evidence}
    files = Attachment.objects.filter(owner_label="tickets.evidence", owner_id__in=list(found)).order_by("pk")
    for file in files if found else ():
        found[file.owner_id].append(file)
    return [(row, found[row.pk]) for row in evidence]


def approvals_of(ticket: Ticket) -> list[Approval]:
    """What was asked and decided about the compensation."""
    rows = Approval.objects.filter(label="tickets.ticket", object_id=ticket.pk, kind=APPROVAL)
    return list(rows.select_related("requested_by", "decided_by").order_by("pk"))


def thread_entry(entry: Any) -> dict[str, Any]:
    """One line of the thread, as the timeline draws it."""
    icons = {"receipt": "ticket", "supplement": "add", "comment": "note", "explanation": "reply"}
    title = entry.get_kind_display()
    if entry.visible_to_customer and not entry.from_customer:
        title = _("%s（客户可见）") % title
    return {
        "at": entry.at,
        "actor": entry.who,
        "title": title,
        "body": entry.text,
        "icon": icons.get(entry.kind, "note"),
        "tone": "info" if entry.visible_to_customer else "neutral",
    }
