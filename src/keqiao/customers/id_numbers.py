"""What numbers of documents must look like, and what a resident's number tells."""

import datetime as dt
import re
import unicodedata
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as BadNumber

from keqiao.customers.models import Customer, IdentityNumber

PURPOSE = "identity"
_OTHER = re.compile(r"[A-Z0-9()\-]{4,30}")
_PASSPORT = re.compile(r"[A-Z0-9]{5,17}")
_PERMIT = re.compile(r"[A-Z]?\d{8,10}|\d{8}|8[123]0000\d{11}[\dX]", re.ASCII)
_SOUGHT = re.compile(r"(?=.*\d)[A-Z0-9]{7,18}", re.ASCII)


class Born(NamedTuple):
    """What a resident's number says of its holder."""

    birthday: dt.date
    gender: str


def spelling(raw: str) -> str:
    """One spelling: upper case, half width, no blanks."""
    return "".join(unicodedata.normalize("NFKC", raw).upper().split())


def checked(kind: str, raw: str) -> str:
    """The number in its one spelling; raises ValidationError with what is wrong with it."""
    number = spelling(raw)
    if kind == IdentityNumber.Kind.RESIDENT:
        return resident(number)
    if kind == IdentityNumber.Kind.COMPANY:
        return company(number)
    pattern = {"passport": _PASSPORT, "permit": _PERMIT}.get(kind, _OTHER)
    if not pattern.fullmatch(number):
        raise ValidationError(_("证件号码的格式不对，请对照证件核对。"))
    return number


def resident(number: str) -> str:
    """A citizen's number by GB 11643-1999: place, birth date in the past, check digit by ISO 7064 MOD 11-2."""
    if not re.fullmatch(r"\d{17}[\dX]", number, re.ASCII):
        raise ValidationError(_("居民身份证号码是 18 位：17 位数字加一位数字或 X。"))
    try:
        ric.validate(number)
    except InvalidChecksum as error:
        raise ValidationError(_("校验位不对，请对照证件逐位核对。")) from error
    except BadNumber as error:
        raise ValidationError(_("号码里的地区或出生日期不存在，请对照证件核对。")) from error
    if not dt.date(1900, 1, 1) <= born(number).birthday <= timezone.localdate():
        raise ValidationError(_("号码里的出生日期不在 1900 年至今天之间。"))
    return number


def company(number: str) -> str:
    """A unified social credit code by GB 32100-2015: 18 characters, the last of which checks the others."""
    try:
        return str(uscc.validate(number))
    except InvalidChecksum as error:
        raise ValidationError(_("校验位不对，请对照证件逐位核对。")) from error
    except BadNumber as error:
        raise ValidationError(_("统一社会信用代码是 18 位数字和大写字母，不含 I、O、S、V、Z。")) from error


def born(number: str) -> Born:
    """Birth date and sex of a checked resident's number: digits 7 to 14, and whether the 17th is odd (male)."""
    gender = Customer.Gender.MALE if int(number[16]) % 2 else Customer.Gender.FEMALE
    return Born(ric.get_birth_date(number), gender.value)


def mask(number: str) -> str:
    """110***********1234, E****5678: enough to compare with the card in hand, too little to use."""
    head, tail = (3, 4) if len(number) >= 15 else (1, 2)
    return f"{number[:head]}{'*' * (len(number) - head - tail)}{number[-tail:]}"


def sought(raw: str) -> str:
    """The spelling of what may be a document's number in a search box, "" for what is surely none."""
    number = spelling(raw)
    return number if _SOUGHT.fullmatch(number) else ""
