"""A paper as DOCX, ready for Word and WPS."""

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from keqiao.documents import drawing, words
from keqiao.documents.embedding import NAME, embed
from keqiao.documents.paper import Chart, Facts, Heading, NewPage, Paper, Part, Signatures, Table, Text
from keqiao.documents.picture import png

WIDTH = 170  # mm between the margins of A4
QUIET = RGBColor(0x5B, 0x65, 0x70)
SHADE = "F1F3F5"


def docx(paper: Paper) -> bytes:
    """The paper as an Office Open XML document."""
    document = Document()
    dress(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(26), Mm(20)
    band(section.header.paragraphs[0], words.head_left(paper), words.head_right(paper))
    foot(section.footer.paragraphs[0], paper)
    title = document.add_paragraph(words.plain(paper.title), style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if paper.subtitle:
        document.add_paragraph(words.plain(paper.subtitle), style="Subtitle").alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in paper.parts:
        add(document, part)
    core = document.core_properties
    core.title, core.author = words.plain(paper.title)[:255], words.plain(paper.organisation)[:255]
    core.version, core.language, core.comments = words.plain(paper.version)[:255], "zh-CN", ""
    embed(document)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def dress(document: Any) -> None:
    """Give the styles the font that goes along with the paper, and calm sizes."""
    sizes = {
        "Normal": 10.5,
        "Title": 18,
        "Subtitle": 10,
        "Heading 1": 13,
        "Heading 2": 11,
        "Header": 8.5,
        "Footer": 8.5,
    }
    for name, size in sizes.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.italic = NAME, Pt(size), False
        style.font.color.rgb = QUIET if name in {"Subtitle", "Header", "Footer"} else RGBColor(0x1B, 0x1F, 0x24)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), NAME)
    document.styles["Title"].element.get_or_add_pPr().remove_all("w:pBdr")
    for name in ("Header", "Footer"):  # their own stop in the middle would catch what belongs to the right
        document.styles[name].paragraph_format.tab_stops.clear_all()
    quiet = document.styles.add_style("Remark", WD_STYLE_TYPE.PARAGRAPH)
    quiet.base_style, quiet.font.size, quiet.font.color.rgb = document.styles["Normal"], Pt(9), QUIET


def band(paragraph: Any, left: str, right: str) -> None:
    """One line with something on both sides."""
    paragraph.paragraph_format.tab_stops.clear_all()
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{left}\t{right}")


def foot(paragraph: Any, paper: Paper) -> None:
    """Who printed it, and the page of the pages, which Word counts itself."""
    before, between, after = words.page_of("\0", "\0").split("\0")
    band(paragraph, words.foot_left(paper), before)
    for code, text in (("PAGE", between), ("NUMPAGES", after)):
        count(paragraph, code)
        paragraph.add_run(text)


def count(paragraph: Any, code: str) -> None:
    """A field that the word processor fills."""
    for kind, text in (("begin", None), (None, code), ("separate", None), ("text", "1"), ("end", None)):
        run = paragraph.add_run()
        if kind == "text":
            run.text = text
            continue
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.set(qn("xml:space"), "preserve")
            element.text = f" {text} "
        run._r.append(element)


def add(document: Any, part: Part) -> None:
    """One part of the paper."""
    match part:
        case Heading():
            document.add_heading(words.plain(part.text), level=min(part.level, 2))
        case Text():
            document.add_paragraph(words.plain(part.text), style="Remark" if part.quiet else "Normal")
        case Facts():
            facts(document, part)
        case Table():
            table(document, part)
        case Chart():
            chart(document, part)
        case Signatures():
            signatures(document, part)
        case NewPage():
            document.add_page_break()


def facts(document: Any, part: Facts) -> None:
    """Labels beside values."""
    if not part.pairs:
        return
    grid = document.add_table(len(part.pairs), 2, style="Table Grid")
    lay(grid, [0.2, 0.8])
    for row, (label, value) in zip(grid.rows, part.pairs, strict=True):
        fill(row.cells[0], label, shaded=True)
        fill(row.cells[1], value)


def table(document: Any, part: Table) -> None:
    """Rows below a head that comes again on each page."""
    if not part.rows:
        if part.empty:
            document.add_paragraph(words.plain(part.empty), style="Remark")
        return
    grid = document.add_table(1 + len(part.rows), len(part.heads), style="Table Grid")
    lay(grid, part.shares())
    first, *rest = grid.rows
    for cell, head in zip(first.cells, part.heads, strict=True):
        fill(cell, head, shaded=True)
    first._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row, values in zip(rest, part.rows, strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            fill(cell, value)


def chart(document: Any, part: Chart) -> None:
    """A chart as a picture, told in words for those who do not see it."""
    if part.title:
        document.add_heading(words.plain(part.title), level=2)
    drawn = document.add_picture(BytesIO(png(drawing.shapes(part.spec))), width=Mm(WIDTH))
    told = words.plain(part.title) or words.plain(part.spec["series"][0]["name"])
    pairs = zip(part.spec["labels"], part.spec["series"][0]["data"], strict=True)
    drawn._inline.docPr.set("descr", f"{told}: " + ", ".join(f"{words.plain(name)} {value}" for name, value in pairs))


def signatures(document: Any, part: Signatures) -> None:
    """Places to sign beside each other, the date below."""
    document.add_paragraph()
    grid = document.add_table(2, len(part.roles))
    lay(grid, [1 / len(part.roles)] * len(part.roles))
    for cell, role in zip(grid.rows[0].cells, part.roles, strict=True):
        fill(cell, words.signature(role))
    for cell in grid.rows[1].cells:
        fill(cell, words.signing_date())
    for row in grid.rows:
        row.height = Mm(11)


def lay(grid: Any, shares: list[float]) -> None:
    """Fixed widths, as shares of the line."""
    grid.autofit = False
    for column, share in zip(grid.columns, shares, strict=True):
        column.width = Mm(WIDTH * share)
        for cell in column.cells:
            cell.width = Mm(WIDTH * share)


def fill(cell: Any, value: object, *, shaded: bool = False) -> None:
    """Put text into a cell."""
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(words.plain(value))
    run.font.size = Pt(9.5)
    if shaded:
        run.font.color.rgb = QUIET
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), SHADE)
        cell._tc.get_or_add_tcPr().append(shade)
