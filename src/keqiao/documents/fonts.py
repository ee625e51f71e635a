"""The Chinese font of papers: 文泉驿微米黑, free under the Apache licence, brought by a package."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import as_file, files

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, TTFontMaker

NAME = "keqiao-han"
UNKNOWN = "〓"  # what Chinese printers set for a character that they have no type for


@cache
def characters() -> frozenset[int]:
    """The characters that the font can draw; the first call makes the font known to reportlab (some 0.1 s)."""
    with as_file(files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc") as path:
        font = TTFont(NAME, str(path), subfontIndex=0)
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


def drawable(text: str) -> str:
    """The text with 〓 for what the font lacks, so that a gap is seen and not passed over."""
    known = characters()
    return "".join(char if char in "\n\t" or ord(char) in known else UNKNOWN for char in text)


def subset(codes: Sequence[int]) -> bytes:
    """A font of these characters, which the font must have, cut out as for a PDF."""
    characters()
    cut: bytes = pdfmetrics.getFont(NAME).face.makeSubset(codes)
    return cut


def font_of(tables: Mapping[str, bytes]) -> bytes:
    """Tables put together to a font."""
    maker = TTFontMaker()
    for tag, data in tables.items():
        maker.add(tag, data)
    whole: bytes = maker.makeStream()
    return whole
