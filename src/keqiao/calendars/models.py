"""When work is done, which unit works by which calendar, and when customers are left in peace."""

from datetime import time
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.calendars import windows
from keqiao.org.models import OrgUnit


def check_week(value: Any) -> None:
    """Refuse a week that cannot be read or overlaps itself."""
    try:
        windows.read_week(value)
    except windows.BadWindows as error:
        raise ValidationError(str(error)) from error


def check_day(value: Any) -> None:
    """Refuse a day's windows that cannot be read or overlap."""
    try:
        windows.read_day(value)
    except windows.BadWindows as error:
        raise ValidationError(str(error)) from error


def check_zone(value: str) -> None:
    """Refuse a zone that does not exist."""
    if value not in available_timezones():
        raise ValidationError(_("没有这个时区，请填写如 Asia/Shanghai 的名称。"))


class Calendar(models.Model):
    """A working calendar: windows by weekday in a zone; `weekly` maps "0" (Monday) … "6" to [["09:00", "12:00"], …]."""

    name = models.CharField(
        _("名称"), max_length=60, unique=True, error_messages={"unique": _("已有同名的日历，请换一个名称。")}
    )
    zone = models.CharField(_("时区"), max_length=60, default="Asia/Shanghai", validators=[check_zone])
    weekly = models.JSONField(_("每周工作时段"), default=windows.standard_week, validators=[check_week])
    follows_holidays = models.BooleanField(
        _("按国家放假安排"), default=True, help_text=_("法定节假日休息，调休补班日上班；全年无休的岗位请不要勾选。")
    )
    is_default = models.BooleanField(_("默认日历"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("工作日历")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="calendar_one_default",
                violation_error_message=_("只能有一个默认日历。"),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class DayOverride(models.Model):
    """One day that differs from the week and from the public holidays; no windows means closed."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, verbose_name=_("工作日历"), related_name="overrides")
    day = models.DateField(_("日期"))
    open_windows = models.JSONField(_("工作时段"), default=list, blank=True, validators=[check_day])
    reason = models.CharField(_("原因"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("特殊日期")
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.calendar} {self.day:%Y-%m-%d}"


class UnitCalendar(models.Model):
    """A unit works by a calendar, and so does everything below it that has none of its own."""

    unit = models.OneToOneField(OrgUnit, models.CASCADE, verbose_name=_("组织单元"), related_name="+")
    calendar = models.ForeignKey(Calendar, models.PROTECT, verbose_name=_("工作日历"), related_name="units")

    class Meta:
        verbose_name = _("组织单元的日历")

    def __str__(self) -> str:
        return f"{self.unit} {self.calendar}"


class QuietHours(models.Model):
    """Rest times of customers: nobody is called or written to. An empty region is the rule for all others."""

    region = models.CharField(
        _("地区"), max_length=40, blank=True, unique=True, help_text=_("留空表示其他所有地区。"),
        error_messages={"unique": _("这个地区已有休息时间。")},
    )  # fmt: skip
    start = models.TimeField(_("开始"), default=time(21))
    end = models.TimeField(_("结束"), default=time(8, 30))

    class Meta:
        verbose_name = _("客户休息时间")

    def __str__(self) -> str:
        return f"{self.region or _('默认')} {self.start:%H:%M}–{self.end:%H:%M}"


class Revision(models.Model):
    """One row whose value differs after every change, so that other processes notice with one small read."""

    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.value)
