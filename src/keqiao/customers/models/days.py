"""Important dates of a customer, by the sun or by the moon, with or without the year."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from lunardate import LunarDate

from keqiao.customers.models.customer import Customer

MONTHS = ["正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊"]
TENS, ONES = ["初", "十", "廿", "三"], ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"]


class ImportantDate(models.Model):
    """A day that returns every year, or one that comes once.

    month and day are of the calendar named; `year` (0 when unknown) is too: the lunar year for a lunar date. `leap` says
    that the month is the leap month. A birthday whose solar date with the year is known stays in Customer.birthday; the
    kind "birthday" here is for lunar birthdays and for those without a year. Who greets looks at both.
    `falls_in(year)` gives the solar day on which the date is kept in a solar year.
    """

    class Kind(models.TextChoices):
        BIRTHDAY = "birthday", _("生日")
        WEDDING = "wedding", _("结婚纪念日")
        CHILD = "child", _("孩子生日")
        PARENT = "parent", _("父母生日")
        FOUNDING = "founding", _("公司成立日")
        MOVING = "moving", _("入住日")
        PURCHASE = "purchase", _("购买日")
        RENEWAL = "renewal", _("续约日")
        OTHER = "other", _("其他日子")

    class Calendar(models.TextChoices):
        SOLAR = "solar", _("公历")
        LUNAR = "lunar", _("农历")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="dates", db_index=False)
    kind = models.CharField(_("日子"), max_length=10, choices=Kind.choices)
    label = models.CharField(
        _("说明"), max_length=40, blank=True, default="", help_text="whose birthday, which contract"
    )
    calendar = models.CharField(_("历法"), max_length=5, choices=Calendar.choices, default=Calendar.SOLAR)
    year = models.PositiveSmallIntegerField(_("年"), default=0, help_text="0 when unknown")
    month = models.PositiveSmallIntegerField(_("月"))
    day = models.PositiveSmallIntegerField(_("日"))
    leap = models.BooleanField(_("闰月"), default=False)
    yearly = models.BooleanField(_("每年"), default=True)

    class Meta:
        verbose_name = _("重要日期")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind", "label"],
                name="important_date_once",
                violation_error_message=_("该客户已有这个日子，如有两个请在说明里写清是谁的。"),
            ),
            models.CheckConstraint(condition=Q(month__range=(1, 12), day__range=(1, 31)), name="important_date_sane"),
        ]
        indexes = [models.Index(fields=["calendar", "month", "day"], name="important_date_day")]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """1988-05-01, 05-01 without the year, 农历 1988 年闰四月十五."""
        if self.calendar == self.Calendar.SOLAR:
            day = f"{self.month:02d}-{self.day:02d}"
            return f"{self.year:04d}-{day}" if self.year else day
        chinese = (get_language() or "zh").startswith("zh")
        return _now("农历 %(year)s%(leap)s%(month)s月%(day)s") % {
            "year": _now("%(year)s 年") % {"year": self.year} if self.year else "",
            "leap": _now("闰") if self.leap else "",
            "month": MONTHS[self.month - 1] if chinese else self.month,
            "day": lunar_day(self.day) if chinese else self.day,
        }

    def falls_in(self, year: int) -> dt.date | None:
        """The solar day on which this date falls in the solar year `year`; None when it does not.

        Where a year lacks the day, the nearest one before is kept: 29 February on the 28th, the 30th of a short lunar
        month on the 29th, a leap month in its plain month. A lunar date about New Year may fall in a solar year not at
        all, or twice; then the first is given. A date that does not return falls in its own year only.
        """
        if self.calendar == self.Calendar.SOLAR:
            return solar(year, self.month, self.day) if self.yearly or self.year == year else None
        years = (year - 1, year) if self.yearly else (self.year,)
        days = (lunar(one, self.month, self.day, leap=self.leap) for one in years)
        return next((day for day in days if day is not None and day.year == year), None)


def lunar_day(day: int) -> str:
    """The day of a lunar month as people say it: 15 is 十五, 21 is 廿一."""
    if day in {20, 30}:
        return "二十" if day == 20 else "三十"
    return TENS[(day - 1) // 10] + ONES[(day - 1) % 10]


def solar(year: int, month: int, day: int) -> dt.date | None:
    """That day, 28 February for the 29th of a common year; None for what is no day."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return dt.date(year, 2, 28) if (month, day) == (2, 29) and 1 <= year <= 9999 else None


def lunar(year: int, month: int, day: int, *, leap: bool = False) -> dt.date | None:
    """The solar day of a lunar date of 1900 to 2099, with the rules of `falls_in`; None outside."""
    for in_leap in (True, False) if leap else (False,):
        for number in (day, day - 1) if day == 30 else (day,):
            try:
                found: dt.date = LunarDate(year, month, number, is_leap_month=in_leap).to_solar_date()
                return found
            except ValueError:
                continue
    return None
