"""Greetings with the names filled in."""

import re
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.customers.models import Customer
from keqiao.kernel.dates import full_day

PLACE = re.compile(r"\{([^{}\n]{1,20})\}")
PLACES = ("客户称呼", "客户姓名", "负责人", "公司", "事由", "日期", "周年")
HINT = gettext_lazy(
    "可用的词：{客户称呼}、{客户姓名}、{负责人}、{公司}、{事由}、{日期}、{周年}，生成时自动换成实际内容。"
)
# surnames of two characters that are met in daily life; all others have one
DOUBLE = frozenset(
    ("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "慕容", "令狐", "司徒", "夏侯", "端木", "南宫", "轩辕")
)


def unknown(words: str) -> list[str]:
    """Places in the words that nothing is filled into."""
    return [name for name in PLACE.findall(words) if name not in PLACES]


def called(customer: Customer) -> str:
    """王先生, 欧阳女士; the name where gender or surname is not known."""
    name = customer.name
    titles = {Customer.Gender.MALE: _("%(surname)s先生"), Customer.Gender.FEMALE: _("%(surname)s女士")}
    title = titles.get(Customer.Gender(customer.gender))
    known = name and all("\u4e00" <= char <= "\u9fff" for char in name)
    if customer.kind != Customer.Kind.PERSON or title is None or not known:
        return name
    return title % {"surname": name[:2] if name[:2] in DOUBLE else name[:1]}


def filled(words: str, customer: Customer, *, subject: str, day: date, years: int, company: str) -> str:
    """The words for one customer; a place without a value falls out."""
    values = {
        "客户称呼": called(customer), "客户姓名": customer.name, "公司": company, "事由": subject, "日期": full_day(day),
        "负责人": customer.owner.name if customer.owner else company, "周年": str(years) if years > 0 else "",
    }  # fmt: skip
    return PLACE.sub(lambda match: values.get(match[1], match[0]), words)
