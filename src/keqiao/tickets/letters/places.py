"""The named places of a template and what they stand for on a ticket."""

import re
from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from keqiao.kernel.dates import full, full_day, local
from keqiao.kernel.money import format_yuan
from keqiao.mailing.letters import address
from keqiao.org.queries import company_name
from keqiao.tickets.models import Complaint, Remedy, Ticket
from keqiao.tickets.queries import granted_along

PLACE = re.compile(r"\{([^{}\n]{1,20})\}")
GAP = "＿＿＿＿"  # stands where the ticket has nothing to say yet; no paper is issued with one in it


def of_complaint(value: Callable[[Complaint], object]) -> Callable[[Ticket], object]:
    """Something that only complaints have."""
    return lambda ticket: value(ticket.complaint) if ticket.is_complaint else ""


def wishes(complaint: Complaint) -> str:
    """What the customer asks for, in words."""
    labels = dict(Remedy.choices)
    return _("、").join(str(labels.get(code, code)) for code in complaint.wishes)


def compensation(complaint: Complaint) -> str:
    """The amount, or that there is none.

    A joined complaint of the same customer is paid with its main one. What the main one pays to another customer is
    nothing to write to this one: whether this one is paid as well, a person has to say.
    """
    granted = granted_along(complaint.ticket)
    if granted is not None:
        words = _("%(amount)s（随 %(number)s 一并支付，不重复计算）")
        told = words % {"amount": format_yuan(granted.fen), "number": granted.main.number}
        return told if granted.same_customer else ""
    return format_yuan(complaint.compensation_fen) if complaint.compensation_fen else _("本次处理不涉及补偿。")


# place → what it means, and its value on a ticket; the place itself is part of the template's language
PLACES: dict[str, tuple[str | Promise, Callable[[Ticket], object]]] = {
    "客户": (lazy("联系人的姓名"), lambda t: t.contact_name),
    "单号": (lazy("工单的单号"), lambda t: t.number),
    "标题": (lazy("工单的标题"), lambda t: t.subject),
    "反映内容": (lazy("客户反映的内容"), lambda t: t.body),
    "诉求": (lazy("客户要求怎样解决"), of_complaint(wishes)),
    "类别": (lazy("问题类别"), lambda t: t.category or ""),
    "产品": (lazy("产品"), lambda t: t.product),
    "订单号": (lazy("订单号"), lambda t: t.order_number),
    "受理时间": (lazy("受理的日期和时间"), lambda t: full(t.accepted_at)),
    "办结期限": (lazy("承诺办结的日期"), lambda t: full_day(local(t.solve_due_at))),
    "受理部门": (lazy("受理部门"), lambda t: t.unit.name),
    "负责人": (lazy("负责人的姓名"), lambda t: t.owner.name if t.owner else ""),
    "调查结论": (lazy("调查结论和理由"), of_complaint(lambda c: c.findings)),
    "对客户的说明": (lazy("投诉不成立时对客户的说明"), of_complaint(lambda c: c.explanation)),
    "责任部门": (lazy("责任部门"), of_complaint(lambda c: c.responsible_unit or "")),
    "处理方案": (lazy("处理方案"), of_complaint(lambda c: c.plan)),
    "补偿金额": (lazy("补偿金额，没有时写明不涉及补偿"), of_complaint(compensation)),
    "处理结果": (lazy("处理结果"), lambda t: t.result),
    "公司": (lazy("公司名称"), lambda t: company_name()),
    "今天": (lazy("起草当天的日期"), lambda t: full_day(local(timezone.now()))),
    "查询网址": (lazy("客户查询进度的网址"), lambda t: address(reverse("portal"))),
}


def unknown(words: str) -> list[str]:
    """Places in the words that mean nothing, each once."""
    return list(dict.fromkeys(name for name in PLACE.findall(words) if name not in PLACES))


def filled(words: str, ticket: Ticket) -> str:
    """The words for one ticket; a place without a value becomes a gap that a person has to fill."""
    named = {name for name in PLACE.findall(words) if name in PLACES}
    values = {name: str(PLACES[name][1](ticket)).strip() or GAP for name in named}
    return PLACE.sub(lambda match: values.get(match[1], match[0]), words)
