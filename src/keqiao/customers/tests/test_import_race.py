"""The same file twice at the same time makes one set of customers."""

import pytest

from keqiao.customers.imports import command, run
from keqiao.customers.models import ContactPoint, Customer
from keqiao.customers.tests.files import csv_file, rows

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("numbered", [True, False])
def test_one_set_whoever_is_faster(tmp_path, company, in_parallel, numbered) -> None:
    path = csv_file(tmp_path, rows(1100, numbered=numbered))
    results = in_parallel(lambda _n: command.run(path), 2)
    assert [one["rows"] for one in results] == [1100, 1100]
    assert sum(one["created"] for one in results) == 1100
    assert Customer.objects.count() == 1100
    assert ContactPoint.objects.filter(kind="phone").values("value").distinct().count() == 1100


def test_without_standing_in_line_there_would_be_doubles(tmp_path, company, in_parallel, monkeypatch) -> None:
    """The control: two imports that look before either has written."""
    path = csv_file(tmp_path, rows(20, numbered=False))
    from_before = run.Directory(source="")
    monkeypatch.setattr(run.Directory, "load", classmethod(lambda cls, batch, drafts: from_before))
    in_parallel(lambda _n: command.run(path), 2)
    assert Customer.objects.count() == 40
