"""The service archive 服务档案 of one customer: complaints, services, visits and what came of them, as a paper."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.care import policies as care
from keqiao.customers import masking
from keqiao.customers.models import Customer
from keqiao.documents.paper import Facts, Heading, Paper, Part, Table
from keqiao.kernel.actor import Actor
from keqiao.org.queries import company_name
from keqiao.reception import policies as reception
from keqiao.reception.models import Entry
from keqiao.services import policies as deliveries
from keqiao.services.models import Service
from keqiao.tickets import policies as tickets
from keqiao.tickets.models import Kind, Ticket
from keqiao.visits import policies as visits
from keqiao.visits.models import Visit

MOST = 500  # rows of a table


def service_archive(actor: Actor, customer: Customer) -> Paper:
    """Everything that the actor may see of the customer's service, newest first. Six queries, however long it is.

    The customer must be visible to the actor. Contact points stay masked.
    """
    matters = list(
        tickets.visible(actor)
        .filter(customer=customer)
        .select_related("complaint", "owner")
        .order_by("-accepted_at")[:MOST]
    )
    complaints = [one for one in matters if one.kind == Kind.COMPLAINT]
    services = [one for one in matters if one.kind != Kind.COMPLAINT]
    calls = list(
        visits.visible(actor).filter(customer=customer).select_related("assignee", "done_by").order_by("-pk")[:MOST]
    )
    entries = list(
        reception.visible(actor).filter(customer=customer).exclude(status=Entry.Status.VOID).select_related("received_by")
        .order_by("-at")[:MOST]
    )  # fmt: skip
    done = list(
        deliveries.visible(actor)
        .filter(customer=customer, status=Service.Status.NOTED)
        .order_by("-done_on", "-pk")[:MOST]
    )
    greetings = list(
        care.visible(actor)
        .filter(customer=customer, status="done")
        .select_related("done_by")
        .order_by("-due_on")[:MOST]
    )
    parts: tuple[Part, ...] = (
        Facts(profile(actor, customer)),
        Facts(summary(complaints, services, calls)),
        *complaint_part(complaints),
        *service_part(services),
        *delivery_part(done),
        *visit_part(calls),
        *reception_part(entries),
        *care_part(greetings),
    )
    return Paper(
        title=_("客户服务档案"), subtitle=f"{customer.name} {customer.number}", organisation=company_name(),
        number=customer.number, parts=parts,
    )  # fmt: skip


def profile(actor: Actor, customer: Customer) -> list[tuple[Any, object]]:
    """Who the customer is."""
    return [
        (_("客户"), customer.name),
        (_("客户编号"), customer.number),
        (_("客户等级"), customer.get_tier_display()),
        (_("电话"), masking.main_phone(actor, customer)),
        (_("地址"), "".join((customer.province, customer.city, masking.detail(actor, customer.address, customer.pk)))),
        (_("负责人"), customer.owner.name if customer.owner else _("公海")),
        (_("建档时间"), day(customer.created_at)),
    ]


def summary(complaints: list[Ticket], services: list[Ticket], calls: list[Visit]) -> list[tuple[Any, object]]:
    """The whole in figures."""
    scores = [one.satisfaction for one in calls if one.satisfaction]
    founded = sum(bool(one.complaint.founded) for one in complaints)
    mean = f"{sum(scores) / len(scores):.1f}" if scores else _("还没有评价")
    return [
        (_("投诉"), _("%(n)s 件，其中成立 %(founded)s 件") % {"n": len(complaints), "founded": founded}),
        (_("服务"), _("%(n)s 件") % {"n": len(services)}),
        (_("未办结"), _("%(n)s 件") % {"n": sum(one.open for one in [*complaints, *services])}),
        (_("平均满意度"), mean),
    ]


def complaint_part(rows: Iterable[Ticket]) -> tuple[Part, ...]:
    """The complaints with finding and result."""
    verdicts = {True: _("成立"), False: _("不成立"), None: ""}
    lines = [
        (
            one.number,
            day(one.accepted_at),
            one.subject,
            one.get_stage_display(),
            verdicts[one.complaint.founded],
            result_of(one),
        )
        for one in rows
    ]
    heads = [_("单号"), _("受理时间"), _("事项"), _("阶段"), _("是否成立"), _("处理结果")]
    return Heading(_("投诉")), Table(heads, lines, widths=(4, 3, 5, 2, 2, 6), empty=_("没有投诉记录。"))


def service_part(rows: Iterable[Ticket]) -> tuple[Part, ...]:
    """Consultations, repairs and the like."""
    lines = [
        (one.number, day(one.accepted_at), one.get_kind_display(), one.subject, one.get_stage_display(), result_of(one))
        for one in rows
    ]
    heads = [_("单号"), _("受理时间"), _("类型"), _("事项"), _("阶段"), _("处理结果")]
    return Heading(_("服务")), Table(heads, lines, widths=(4, 3, 2, 5, 2, 6), empty=_("没有服务记录。"))


def visit_part(rows: Iterable[Visit]) -> tuple[Part, ...]:
    """The call-backs and what the customer said."""
    lines = [
        (
            one.number, day(one.done_at or one.due_at), one.matter, one.get_status_display(),
            one.get_satisfaction_display() if one.satisfaction else "", one.said,
        )
        for one in rows
    ]  # fmt: skip
    heads = [_("单号"), _("日期"), _("回访事项"), _("状态"), _("满意度"), _("客户意见")]
    return Heading(_("回访")), Table(heads, lines, widths=(4, 3, 5, 2, 2, 6), empty=_("没有回访记录。"))


def delivery_part(rows: Iterable[Service]) -> tuple[Part, ...]:
    """What was delivered to the customer or done at his place."""
    lines = [
        (one.number, one.done_on, one.get_kind_display(), one.product, one.order_number, one.worker) for one in rows
    ]
    heads = [_("登记单号"), _("完成日期"), _("服务类型"), _("产品"), _("订单号"), _("服务人员")]
    return Heading(_("送货与服务")), Table(heads, lines, widths=(4, 3, 3, 6, 4, 2), empty=_("没有送货与服务记录。"))


def reception_part(rows: Iterable[Entry]) -> tuple[Part, ...]:
    """Calls and walk-ins."""
    lines = [
        (
            one.number,
            day(one.at),
            one.get_way_display(),
            one.matter,
            one.received_by.name,
            one.result or one.turned_number,
        )
        for one in rows
    ]
    heads = [_("单号"), _("日期"), _("方式"), _("来意"), _("接待人"), _("跟进结果")]
    return Heading(_("来电来访")), Table(heads, lines, widths=(4, 3, 2, 5, 2, 6), empty=_("没有来电来访记录。"))


def care_part(rows: Iterable[Any]) -> tuple[Part, ...]:
    """Greetings that were made."""
    lines = [
        (one.number, one.due_on, one.subject, one.get_channel_display(), one.get_outcome_display(), one.note)
        for one in rows
    ]
    heads = [_("单号"), _("日期"), _("关怀事由"), _("方式"), _("关怀结果"), _("说明")]
    return Heading(_("关怀")), Table(heads, lines, widths=(4, 3, 4, 2, 3, 6), empty=_("没有关怀记录。"))


def result_of(ticket: Ticket) -> str:
    """What came of a matter, as the customer was told."""
    if ticket.result or ticket.kind != Kind.COMPLAINT:
        return ticket.result
    return ticket.complaint.plan or ticket.complaint.explanation


def day(at: Any) -> str:
    """The day by the installation's clock."""
    return f"{timezone.localtime(at):%Y-%m-%d}"
