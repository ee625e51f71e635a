"""Forms of the calendar pages; hours are typed as 09:00-12:00 13:30-18:00."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from keqiao.calendars import windows
from keqiao.calendars.models import Calendar, check_zone
from keqiao.kernel.forms import ActorForm
from keqiao.org import policies as org
from keqiao.org.models import OrgUnit

WEEKDAYS = [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]


class WindowsField(forms.CharField):
    """A day's working windows, cleaned to their stored shape; nothing typed means closed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=200, **kwargs)

    def clean(self, value: Any) -> list[list[str]]:
        try:
            return windows.parse(super().clean(value))
        except windows.BadWindows as error:
            raise ValidationError(str(error)) from error


class CalendarForm(ActorForm):
    """A calendar with its week."""

    name = forms.CharField(label=_("名称"), max_length=60)
    zone = forms.CharField(label=_("时区"), max_length=60, initial="Asia/Shanghai", validators=[check_zone])
    follows_holidays = forms.BooleanField(
        label=_("按国家放假安排"), required=False, initial=True,
        help_text=_("法定节假日休息，调休补班日上班；全年无休的岗位请不要勾选。"),
    )  # fmt: skip
    is_default = forms.BooleanField(label=_("设为默认日历"), required=False)

    def prepare(self) -> None:
        week = self.obj.weekly if self.obj else windows.standard_week()
        for weekday, label in enumerate(WEEKDAYS):
            typed = windows.show(week.get(str(weekday), []))
            self.fields[f"day_{weekday}"] = WindowsField(
                label=label,
                initial=typed,
                help_text=_("如 09:00-12:00 13:30-18:00，留空表示休息。") if not weekday else "",
            )
        for name in ("name", "zone", "follows_holidays", "is_default") if self.obj else ():
            self.fields[name].initial = getattr(self.obj, name)

    def clean(self) -> dict[str, Any]:
        """The days become one `weekly`."""
        cleaned = super().clean() or {}
        days = {str(weekday): cleaned.pop(f"day_{weekday}", []) for weekday in range(7)}
        return cleaned | {"weekly": {weekday: day for weekday, day in days.items() if day}}


class DayForm(ActorForm):
    """One day: as planned, closed, or open in windows of its own."""

    state = forms.ChoiceField(
        label=_("这一天"), widget=forms.RadioSelect,
        choices=[("plan", _("按每周时段和国家放假安排")), ("closed", _("休息")), ("open", _("上班"))],
    )  # fmt: skip
    open_windows = WindowsField(label=_("工作时段"), help_text=_("如 09:00-12:00 13:30-18:00，选“上班”时填写。"))
    reason = forms.CharField(label=_("原因"), max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        """Open needs windows; the other states have none."""
        cleaned = super().clean() or {}
        if cleaned.get("state") == "open" and "open_windows" in cleaned and not cleaned["open_windows"]:
            self.add_error("open_windows", _("请填写上班的时段。"))
        elif cleaned.get("state") != "open":
            cleaned["open_windows"] = []
        return cleaned


class QuietForm(ActorForm):
    """Rest times of a region's customers."""

    region = forms.CharField(label=_("地区"), max_length=40, required=False, help_text=_("留空表示其他所有地区。"))
    start = forms.TimeField(label=_("开始"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    end = forms.TimeField(label=_("结束"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class UnitForm(ActorForm):
    """Which calendar a unit works by."""

    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("组织单元"), empty_label=_("请选择"))
    calendar = forms.ModelChoiceField(
        Calendar.objects.all(), label=_("工作日历"), required=False, empty_label=_("随上级单元")
    )

    def prepare(self) -> None:
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 – for the type checker
        field.queryset = org.units(self.actor).filter(active=True).order_by("path")
