"""The administrative divisions of China (GB/T 2260), as python-stdnum keeps them with the years in which each existed.

A code has six digits: 370000 is a province, 370100 a city in it, 370102 a county or district. Districts of the four
municipalities, and counties that a province administers itself, hang directly below the province.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from stdnum import numdb

_SPAN = re.compile(r"(?:\[(\d*)-(\d*)\])?([^,\[\]]+)")
# levels that only exist on paper: nobody writes them into an address
_PAPER = re.compile(r"^(市辖区|县|省直辖.*|自治区直辖.*)$")
_SIMPLE = {"香港特別行政區": "香港特别行政区", "澳門特別行政區": "澳门特别行政区"}
_SUFFIX = re.compile(r"(特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市|地区|盟|区|县)$")


@dataclass(frozen=True, slots=True)
class Division:
    """A province, city or county of today. `parent` is the code above it, "" for a province."""

    code: str
    name: str
    parent: str


@cache
def _every() -> dict[str, Division]:
    found: dict[str, Division] = {}
    for _length, head, _end, above, counties in numdb.get("cn/loc").prefixes:
        province = str(above["province"])
        top = f"{head}0000"
        found[top] = Division(top, _SIMPLE.get(province, province), "")
        names = {tail: name for _l, tail, _e, below, _more in counties if (name := _today(str(below["county"])))}
        cities = {name for tail, name in names.items() if tail.endswith("00")}
        for tail, name in sorted(names.items()):
            raised = not tail.endswith("00") and tail.startswith("90") and name in cities  # once a county, now a city
            if tail == "0000" or _PAPER.match(name) or raised:
                continue
            city = f"{tail[:2]}00"
            below_city = tail != city and city in names and not _PAPER.match(names[city])
            code = head + tail
            found[code] = Division(code, name, head + city if below_city else top)
    return found


def _today(spans: str) -> str:
    """The name that is still in use, "" for a division that is no more."""
    return next((name for _start, end, name in _SPAN.findall(spans) if not end), "")


@cache
def _children() -> dict[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    for one in _every().values():
        found.setdefault(one.parent, []).append(one)
    return {parent: tuple(those) for parent, those in found.items()}


def get(code: str) -> Division | None:
    """The division of that code, None for one that is not (or no longer) given out."""
    return _every().get(code)


def children(code: str = "") -> tuple[Division, ...]:
    """What lies directly below, by code; the provinces for ""."""
    return _children().get(code, ())


def path(code: str) -> tuple[Division, ...]:
    """From the province down to the division of that code; empty for an unknown one."""
    steps: list[Division] = []
    one = get(code)
    while one is not None:
        steps.insert(0, one)
        one = get(one.parent)
    return tuple(steps)


def within(code: str) -> tuple[str, str]:
    """The first and the last code that lie in the division, itself included."""
    digits = 2 if code.endswith("0000") else 4 if code.endswith("00") else 6
    return code, code[:digits] + "9" * (6 - digits)


def short(name: str) -> str:
    """ "山东省" as people say it: "山东"."""
    bare = _SUFFIX.sub("", name)
    return bare if len(bare) > 1 else name


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for one in _every().values():
        for word in {one.name, short(one.name)}:
            found.setdefault(word, []).append(one.code)
    return {word: tuple(codes) for word, codes in found.items()}


def named(word: str) -> tuple[str, ...]:
    """Codes of all divisions of that name, with or without 省, 市, 区 …; several where a name is used twice."""
    return _by_name().get(word.strip(), ())


def resolve(*words: str) -> str:
    """The deepest division that the words lead to, each below the one before: 山东省, 济南, 历下区泉城路 … gives 370102.

    The last word may go on beyond the name, as an address does. "" when the words lead nowhere for sure.
    """
    if not any(words):
        return ""
    return _lead(words[-1].strip(), _walk(words[:-1]))


@lru_cache(maxsize=4096)
def _walk(words: tuple[str, ...]) -> str:
    """Follow whole names downwards; a name that fits twice, or nowhere, is passed over."""
    here = ""
    for word in words:
        for name in re.split(r"[\s/,，、·-]+", word):
            below = [code for code in named(name) if _beneath(code, here)]
            if len(below) == 1:
                here = below[0]
    return here


def _beneath(code: str, above: str) -> bool:
    return not above or (code != above and any(step.code == above for step in path(code)))


def _lead(text: str, here: str) -> str:
    """Follow the names at the beginning of an address downwards, in full or as people say them."""
    for step in path(here):
        text = text.removeprefix(step.name)
    while True:
        below = children(here)
        one = next((one for one in below if text.startswith(one.name)), None)
        one = one or next((one for one in below if text == short(one.name)), None)
        if one is None:
            return here
        here, text = one.code, text.removeprefix(one.name).strip(" /,，、·-").removeprefix(one.name)
