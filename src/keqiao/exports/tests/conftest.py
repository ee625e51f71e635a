"""A desk with customers, and a folder of its own for the files."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from keqiao.conftest import Company
from keqiao.customers.models import Customer
from keqiao.exports.models import Export, ExportSettings
from keqiao.kernel import bulk
from keqiao.runtime import jobs, worker

URL = "/customers/export/"


def stock(company: Company, count: int) -> None:
    """So many customers of the team."""
    leader = company.people["leader"]
    bulk.insert(
        Customer,
        (
            {
                "number": f"KH20261123-{n:05d}", "name": f"客户{n}", "owner_id": leader.pk, "unit_id": leader.unit_id,
                "phone_masked": "138****0001", "tier": "vip" if n % 2 else "normal",
            }
            for n in range(count)
        ),
    )  # fmt: skip


@pytest.fixture
def desk(company: Company, tmp_path: Any, settings: Any) -> Any:
    """Thirty customers, of whom ten may be taken away without asking."""
    settings.DATA = tmp_path
    ExportSettings.objects.all().delete()
    rules = ExportSettings.objects.create(approval_rows=10, keep_days=3)
    stock(company, 30)
    folder = tmp_path / "exports"

    def asked(client: Client, query: str = "?format=xlsx", reason: str = "寄中秋礼品") -> Export:
        answer = client.post(URL + query, {"reason": reason})
        assert answer.status_code == 302, answer.content.decode()
        return Export.objects.get(pk=int(answer.headers["Location"].rstrip("/").rsplit("/", 1)[-1]))

    def work() -> None:
        while jobs.work():
            pass

    return SimpleNamespace(company=company, rules=rules, folder=folder, asked=asked, work=work, drain=worker.drain)
