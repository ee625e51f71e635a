"""Several people, an import and a registration meet over the same two archives."""

from collections.abc import Callable
from typing import Any

import pytest

from keqiao.customers import actions
from keqiao.customers.imports import command
from keqiao.customers.merging import actions as merging
from keqiao.customers.models import ContactPoint, Customer, Merge
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import Refused
from keqiao.runtime import worker
from keqiao.tickets.actions import accept
from keqiao.tickets.models import Ticket

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
Parallel = Callable[..., list[Any]]


@pytest.fixture
def three(company):
    return [
        actions.create_customer(actor=SYSTEM, name=name, unit=company.units["service"], phone=f"1380013800{n}")
        for n, name in enumerate(("周一", "周二", "周三"))
    ]


def won(results: list[Any]) -> int:
    """How many succeeded; the others were refused in words."""
    failures = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(failure, Refused) for failure in failures), failures
    return len(results) - len(failures)


def crosswise(three: list[Customer]) -> Callable[[int], Merge]:
    """Merges of overlapping pairs, in both directions and round in a ring."""
    pairs = [(0, 1), (1, 0), (1, 2), (2, 1), (2, 0), (0, 2)]

    def merge(number: int) -> Merge:
        keep, go = pairs[number % len(pairs)]
        return merging.merge_customers(actor=SYSTEM, survivor=three[keep], other=three[go])

    return merge


def test_overlapping_merges_leave_one_archive_standing(three, in_parallel: Parallel) -> None:
    assert won(in_parallel(crosswise(three), 12)) == 2
    standing = Customer.objects.filter(merged_into=None)
    assert standing.count() == 1
    assert Customer.objects.filter(merged_into=standing.get()).count() == 2
    assert ContactPoint.objects.filter(customer=standing.get()).count() == 3


def test_without_the_second_look_archives_swallow_each_other(three, in_parallel: Parallel, monkeypatch) -> None:
    monkeypatch.setattr(merging, "pair", lambda survivor, other: (survivor, other))
    in_parallel(crosswise(three[:2] * 2), 2)
    assert Customer.objects.filter(merged_into=None).count() == 1  # the third, whom nobody touched
    assert Customer.objects.exclude(merged_into=None).count() == 2  # both gone, and nobody stands for them


def test_a_merge_is_undone_once(three, in_parallel: Parallel) -> None:
    merge = merging.merge_customers(actor=SYSTEM, survivor=three[0], other=three[1])
    assert won(in_parallel(lambda _n: merging.undo_merge(actor=SYSTEM, obj=merge), 8)) == 1
    assert Customer.objects.filter(merged_into=None).count() == 3


def test_matters_registered_meanwhile_end_with_the_survivor(three, in_parallel: Parallel) -> None:
    left, right, _third = three

    def act(number: int) -> Any:
        if number == 3:
            return merging.merge_customers(actor=SYSTEM, survivor=left, other=right)
        return accept(
            actor=SYSTEM, kind="consultation", channel="phone", customer=right, contact_name="周二",
            contact_phone="13800138001", subject="咨询", body=f"第 {number} 次来电咨询。",
        )  # fmt: skip

    assert won(in_parallel(act, 8)) == 8
    worker.drain()
    assert set(Ticket.objects.values_list("customer_id", flat=True)) == {left.pk}


def test_an_import_meanwhile_finds_the_survivor(three, tmp_path, in_parallel: Parallel) -> None:
    left, right, _third = three
    path = tmp_path / "customers.csv"
    path.write_text("客户名称,电话,邮箱\n周二,13800138001,zhou@example.com\n", encoding="utf-8-sig")

    def act(number: int) -> Any:
        if number:
            return command.run(path, duplicates="update")
        return merging.merge_customers(actor=SYSTEM, survivor=left, other=right)

    assert won(in_parallel(act, 2)) == 2
    worker.drain()
    assert Customer.objects.count() == 3
    assert ContactPoint.objects.get(value="zhou@example.com").customer_id == left.pk
