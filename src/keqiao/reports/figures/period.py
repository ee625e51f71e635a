"""The days and units that a report is about, out of a query string."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import OrgUnit
from keqiao.org.queries import subtree

LONGEST = 366  # days
NAMES: dict[str, str | Promise] = {
    "7": _("近7天"), "30": _("近30天"), "90": _("近90天"), "month": _("本月"), "custom": _("自定义"),
}  # fmt: skip
USUAL = "30"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included, and the unit with everything below it; no unit means all."""

    name: str
    first: date
    last: date
    unit: OrgUnit | None = None
    unit_ids: tuple[int, ...] = ()

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """The period of the same length that ends the day before."""
        last = self.first - timedelta(days=1)
        return Period("custom", last - timedelta(days=self.days - 1), last, self.unit, self.unit_ids)

    @property
    def filters(self) -> dict[str, object]:
        """The list filters for what was accepted in these days, in this unit."""
        return {"accepted_after": self.first, "accepted_before": self.last, "unit": self.unit_id}

    @property
    def unit_id(self) -> int | None:
        """The unit chosen."""
        return self.unit.pk if self.unit else None

    def query(self, **changes: object) -> str:
        """This choice as a query string."""
        chosen: dict[str, object] = {"period": self.name}
        if self.name == "custom":
            chosen |= {"from": self.first, "to": self.last}
        if self.unit is not None:
            chosen["unit"] = self.unit.pk
        return "?" + urlencode(chosen | changes)


def period_of(query: Mapping[str, str]) -> Period:
    """The choice in a query string; what cannot be read falls back to the last 30 days and all units."""
    today = timezone.localdate()
    name = query.get("period", USUAL)
    unit = unit_of(query.get("unit", ""))
    ids = tuple(subtree(unit)) if unit else ()
    if name == "custom":
        first, last = day_of(query.get("from", "")), day_of(query.get("to", ""))
        if first and last and first <= last:
            return Period(name, max(first, last - timedelta(days=LONGEST - 1)), last, unit, ids)
    if name == "month":
        return Period(name, today.replace(day=1), today, unit, ids)
    name = name if name in {"7", "30", "90"} else USUAL
    return Period(name, today - timedelta(days=int(name) - 1), today, unit, ids)


def day_of(text: str) -> date | None:
    """A date such as 2026-11-23, None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def unit_of(text: str) -> OrgUnit | None:
    """The unit with that id, None for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return OrgUnit.objects.filter(pk=text, active=True).first()
