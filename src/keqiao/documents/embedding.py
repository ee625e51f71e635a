"""The part of the Chinese font that a DOCX needs, inside the file (ECMA-376 part 1, 17.8; obfuscated as in part 4, 3.2).

reportlab cuts the glyphs out of the font, as it does for a PDF; only its table of characters is of no use outside a
PDF and is replaced by one that word processors read.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain
from struct import iter_unpack, pack, unpack_from
from typing import Any
from uuid import UUID

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from keqiao.documents import fonts

NAME, OWN_NAME = "WenQuanYi Micro Hei", "文泉驿微米黑"
TYPE = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/font"
DIGITS = "0123456789"  # the pages are numbered by the word processor
OBFUSCATED = 32  # bytes
# what comes before the two switches among the settings
BEFORE = {qn(f"w:{name}") for name in ("writeProtection", "view", "zoom", "removePersonalInformation")}
WINDOWS, BMP, FULL = 3, 1, 10  # platform and encodings of a table of characters
TABLE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:font w:name="{name}">\
<w:altName w:val="{own}"/><w:charset w:val="86"/><w:family w:val="swiss"/><w:pitch w:val="variable"/>\
<w:embedRegular r:id="{relation}" w:fontKey="{key}" w:subsetted="1"/></w:font></w:fonts>"""


def embed(document: Any) -> None:
    """Put the font into a finished document that names it in its styles."""
    font = cut(text_of(document))
    key = UUID(bytes=sha256(font).digest()[:16])
    package = document.part.package
    held = Part(PackURI("/word/fonts/font1.odttf"), TYPE, obfuscated(font, key), package)
    table = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    relation = table.relate_to(held, RELATION)
    words = TABLE.format(name=NAME, own=OWN_NAME, relation=relation, key=f"{{{str(key).upper()}}}")
    table._blob = words.encode()
    settings = document.settings.element
    at = sum(1 for one in settings if one.tag in BEFORE)
    settings.insert(at, OxmlElement("w:embedTrueTypeFonts"))
    settings.insert(at + 1, OxmlElement("w:saveSubsetFonts"))


def text_of(document: Any) -> str:
    """Everything that is set in type, head and foot of the sheets too."""
    section = document.sections[0]
    roots = [document.element.body, section.header._element, section.footer._element]
    return "".join(chain(DIGITS, *(root.itertext() for root in roots)))


def obfuscated(font: bytes, key: UUID) -> bytes:
    """The beginning of the file, mixed with the key read from its end; the same again undoes it."""
    mask = key.bytes[::-1] * (OBFUSCATED // 16)
    return bytes(one ^ two for one, two in zip(font, mask, strict=False)) + font[OBFUSCATED:]


def cut(text: str) -> bytes:
    """A font of the characters of a text, as far as the whole font has them."""
    codes = sorted(fonts.characters() & set(map(ord, text)))
    tables = dict(tables_of(fonts.subset(codes)))
    # in reportlab's table the characters are numbered through; their glyphs follow behind ten numbers of its head
    glyphs = [number for (number,) in iter_unpack(">H", tables["cmap"][22:])]
    return fonts.font_of(tables | {"cmap": characters(list(zip(codes, glyphs, strict=True)))})


def tables_of(font: bytes) -> Iterator[tuple[str, bytes]]:
    """The tables of a font by their tags."""
    for number in range(unpack_from(">H", font, 4)[0]):
        tag, _sum, at, length = unpack_from(">4sLLL", font, 12 + 16 * number)
        yield tag.decode("latin1"), font[at : at + length]


def runs(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Characters whose numbers and glyphs go up together, as (first, last, glyph of the first)."""
    found: list[tuple[int, int, int]] = []
    for code, glyph in pairs:
        first, last, start = found[-1] if found else (0, -2, 0)
        if code == last + 1 and glyph == start + code - first:
            found[-1] = (first, code, start)
        else:
            found.append((code, code, glyph))
    return found


def characters(pairs: list[tuple[int, int]]) -> bytes:
    """The table "cmap" for characters in order, each with its glyph: once for the first 65,536, once for all."""
    plane, every = basic(runs(pair for pair in pairs if pair[0] < 0xFFFF)), whole(runs(pairs))
    head = pack(">HHHHLHHL", 0, 2, WINDOWS, BMP, 20, WINDOWS, FULL, 20 + len(plane))
    return head + plane + every


def basic(found: list[tuple[int, int, int]]) -> bytes:
    """Format 4; the last run must be that of 0xFFFF, which is no character."""
    found = [*found, (0xFFFF, 0xFFFF, 0)]
    count = len(found)
    power = count.bit_length() - 1
    search = 2 * 2**power
    ends, starts = [last for _first, last, _glyph in found], [first for first, _last, _glyph in found]
    shifts = [(glyph - first) % 0x10000 for first, _last, glyph in found]
    body = [*ends, 0, *starts, *shifts, *([0] * count)]
    head = [4, 14 + 2 * len(body), 0, 2 * count, search, power, 2 * count - search]
    return pack(f">{len(head) + len(body)}H", *head, *body)


def whole(found: list[tuple[int, int, int]]) -> bytes:
    """Format 12."""
    groups = list(chain.from_iterable(found))
    return pack(f">HHLLL{len(groups)}L", 12, 0, 16 + 4 * len(groups), 0, len(found), *groups)
