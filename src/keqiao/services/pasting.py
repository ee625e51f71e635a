"""A table pasted from a spreadsheet: each line by itself, so that one wrong line costs the others nothing."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import today
from keqiao.kernel.errors import Refused
from keqiao.services.actions import Known, register
from keqiao.services.models import Service

MOST = 200  # lines at a time: they are one deed, for which others that want to write wait
COLUMNS: Mapping[str, tuple[str | Promise, ...]] = {
    "kind": (gettext_lazy("服务类型"), "类型", "服务", "类别"),
    "phone": (gettext_lazy("客户电话"), "电话", "手机", "手机号", "联系电话", "联系方式"),
    "name": (gettext_lazy("客户姓名"), "姓名", "客户", "收货人", "联系人"),
    "product": (gettext_lazy("产品"), "商品", "产品名称", "商品名称", "型号"),
    "order_number": (gettext_lazy("订单号"), "订单", "单号", "订单编号"),
    "done_on": (gettext_lazy("完成日期"), "日期", "签收日期", "送货日期", "安装日期", "完成时间"),
    "worker": (gettext_lazy("服务人员"), "师傅", "安装人员", "送货人", "维修人员"),
    "note": (gettext_lazy("备注"), "说明"),
}
KINDS = {
    "送": Service.Kind.DELIVERED, "签收": Service.Kind.DELIVERED, "交付": Service.Kind.DELIVERED,
    "装": Service.Kind.INSTALLED, "修": Service.Kind.REPAIRED, "清洗": Service.Kind.MAINTAINED,
    "保养": Service.Kind.MAINTAINED, "其他": Service.Kind.OTHER,
}  # fmt: skip
DAY = re.compile(r"(?:(\d{4})\s*[-/.年])?\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s.*)?")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line that was not taken: its place, the reason in words, and the line as it was pasted."""

    place: int
    reason: str
    text: str


@dataclass(slots=True)
class Outcome:
    """What came of a table. `head` is its own row of column names, if it had one."""

    made: list[Service] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    head: str = ""

    @property
    def rest(self) -> str:
        """The lines that were not taken, to be put right and sent again."""
        return "\n".join(([self.head] if self.head and self.wrong else []) + [one.text for one in self.wrong])


def take_in(actor: Actor, table: str) -> Outcome:
    """Register line by line; lines known before are passed over. Raises Refused for too many lines or none."""
    lines = [(place, line) for place, line in enumerate(table.splitlines(), 1) if line.strip()]
    if not lines:
        raise Refused(_("请粘贴要登记的表格。"), field="table")
    if len(lines) > MOST + 1:
        raise Refused(
            _("一次最多 %(most)d 行，这里有 %(n)d 行，请分几次粘贴。") % {"most": MOST, "n": len(lines)}, field="table"
        )
    found = Outcome()
    names = named(cells(lines[0][1]))
    if names is None:
        names = dict(enumerate(COLUMNS))
    else:
        found.head = lines.pop(0)[1]
    for place, line in lines:
        try:
            found.made.append(one(actor, {names[at]: value for at, value in enumerate(cells(line)) if at in names}))
        except Known as error:
            found.known.append(error.number)
        except Refused as error:
            found.wrong.append(Wrong(place, str(error.message), line))
    return found


def cells(line: str) -> list[str]:
    """The cells of a line: by tabs, as spreadsheets copy, else by commas of either width."""
    if "\t" in line:
        return [cell.strip().strip('"') for cell in line.split("\t")]
    return [cell.strip() for cell in next(csv.reader([line.replace("，", ",")]), [])]


def named(head: Sequence[str]) -> dict[int, str] | None:
    """Which column is which, by the names in the first line; None where it has none."""
    words = {str(word): name for name, known in COLUMNS.items() for word in known}
    found = {at: words[cell] for at, cell in enumerate(head) if cell in words}
    return found if len(found) >= 2 else None


def one(actor: Actor, values: Mapping[str, str]) -> Service:
    """Register one line."""

    def cell(name: str) -> str:
        return values.get(name, "")

    return register(
        actor=actor, kind=kind_of(cell("kind")), name=cell("name"), phone=cell("phone"),
        order_number=cell("order_number"), product=cell("product"), done_on=day_of(cell("done_on")),
        worker=cell("worker"), note=cell("note"),
    )  # fmt: skip


def kind_of(text: str) -> str:
    """The kind that the words mean; Refused for others."""
    for word, kind in KINDS.items():
        if word in text:
            return kind
    raise Refused(
        _("认不出服务类型“%(text)s”，请写明送货、安装、维修、清洗保养或其他。") % {"text": text[:20]}, field="kind"
    )


def day_of(text: str) -> date | None:
    """A day as people write it, of this year where none is named; None for an empty cell, Refused for what is none."""
    if not text:
        return None
    match = DAY.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        return date(int(match[1] or today().year), int(match[2]), int(match[3]))
    except ValueError:
        raise Refused(
            _("“%(text)s”不是日期，请写成 2026-11-28 这样。") % {"text": text[:20]}, field="done_on"
        ) from None
