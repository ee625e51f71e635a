"""The settings page of calendars: a year to look at, and a form for each thing that can be changed."""

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from keqiao.calendars import actions, policies, queries, windows
from keqiao.calendars.forms import WEEKDAYS, CalendarForm, DayForm, QuietForm, UnitForm
from keqiao.calendars.models import Calendar, DayOverride, UnitCalendar
from keqiao.calendars.year import WEEKDAY_HEADS, year_of
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of, form_page, leave, submit

YEARS = range(2005, 2100)


def keeper(request: HttpRequest) -> Actor:
    """The actor, who must be allowed to change calendars."""
    actor = actor_of(request)
    if not policies.allowed(actor, "change"):
        raise NotAllowed(_("您没有维护工作日历的权限。如工作需要，请联系管理员。"))
    return actor


def fetch(actor: Actor, pk: str | int) -> Calendar:
    """The calendar asked for, 404 without it."""
    found = policies.visible(actor).filter(pk=pk).first() if str(pk).isdecimal() and len(str(pk)) < 19 else None
    if found is None:
        raise Http404(_("没有这个日历。"))
    return found


def year_url(calendar: Calendar | None = None, year: int | None = None) -> str:
    """The address of a calendar's year."""
    base = reverse("calendars:year")
    return f"{base}?calendar={calendar.pk}&year={year or timezone.localdate().year}" if calendar else base


def done(request: HttpRequest, url: str) -> HttpResponse:
    """Said and back."""
    messages.success(request, _("已保存。"))
    return leave(request, url)


@require_safe
def year(request: HttpRequest) -> HttpResponse:
    """Twelve months of a calendar, with days off, make-up days and days changed by hand."""
    actor = actor_of(request)
    if not policies.allowed(actor, "view"):
        raise NotAllowed(_("您没有查看工作日历的权限。"))
    chosen = request.GET.get("calendar")
    calendar = fetch(actor, chosen) if chosen else policies.visible(actor).order_by("-is_default", "pk").first()
    asked = request.GET.get("year", "")
    shown = int(asked) if asked.isdecimal() and len(asked) == 4 and int(asked) in YEARS else timezone.localdate().year
    return render(request, "calendars/year.html", context_of(actor, calendar, shown))


def context_of(actor: Actor, calendar: Calendar | None, shown: int) -> dict[str, Any]:
    """What the year page shows."""
    listed = policies.visible(actor).order_by("-is_default", "name")
    start, end = queries.quiet_window()
    regions = policies.quiet_hours(actor).exclude(region="").order_by("region")
    units = UnitCalendar.objects.filter(calendar=calendar).select_related("unit") if calendar else []
    return {
        "calendar": calendar,
        "calendars": [(row.name, year_url(row, shown), row == calendar) for row in listed],
        "shown": shown,
        "previous_url": year_url(calendar, shown - 1) if shown - 1 in YEARS else "",
        "next_url": year_url(calendar, shown + 1) if shown + 1 in YEARS else "",
        "year": year_of(calendar, shown) if calendar else None,
        "weekdays": WEEKDAY_HEADS,
        "warning": queries.coverage_warning(shown) if calendar and calendar.follows_holidays else None,
        "facts": [
            (day, windows.show(calendar.weekly.get(str(weekday), [])) or _("休息")) for weekday, day in
            enumerate(WEEKDAYS)
        ] if calendar else [],
        "units": _("、").join(str(row.unit) for row in units),
        "quiet": [(_("默认"), f"{start:%H:%M}–{end:%H:%M}")]
        + [(row.region, f"{row.start:%H:%M}–{row.end:%H:%M}") for row in regions],
        "may_change": policies.allowed(actor, "change"),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new calendar."""
    actor = keeper(request)
    form = CalendarForm(request.POST or None, actor=actor)
    if request.method == "POST":
        made, worked = submit(form, lambda: actions.create_calendar(actor=actor, **form.cleaned_data))
        if worked:
            return done(request, year_url(made))
    return form_page(request, form, title=_("新增工作日历"), cancel_url=year_url())


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """A calendar's name, zone and week."""
    actor = keeper(request)
    calendar = fetch(actor, pk)
    form = CalendarForm(request.POST or None, actor=actor, obj=calendar)
    if request.method == "POST":
        act = partial(actions.change_calendar, actor=actor, calendar=calendar)
        if submit(form, lambda: act(**form.cleaned_data))[1]:
            return done(request, year_url(calendar))
    return form_page(request, form, title=_("修改工作日历"), cancel_url=year_url(calendar))


@require_http_methods(["GET", "POST"])
def day(request: HttpRequest, pk: int, on: date) -> HttpResponse:
    """One day of a calendar."""
    actor = keeper(request)
    calendar = fetch(actor, pk)
    row = DayOverride.objects.filter(calendar=calendar, day=on).first()
    form = DayForm(request.POST or None, actor=actor, obj=row, initial=initial_of(calendar, row, on))
    back = year_url(calendar, on.year)
    if request.method == "POST" and submit(form, lambda: keep_day(actor, calendar, on, row, form.cleaned_data))[1]:
        return done(request, back)
    return form_page(request, form, title=date_format(on, _("Y年n月j日 l")), cancel_url=back)


def initial_of(calendar: Calendar, row: DayOverride | None, on: date) -> dict[str, Any]:
    """How a day stands, for its form; the hours offered are those of a working day."""
    usual = windows.store_day(queries.make_up_windows(windows.read_week(calendar.weekly), on))
    if row is None:
        return {"state": "plan", "open_windows": windows.show(usual)}
    state = "open" if row.open_windows else "closed"
    return {"state": state, "open_windows": windows.show(row.open_windows or usual), "reason": row.reason}


def keep_day(actor: Actor, calendar: Calendar, on: date, row: DayOverride | None, data: dict[str, Any]) -> None:
    """Set the day, or let it follow the plan again."""
    if data["state"] != "plan":
        actions.set_day(
            actor=actor, calendar=calendar, day=on, open_windows=data["open_windows"], reason=data["reason"]
        )
    elif row is not None:
        actions.remove_day(actor=actor, calendar=calendar, day=on)


@require_http_methods(["GET", "POST"])
def quiet(request: HttpRequest) -> HttpResponse:
    """The rest times of customers."""
    actor = keeper(request)
    start, end = queries.quiet_window()
    form = QuietForm(request.POST or None, actor=actor, initial={"start": start, "end": end})
    if request.method == "POST" and submit(form, lambda: actions.set_quiet_hours(actor=actor, **form.cleaned_data))[1]:
        return done(request, year_url())
    return form_page(request, form, title=_("客户休息时间"), cancel_url=year_url())


@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest) -> HttpResponse:
    """Which unit works by which calendar."""
    actor = keeper(request)
    form = UnitForm(request.POST or None, actor=actor)
    if request.method == "POST" and submit(form, lambda: actions.assign_calendar(actor=actor, **form.cleaned_data))[1]:
        return done(request, year_url())
    return form_page(request, form, title=_("指定组织单元的日历"), cancel_url=year_url())
