"""Charts in documents: every figure is there, nothing leaves the paper, whatever is drawn."""

from io import BytesIO
from typing import Any

from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from keqiao.documents.drawing import HEIGHT, WIDTH, Box, Path, Word, shapes, steps
from keqiao.documents.paper import Chart, Paper
from keqiao.documents.picture import SCALE, png
from keqiao.documents.rendering import render

PARETO: dict[str, Any] = {
    "type": "pareto", "labels": ["产品质量", "安装服务", "配送"], "series": [{"name": "投诉", "data": [12, 7, 1]}],
    "share": "累计占比",
}  # fmt: skip
SPECS = st.builds(
    lambda kind, lying, rows: {
        "type": kind, "horizontal": lying, "labels": [name for name, *_values in rows],
        "series": [{"name": "甲", "data": [row[1] for row in rows]}]
        + ([{"name": "乙", "data": [row[2] for row in rows], "tone": "danger"}] if kind == "stacked" else []),
    },
    st.sampled_from(["bar", "line", "pareto", "stacked"]),
    st.booleans(),
    st.lists(st.tuples(st.text(max_size=30), st.integers(0, 10**6), st.integers(0, 10**6)), max_size=40),
)  # fmt: skip


def test_a_pdf_holds_a_chart_as_vectors_with_its_words() -> None:
    page = PdfReader(BytesIO(render(Paper(title="图", parts=(Chart(PARETO, "投诉类别"),)), "pdf"))).pages[0]
    text = page.extract_text()
    for words in ("投诉类别", "产品质量", "12", "累计占比", "80%"):
        assert words in text, words
    assert not page.get("/Resources", {}).get("/XObject", {})


def test_a_docx_holds_a_picture_and_says_its_figures() -> None:
    document = Document(BytesIO(render(Paper(title="图", parts=(Chart(PARETO, "投诉类别"),)), "docx")))
    (shown,) = document.inline_shapes
    assert shown._inline.docPr.get("descr") == "投诉类别: 产品质量 12, 安装服务 7, 配送 1"
    (image,) = [part for part in document.part.package.iter_parts() if "image/png" in part.content_type]
    picture = Image.open(BytesIO(image.blob))
    assert picture.size == (round(WIDTH * SCALE), round(HEIGHT * SCALE))
    assert len(picture.getcolors(maxcolors=100_000) or []) > 3


def test_the_bars_stand_as_their_figures_do() -> None:
    bars = sorted(one.high for one in shapes(PARETO) if isinstance(one, Box) and one.high != 8)
    assert [round(bar / bars[0]) for bar in bars] == [1, 7, 12]


@given(spec=SPECS)
def test_nothing_is_drawn_outside_the_paper(spec: dict[str, Any]) -> None:
    for shape in shapes(spec):
        match shape:
            case Box():
                assert shape.x >= 0
                assert shape.x + shape.wide <= WIDTH + 0.01
                assert shape.y >= 0
                assert shape.high >= -0.01
                assert shape.y + shape.high <= HEIGHT + 0.01
            case Path():
                assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in shape.points)
            case Word():
                assert 0 <= shape.x <= WIDTH
                assert 0 <= shape.y <= HEIGHT


@settings(max_examples=10, deadline=None)
@given(spec=SPECS)
def test_whatever_is_counted_can_be_drawn(spec: dict[str, Any]) -> None:
    assert png(shapes(spec)).startswith(b"\x89PNG")
    assert render(Paper(title="图", parts=(Chart(spec),)), "pdf").startswith(b"%PDF")


@given(highest=st.floats(0, 10**7))
def test_the_scale_is_round_and_reaches_the_highest(highest: float) -> None:
    ticks = steps(highest)
    assert ticks[0] == 0
    assert ticks[-1] >= highest
    assert len(ticks) <= 7
