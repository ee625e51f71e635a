"""What one version has otherwise than another, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as now_

from keqiao.tickets.ruling.kinds import KINDS, RuleKind
from keqiao.tickets.ruling.kinds.base import Label, Names, Row


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule: on which tab, what it was called, what happened to it. `tone` is a badge's."""

    tab: str
    title: Label
    rule: str
    what: str
    tone: str
    parts: tuple[tuple[str, str, str], ...] = ()  # label, before, after


def differences(before: Iterable[Row], after: Iterable[Row], names: Names) -> list[Difference]:
    """Every rule that was added, removed, changed, moved or taken out of use, in the order of the tabs."""
    old, new = by_key(before), by_key(after)
    found: list[Difference] = []
    for kind in KINDS:
        olds = {key: row for (code, key), row in old.items() if code == kind.code}
        news = {key: row for (code, key), row in new.items() if code == kind.code}
        found += [told(kind, now_("新增"), "success", row, names) for key, row in news.items() if key not in olds]
        found += [one for key, row in news.items() if key in olds for one in changed(kind, olds[key], row, names)]
        found += [told(kind, now_("删除"), "danger", row, names) for key, row in olds.items() if key not in news]
        found += moved(kind, list(olds.values()), list(news.values()), names)
    return found


def by_key(rows: Iterable[Row]) -> dict[tuple[str, str], Row]:
    """Rows by kind and key."""
    return {(row.kind, row.key): row for row in rows}


def told(kind: RuleKind, what: str, tone: str, row: Row, names: Names) -> Difference:
    """What happened to a rule as a whole."""
    return Difference(kind.tab, kind.title, kind.words(row, names), what, tone)


def changed(kind: RuleKind, old: Row, new: Row, names: Names) -> list[Difference]:
    """The words that differ, label by label; and whether the rule counts."""
    found = []
    pairs = zip(kind.columns, kind.cells(old.data, names), kind.cells(new.data, names), strict=True)
    parts = tuple((str(label), a or "—", b or "—") for label, a, b in pairs if a != b)
    if parts:
        when = list(kind.cells(new.data, names))[: kind.condition]
        rule = now_("，").join(part for part in when if part)
        found.append(Difference(kind.tab, kind.title, rule, now_("修改"), "info", parts))
    if old.active != new.active:
        found.append(told(kind, now_("启用") if new.active else now_("停用"), "warning", new, names))
    return found


def moved(kind: RuleKind, olds: list[Row], news: list[Row], names: Names) -> list[Difference]:
    """Whether the rules that both have stand in another order, where order counts."""
    if not kind.ordered:
        return []
    common = {row.key for row in olds} & {row.key for row in news}
    before = [row.key for row in olds if row.key in common]
    after = [row for row in news if row.key in common]
    if before == [row.key for row in after]:
        return []
    first = next(row for row, key in zip(after, before, strict=True) if row.key != key)
    return [told(kind, now_("调整顺序"), "info", first, names)]
