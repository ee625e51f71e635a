"""Visits and rectifications as pages and JSON: everything is declared here."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from keqiao.customers.consents import may_contact
from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Found, Preset, Resource, Verb, register
from keqiao.search.queries import search
from keqiao.tickets import policies as ticket_policies
from keqiao.visits import actions, filters, forms, policies, queries, tables, words
from keqiao.visits.doors import DOORS
from keqiao.visits.models import Visit

SCORES = [(value, label, f"score-{value}") for value, label in Visit.Score.choices]
INLINE = {"record", "attempt"}


def due_now(rows: QuerySet[Visit], actor: Actor) -> QuerySet[Visit]:
    """Open visits whose deadline is today or past."""
    end = dates.start_of(dates.today() + timedelta(days=1))
    return rows.filter(open=True, due_at__lt=end)


def find(rows: QuerySet[Visit], term: str) -> Found:
    """By number, matter, the customer's name or words."""
    return search(rows, "visits.visit", term)


def ticket_link(obj: Any, actor: Actor) -> str:
    """The ticket, as a link for those who see it."""
    if obj.ticket is None:
        return "—"
    if not ticket_policies.allowed(actor, "view", obj.ticket):
        return str(obj.ticket.number)
    url = reverse("tickets:detail", args=[obj.ticket_id])
    return format_html('<a class="link" href="{}">{}</a>', url, obj.ticket.number)


def customer_facts(obj: Visit, actor: Actor) -> list[tuple[Any, Any]]:
    """Who is called."""
    contact = obj.ticket.contact_name if obj.ticket else ""
    pairs = [
        (_("客户"), obj.customer.name),
        (_("联系人"), contact if contact != obj.customer.name else ""),
        (_("客户等级"), obj.customer.get_tier_display()),
        (_("地区"), obj.customer.city or obj.customer.region),
    ]
    return [(label, value) for label, value in pairs if value]


def matter_facts(obj: Visit, actor: Actor) -> list[tuple[Any, Any]]:
    """What it is about and what the customer was told."""
    ticket = obj.ticket
    pairs: list[tuple[Any, Any]] = [(_("事项"), obj.matter)]
    if ticket is not None:
        pairs += [
            (_("工单"), ticket_link(obj, actor)),
            (_("轮次"), obj.round),
            (_("产品"), ticket.product),
            (_("客户诉求内容"), ticket.body),
            (_("告知的结果"), words.result_told(obj)),
        ]
    return [(label, value) for label, value in pairs if value not in (None, "")]


def plan_facts(obj: Visit, actor: Actor) -> list[tuple[Any, Any]]:
    """Whose it is and by when."""
    return [
        (_("回访人"), obj.assignee or _("待领取")),
        (_("回访部门"), obj.unit),
        (_("最早联系时间"), dates.full(obj.not_before)),
        (_("回访期限"), dates.full(obj.due_at)),
        (_("已尝试"), _("%(n)s 次，最多 %(most)s 次") % {"n": obj.attempts_made, "most": obj.rule.max_attempts}),
    ]


def result_facts(obj: Visit, actor: Actor) -> list[tuple[Any, Any]]:
    """What came of it."""
    if obj.status != Visit.Status.DONE:
        return [(_("状态"), obj.get_status_display()), (_("原因"), obj.reason)]
    return [
        (_("满意度"), tables.score(obj, actor)),
        (_("问题是否解决"), _("已解决") if obj.solved else _("没有解决")),
        (_("客户意见"), obj.said),
        (_("回访方式"), obj.get_channel_display()),
        (_("完成时间"), dates.full(obj.done_at) if obj.done_at else ""),
        (_("完成人"), obj.done_by or _("客户本人")),
    ]


def detail(request: Any, obj: Visit) -> Mapping[str, Any]:
    """The working screen: facts, call words, forms, attempts."""
    actor: Actor = request.actor
    can_do = policies.allowed(actor, "record", obj)
    verbs = [
        (verb.label, reverse("visits:verb", args=[obj.pk, verb.name]), verb.icon, verb.button_tone, True)
        for verb in VISITS.verbs
        if verb.name not in INLINE and policies.allowed(actor, verb.name, obj)
    ]
    if policies.allowed(actor, "link", obj):
        verbs.insert(0, (gettext("请客户在线评价"), reverse("visit-link", args=[obj.pk]), "link", "plain", True))
    verbs += DOORS.buttons(actor, obj)
    if obj.ticket_id is None and obj.solved is False and ticket_policies.allowed(actor, "create"):
        url = reverse("tickets:create") + "?kind=after_sales"
        verbs.insert(0, (gettext("登记工单"), url, "ticket", "primary", False))
    page = {
        "title": obj.matter,
        "subtitle": obj.customer.name,
        "badges": [tables.status(obj, actor), tables.due(obj, actor)],
        "verbs": verbs,
    }
    return {
        "page": page,
        "can_do": can_do,
        "result_form": forms.ResultForm(actor=actor, obj=obj) if can_do else None,
        "attempt_form": forms.AttemptForm(actor=actor, obj=obj, prefix="try") if can_do else None,
        "scores": SCORES,
        "phone": tables.phone(obj, actor),
        "script": words.script(obj, actor.name) if obj.open else [],
        "customer_facts": customer_facts(obj, actor),
        "matter_facts": matter_facts(obj, actor),
        "plan_facts": plan_facts(obj, actor),
        "result_facts": result_facts(obj, actor),
        "attempts": obj.attempts.select_related("by"),
        "against": may_contact(obj.customer, "service", "phone").reason if obj.open else "",
        "early": obj.open and obj.not_before > timezone.now(),
        "hopeless": policies.can_give_up(obj),
        "low_score": obj.rule.low_score,
    }


VISITS = register(
    Resource(
        model=Visit,
        name="visits",
        title=pgettext_lazy("list", "回访"),
        icon="visit",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("customer", "ticket", "ticket__complaint", "rule", "unit", "assignee", "done_by"),
        order="due_at",
        columns=(
            Column(name="customer", label=_("客户"), value=lambda o, a: o.customer.name, render=tables.customer),
            Column(name="number", label=_("单号"), value=lambda o, a: o.number, listed=False),
            Column(name="phone", label=_("电话"), value=tables.phone),
            Column(name="matter", label=_("回访事项"), value=lambda o, a: o.matter),
            Column(
                name="due_at",
                label=_("期限"),
                type=datetime,
                value=lambda o, a: o.due_at,
                render=tables.due,
                sort="due_at",
            ),
            Column(
                name="status", label=_("状态"), value=lambda o, a: str(o.get_status_display()), render=tables.status
            ),
            Column(
                name="satisfaction", label=_("满意度"), type=int, value=lambda o, a: o.satisfaction, render=tables.score
            ),
            Column(name="assignee", label=_("回访人"), value=lambda o, a: o.assignee.name if o.assignee else ""),
            Column(name="unit", label=_("回访部门"), value=lambda o, a: o.unit.name, listed=False),
        ),
        facts=(
            Fact(
                name="ticket",
                label=_("工单"),
                value=lambda o, a: o.ticket.number if o.ticket else "",
                render=ticket_link,
            ),
            Fact(name="round", label=_("轮次"), type=int, value=lambda o, a: o.round),
            Fact(name="not_before", label=_("最早联系时间"), type=datetime, value=lambda o, a: o.not_before),
            Fact(name="attempts", label=_("已尝试次数"), type=int, value=lambda o, a: o.attempts_made),
            Fact(name="solved", label=_("问题是否解决"), type=bool, value=lambda o, a: o.solved),
            Fact(name="said", label=_("客户意见"), value=lambda o, a: o.said),
            Fact(name="channel", label=_("回访方式"), value=lambda o, a: str(o.get_channel_display())),
            Fact(name="done_at", label=_("完成时间"), type=datetime, value=lambda o, a: o.done_at),
        ),
        filters=filters.VisitFilter,
        presets=(
            Preset(name="mine", label=_("我的待回访"), where=queries.mine),
            Preset(name="due", label=_("今日到期/已超时"), where=due_now),
            Preset(name="open", label=_("全部待回访"), where=lambda rows, actor: rows.filter(open=True)),
            Preset(
                name="done",
                label=_("已完成"),
                where=lambda rows, actor: rows.filter(status=Visit.Status.DONE),
                order="-pk",
            ),
            Preset(name="all", label=_("全部回访"), where=lambda rows, actor: rows, order="-pk"),
        ),
        search=find,
        search_hint=_("单号、事项、客户姓名"),
        verbs=(
            Verb(
                name="take",
                label=_("领取"),
                action=actions.take,
                icon="assign",
                primary=True,
                done=_("已领取。"),
                bulk=True,
            ),
            Verb(name="record", label=_("记录回访结果"), action=actions.record_result, form=forms.ResultForm),
            Verb(name="attempt", label=_("记录未接通"), action=actions.record_attempt, form=forms.AttemptForm),
            Verb(
                name="reschedule",
                label=_("改约时间"),
                action=actions.reschedule,
                form=forms.RescheduleForm,
                icon="calendar",
                done=_("已改约。"),
            ),
            Verb(
                name="assign",
                label=_("分派"),
                action=actions.assign,
                form=forms.AssignForm,
                icon="transfer",
                bulk=True,
                done=_("已分派。"),
            ),
            Verb(
                name="give_up",
                label=_("放弃回访"),
                action=actions.give_up,
                form=forms.ReasonForm,
                icon="cancel",
                tone="danger",
                done=_("已放弃，工单按联系不上办结。"),
            ),
            Verb(
                name="cancel",
                label=_("取消回访"),
                action=actions.cancel,
                form=forms.ReasonForm,
                icon="close",
                tone="danger",
                done=_("已取消。"),
            ),
        ),
        detail=detail,
        template="visits/visit.html",
        empty=_("没有要回访的客户。投诉的处理结果告知客户后，回访任务会自动出现在这里。"),
    )
)
