"""`keqiao breach`: the list of those who have to be told after a leak."""

import csv
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.config.cli import breach
from keqiao.config.cli.commands import COMMANDS
from keqiao.config.cli.parser import build
from keqiao.config.output import CommandError
from keqiao.conftest import Company
from keqiao.customers import actions
from keqiao.customers.models import Customer
from keqiao.kernel.actor import SYSTEM


def command(*words: str) -> int:
    return breach.run(build(COMMANDS).parse_args(["breach", *words]))


@pytest.fixture
def today() -> str:
    return timezone.localdate().isoformat()


@pytest.fixture
def seen(company: Company) -> Customer:
    """One whose number was opened, beside one whose was not."""
    one, _other = (
        actions.create_customer(actor=SYSTEM, name=name, phone=phone, owner=company.people["agent"])
        for name, phone in (("=周正", "13600003333"), ("郑直", "13600004444"))
    )
    actions.reveal(actor=company.actor("agent"), obj=one, contact_point=one.contact_points.get(), reason="回访")
    return one


def test_who_was_seen_is_listed_and_the_look_is_on_record(seen: Customer, today: str, capsys: Any) -> None:
    assert command("--since", today, "--json") == 0
    (line,) = json.loads(capsys.readouterr().out)
    assert (line["number"], line["name"], line["phone"]) == (seen.number, "=周正", "136****3333")
    assert command("--since", today) == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"{seen.number}\t=周正\t136****3333\t")
    assert "涉及 1 位客户" in said.err
    assert [event.data for event in Event.objects.filter(verb="privacy.breach_listed")] == [{"rows": 1}, {"rows": 1}]


def test_by_person_by_day_and_with_everything(seen: Customer, today: str, capsys: Any) -> None:
    for words, count in (
        (["--employee", "agent", "--since", today], 1), (["--employee", "colleague", "--since", today], 0),
        (["--since", "2020-01-01", "--until", "2020-12-31"], 0), (["--since", today, "--everything"], 2),
        (["--export", "1"], 0),
    ):  # fmt: skip
        command(*words, "--json")
        assert len(json.loads(capsys.readouterr().out)) == count, words


def test_the_file_is_for_its_owner_and_overwrites_nothing(seen: Customer, today: str, tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    assert command(str(path), "--since", today) == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0][:3] == ["客户编号", "客户", "电话"]
    assert rows[1][:3] == [seen.number, "'=周正", "136****3333"]
    with pytest.raises(CommandError, match="已经存在"):
        command(str(path), "--since", today)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--since"),
        (["--since", "2026-02-01", "--until", "2026-01-01"], "不能早于"),
        (["--since", "2026-02-01", "--employee", "nobody"], "没有用户名"),
        (["--export", "9999999999999999999999"], "编号"),
    ],
)
def test_nonsense_is_refused_in_words(company: Company, words: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        command(*words)
