"""The poster on paper: the code is read by a camera, every word is there in a font of its own, and nothing runs off."""

import re
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader
from reportlab.lib.pagesizes import A5

from keqiao.conftest import Company
from keqiao.org.links import address
from keqiao.surveys import actions
from keqiao.surveys.models import Poster

pytestmark = pytest.mark.django_db
SQUARE = re.compile(r"([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re f\b")
DOTS = 4  # a point


def stand(company: Company, language: str = "both", place: str = "一楼服务台") -> Poster:
    """A poster of the team."""
    boss = company.actor("manager")
    survey = actions.create_survey(actor=boss, name="门店调查", kind="csat", language=language)
    actions.publish(actor=boss, obj=survey)
    return actions.create_poster(actor=boss, survey=survey, unit=company.units["team"], place=place)


def printed(company: Company, poster: Poster) -> Any:
    """Its only page."""
    answer = company.client("manager").get(f"/survey-posters/{poster.pk}/poster.pdf")
    (page,) = PdfReader(BytesIO(answer.content)).pages
    return page


def painted(page: Any) -> Image.Image:
    """The dark squares on white paper, as a camera sees them."""
    wide, high = (round(side * DOTS) for side in A5)
    paper = Image.new("L", (wide, high), 255)
    pen = ImageDraw.Draw(paper)
    for found in SQUARE.finditer(page.get_contents().get_data().decode("latin-1")):
        left, bottom, across, up = (float(number) * DOTS for number in found.groups())
        pen.rectangle((left, high - bottom - up, left + across, high - bottom), fill=0)
    return paper


def test_a_camera_reads_the_address_of_the_questions(company: Company) -> None:
    poster = stand(company)
    (found,) = zxingcpp.read_barcodes(painted(printed(company, poster)))
    assert found.text == address("survey-poster-answer", poster.code)
    assert company.client("manager").get(urlsplit(found.text).path).status_code == 200


@pytest.mark.parametrize(("language", "english"), [("both", True), ("zh-hans", False)])
def test_the_words_are_there_in_embedded_fonts(company: Company, language: str, english: bool) -> None:
    page = printed(company, stand(company, language))
    text = page.extract_text()
    for words in ("海纳电器", "您的评价", "一楼服务台", "投诉一组"):
        assert words in text
    assert ("one minute" in text) is english
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    drawn = [
        one for one in fonts if one["/BaseFont"] != "/Helvetica"
    ]  # reportlab names it in every file and draws nothing in it
    assert drawn
    for font in drawn:
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())


def test_a_long_name_stays_on_the_sheet(company: Company) -> None:
    page = printed(
        company, stand(company, place="售后服务中心二层东侧客户接待区第三排自助填写台旁边靠窗的位置" + "长" * 9)
    )
    spans: list[tuple[float, float]] = []

    def seen(text: str, _cm: Any, matrix: list[float], _font: Any, size: float) -> None:
        if text.strip():
            spans.append((matrix[4], size))

    page.extract_text(visitor_text=seen)
    assert spans
    assert all(24 <= left <= A5[0] for left, _size in spans)
