"""Spreadsheets that the tests make themselves."""

from collections.abc import Sequence
from pathlib import Path

from keqiao.kernel.sheets import write_xlsx

HEADER = ("客户编号", "客户名称", "联系电话", "邮箱", "省份", "标签")
NAMES = ["王伟", "李娜", "张敏", "刘洋", "陈静", "杨磊", "黄芳", "赵强", "吴杰", "周涛"]


def rows(count: int, *, start: int = 0, numbered: bool = True) -> list[list[object]]:
    """People with a number, a phone, an e-mail, a province and a tag each."""
    return [
        [
            f"C{n:05d}" if numbered else "", f"{NAMES[n % 10]}{n}", f"138-{n // 10000:04d}-{n % 10000:04d}",
            f"u{n}@example.com", "浙江" if n % 2 else "四川", "老客户",
        ]
        for n in range(start, start + count)
    ]  # fmt: skip


def csv_file(
    folder: Path, lines: Sequence[Sequence[object]], *, header: Sequence[str] = HEADER, encoding: str = "utf-8"
) -> Path:
    """A CSV in that encoding."""
    path = folder / f"customers-{encoding}.csv"
    text = "\r\n".join(",".join(map(str, line)) for line in [header, *lines])
    path.write_bytes(text.encode(encoding))
    return path


def xlsx_file(folder: Path, lines: Sequence[Sequence[object]], *, header: Sequence[str] = HEADER) -> Path:
    """A workbook with one sheet."""
    path = folder / "customers.xlsx"
    write_xlsx(path, list(header), lines)
    return path
