"""The rules in force, and those of a version, kept in the process.

Which version is in force hangs on a counter that grows in the transaction that takes a version into force: one small
read tells every process. A version itself never changes once it is in force, so it is read once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from keqiao.kernel.prepared import Prepared
from keqiao.org.models import OrgUnit
from keqiao.runtime.models import Counter
from keqiao.tickets.models import Rule, RuleSet, Ticket
from keqiao.tickets.ruling.kinds import closing, deadlines, default_rows, dispatching, escalating, special, texts
from keqiao.tickets.ruling.kinds import limits as allowing
from keqiao.tickets.ruling.kinds import waves as waving
from keqiao.tickets.ruling.kinds.base import Data, Row
from keqiao.tickets.ruling.kinds.deadlines import Limit, default_limit
from keqiao.tickets.ruling.kinds.where import Case

VERSION = "tickets.rules"  # the counter that grows when a version comes into force


@dataclass(frozen=True)
class Rules:
    """Everything the department sets itself, as one version has it. `pk` is None where there is no version yet."""

    pk: int | None
    limits: deadlines.Limits
    ladder: tuple[escalating.Rung, ...]
    severities: tuple[Data, ...]
    routes: tuple[dispatching.Route, ...]
    allowances: tuple[allowing.Allowance, ...]
    conditions: tuple[closing.Condition, ...]
    receipts: tuple[texts.Text, ...]
    intake_unit_id: int | None
    effect_days: int
    special: special.Special
    waves: tuple[waving.Limit, ...]

    def limit(self, kind: str, severity: int, stage: str) -> Limit:
        """The deadline of a stage (or of the whole, "solve"); the default where the version has none."""
        return self.limits.get((kind, severity, stage)) or default_limit(kind, severity, stage)


def parse(pk: int | None, rows: Iterable[Row]) -> Rules:
    """The rules that rows in their order make; those not in use are left out."""
    rows = list(rows)
    found: dict[str, list[Data]] = {}
    for row in rows:
        if row.active:
            found.setdefault(row.kind, []).append(row.data)
    intake = next((data["unit"] for data in found.get("intake", ())), None)
    return Rules(
        pk=pk,
        limits=deadlines.parse(found.get("deadline", ())),
        ladder=escalating.parse(rows),
        severities=tuple(found.get("severity", ())),
        routes=dispatching.parse(found.get("dispatch", ())),
        allowances=allowing.parse(found.get("limit", ())),
        conditions=closing.parse(found.get("closing", ())),
        receipts=texts.parse(found.get("text", ())),
        intake_unit_id=intake
        or OrgUnit.objects.filter(parent=None).order_by("pk").values_list("pk", flat=True).first(),
        effect_days=next((data["days"] for data in found.get("effect", ())), closing.EFFECT_DAYS),
        special=special.parse(found.get("special", ())),
        waves=waving.parse(found.get("wave", ())),
    )


def rows_of(ruleset: int) -> list[Row]:
    """The rows of a version, in their order."""
    rows = Rule.objects.filter(ruleset_id=ruleset).order_by("kind", "place", "pk")
    return [Row(row.kind, row.key, row.place, row.data, row.active) for row in rows]


def read(ruleset: int) -> Rules:
    """The rules of a version as they stand now: for drafts, which change."""
    return parse(ruleset, rows_of(ruleset))


_version = Prepared(lambda key: Counter.objects.filter(pk=key), 1)


def rules() -> Rules:
    """The rules in force; one query unless another version has come into force."""
    version = _version.first(VERSION)
    return _in_force(version.value if version else 0)


@lru_cache(maxsize=2)
def _in_force(_version: int) -> Rules:
    pk = RuleSet.objects.filter(state=RuleSet.State.FORCE).values_list("pk", flat=True).first()
    return _of(pk) if pk else parse(None, default_rows())


@lru_cache(maxsize=32)
def _of(ruleset: int) -> Rules:
    return read(ruleset)


def rules_of(ticket: Ticket) -> Rules:
    """The rules by which a ticket is judged: of the version that it keeps, else those in force."""
    return _of(ticket.ruleset_id) if ticket.ruleset_id else rules()


def case_of(ticket: Ticket, *, customer: bool = True) -> Case:
    """What the rules may ask about a ticket; without `customer` neither its region nor its tier is read."""
    category = ticket.category
    return Case(
        kind=ticket.kind,
        severity=ticket.severity,
        category=ticket.category_id or 0,
        parent=(category.parent_id or 0) if category else 0,
        channel=ticket.channel,
        product=ticket.product,
        division=ticket.customer.division if customer else "",
        tier=ticket.customer.tier if customer else "",
    )


def forget_rules() -> None:
    """Drop what is kept, where versions themselves went back: in tests."""
    _in_force.cache_clear()
    _of.cache_clear()
