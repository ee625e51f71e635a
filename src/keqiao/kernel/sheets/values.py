"""What cells mean: numbers that were meant as text, dates that come as serial numbers."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal

Cell = str | int | float | dt.datetime | dt.date | bool | None

_SCIENTIFIC = re.compile(r"([+-]?)(\d)(?:\.(\d+))?[eE]\+?(\d{1,3})")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[T\s].*)?", re.DOTALL)
_NUMERAL = "[一二三四五六七八九十]{1,3}"
_CHINESE = re.compile(rf"([〇零○一二三四五六七八九]{{4}})年({_NUMERAL})月({_NUMERAL})[日号]?")
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_MINGUO = re.compile(r"民国\s*(\d{1,3})(?=\s*年)")
_MINGUO_BEGINS = 1911
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_FIFTEEN_DIGITS = 1e15  # Excel writes zeros for every digit of a number after the fifteenth
_LAST_SERIAL = {False: 2_958_465, True: 2_957_003}  # 9999-12-31
_PHANTOM_DAY = 60  # 1900-02-29, which Excel has and the calendar has not
_EARLIEST_COMPACT, _LATEST_COMPACT = 1800_01_01, 2199_12_31


def as_text(value: object) -> str:
    """The cell as a person reads it: 13800138000.0 becomes "13800138000", nothing becomes "", ends are trimmed.

    Scientific notation that still carries every digit is written out; one that lost digits stays as it is
    (see `lost_digits`).
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _plain(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds" if value.second else "minutes")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return _expanded(str(value).strip())


def lost_digits(value: object) -> bool:
    """Whether digits of a long number (phone, ID card) are gone for good: 1.38001E+10, or more than 15 digits."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return abs(value) >= _FIFTEEN_DIGITS
    if not isinstance(value, str):
        return False
    found = _SCIENTIFIC.fullmatch(value.strip())
    if found is None:
        return False
    mantissa: str = found[3] or ""
    return len(mantissa) < int(found[4])


def as_date(value: object, epoch1904: bool = False) -> dt.date | None:
    """The day that a cell means: a date, a serial number, 20260801 or text such as 2026年8月1日 or 二〇二六年八月一日; empty gives None.

    `epoch1904` is the workbook's flag (`Sheet.epoch1904`) and counts for serial numbers only.
    Raises ValueError for anything else.
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, bool):
        raise ValueError(value)
    if isinstance(value, int | float):
        return _from_number(float(value), epoch1904=epoch1904)
    text = _arabic(unicodedata.normalize("NFKC", as_text(value)).strip())
    if not text:
        return None
    found = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    if found:
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    return _from_number(float(text), epoch1904=epoch1904)


def _arabic(text: str) -> str:
    """二〇二六年二月二十八日 as 2026年2月28日, 民国115年 as 2026年; any other text as it is."""
    if found := _CHINESE.fullmatch(text):
        return f"{found[1].translate(_DIGITS)}年{_below_hundred(found[2])}月{_below_hundred(found[3])}日"
    return _MINGUO.sub(lambda era: str(_MINGUO_BEGINS + int(era[1])), text, count=1)


def _below_hundred(word: str) -> int:
    """十一 is 11, 二十 is 20, 二十八 is 28."""
    tens, ten, ones = word.rpartition("十")
    unit = int(ones.translate(_DIGITS)) if ones else 0
    return (int(tens.translate(_DIGITS)) if tens else 1) * 10 + unit if ten else unit


def _from_number(number: float, *, epoch1904: bool) -> dt.date:
    if number.is_integer() and _EARLIEST_COMPACT <= number <= _LATEST_COMPACT:
        whole = int(number)
        return dt.date(whole // 10_000, whole // 100 % 100, whole % 100)
    if not (0 if epoch1904 else 1) <= number < _LAST_SERIAL[epoch1904] + 1:
        raise ValueError(number)
    days = int(number)
    if epoch1904:
        return dt.date(1904, 1, 1) + dt.timedelta(days)
    if days == _PHANTOM_DAY:
        raise ValueError(number)
    return dt.date(1899, 12, 31) + dt.timedelta(days if days < _PHANTOM_DAY else days - 1)


def _plain(number: float) -> str:
    if number.is_integer():
        return str(int(number))
    return format(Decimal(repr(number)), "f") if number == number and abs(number) != float("inf") else ""


def _expanded(text: str) -> str:
    found = _SCIENTIFIC.fullmatch(text)
    if found is None or lost_digits(text) or len(found[3] or "") > int(found[4]):
        return text
    return f"{found[1].replace('+', '')}{found[2]}{found[3] or ''}"


def tidy(value: object) -> Cell:
    """One cell as the readers give it: empty is None, whole floats are int, times of day are text, no NUL."""
    if isinstance(value, float):
        if value != value or abs(value) == float("inf"):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, str):
        return value.replace("\x00", "") or None
    if value is None or isinstance(value, bool | int | dt.date):
        return value
    return str(value)
