"""The daily reception ledger as addresses, sheet and paper."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from keqiao.documents.paper import Facts, Heading, Paper, Signatures, Table
from keqiao.kernel.dates import full_day, today
from keqiao.reception.models import Entry
from keqiao.reception.queries import Ledger

LONGEST = 92  # days
WAYS = ((Entry.Way.CALL, True), (Entry.Way.CALL, False), (Entry.Way.WALK_IN, True), (Entry.Way.WALK_IN, False))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which days, whose unit and which person."""

    first: date
    last: date
    unit: int | None = None
    person: int | None = None

    def query(self, **more: object) -> str:
        """The same in a query string for the ledger itself."""
        pairs = {"from": self.first, "to": self.last, "unit": self.unit, "person": self.person, **more}
        return "?" + urlencode({key: value for key, value in pairs.items() if value is not None})

    def records(self, **more: object) -> str:
        """Address of the entries behind a figure."""
        pairs: dict[str, object] = {
            "view": "all", "at_after": self.first, "at_before": self.last, "unit": self.unit, "received_by": self.person,
        }  # fmt: skip
        kept = {key: value for key, value in (pairs | more).items() if value is not None}
        return reverse("reception:list") + "?" + urlencode(kept)


def asked_of(query: Mapping[str, str]) -> Asked:
    """The days that an address asks for: today where it says nothing sensible, and at most LONGEST of them."""
    last = day_of(query.get("to", "")) or day_of(query.get("from", "")) or today()
    first = min(day_of(query.get("from", "")) or last, last)
    return Asked(
        max(first, last - timedelta(days=LONGEST - 1)),
        last,
        number_of(query.get("unit", "")),
        number_of(query.get("person", "")),
    )


def day_of(text: str) -> date | None:
    """A day in ISO form, None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None


def number_of(text: str) -> int | None:
    """An id, None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def heads() -> list[str]:
    """The columns of the ledger."""
    return [_("日期"), _("接待人"), _("来电首次"), _("来电再次"), _("来访首次"), _("来访再次"), _("合计")]


def rows(found: Ledger) -> Iterator[list[object]]:
    """The lines of the ledger as plain values, with their sum below."""
    for line in found.lines:
        yield [line.day, line.person, *(line.of(way, first) for way, first in WAYS), line.total]
    if found.lines:
        yield [_("合计"), "", *(found.sum(way, first) for way, first in WAYS), found.total]


def words(found: list[tuple[int | None, str, int, int]]) -> list[list[object]]:
    """Counts by word as plain values."""
    return [[name or _("未填写"), total, new] for _pk, name, total, new in found]


def paper(found: Ledger, organisation: str) -> Paper:
    """The ledger to print."""
    days = full_day(found.first)
    if found.first != found.last:
        days = f"{days} – {full_day(found.last)}"
    first = sum(found.sum(way, True) for way in Entry.Way.values)
    nothing = _("这段时间没有接待登记。")
    return Paper(
        title=_("来电来访接待台账"),
        subtitle=days,
        organisation=organisation,
        parts=(
            Facts([(_("接待合计"), found.total), (_("其中首次"), first), (_("其中再次"), found.total - first)]),
            Heading(_("按日期和接待人")),
            Table(heads(), list(rows(found)), widths=(3, 3, 2, 2, 2, 2, 2), empty=nothing),
            Heading(_("按获知途径")),
            Table([_("获知途径"), _("人次"), _("其中首次")], words(found.by_source), widths=(4, 2, 2), empty=nothing),
            Heading(_("按意向")),
            Table([_("意向"), _("人次"), _("其中首次")], words(found.by_interest), widths=(4, 2, 2), empty=nothing),
            Signatures((_("登记"), _("核对"))),
        ),
    )
