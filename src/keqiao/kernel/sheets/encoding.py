"""Finds out how a text file is encoded, or in which line it is ruined."""

import codecs
import re
from pathlib import Path

from django.utils.translation import gettext as _

from keqiao.kernel.sheets.limits import SheetError

_CHUNK = 1024 * 1024
_SAMPLE = 64 * 1024
_BOMS = [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")]
_RUINED = "\ufffd"
_LOST = re.compile("\ufffd|锟斤拷")  # the mark of a lost character, and how it looks after one more misreading
_PRIVATE = re.compile("[\ue000-\uf8ff]")  # what Big5 holds where GB 18030 leaves characters to the user
_CHINESE = re.compile("[\u3400-\u9fff]")
_ACCENTS = re.compile("[\u00a1-\u00ff]{4,}")
_ASKED = frozenset('" \t,;?')  # what a first line holds that is all question marks
_SURELY = 4  # this many well-formed characters to a broken one: it was UTF-8 before it was ruined


def detect(path: Path) -> str:
    """The name of the codec that reads all of the file: utf-8, utf-8-sig, utf-16(-le, -be), gb18030 or big5hkscs.

    Raises SheetError naming the first ruined line.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    certain = next((name for bom, name in _BOMS if sample.startswith(bom)), None) or _by_nul(sample)
    if certain:
        ruined = _first_ruined(path, certain)
        if ruined:
            raise _ruined_error(ruined)
        return certain
    as_utf8 = _first_ruined(path, "utf-8")
    if as_utf8 is None:
        if _read_twice(sample):
            raise _ruined_error(1)
        return "utf-8"
    if _was_utf8(path):
        raise _ruined_error(as_utf8)
    as_gb = _first_ruined(path, "gb18030")
    if as_gb:
        raise _ruined_error(as_gb)
    if _first_ruined(path, "gb18030", _PRIVATE) and _first_ruined(path, "big5hkscs") is None:
        return "big5hkscs"
    return "gb18030"


def _read_twice(sample: bytes) -> bool:
    """Chinese that was once read as Western European and written down so: å¼\xa0ä¸‰ or ÕÅÈý for 张三; or ?? for 张三."""
    text = sample[: sample.rfind(b"\n") + 1].decode(errors="ignore")
    if text.isascii():
        first = text.lstrip().partition("\n")[0].rstrip()
        return "??" in first and _ASKED.issuperset(first)
    if _CHINESE.search(text):
        return False
    # words of accented letters alone are in no language
    before = ("utf-8", "gb18030") if _ACCENTS.search(text) else ("utf-8",)
    return any(_is_chinese(text, codec, one) for codec in ("latin-1", "cp1252") for one in before)


def _is_chinese(text: str, codec: str, before: str) -> bool:
    """Whether the text was Chinese in `before`, if it was read as `codec`."""
    try:
        return _CHINESE.search(text.encode(codec).decode(before)) is not None
    except UnicodeError:
        return False


def _by_nul(sample: bytes) -> str | None:
    """UTF-16 that lost its mark: every other byte of plain digits and commas is NUL."""
    half = max(len(sample) // 2, 1)
    if sample[1::2].count(0) > half * 0.3:
        return "utf-16-le"
    return "utf-16-be" if sample[0::2].count(0) > half * 0.3 else None


def _first_ruined(path: Path, codec: str, mark: re.Pattern[str] = _LOST) -> int | None:
    """The line, from 1, in which the bytes are no text in `codec` or hold `mark`, that of characters lost earlier."""
    decoder = codecs.getincrementaldecoder(codec)()
    line = 1
    with path.open("rb") as file:
        while True:
            raw = file.read(_CHUNK)
            state = decoder.getstate()
            try:
                text = decoder.decode(raw, final=not raw)
            except UnicodeDecodeError as error:
                return line + _line_breaks(_before(codec, state, error))
            if lost := mark.search(text):
                return line + _line_breaks(text[: lost.start()])
            line += _line_breaks(text)
            if not raw:
                return None


def _before(codec: str, state: tuple[bytes, int], error: UnicodeDecodeError) -> str:
    decoder = codecs.getincrementaldecoder(codec)()
    if codec == "utf-16":
        decoder.setstate(state)
        return decoder.decode(error.object[len(state[0]) : error.start])
    return decoder.decode(error.object[: error.start])


def _line_breaks(text: str) -> int:
    return text.count("\n") or text.count("\r")


def _was_utf8(path: Path) -> bool:
    """Whether most of what is not ASCII is well-formed UTF-8; text in GBK almost never is."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    with path.open("rb") as file:
        while raw := file.read(_CHUNK):
            text = decoder.decode(raw)
            lost = text.count(_RUINED)
            bad += lost
            good += sum(map("\x7f".__lt__, text)) - lost
    return good > bad * _SURELY


def _ruined_error(line: int) -> SheetError:
    return SheetError(
        _("第 %(row)s 行的文字已损坏（编码混乱或有丢失的字）。请打开原来的文件，另存为“CSV UTF-8”或 XLSX 再上传。")
        % {"row": f"{line:,}"},
        row=line,
    )
