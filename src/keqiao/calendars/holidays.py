"""The public holidays and make-up working days of mainland China, from the chinesecalendar package.

They follow the yearly notice of the State Council (国务院办公厅关于部分节假日安排的通知), so the package ends with
the last year announced when it was made. Days of later years count by their weekday until somebody enters them.
"""

from collections.abc import Mapping
from datetime import date

from chinese_calendar import constants
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DAYS_OFF: Mapping[date, str] = constants.holidays
MAKE_UP_DAYS: Mapping[date, str] = constants.workdays
LAST_YEAR = max(DAYS_OFF).year
FIRST_YEAR = min(DAYS_OFF).year

_NAMES = {
    "New Year's Day": gettext_lazy("元旦"),
    "Spring Festival": gettext_lazy("春节"),
    "Tomb-sweeping Day": gettext_lazy("清明节"),
    "Labour Day": gettext_lazy("劳动节"),
    "Dragon Boat Festival": gettext_lazy("端午节"),
    "Mid-autumn Festival": gettext_lazy("中秋节"),
    "National Day": gettext_lazy("国庆节"),
    "Anti-Fascist 70th Day": gettext_lazy("抗战胜利纪念日"),
}


def name_of(day: date) -> str:
    """The festival that a day off or a make-up day belongs to, "" for every other day."""
    kind = DAYS_OFF.get(day) or MAKE_UP_DAYS.get(day)
    return str(_NAMES.get(str(kind), "")) if kind else ""


def coverage_warning(year: int) -> str | None:
    """What to tell people about a year whose holidays are not known, None for the others."""
    if FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return _(
        "系统自带的放假安排只到 %(last)d 年，%(year)d 年的法定节假日和补班日尚未收录，周一至周五均按上班计算。"
        "请按国务院办公厅的通知逐日修改，或升级程序。"
    ) % {"last": LAST_YEAR, "year": year}
