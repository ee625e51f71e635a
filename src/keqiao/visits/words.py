"""Call words with the names filled in."""

import re
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.customers.models import Customer
from keqiao.org.queries import company_name
from keqiao.visits.models import Visit

PLACE = re.compile(r"\{([^{}\n]{1,20})\}")
# surnames of two characters that are met in daily life; all others have one
DOUBLE = frozenset(
    {"欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯",
     "长孙", "宇文", "司空", "端木", "独孤", "南宫", "轩辕", "澹台", "呼延", "申屠", "闻人", "赫连"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of call words; `filled` where a name was put in."""

    text: str
    filled: bool = False


def salutation(customer: Customer, contact_name: str = "") -> str:
    """How the customer is spoken to: 王先生, 欧阳女士, else the name; the contact's name where it is somebody else."""
    name = contact_name.strip() or customer.name
    titles = {Customer.Gender.MALE: _("%(surname)s先生"), Customer.Gender.FEMALE: _("%(surname)s女士")}
    title = titles.get(Customer.Gender(customer.gender))
    if customer.kind != Customer.Kind.PERSON or name != customer.name or title is None or not is_han(name):
        return name
    return title % {"surname": name[:2] if name[:2] in DOUBLE else name[:1]}


def is_han(name: str) -> bool:
    """Whether a name is written in Chinese characters without a dot, so that its surname is known."""
    return bool(name) and all("\u4e00" <= character <= "\u9fff" for character in name)


def values(visit: Visit, speaker: str) -> dict[str, str]:
    """What the places stand for, for this visit and this speaker."""
    ticket = visit.ticket
    told = ticket.complaint.told_at if ticket and ticket.is_complaint else None
    contact = ticket.contact_name if ticket else ""
    return {
        "客户称呼": salutation(visit.customer, contact),
        "客服姓名": speaker,
        "公司": company_name(),
        "单号": ticket.number if ticket else visit.number,
        "事项": visit.matter,
        "处理结果": result_told(visit).rstrip("。.；; \n"),  # the script's sentence ends itself
        "告知日期": timezone.localtime(told).strftime("%Y-%m-%d") if told else "",
    }


def result_told(visit: Visit) -> str:
    """What the customer was told came of the matter."""
    ticket = visit.ticket
    if ticket is None:
        return ""
    if ticket.is_complaint:
        complaint = ticket.complaint
        return ticket.result or complaint.plan or complaint.explanation
    return ticket.result


def fill(text: str, names: dict[str, str]) -> list[Part]:
    """The words in pieces; a place that is not known stays as it is, a place without a value falls out."""
    parts: list[Part] = []
    at = 0
    for match in PLACE.finditer(text):
        if match[1] not in names:
            continue
        parts.append(Part(text[at : match.start()]))
        parts.append(Part(names[match[1]], filled=True))
        at = match.end()
    parts.append(Part(text[at:]))
    return [part for part in parts if part.text]


def script(visit: Visit, speaker: str) -> list[tuple[str, list[Part]]]:
    """Opening, middle and closing words for a visit, each with its heading."""
    names = values(visit, speaker)
    rule = visit.rule
    return [
        (_("开场"), fill(rule.opening, names)),
        (_("主体"), fill(rule.middle, names)),
        (_("结束"), fill(rule.closing, names)),
    ]
