"""Money is a whole number of fen. Nothing here knows a float."""

import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

_AMOUNT = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d*))?", re.ASCII)
LARGEST = 10**15  # fen; ten trillion yuan, far inside a 64-bit column
_LONGEST = 40


def parse_yuan(text: str) -> int:
    """Yuan as people write them → fen: ``1,234.5``, ``¥1,234.50``, ``1234.5元``, full-width digits, a sign.

    Raises ValueError with a message for the reader: not an amount, more than two decimals (never rounded behind
    somebody's back), or too large.
    """
    plain = unicodedata.normalize("NFKC", text[: _LONGEST + 1]).strip().replace("−", "-")
    sign = plain[:1] if plain[:1] in "+-" else ""
    body = plain[len(sign) :].strip().removeprefix("¥").removeprefix("￥")
    body = body.removesuffix("元").removesuffix("圆").strip()
    match = _AMOUNT.fullmatch(sign + body if body[:1] not in {"+", "-"} or not sign else "?")
    if len(plain) > _LONGEST or not match or not (match[2] or match[3]):
        raise ValueError(_("“%(text)s”不是金额，请填写如 1234.50 的数字。") % {"text": text[:_LONGEST]})
    cents = match[3] or ""
    if len(cents) > 2:
        raise ValueError(_("金额最多两位小数：%(text)s") % {"text": text[:_LONGEST]})
    fen = int((match[2] or "0").replace(",", "")) * 100 + int(cents.ljust(2, "0"))
    if fen > LARGEST:
        raise ValueError(_("金额过大：%(text)s") % {"text": text[:_LONGEST]})
    return -fen if match[1] == "-" else fen


def format_yuan(fen: int) -> str:
    """Fen → ``¥1,234.50``; negative amounts as ``-¥1,234.50``."""
    yuan, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}¥{yuan:,}.{cents:02}"


def plain_yuan(fen: int) -> str:
    """Fen → ``1234.50``, for form fields and files."""
    yuan, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan}.{cents:02}"


def split(fen: int, weights: Sequence[int]) -> list[int]:
    """Share an amount by weights so that the parts add up exactly (largest remainder; ties go to the earlier part).

    Weights are whole and not negative, at least one above zero; else ValueError. A weight of zero gets nothing.
    """
    total = sum(weights)
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError(_("分摊比例必须为非负整数，且合计大于零。"))
    amount = abs(fen)
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(parts)), key=lambda place: -(amount * weights[place] % total))
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return [-part for part in parts] if fen < 0 else parts
