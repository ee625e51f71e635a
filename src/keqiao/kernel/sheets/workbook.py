"""A workbook of one sheet, written row by row: the few parts of ECMA-376 that a spreadsheet asks for and no more.

A list taken away has text, numbers and dates only; a general writer spends most of its time on what is not there.
Text is always an inline string, never a formula or a link.
"""

import datetime as dt
import re
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from xml.sax.saxutils import escape

from keqiao.kernel.sheets.limits import EXCEL_CHARACTERS

PLAIN, HEAD, DAY, MOMENT = 0, 1, 2, 3  # the places of cellXfs in STYLES
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DIGITS = 15  # Excel forgets every digit after these
_ZERO = dt.date(1899, 12, 31)  # the day before its first
_PHANTOM = 59  # from here on it is one day ahead: it has a 1900-02-29
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MARKED = re.compile(r"[&<>\r]|_x[0-9A-Fa-f]{4}_|^\s|\s$")
_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_BUFFER = 500  # rows

PARTS = {
    "[Content_Types].xml": (
        f'{_START}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_START}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
        'Target="docProps/core.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'{_START}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{_START}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'{_START}<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
        '<border><left/><right/><top/><bottom style="thin"><color auto="1"/></bottom><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="1" xfId="0" applyFont="1" applyBorder="1"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}


class Workbook:
    """One sheet on its way into a file: `row` after `row`, complete when the context is left."""

    def __init__(self, target: Path | IO[bytes], *, widths: Sequence[int], frozen: int, mark: str, footer: str) -> None:
        """`widths` in characters, `frozen` rows on top; `mark` goes into the file's properties, `footer` under each page."""
        self._archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        for name, text in {**PARTS, "docProps/core.xml": _core(mark)}.items():
            self._archive.writestr(name, text)
        self._sheet = self._archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=False)
        self._sheet.write(_top(widths, frozen).encode())
        self._footer, self._rows, self._letters, self._waiting = footer, 0, _letters(len(widths)), list[str]()
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self._flush()
        footer = f"<headerFooter><oddFooter>{escape(self._footer)}</oddFooter></headerFooter>" if self._footer else ""
        margins = '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
        self._sheet.write(f"</sheetData>{margins}{footer}</worksheet>".encode())
        self._sheet.close()
        self._archive.close()

    def row(self, values: Sequence[object], style: int = PLAIN) -> None:
        """Append a row; moments without a zone."""
        self._rows += 1
        number, letters = self._rows, self._letters
        if len(values) > len(letters):
            letters = self._letters = _letters(len(values))
        cells = [
            cell(f"{letter}{number}", value, style)
            for letter, value in zip(letters, values, strict=False)
            if value is not None and value != ""
        ]
        self._waiting.append(f'<row r="{number}">{"".join(cells)}</row>')
        if len(self._waiting) >= _BUFFER:
            self._flush()

    def _flush(self) -> None:
        data = "".join(self._waiting).encode()
        self.size += len(data)
        self._sheet.write(data)
        self._waiting.clear()


def cell(place: str, value: object, style: int = PLAIN) -> str:
    """One cell: numbers up to 15 digits, days from 1900 and moments as such, everything else as text."""
    if type(value) is not str:
        if isinstance(value, bool):
            return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
        if isinstance(value, int | float | Decimal) and abs(value) < 10**_DIGITS:  # neither NaN nor infinite
            return f'<c r="{place}"><v>{value if isinstance(value, int) else format(float(value), ".16g")}</v></c>'
        if isinstance(value, dt.date) and value.year >= 1900:
            kind = MOMENT if isinstance(value, dt.datetime) else DAY
            return f'<c r="{place}" s="{kind}"><v>{serial(value)}</v></c>'
    text, space = clean(str(value)), ""
    if _MARKED.search(text):
        space = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
        text = escape(_CODE.sub("_x005F_", text)).replace("\r", "_x000D_")
    look = f' s="{style}"' if style else ""
    return f'<c r="{place}"{look} t="inlineStr"><is><t{space}>{text}</t></is></c>'


def serial(value: dt.date) -> str:
    """The day as Excel counts it, with the part of the day for a moment."""
    days = value.toordinal() - _ZERO.toordinal()
    days += days > _PHANTOM
    if not isinstance(value, dt.datetime):
        return str(days)
    midnight = value.replace(hour=0, minute=0, second=0, microsecond=0)
    return format(days + (value - midnight) / dt.timedelta(days=1), ".16g")


def clean(text: str) -> str:
    """What XML can carry, and no more than a cell holds; what is cut is marked with …."""
    text = _NOT_XML.sub("", text)
    if len(text) * 2 <= EXCEL_CHARACTERS:
        return text
    units = len(text.encode("utf-16-le")) // 2
    return text if units <= EXCEL_CHARACTERS else text[: EXCEL_CHARACTERS // 2 - 1] + "…"


def _letters(count: int) -> list[str]:
    """A, B … Z, AA …"""
    names = []
    for number in range(1, count + 1):
        name, rest = "", number
        while rest:
            rest, place = divmod(rest - 1, 26)
            name = chr(ord("A") + place) + name
        names.append(name)
    return names


def _top(widths: Sequence[int], frozen: int) -> str:
    """Everything before the first row."""
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>' for place, width in enumerate(widths, 1)
    )
    return (
        f'{_START}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView tabSelected="1" workbookViewId="0">'
        f'<pane ySplit="{frozen}" topLeftCell="A{frozen + 1}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f"{f'<cols>{columns}</cols>' if columns else ''}<sheetData>"
    )


def _core(mark: str) -> str:
    """The file's properties."""
    now = f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    return (
        f'{_START}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:description>{escape(clean(mark))}</dc:description>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{now}</dcterms:created></cp:coreProperties>'
    )
