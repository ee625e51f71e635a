"""What an erasure would do, before anybody decides: what goes, what stays, why and until when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.customers.holdings import Kept, every
from keqiao.customers.models import Customer, PrivacySettings


@dataclass(frozen=True, slots=True)
class Line:
    """One part: how many records, and what happens to them."""

    title: str
    count: int
    deed: str


@dataclass(slots=True)
class Plan:
    """The dry run."""

    lines: list[Line] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)

    @property
    def blocked(self) -> list[Kept]:
        """What must be over first."""
        return [one for one in self.kept if one.blocks]

    @property
    def stays(self) -> list[Kept]:
        """What the law keeps."""
        return [one for one in self.kept if not one.blocks]


def settings() -> PrivacySettings:
    """The department's row, with the defaults where nobody has set anything."""
    return PrivacySettings.objects.first() or PrivacySettings()


def whole(customer: Customer) -> list[int]:
    """The archive and everything that was merged into it, however deep."""
    found, fresh = [customer.pk], [customer.pk]
    while fresh:
        fresh = list(
            Customer.objects.filter(merged_into_id__in=fresh).exclude(pk__in=found).values_list("pk", flat=True)
        )
        found += fresh
    return found


def since() -> date:
    """Matters that ended on that day or later are still kept by law."""
    today = timezone.localdate()
    years = settings().keep_years
    return today.replace(year=today.year - years, day=min(today.day, 28)) if today.month == 2 else today.replace(
        year=today.year - years
    )  # fmt: skip


def plan(ids: Sequence[int]) -> Plan:
    """What erasing these archives would do now."""
    made = Plan()
    start = since()
    for holding in every():
        count = len(holding.rows(ids))
        if count:
            made.lines.append(Line(str(holding.title), count, str(holding.gone or _("去掉姓名、号码和地址"))))
        made.kept += holding.kept(ids, start)
    return made
