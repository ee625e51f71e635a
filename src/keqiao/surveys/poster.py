"""The poster of a unit on one A5 sheet: what it is for, the code, whose it is."""

from io import BytesIO

import segno
from django.utils.translation import gettext, override
from reportlab.lib import colors
from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from keqiao.documents.fonts import NAME, characters, drawable
from keqiao.surveys.models import Poster

INK, QUIET = colors.HexColor("#1b1f24"), colors.HexColor("#5b6570")
CODE = 86 * mm  # the code's side; read from two metres away


def pdf(poster: Poster, url: str, company: str) -> bytes:
    """The sheet; `url` is what the code leads to."""
    characters()  # makes the font known
    file = BytesIO()
    wide, high = A5
    sheet = Canvas(file, pagesize=A5)
    sheet.setTitle(str(poster))
    sheet.setCreator("KeQiao")
    centred(sheet, company, high - 22 * mm, 15, wide, QUIET)
    centred(sheet, gettext("您的评价，我们认真听"), high - 40 * mm, 26, wide)
    centred(sheet, gettext("微信或相机扫码，一分钟，不留姓名"), high - 52 * mm, 13, wide, QUIET)
    draw_code(sheet, url, (wide - CODE) / 2, high - 62 * mm - CODE)
    if poster.survey.both:
        with override("en"):
            line = gettext("微信或相机扫码，一分钟，不留姓名")
        centred(sheet, line, 46 * mm, 11, wide, QUIET)
    centred(sheet, str(poster), 30 * mm, 14, wide)
    centred(sheet, url, 20 * mm, 8, wide, QUIET)
    sheet.showPage()
    sheet.save()
    return file.getvalue()


def centred(sheet: Canvas, text: str, y: float, size: float, wide: float, ink: colors.Color = INK) -> None:
    """A line in the middle, made smaller until it fits between the margins."""
    words = drawable(text)
    room = wide - 24 * mm
    width = pdfmetrics.stringWidth(words, NAME, size)
    sheet.setFont(NAME, size if width <= room else size * room / width)
    sheet.setFillColor(ink)
    sheet.drawCentredString(wide / 2, y, words)


def draw_code(sheet: Canvas, url: str, left: float, bottom: float) -> None:
    """The code as squares, sharp at every size."""
    rows = [bytes(row) for row in segno.make(url, error="q").matrix]
    side = CODE / len(rows)
    sheet.setFillColor(INK)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                sheet.rect(left + x * side, bottom + CODE - (y + 1) * side, side, side, stroke=0, fill=1)
