"""What one version says that another does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from keqiao.kernel import powers
from keqiao.staffing.descriptions.actions import TEXTS
from keqiao.staffing.models import Duty, PositionDescription

ALIKE = 0.5  # how much of a duty must stay for it to count as the same one


@dataclass(frozen=True, slots=True)
class Line:
    """One field in both versions, with what was taken out and put in."""

    label: str
    html: SafeString
    changed: bool


def compare(old: PositionDescription, new: PositionDescription) -> list[Line]:
    """Every field and every duty; those of the old version that are gone come last."""
    lines = [
        line(PositionDescription.label_of(name), getattr(old, name), getattr(new, name))
        for name in TEXTS
        if name != "change_note" and (getattr(old, name) or getattr(new, name))
    ]
    for place, (before, after) in enumerate(pairs(list(old.duties.all()), list(new.duties.all())), 1):
        lines.append(line(_("职责 %d") % place, whole(before), whole(after)))
    return lines


def pairs(old: list[Duty], new: list[Duty]) -> Iterator[tuple[Duty | None, Duty | None]]:
    """Each duty with the one of the old version that it comes from; then what is gone."""
    left = list(old)
    for duty in new:
        alike = max(left, key=lambda one: likeness(one, duty), default=None)
        if alike is not None and likeness(alike, duty) < ALIKE:
            alike = None
        if alike is not None:
            left.remove(alike)
        yield alike, duty
    yield from ((duty, None) for duty in left)


def likeness(one: Duty, other: Duty) -> float:
    """How much two duties have in common, 0 … 1."""
    return SequenceMatcher(None, one.duty, other.duty, autojunk=False).ratio()


def whole(duty: Duty | None) -> str:
    """A duty with all that belongs to it, as lines."""
    if duty is None:
        return ""
    rows = [duty.duty, _("工作规范：") + duty.norm, _("考核指标：") + duty.kpi, _("权限：") + powers.said(duty.powers)]
    return "\n".join(rows)


def line(label: str, old: str, new: str) -> Line:
    """The text with <del> and <ins>; everything else in it is escaped."""
    if old == new:
        return Line(label, format_html("{}", new), False)
    parts: list[str] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(format_html("{}", old[i:j]))
            continue
        if j > i:
            parts.append(format_html("<del>{}</del>", old[i:j]))
        if m > k:
            parts.append(format_html("<ins>{}</ins>", new[k:m]))
    return Line(label, mark_safe("".join(parts)), True)  # noqa: S308 – every part was escaped above
