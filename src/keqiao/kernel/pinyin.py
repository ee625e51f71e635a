"""Pinyin initials of names: 张晓雯 is found by zxw.

Importing pypinyin costs 270–350 ms and 57 MB in every process, nearly all of it for its dictionary of phrases, which
names do not need. So its table of characters (one JSON file) is read at the first name instead: 60–90 ms and 2 MB,
kept as one byte a character. The initials are those of pypinyin's most usual reading, tested against the library
itself.
"""

import importlib.util
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

# Surnames whose reading differs from the usual one of the character (《百家姓》 and 《现代汉语词典》); the initial of
# that reading.
_SURNAMES = {
    "单": "s", "單": "s", "曾": "z", "仇": "q", "解": "x", "区": "o", "區": "o", "查": "z", "翟": "z", "召": "s",
    "折": "s", "种": "c", "重": "c", "秘": "b", "祭": "z", "繁": "p", "隗": "w", "覃": "q",
}  # fmt: skip
_DOUBLE_SURNAMES = {
    "尉迟": "yc", "尉遲": "yc", "万俟": "mq", "长孙": "zs", "長孫": "zs", "单于": "cy", "澹台": "tt", "乐正": "yz",
}  # fmt: skip
_ENTRY = re.compile(r'"(\d+)": ?"([^"\\]|\\u[0-9a-f]{4})')
_LATIN = re.compile(r"[a-z0-9]+")
_RANGES = (range(0x3400, 0xA000), range(0x20000, 0x30000))


@cache
def _tables() -> tuple[bytearray, ...]:
    """For each range of characters one byte a character: the first letter of its most usual reading, or 0."""
    spec = importlib.util.find_spec("pypinyin")
    if spec is None or spec.origin is None:
        raise ImportError("pypinyin is not installed")
    text = (Path(spec.origin).parent / "pinyin_dict.json").read_text(encoding="utf-8")
    tables = tuple(bytearray(len(codes)) for codes in _RANGES)
    for match in _ENTRY.finditer(text):
        code = int(match[1])
        for codes, table in zip(_RANGES, tables, strict=True):
            if code in codes:
                table[code - codes.start] = ord(_plain(match[2]))
    return tables


@lru_cache(maxsize=8192)
def _letter(char: str) -> str:
    code = ord(char)
    for codes, table in zip(_RANGES, _tables(), strict=True):
        if code in codes:
            letter = table[code - codes.start]
            return chr(letter) if letter else ""
    return ""


def _plain(reading: str) -> str:
    """The first letter of a reading without its tone."""
    char = chr(int(reading[2:], 16)) if reading.startswith("\\u") else reading
    return unicodedata.normalize("NFD", char)[0]


def initials(name: str) -> str:
    """The pinyin initials of a Chinese name in lower case: 张晓雯 → zxw, 单田芳 → stf, 曾国藩 → zgf.

    Latin letters and digits are kept as they are (A座张三 → azzs); everything else, like the dot in 阿卜杜·热合曼, is
    left out.
    """
    text = unicodedata.normalize("NFKC", name).strip().lower()
    for surname, letters in _DOUBLE_SURNAMES.items():
        if text.startswith(surname):
            return letters + _rest(text[len(surname) :])
    # A surname reading only counts for a name: at most four characters, or a name in parts.
    if text[:1] in _SURNAMES and len(text) <= 4:
        return _SURNAMES[text[0]] + _rest(text[1:])
    return _rest(text)


def _rest(text: str) -> str:
    return "".join(char if _LATIN.fullmatch(char) else _letter(char) for char in text)
