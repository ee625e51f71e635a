"""Who is known already: by the number that the source gave, by phone, by e-mail."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models.functions import Coalesce

from keqiao.customers import rules
from keqiao.customers.imports.parse import Draft
from keqiao.customers.models import ContactPoint, Customer, ImportBatch, ImportRow

PRESENT = {"customer__erased": False, "customer__merged_into": None}
REACH = ("phone", "email")
NAMED = {"phone": ("phone", "other_phone"), "email": ("email",)}
ACCOUNTS = ("wechat", "wecom", "qq")


@dataclass(frozen=True, slots=True)
class Known:
    """A customer as far as recognising goes; `id` is None for one that the same chunk is about to make."""

    id: int | None
    name: str
    number: str


@dataclass(slots=True)
class Directory:
    """The customers that the drafts of a chunk may be.

    Where a line carries a customer number, that decides, also among the lines of one file: so sales lines become one
    customer. A phone or e-mail is compared with customers that were there before: within one file it does not decide,
    since families and companies share phones and nothing that the file says may get lost. Nor does it when both sides
    have different numbers of the same source. A line with none of the three is recognised only in a customer of whom
    it says nothing that is not known: so the same file twice changes nothing, and two people of one name stay two.

    `twins` is the source under which second customers of a number already given out are kept.
    """

    source: str
    twins: str = ""
    numbers: dict[str, Known] = field(default_factory=dict)
    twin_numbers: dict[str, Known] = field(default_factory=dict)
    points: dict[tuple[str, str], list[Known]] = field(default_factory=dict)
    alike: dict[str, list[tuple[Known, dict[str, Any]]]] = field(default_factory=dict)
    made: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)

    @classmethod
    def load(cls, batch: ImportBatch, drafts: Iterable[Draft]) -> "Directory":
        """Read all that can matter for these drafts in a fixed number of queries."""
        drafts = list(drafts)
        keep = batch.duplicates == ImportBatch.Duplicates.KEEP
        found = cls(batch.source, f"{batch.source[:60]}#{batch.pk}" if keep else "")
        found.load_numbers({draft.number for draft in drafts if draft.number})
        for kind in REACH:
            values = {value for draft in drafts for name in NAMED[kind] if (value := draft.values.get(name))}
            found.load_points(kind, values)
        found.load_alike({draft.values["name"] for draft in drafts if bare(draft)})
        found.load_outcomes(batch)
        return found

    def load_numbers(self, numbers: set[str]) -> None:
        """Stored customers by the source's number; for one that was merged the archive that stands for it."""
        sources = {self.source, self.twins or self.source}
        rows = Customer.objects.filter(external_source__in=sources, external_number__in=numbers)
        stands = Coalesce("merged_into_id", "pk")
        for pk, name, source, number in rows.values_list(stands, "name", "external_source", "external_number"):
            kept = self.numbers if source == self.source else self.twin_numbers
            kept[number] = Known(pk, name, number)

    def load_points(self, kind: str, values: set[str]) -> None:
        """Stored customers by phone or e-mail, oldest first."""
        if not values:
            return
        found = ContactPoint.objects.filter(kind=kind, value__in=values, **PRESENT).order_by("customer_id")
        rows = found.values_list(
            "value", "customer_id", "customer__name", "customer__external_source", "customer__external_number"
        )
        for value, pk, name, source, number in rows:
            known = Known(pk, name, number if source == self.source else "")
            self.points.setdefault((kind, value), []).append(known)

    def load_alike(self, names: set[str]) -> None:
        """Stored customers of these names with all that is known of them, oldest first."""
        if not names:
            return
        rows = Customer.objects.filter(name__in=names, erased=False, merged_into=None).order_by("pk")
        people = {row["id"]: row for row in rows.values("id", *rules.PROFILE)}
        points = ContactPoint.objects.filter(customer__in=rows, kind__in=ACCOUNTS)
        for pk, kind, value in points.values_list("customer_id", "kind", "value"):
            people[pk].setdefault(kind, set()).add(value)
        for pk, row in people.items():
            self.alike.setdefault(row["name"], []).append((Known(pk, row["name"], ""), row))

    def load_outcomes(self, batch: ImportBatch) -> None:
        """Which of them earlier lines of this batch made or brought up to date."""
        known = [*self.numbers.values(), *self.twin_numbers.values()]
        known += [one for several in self.points.values() for one in several]
        known += [one for several in self.alike.values() for one, _row in several]
        rows = ImportRow.objects.filter(batch=batch, customer_id__in={one.id for one in known})
        for pk, outcome in rows.values_list("customer_id", "outcome"):
            (self.made if outcome == ImportRow.Outcome.CREATED else self.touched).add(pk)

    def find(self, draft: Draft) -> Known | None:
        """The customer that this line is about, None for a new one."""
        if draft.number and draft.number in self.numbers:
            return self.numbers[draft.number]
        for kind in REACH:
            for name in NAMED[kind]:
                value = draft.values.get(name)
                found = [one for one in self.points.get((kind, value), ()) if self.fits(draft, one)] if value else []
                if found:
                    return next((one for one in found if one.name == draft.values["name"]), found[0])
        if not bare(draft):
            return None
        namesakes = self.alike.get(draft.values["name"], ())
        return next((one for one, row in namesakes if one.id not in self.made and says_nothing_new(draft, row)), None)

    def fits(self, draft: Draft, known: Known) -> bool:
        """Whether a known phone or e-mail may mean this customer."""
        return known.id not in self.made and not (draft.number and known.number)

    def find_made(self, draft: Draft) -> Known | None:
        """The customer of this number that the same file made before, where all others are to be kept apart."""
        for known in (self.twin_numbers.get(draft.number), self.numbers.get(draft.number)):
            if draft.number and known and (known.id is None or known.id in self.made):
                return known
        return None

    def source_for(self, draft: Draft) -> str:
        """The source under which a new customer's number is kept: the twins' where it is taken."""
        return self.twins if self.twins and draft.number in self.numbers else self.source

    def add(self, draft: Draft) -> None:
        """Make a new customer's number known to the lines that follow."""
        if draft.number:
            kept = self.twin_numbers if draft.number in self.numbers else self.numbers
            kept[draft.number] = Known(None, draft.values["name"], draft.number)


def bare(draft: Draft) -> bool:
    """Whether the line carries nothing by which a customer is recognised for certain."""
    return not draft.number and not any(draft.values.get(name) for names in NAMED.values() for name in names)


def says_nothing_new(draft: Draft, row: dict[str, Any]) -> bool:
    """Whether everything that the line says of the customer is known already."""
    return all(
        value in row.get(name, ()) if name in ACCOUNTS else row.get(name) == value
        for name, value in draft.values.items()
        if value not in ("", None)
    )
