"""What may be written into the parts of an archive."""

import datetime as dt
import re
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from keqiao.customers.models import ImportantDate, Relation
from keqiao.customers.models.days import lunar
from keqiao.kernel.errors import Refused

_DATE = re.compile(r"(?:(\d{4})\D{1,3})?(\d{1,2})\D{1,3}(\d{1,2})\D?")
BACK = ":back"


def relation_words() -> list[tuple[str, str | Promise]]:
    """What another customer can be to this one: (role, word); a role is a kind, or the kind seen from its other end."""
    words: list[tuple[str, str | Promise]] = []
    for kind, label in Relation.Kind.choices:
        words.append((kind, label))
        if kind in Relation.OTHER_WAY:
            words.append((f"{kind}{BACK}", Relation.OTHER_WAY[kind]))
    return words


def role_of_relation(role: str) -> tuple[str, bool]:
    """(kind, whether the other one is the first of the relation); raises Refused for an unknown word."""
    kind = role.removesuffix(BACK)
    if role not in dict(relation_words()):
        raise Refused(_("没有这种关系。"), field="role")
    return kind, not role.endswith(BACK)


def date_values(text: str, calendar: str, *, leap: bool, yearly: bool) -> dict[str, Any]:
    """Columns of an important date; raises Refused when there is no such day in that calendar."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise Refused(_("请写成 1988-5-1，不知道年份时写成 5-1。"), field="date")
    year, month, day = (int(part or 0) for part in match.groups())
    if not exists(year, month, day, calendar, leap=leap):
        raise Refused(_("没有这一天，请核对历法、月份和日子。"), field="date")
    if not yearly and not year:
        raise Refused(_("只有一次的日子要写年份。"), field="date")
    leap = leap and calendar == ImportantDate.Calendar.LUNAR
    return {"calendar": calendar, "year": year, "month": month, "day": day, "leap": leap, "yearly": yearly}


def exists(year: int, month: int, day: int, calendar: str, *, leap: bool) -> bool:
    """Whether the day is one of the calendar, in that year if it is known; years from 1900 to 2099."""
    if year and not 1900 <= year <= 2099:
        return False
    if calendar == ImportantDate.Calendar.LUNAR:
        if not year:
            return 1 <= month <= 12 and 1 <= day <= 30
        found = lunar(year, month, day, leap=leap)
        plain = lunar(year, month, day) if leap else None
        short = lunar(year, month, day - 1, leap=leap) if day == 30 else None
        return found is not None and found not in (plain, short)
    try:
        dt.date(year or 2000, month, day)
    except ValueError:
        return False
    return True
