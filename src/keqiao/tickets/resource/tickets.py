"""The ticket: columns, facts, tabs and every step."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.tickets import actions, forms, policies, tables
from keqiao.tickets.dividing_form import DivideForm
from keqiao.tickets.filters import TicketFilter
from keqiao.tickets.models import Ticket
from keqiao.tickets.queries import find
from keqiao.tickets.resource.page import detail


def answering(rows: QuerySet[Ticket], actor: Actor) -> QuerySet[Ticket]:
    """What waits for the actor's own units."""
    waiting = policies.dispatched_to(actor).filter(open=True)
    return rows.filter(open=True, pk__in=waiting.values("ticket_id"))


def due_soon(rows: QuerySet[Ticket], actor: Actor) -> QuerySet[Ticket]:
    """Warned of or late."""
    return rows.filter(open=True, paused_at=None, warn_at__lte=timezone.now())


def step(name: str, label: object, action: object, form: object, icon: str, **more: object) -> Verb:
    """A verb of the ticket."""
    return Verb(name=name, label=label, action=action, form=form, icon=icon, **more)  # type: ignore[arg-type]


VERBS = (
    step("assess", _("评审"), actions.assess, forms.AssessForm, "check", primary=True),
    step("start", _("开始办理"), actions.start, forms.StartForm, "play", primary=True),
    step("dispatch", _("派发"), actions.dispatch, forms.DispatchForm, "send"),
    step("conclude", _("作出结论"), actions.conclude, forms.ConcludeForm, "shield"),
    step("plan", _("制定方案"), actions.plan, forms.PlanForm, "edit"),
    step("resolve", _("办理完毕"), actions.resolve, forms.ResolveForm, "check"),
    step("tell", _("告知客户"), actions.tell, forms.TellForm, "phone", primary=True),
    step("close", _("办结"), actions.close, forms.CloseForm, "check", primary=True),
    step("evidence", _("添加证据"), actions.add_evidence, forms.EvidenceForm, "attach"),
    step("progress", _("登记进度"), actions.progress, forms.ProgressForm, "note"),
    step("supplement", _("客户补充"), actions.supplement, forms.TextForm, "add"),
    step("comment", _("内部备注"), actions.comment, forms.TextForm, "note"),
    step("pause", _("等待客户"), actions.pause, forms.PauseForm, "pause"),
    step("resume", _("恢复计时"), actions.resume, forms.ResumeForm, "play"),
    step("severity", _("调整严重程度"), actions.change_severity, forms.SeverityForm, "warning"),
    step("rejudge", _("按现行规则重新计算"), actions.rejudge, forms.ReasonForm, "refresh", bulk=True),
    step("urge", _("催办"), actions.urge, forms.UrgeForm, "urge"),
    step("supervise", _("督办"), actions.supervise, forms.SuperviseForm, "supervise"),
    step("assign", _("分派负责人"), actions.assign, forms.AssignForm, "assign", bulk=True),
    step("divide", _("划分责任"), actions.divide, DivideForm, "assign"),
    step("join", _("并入其他工单"), actions.join, forms.JoinForm, "link"),
    step("part", _("拆开"), actions.part, forms.ReasonForm, "back"),
    step("correct", _("提出整改"), actions.correct, forms.CorrectForm, "refresh"),
    step("reopen", _("重新办理"), actions.reopen, forms.ReasonForm, "reopen", tone="danger"),
    step("withdraw", _("登记撤诉"), actions.withdraw, forms.WithdrawForm, "close", tone="danger"),
)

COLUMNS = (
    Column(name="subject", label=_("工单"), value=lambda o, a: o.subject, render=tables.number),
    Column(name="number", label=_("单号"), value=lambda o, a: o.number, listed=False),
    Column(name="kind", label=_("类型"), value=lambda o, a: o.get_kind_display()),
    Column(name="stage", label=_("阶段"), value=lambda o, a: o.get_stage_display(), render=tables.stage),
    Column(name="severity", label=_("严重程度"), value=lambda o, a: o.get_severity_display(), render=tables.severity),
    Column(name="customer", label=_("客户"), value=lambda o, a: o.contact_name),
    Column(name="owner", label=_("负责人"), value=tables.owner, needs=("owner",)),
    Column(name="unit", label=_("受理部门"), value=tables.unit, listed=False, needs=("unit",)),
    Column(
        name="due_at", label=_("期限"), value=lambda o, a: o.due_at, type=datetime, render=tables.due, sort="due_at"
    ),
    Column(name="channel", label=_("渠道"), value=lambda o, a: o.get_channel_display(), listed=False),
    Column(name="product", label=_("产品"), value=lambda o, a: o.product, listed=False),
    Column(name="accepted_at", label=_("受理时间"), value=lambda o, a: o.accepted_at, type=datetime, listed=False),
    Column(name="closed_at", label=_("办结时间"), value=lambda o, a: o.closed_at, type=datetime, listed=False),
    Column(name="late", label=_("超时"), value=lambda o, a: o.late, type=bool, listed=False),
    Column(name="climbed", label=_("升级到第几级"), value=lambda o, a: o.climbed, type=int, listed=False),
    Column(name="satisfaction", label=_("满意度"), value=lambda o, a: o.satisfaction, type=int, listed=False),
)
FACTS = (
    Fact(name="body", label=_("内容"), value=lambda o, a: o.body),
    Fact(name="customer_id", label=_("客户编号"), value=tables.customer_id, type=int),
    Fact(name="contact_phone", label=_("联系电话"), value=tables.phone),
    Fact(name="category", label=_("问题类别"), value=lambda o, a: str(o.category) if o.category else ""),
    Fact(name="order_number", label=_("订单号"), value=lambda o, a: o.order_number),
    Fact(name="solve_due_at", label=_("办结期限"), value=lambda o, a: o.solve_due_at, type=datetime),
    Fact(name="paused_at", label=_("暂停计时"), value=lambda o, a: o.paused_at, type=datetime),
    Fact(name="reopened", label=_("重新办理次数"), value=lambda o, a: o.reopened, type=int),
    Fact(name="main", label=_("主工单"), value=tables.main_number),
    Fact(name="joined", label=_("并入的工单"), value=tables.joined_numbers, type=list),
    Fact(name="result", label=_("处理结果"), value=lambda o, a: o.result),
    Fact(name="wishes", label=_("客户诉求"), value=tables.wishes, type=list),
    Fact(name="founded", label=_("投诉是否成立"), value=tables.of_complaint("founded"), type=bool),
    Fact(name="findings", label=_("调查结论"), value=tables.of_complaint("findings")),
    Fact(name="explanation", label=_("对客户的说明"), value=tables.of_complaint("explanation")),
    Fact(name="cause", label=_("投诉原因"), value=tables.of_complaint("cause")),
    Fact(name="responsible", label=_("责任人"), value=tables.of_complaint("responsible")),
    Fact(name="responsible_unit", label=_("责任部门"), value=tables.of_complaint("responsible_unit")),
    Fact(name="shares", label=_("责任划分"), value=tables.shares, type=list),
    Fact(name="plan", label=_("处理方案"), value=tables.of_complaint("plan")),
    Fact(name="compensation_fen", label=_("补偿金额（分）"), value=tables.of_complaint("compensation_fen"), type=int),
    Fact(name="told_at", label=_("告知时间"), value=tables.of_complaint("told_at"), type=datetime),
    Fact(name="customer_reply", label=_("客户意见"), value=tables.of_complaint("customer_reply")),
)

TICKETS = register(
    Resource(
        model=Ticket,
        name="tickets",
        title=pgettext_lazy("list", "工单"),
        icon="ticket",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("owner", "unit"),
        columns=COLUMNS,
        facts=FACTS,
        order="due_at",
        filters=TicketFilter,
        presets=(
            Preset(
                name="mine", label=_("我的在办"), where=lambda rows, actor: rows.filter(owner_id=actor.id, open=True)
            ),
            Preset(name="answering", label=_("待本部门答复"), where=answering),
            Preset(name="due", label=_("即将到期/已超时"), where=due_soon),
            Preset(name="open", label=_("全部在办"), where=lambda rows, actor: rows.filter(open=True)),
            Preset(name="closed", label=_("已办结"), where=lambda rows, actor: rows.filter(open=False), order="-pk"),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows, order="-pk"),
        ),
        search=find,
        search_hint=_("单号、标题、内容、客户、产品或电话后四位"),
        form=forms.TicketForm,
        create=actions.accept,
        create_label=_("登记工单"),
        verbs=VERBS,
        detail=detail,
        template="tickets/detail.html",
        empty=_("登记第一张工单，或换一个标签看看。"),
    )
)
