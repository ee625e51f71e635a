"""A paper as PDF, with the part of the font that it needs inside."""

from io import BytesIO
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from keqiao.documents import drawing, words
from keqiao.documents.fonts import NAME, characters, drawable
from keqiao.documents.paper import Chart, Facts, Heading, NewPage, Paper, Part, Signatures, Table, Text

SIDE, TOP, BOTTOM = 20 * mm, 26 * mm, 20 * mm
WIDTH = A4[0] - 2 * SIDE
PADDING = 6  # points that reportlab keeps free inside its frame
INK, QUIET, LINE, SHADE = (colors.HexColor(code) for code in ("#1b1f24", "#5b6570", "#aab2bb", "#f1f3f5"))
_BASE: dict[str, Any] = {"fontName": NAME, "textColor": INK, "wordWrap": "CJK"}
TITLE = ParagraphStyle("title", **_BASE, fontSize=18, leading=26, alignment=TA_CENTER, spaceAfter=2 * mm)
SUBTITLE = ParagraphStyle(
    "subtitle", **_BASE | {"textColor": QUIET}, fontSize=10, leading=15, alignment=TA_CENTER, spaceAfter=4 * mm
)
SECTION = ParagraphStyle(
    "section", **_BASE, fontSize=13, leading=19, spaceBefore=6 * mm, spaceAfter=2 * mm, keepWithNext=1
)
PART = ParagraphStyle("part", **_BASE, fontSize=11, leading=16, spaceBefore=3 * mm, spaceAfter=1.5 * mm, keepWithNext=1)
BODY = ParagraphStyle("body", **_BASE, fontSize=10, leading=16)
NOTE = ParagraphStyle("note", **_BASE | {"textColor": QUIET}, fontSize=9, leading=14)
CELL = ParagraphStyle("cell", **_BASE, fontSize=9.5, leading=14)
LABEL = ParagraphStyle("label", **_BASE | {"textColor": QUIET}, fontSize=9.5, leading=14)
GRID = [
    ("GRID", (0, 0), (-1, -1), 0.5, LINE),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
]


def pdf(paper: Paper) -> bytes:
    """The paper on A4 sheets."""
    characters()  # makes the font known before the first style is used
    file = BytesIO()
    template = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=SIDE - PADDING, rightMargin=SIDE - PADDING, topMargin=TOP, bottomMargin=BOTTOM,
        title=words.plain(paper.title), author=words.plain(paper.organisation), creator="KeQiao", lang="zh-CN",
    )  # fmt: skip
    story: list[Flowable] = [line(paper.title, TITLE)]
    if paper.subtitle:
        story.append(line(paper.subtitle, SUBTITLE))
    for part in paper.parts:
        story += flowables(part)

    class Sheets(Canvas):
        """Draws head and foot when all pages are known."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.kept: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self.kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self.kept, 1):
                self.__dict__.update(page)
                frame(self, paper, number, len(self.kept))
                super().showPage()
            super().save()

    template.build(story, canvasmaker=Sheets)
    return file.getvalue()


def frame(canvas: Canvas, paper: Paper, page: int, pages: int) -> None:
    """Head and foot of one sheet."""
    right, above, below = A4[0] - SIDE, A4[1] - 16 * mm, 11 * mm
    canvas.setFont(NAME, 8.5)
    canvas.setFillColor(QUIET)
    number = drawable(words.head_right(paper))
    room = WIDTH - canvas.stringWidth(number, NAME, 8.5) - 6 * mm
    canvas.drawString(SIDE, above, fitting(canvas, drawable(words.head_left(paper)), room))
    canvas.drawRightString(right, above, number)
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.line(SIDE, above - 2.5 * mm, right, above - 2.5 * mm)
    canvas.drawString(SIDE, below, drawable(words.foot_left(paper)))
    canvas.drawRightString(right, below, words.page_of(page, pages))


def fitting(canvas: Canvas, text: str, room: float) -> str:
    """The text, cut with an ellipsis where it would run into its neighbour."""
    if canvas.stringWidth(text, NAME, 8.5) <= room:
        return text
    while text and canvas.stringWidth(text + "…", NAME, 8.5) > room:
        text = text[:-1]
    return text + "…"


def line(value: object, style: ParagraphStyle) -> Paragraph:
    """Text in a style, its line ends kept; nothing in it is read as markup."""
    text = drawable(words.plain(value)).replace("\t", "    ")
    return Paragraph("<br/>".join(escape(row) for row in text.split("\n")), style)


def flowables(part: Part) -> list[Flowable]:
    """One part of the paper as reportlab lays it out."""
    match part:
        case Heading():
            return [line(part.text, SECTION if part.level == 1 else PART)]
        case Text():
            return [line(part.text, NOTE if part.quiet else BODY)]
        case Facts():
            return facts(part)
        case Table():
            return table(part)
        case Chart():
            return chart(part)
        case Signatures():
            return signatures(part)
        case NewPage():
            return [PageBreak()]


def facts(part: Facts) -> list[Flowable]:
    """Labels beside values."""
    rows = [[line(label, LABEL), line(value, CELL)] for label, value in part.pairs]
    if not rows:
        return []
    style = [*GRID, ("BACKGROUND", (0, 0), (0, -1), SHADE)]
    return [Grid(rows, colWidths=[WIDTH * 0.2, WIDTH * 0.8], style=style, splitInRow=1)]


def table(part: Table) -> list[Flowable]:
    """Rows below a head that comes again."""
    if not part.rows:
        return [line(part.empty, NOTE)] if part.empty else []
    rows = [[line(head, LABEL) for head in part.heads]]
    rows += [[line(value, CELL) for value in row] for row in part.rows]
    widths = [WIDTH * share for share in part.shares()]
    style = [*GRID, ("BACKGROUND", (0, 0), (-1, 0), SHADE)]
    return [Grid(rows, colWidths=widths, style=style, repeatRows=1, splitInRow=1)]


class Drawn(Flowable):
    """A chart as vectors."""

    def __init__(self, spec: Any) -> None:
        super().__init__()
        self.shapes = drawing.shapes(spec)
        self.width, self.height = drawing.WIDTH, drawing.HEIGHT

    def draw(self) -> None:
        for shape in self.shapes:
            colour = colors.HexColor(shape.colour)
            self.canv.setFillColor(colour)
            self.canv.setStrokeColor(colour)
            match shape:
                case drawing.Box():
                    self.canv.rect(shape.x, shape.y, shape.wide, shape.high, stroke=0, fill=1)
                case drawing.Path():
                    self.canv.setLineWidth(shape.thick)
                    for start, end in pairwise(shape.points):
                        self.canv.line(*start, *end)
                case drawing.Word():
                    self.canv.setFont(NAME, drawing.SIZE)
                    text = drawable(shape.text)
                    wide = self.canv.stringWidth(text, NAME, drawing.SIZE)
                    before = {"start": 0.0, "middle": wide / 2, "end": wide}[shape.anchor]
                    self.canv.drawString(shape.x - before, shape.y, text)


def chart(part: Chart) -> list[Flowable]:
    """A chart below its title, on one sheet."""
    drawn: Flowable = Drawn(part.spec)
    if not part.title:
        return [drawn]
    return [KeepTogether([line(part.title, PART), drawn])]


def signatures(part: Signatures) -> list[Flowable]:
    """Places to sign beside each other, the date below."""
    first = [line(words.signature(role), CELL) for role in part.roles]
    second = [line(words.signing_date(), CELL) for _role in part.roles]
    grid = Grid([first, second], colWidths=[WIDTH / len(first)] * len(first), rowHeights=[11 * mm, 8 * mm])
    return [Spacer(1, 10 * mm), grid]
