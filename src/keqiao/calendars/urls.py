"""Addresses of the calendar pages."""

from datetime import date

from django.urls import path, register_converter

from keqiao.calendars import views

app_name = "calendars"


class DayConverter:
    """A date in the address, 2026-10-10; other dates are no page."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(DayConverter, "calendar_day")

urlpatterns = [
    path("", views.year, name="year"),
    path("add/", views.add, name="add"),
    path("quiet/", views.quiet, name="quiet"),
    path("assign/", views.assign, name="assign"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/<calendar_day:on>/", views.day, name="day"),
]
