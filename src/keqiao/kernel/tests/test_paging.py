import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from keqiao.kernel.resource import paging
from keqiao.org.models import OrgUnit

pytestmark = pytest.mark.django_db


class EveryOrderVisitsEveryRowOnce(TestCase):
    """Walking forwards sees each row once in order; walking back from the end sees the same pages."""

    @settings(max_examples=40, deadline=None)
    @given(
        names=st.lists(st.sampled_from(["甲", "乙", "丙", "丁"]), max_size=30),
        order=st.sampled_from(["name", "-name", "pk", "-pk"]),
        limit=st.integers(1, 7),
    )
    def test_walk(self, names: list[str], order: str, limit: int) -> None:
        OrgUnit.objects.bulk_create(OrgUnit(name=name, kind="team", path=f"/{n}/") for n, name in enumerate(names))
        rows = OrgUnit.objects.all()
        sign = "-" if order.startswith("-") else ""
        expected = list(rows.order_by(order, f"{sign}pk").values_list("pk", flat=True))
        walked, cursor, pages = [], "", []
        while True:
            page = paging.page(rows, order=order, cursor=cursor, limit=limit)
            pages.append([row.pk for row in page.rows])
            walked += pages[-1]
            if page.next is None:
                break
            cursor = page.next
        assert walked == expected
        for earlier in reversed(pages[:-1]):
            page = paging.page(rows, order=order, cursor=page.prev, limit=limit)
            assert [row.pk for row in page.rows] == earlier
        assert page.prev is None


@pytest.mark.parametrize(
    "cursor", ["", "x", "bm9uc2Vuc2U", "WyI-IiwibmFtZSIsIm4iLCJ4Il0", "💥", "WyI-Iiwib3RoZXIiLCJuIiwxXQ"]
)
def test_an_unreadable_cursor_gives_the_first_page(cursor: str) -> None:
    OrgUnit.objects.create(name="甲", kind="team", path="/1/")
    assert [row.name for row in paging.page(OrgUnit.objects.all(), order="name", cursor=cursor).rows] == ["甲"]


def test_counting_stops() -> None:
    OrgUnit.objects.bulk_create(OrgUnit(name=f"{n}", kind="team", path=f"/{n}/") for n in range(4))
    assert paging.count(OrgUnit.objects.all(), 2) == (2, True)
    assert paging.count(OrgUnit.objects.filter(name="1"), 2) == (1, False)
    assert paging.count(OrgUnit.objects.none(), 2) == (0, False)
