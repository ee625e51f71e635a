"""The settings page: a year to look at for all, changes for those who keep it."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from keqiao.calendars.models import Calendar, DayOverride, QuietHours, UnitCalendar

NATIONAL_DAY = date(2026, 10, 1)


@pytest.fixture
def standard(db: Any) -> Calendar:
    return Calendar.objects.get(is_default=True)


def year_page(calendar: Calendar, year: int) -> str:
    return f"{reverse('calendars:year')}?calendar={calendar.pk}&year={year}"


def day_page(calendar: Calendar, day: date = NATIONAL_DAY) -> str:
    return reverse("calendars:day", args=[calendar.pk, day.isoformat()])


def test_the_year(company: Any, standard: Calendar) -> None:
    page = company.client("manager").get(year_page(standard, 2026)).content.decode()
    assert "放假 33 天" in page
    assert "补班 6 天" in page
    assert "上班 248 天" in page  # 261 weekdays less 19 days off on weekdays, and 6 made up
    assert "10月10日 国庆节补班" in page
    assert "10月1日 国庆节放假" in page
    assert day_page(standard) in page
    assert "尚未收录" not in page


def test_a_year_without_a_notice_says_so(company: Any, standard: Calendar) -> None:
    page = company.client("manager").get(year_page(standard, 2027)).content.decode()
    assert "2027 年的法定节假日和补班日尚未收录" in page


@pytest.mark.parametrize("query", ["", "?year=abc", "?year=99999", "?year=1900"])
def test_any_year_asked_for_is_answered(company: Any, query: str) -> None:
    assert company.client("agent").get(reverse("calendars:year") + query).status_code == 200


def test_number_of_queries_does_not_grow(company: Any, standard: Calendar, django_assert_max_num_queries: Any) -> None:
    DayOverride.objects.bulk_create(
        DayOverride(calendar=standard, day=date(2026, 11, day), open_windows=[]) for day in range(1, 29)
    )
    client = company.client("manager")
    with django_assert_max_num_queries(20):
        client.get(year_page(standard, 2026))


def test_a_day_is_closed_opened_and_let_go(company: Any, standard: Calendar) -> None:
    client, url = company.client("manager"), day_page(standard)
    form = client.get(url)
    assert form.status_code == 200
    answer = client.post(url, {"state": "open", "open_windows": "10:00-16:00", "reason": "国庆值班"})
    assert answer.status_code == 302
    assert answer["Location"] == year_page(standard, 2026)
    assert DayOverride.objects.get().open_windows == [["10:00", "16:00"]]
    assert "10月1日 10:00-16:00 国庆值班" in client.get(year_page(standard, 2026)).content.decode()
    assert client.post(url, {"state": "closed", "open_windows": "10:00-16:00"}).status_code == 302
    assert DayOverride.objects.get().open_windows == []
    assert client.post(url, {"state": "plan"}).status_code == 302
    assert not DayOverride.objects.exists()
    assert client.post(url, {"state": "plan"}).status_code == 302


@pytest.mark.parametrize("data", [{}, {"state": "open"}, {"state": "open", "open_windows": "10点"}, {"state": "x"}])
def test_a_wrong_day_comes_back(company: Any, standard: Calendar, data: dict[str, str]) -> None:
    answer = company.client("manager").post(day_page(standard), data | {"reason": ""})
    assert answer.status_code == 422
    assert not DayOverride.objects.exists()


def test_calendars_are_added_and_changed(company: Any, standard: Calendar) -> None:
    client = company.client("manager")
    data = {"name": "门店", "zone": "Asia/Shanghai", "day_6": "10:00-20:00"}
    assert client.post(reverse("calendars:add"), data).status_code == 302
    shop = Calendar.objects.get(name="门店")
    assert shop.weekly == {"6": [["10:00", "20:00"]]}
    assert not shop.follows_holidays
    url = reverse("calendars:change", args=[shop.pk])
    assert 'value="10:00-20:00"' in client.get(url).content.decode()
    assert client.post(url, data | {"is_default": "on", "day_0": "9:00-24:00"}).status_code == 302
    assert Calendar.objects.get(is_default=True).weekly == {"0": [["09:00", "00:00"]], "6": [["10:00", "20:00"]]}
    for wrong in ({"name": standard.name}, {"zone": "x"}, {"day_6": ""}, {"day_6": "10"}):
        assert client.post(reverse("calendars:add"), data | {"name": "新"} | wrong).status_code == 422
    assert Calendar.objects.count() == 2


def test_rest_times_and_units(company: Any, standard: Calendar) -> None:
    client = company.client("manager")
    assert client.get(reverse("calendars:quiet")).status_code == 200
    assert client.post(reverse("calendars:quiet"), {"region": "", "start": "20:00", "end": "09:00"}).status_code == 302
    assert str(QuietHours.objects.get()) == "默认 20:00–09:00"
    assert client.get(reverse("calendars:assign")).status_code == 200
    data = {"unit": company.units["team"].pk, "calendar": standard.pk}
    assert client.post(reverse("calendars:assign"), data).status_code == 302
    assert UnitCalendar.objects.get().calendar == standard
    page = client.get(year_page(standard, 2026)).content.decode()
    assert "20:00–09:00" in page
    assert "投诉一组" in page


@pytest.mark.parametrize("role", ["agent", "leader", "outsider"])
def test_others_look_but_do_not_touch(company: Any, standard: Calendar, role: str) -> None:
    client = company.client(role)
    page = client.get(year_page(standard, 2026))
    assert page.status_code == 200
    assert day_page(standard) not in page.content.decode()
    for url in (
        day_page(standard), reverse("calendars:add"), reverse("calendars:change", args=[standard.pk]),
        reverse("calendars:quiet"), reverse("calendars:assign"),
    ):  # fmt: skip
        assert client.get(url).status_code == 403
        assert client.post(url, {"state": "closed"}).status_code == 403
    assert not DayOverride.objects.exists()


def test_strangers_are_sent_to_the_login(client: Any, standard: Calendar) -> None:
    for url in (reverse("calendars:year"), day_page(standard)):
        assert client.get(url).status_code == 302


def test_what_is_not_there(company: Any, standard: Calendar) -> None:
    client = company.client("manager")
    assert client.get(reverse("calendars:year") + "?calendar=999999").status_code == 404
    assert client.get(reverse("calendars:year") + "?calendar=x").status_code == 404
    assert client.get(reverse("calendars:change", args=[999999])).status_code == 404
    assert client.get(f"{reverse('calendars:year')}{standard.pk}/2026-02-30/").status_code == 404
