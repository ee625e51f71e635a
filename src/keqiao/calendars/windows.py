"""Working windows as stored (["09:00", "12:00"]), as typed by people (09:00-12:00 13:00-18:00), and to compute with."""

import re
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django.utils.translation import gettext as _

from keqiao.kernel.text import normalise
from keqiao.kernel.worktime import Window

_DAY = 24 * 60
_MOST = 8  # windows a day
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)
_TYPED = re.compile(r"(\d{1,2}:\d{2})\s*[-–—~～至到]\s*(?:次日)?\s*(\d{1,2}:\d{2})", re.ASCII)
_BETWEEN = re.compile(r"[\s,，、;；]*")


class BadWindows(ValueError):
    """Windows that cannot be read or that overlap; the message is for people."""


def standard_week() -> dict[str, list[list[str]]]:
    """Monday to Friday, 9–12 and 13–18 o'clock."""
    return {str(weekday): [["09:00", "12:00"], ["13:00", "18:00"]] for weekday in range(5)}


def read_clock(text: Any) -> time:
    """``09:00`` → time; 24:00 is midnight. Raises BadWindows."""
    match = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if not match or (match[1] == "24" and match[2] != "00"):
        raise BadWindows(_("“%(text)s”不是时间，请写成如 09:00 的样子。") % {"text": str(text)[:20]})
    return time(int(match[1]) % 24, int(match[2]))


def _minutes(window: Window) -> tuple[int, int]:
    start, end = (moment.hour * 60 + moment.minute for moment in window)
    return start, end if end > start else end + _DAY


def read_day(raw: Any) -> list[Window]:
    """Stored windows of a day, sorted. Raises BadWindows if they have another shape or overlap."""
    if not isinstance(raw, list) or len(raw) > _MOST:
        raise BadWindows(_("工作时段的格式不对，每天最多 %(n)d 段。") % {"n": _MOST})
    found: list[Window] = []
    for pair in raw:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise BadWindows(_("每个工作时段要有开始和结束。"))
        found.append((read_clock(pair[0]), read_clock(pair[1])))
    found.sort()
    spans = [_minutes(window) for window in found]
    for before, after in zip(spans, spans[1:], strict=False):
        if after[0] < before[1]:
            raise BadWindows(_("同一天的工作时段不能重叠。"))
    if spans and spans[-1][1] - _DAY > spans[0][0]:
        raise BadWindows(_("跨过零点的时段不能与当天最早的时段重叠。"))
    return found


def read_week(raw: Any) -> dict[int, list[Window]]:
    """A stored week: weekday (0 = Monday) → windows. Raises BadWindows."""
    if not isinstance(raw, Mapping) or not set(raw) <= {str(weekday) for weekday in range(7)}:
        raise BadWindows(_("每周工作时段的格式不对。"))
    return {int(weekday): read_day(day) for weekday, day in raw.items() if day}


def store_day(day: Sequence[Window]) -> list[list[str]]:
    """Windows as they are stored."""
    return [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in day]


def parse(text: str) -> list[list[str]]:
    """``09:00-12:00 13:30-18:00``, as typed, → stored windows; nothing typed means closed. Raises BadWindows."""
    plain = normalise(text)
    raw = [[match[1], match[2]] for match in _TYPED.finditer(plain)]
    if not _BETWEEN.fullmatch(_TYPED.sub("", plain)):
        raise BadWindows(_("请写成如 09:00-12:00 13:30-18:00 的样子，多个时段用空格隔开。"))
    return store_day(read_day(raw))


def show(day: Sequence[Sequence[str]]) -> str:
    """Stored windows as people type them; a window that ends at midnight ends at 24:00."""
    return " ".join(f"{start}-{'24:00' if end == '00:00' else end}" for start, end in day)
