"""Texts made to keep a program busy: 50,000 characters through everything that takes a text apart, each in a moment."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from keqiao.customers import id_numbers, rules
from keqiao.customers.archive import rules as archive
from keqiao.customers.imports import mapping
from keqiao.files import names
from keqiao.kernel import divisions, money, phones, pinyin, text
from keqiao.kernel.errors import Refused
from keqiao.kernel.sheets import open_sheet
from keqiao.kernel.sheets.limits import SheetError
from keqiao.search import highlight, queries

LONG = 50_000
MOMENT = 2.0  # seconds of computing; what grows with the square needs a minute and more
SEEDS = ["1", "(", "((1", "?", "a@", ".", "张·", "1e", "0", "<a ", "\u200b", "年1月"]
TAILS = ["x", "\n"]
TAKERS: dict[str, Callable[[str], Any]] = {
    "normalise": text.normalise,
    "bigrams": text.bigrams,
    "phrases": text.phrases,
    "single line": lambda one: text.single_line(one, 80),
    "phone": phones.normalise,
    "money": money.parse_yuan,
    "division": divisions.resolve,
    "initials": pinyin.initials,
    "file name": names.clean,
    "label": lambda one: mapping.plain(one[:200]),
    "line": rules.line,
    "name": rules.name_of,
    "customer's phone": rules.phone_of,
    "email": rules.email_of,
    "account": rules.account_of,
    "birthday": rules.birthday_of,
    "identity": lambda one: id_numbers.checked("resident", one),
    "day": lambda one: archive.date_values(one, "solar", leap=False, yearly=True),
    "mark": lambda one: highlight.highlight(one, one[:30]),
    "keywords": queries.keywords,
}


def hostile() -> Iterator[str]:
    """Every seed repeated, with every tail."""
    for seed in SEEDS:
        for tail in TAILS:
            yield seed * (LONG // len(seed)) + tail


@pytest.mark.parametrize("taker", TAKERS)
def test_no_text_keeps_the_program_busy(taker: str) -> None:
    for one in hostile():
        began = time.process_time()
        with suppress(Refused, ValueError, ValidationError):  # a word that it is too long, or none at all
            TAKERS[taker](one)
        assert time.process_time() - began < MOMENT, (taker, one[:12], one[-3:])


@pytest.mark.django_db
def test_no_sheet_keeps_the_program_busy(tmp_path: Path) -> None:
    """As a label, as a line of its own, and as a cell of every column that is understood."""
    path = tmp_path / "list.csv"
    head = "客户名称,电话,生日,邮箱,省份,证件号码,客户编号,备注"
    for seed in SEEDS:
        word = (seed * (LONG // len(seed))).replace('"', '""').replace("\n", "")
        for content in (f'客户名称,"{word}"\n甲,乙\n', f'"{word}"\n', f"{word}\n{head}\n甲\n", f"{word}x\n{word}\n"):
            path.write_text(content, encoding="utf-8", errors="surrogatepass")
            began = time.process_time()
            with suppress(SheetError), open_sheet(path, name=path.name) as sheet:
                mapping.guess(sheet.header_of("CSV").labels)
                list(sheet.rows("CSV"))
            assert time.process_time() - began < MOMENT, (seed, content[:20])
