"""Phone numbers: one canonical spelling for every way that people write them.

Canonical forms, in which equal strings are equal numbers:

- mainland mobile ``13800138000``;
- landline with area code ``02112345678``;
- service number ``4008001234``, ``95588``, ``12315``;
- every other country ``+14155550100``;
- an extension follows a dash: ``02112345678-802`` (also behind a mobile: shops get such privacy numbers).

The phonenumbers library is only needed for other countries. Importing it costs about 90 ms and 7 MB, which every
command and worker would pay, so it is loaded when the first such number comes. Its geocoder is never loaded.
"""

import importlib
import math
import re
import unicodedata
from typing import Any

from django.utils.translation import gettext as _

_LONGEST = 64  # characters; what is longer is no phone number, and no expression runs over it
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_FOREIGN_EXTENDED = re.compile(r"\+(?!86)(\d{3,15})-(\d{1,6})", re.ASCII)
_AREA = re.compile(r"0(?:10|2\d|[3-9]\d\d)", re.ASCII)
# Area codes of three digits (010, 02x) have eight-digit numbers, the others seven or eight.
_LANDLINE = re.compile(r"0(?:10|2\d)[1-9]\d{7}|0[3-9]\d\d[1-9]\d{6,7}", re.ASCII)
_SERVICE = re.compile(r"[48]00\d{7}|95\d{3,6}|96\d{3,4}|1(?:00|23)\d\d", re.ASCII)
_SCIENTIFIC = re.compile(r"(\d(?:\.\d{1,15})?)e\+?(\d{1,2})", re.ASCII)
_WHOLE = re.compile(r"(\d{5,15})\.0{1,6}", re.ASCII)
_EXTENSION_WORD = re.compile(r"转分机|轉分機|转|轉|分机|分機|extension|ext\.?|[x#,;]")
_SEPARATORS = re.compile(r"[\s\-()\[\].‐‑‒–—―−]+")
_EXTENSION = re.compile(r"\d{1,6}", re.ASCII)


def normalise(raw: str | int | float | None) -> str | None:
    """The canonical form of a number as people or spreadsheets write it, or None if it is no phone number.

    Country +86 is assumed; other countries need ``+`` or ``00``. Spreadsheet numbers (``13800138000.0``,
    ``1.3800138e10``) are understood; a scientific text of six significant digits or fewer has been rounded by the
    sheet and is refused.
    """
    if raw is None or isinstance(raw, bool):
        return None
    if isinstance(raw, float):
        if not math.isfinite(raw) or not raw.is_integer():
            return None
        raw = int(raw)
    if isinstance(raw, int) and not 0 < raw < 10**15:
        return None
    text = str(raw)
    if len(text) == 11 and text[0] == "1" and text[1] in "3456789" and text.isascii() and text.isdigit():
        return text
    if len(text) > _LONGEST:
        return None
    return _written(unicodedata.normalize("NFKC", text).lower().strip())


def _written(text: str) -> str | None:
    """The number in a trimmed, folded text."""
    text = _from_sheet(text.removeprefix("tel:").strip())
    main, *rest = _EXTENSION_WORD.split(text, maxsplit=1)
    extension = _SEPARATORS.sub("", rest[0].strip(": ")) if rest else ""
    if rest and not _EXTENSION.fullmatch(extension):
        return None
    main = main.strip(" ([:")
    international = main.startswith("+")
    # the canonical form itself: +442079460958-12
    if not extension and (match := _FOREIGN_EXTENDED.fullmatch(main)) and _foreign(match[1], "") == f"+{match[1]}":
        return _foreign(match[1], match[2])
    groups = [group for group in _SEPARATORS.split(main.removeprefix("+")) if group]
    if not groups or not all(group.isascii() and group.isdigit() for group in groups):
        return None
    if not international and groups[0].startswith("00"):
        international = True
        groups[0] = groups[0][2:]
    digits = "".join(groups)
    if not international:
        return _national(groups, extension) or _with_bare_country(digits, extension)
    if digits.startswith("86"):
        return _national(_without_country(groups), extension, abroad=True)
    return _foreign(digits, extension)


def _from_sheet(text: str) -> str:
    """Undo what a spreadsheet does to a long number: a fraction of zeros, or scientific notation."""
    if match := _WHOLE.fullmatch(text):
        return match[1]
    if (match := _SCIENTIFIC.fullmatch(text)) and len(match[1]) > len("1.23456"):
        figures, shift = match[1].replace(".", ""), int(match[2])
        if shift + 1 >= len(figures.rstrip("0")) and shift <= 14:
            return figures.rstrip("0").ljust(shift + 1, "0")
    return text


def _without_country(groups: list[str]) -> list[str]:
    """The groups behind a leading 86, which may be a group of its own or the start of one."""
    rest = [group for group in (groups[0].removeprefix("86"), *groups[1:]) if group]
    if groups[0] == "8":  # +8 6138…: nobody writes it, but it must not fail
        rest = ["".join(groups)[2:]]
    return rest


def _national(groups: list[str], extension: str, *, abroad: bool = False) -> str | None:
    """A mainland number in groups; from abroad the area code has lost its leading zero."""
    if not groups:
        return None
    tries = [groups]
    if abroad and not groups[0].startswith("0"):
        tries.append(["0" + groups[0], *groups[1:]])
    for group in tries:
        # 0531-8888888-1: the third group is an extension, although 0531 88888881 would be a number too.
        if not extension and len(group) == 3 and _AREA.fullmatch(group[0]) and len(group[1]) in (7, 8):
            main, behind = "".join(group[:2]), group[2]
        else:
            main, behind = "".join(group), extension
        if number := _plain(main):
            return _joined(number, behind)
        # Without a word for it, a lone figure behind a whole number is more likely a slip than an extension.
        if not extension and len(group) > 1 and len(group[-1]) >= 3 and (number := _plain("".join(group[:-1]))):
            return _joined(number, group[-1])
    return None


def _plain(digits: str) -> str | None:
    """A mainland number without extension."""
    if digits.startswith("01") and _MOBILE.fullmatch(digits, 1):
        return digits[1:]  # 0 before a mobile was dialled for other cities
    known = _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits) or _SERVICE.fullmatch(digits)
    return digits if known else None


def _with_bare_country(digits: str, extension: str) -> str | None:
    """8613800138000, 862112345678: the country without its sign, only where nothing else fits."""
    if not digits.startswith("86") or len(digits) < 12:
        return None
    return _national([digits[2:]], extension, abroad=True)


def _joined(number: str, extension: str) -> str | None:
    if not extension:
        return number
    return f"{number}-{extension}" if _EXTENSION.fullmatch(extension) else None


def _library() -> Any:
    """The phonenumbers package, loaded at the first foreign number (the module text says why)."""
    return importlib.import_module("phonenumbers")


def _foreign(digits: str, extension: str) -> str | None:
    """A number of another country: known country code and possible length.

    Possible, not assigned: refusing a real customer because the tables are a year old is the worse mistake.
    """
    library = _library()
    try:
        number = library.parse(f"+{digits}")
    except library.NumberParseException:
        return None
    if not library.is_possible_number(number):
        return None
    canonical = str(library.format_number(number, library.PhoneNumberFormat.E164))
    # some countries' trunk zeros are taken off one by one; a form that is not its own canonical form tells nobody apart
    if canonical != f"+{digits}" and _foreign(canonical[1:], "") != canonical:
        return None
    return _joined(canonical, extension)


def _main(canonical: str) -> str:
    return canonical.partition("-")[0]


def _area(number: str) -> str:
    match = _AREA.match(number)
    return match[0] if match else ""


def mask(canonical: str) -> str:
    """What people without the power to see the number are shown: 138****8000, 021****5678, +14****0100."""
    number = _main(canonical)
    if len(number) < 9:
        return f"{number[:2]}***"
    head = _area(number) or number[:3]
    return f"{head}****{number[-4:]}"


def tail(canonical: str, n: int = 4) -> str:
    """The last n digits, without the extension: what a customer is asked for."""
    return _main(canonical).lstrip("+")[-n:]


def reverse(canonical: str) -> str:
    """The digits backwards, without the extension: an index on it finds a number by its tail."""
    return _main(canonical).lstrip("+")[::-1]


def pretty(canonical: str) -> str:
    """The number as people like to read it: 138 0013 8000, 021-12345678 转 802, +1 415-555-0100."""
    number, _dash, extension = canonical.partition("-")
    if number.startswith("+"):
        library = _library()
        shown = str(library.format_number(library.parse(number), library.PhoneNumberFormat.INTERNATIONAL))
    elif area := _area(number):
        shown = f"{area}-{number[len(area) :]}"
    elif len(number) == 11:
        shown = f"{number[:3]} {number[3:7]} {number[7:]}"
    elif len(number) == 10:
        shown = f"{number[:3]}-{number[3:6]}-{number[6:]}"
    else:
        shown = number
    if extension:
        return _("%(number)s 转 %(extension)s") % {"number": shown, "extension": extension}
    return shown
