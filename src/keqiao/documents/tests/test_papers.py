"""Papers as PDF and DOCX: what is on them comes out again, and nothing in them does harm."""

import zipfile
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont
from pypdf import PdfReader
from reportlab.pdfbase.ttfonts import TTFontFile

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.documents import fonts, picture
from keqiao.documents.answers import answer
from keqiao.documents.fonts import drawable
from keqiao.documents.paper import Facts, Heading, NewPage, Paper, Signatures, Table, Text
from keqiao.documents.rendering import render

AT = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
PAPER = Paper(
    title="客户服务档案",
    subtitle="二〇二六年",
    organisation="海纳电器有限公司",
    number="DA-0007",
    version="B/0",
    printed_by="林一诺",
    printed_at=AT,
    parts=(
        Facts([("客户", "欧阳·买买提"), ("说明", "第一行\n第二行"), ("空", None)]),
        Heading("投诉"),
        Table(["单号", "内容"], [["TS20261123-0007", "门板漏水 & <b>未修好</b>"]], widths=(1, 3)),
        Heading("服务", 2),
        Table(["单号"], [], empty="没有记录"),
        NewPage(),
        Text("以上情况属实。"),
        Text("备注", quiet=True),
        Signatures(("编制", "批准")),
    ),
)


def reader(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in reader(content).pages)


def words_of(document: Any) -> str:
    """All text of a DOCX, cells included."""
    return "\n".join(node.text or "" for node in document.element.body.iter(qn("w:t")))


def test_a_pdf_carries_its_font_and_its_text() -> None:
    pages = reader(render(PAPER, "pdf")).pages
    text = "\n".join(page.extract_text() for page in pages)
    for words in (
        "客户服务档案",
        "欧阳·买买提",
        "第一行",
        "TS20261123-0007",
        "<b>未修好</b>",
        "没有记录",
        "编制：",
        "日期：",
    ):
        assert words in text
    for page in pages:
        fonts = [font.get_object() for font in page["/Resources"]["/Font"].get_object().values()]
        used = [font for font in fonts if "WenQuanYi" in font["/BaseFont"]]
        assert used, "the Chinese font is missing"
        for font in used:
            assert "/FontFile2" in font["/FontDescriptor"].get_object(), "the font is named but not inside"
            assert "+" in font["/BaseFont"], "only the part that is used should be inside"


def test_a_pdf_is_small_because_only_what_is_used_is_inside() -> None:
    assert len(render(PAPER, "pdf")) < 100_000


def test_every_sheet_has_its_head_and_foot() -> None:
    pages = reader(render(PAPER, "pdf")).pages
    assert len(pages) == 2
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert "海纳电器有限公司 客户服务档案" in text
        assert "编号：DA-0007" in text
        assert "版本：B/0" in text
        assert "打印：林一诺 2026-11-23 10:05" in text
        assert f"第 {number} 页 共 2 页" in text


def test_a_docx_reads_back() -> None:
    document = Document(BytesIO(render(PAPER, "docx")))
    body = words_of(document)
    for words in ("客户服务档案", "欧阳·买买提", "TS20261123-0007", "<b>未修好</b>", "没有记录", "编制："):
        assert words in body
    assert document.core_properties.title == "客户服务档案"
    assert document.core_properties.version == "B/0"
    header, footer = document.sections[0].header, document.sections[0].footer
    assert header.paragraphs[0].text == "海纳电器有限公司 客户服务档案\t编号：DA-0007  版本：B/0"
    assert not [stop for name in ("Header", "Footer") for stop in document.styles[name].paragraph_format.tab_stops]
    assert footer.paragraphs[0].text == "打印：林一诺 2026-11-23 10:05\t第 1 页 共 1 页"
    codes = [node.text.strip() for node in footer._element.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]


def test_the_styles_of_a_docx_name_the_font_that_goes_along() -> None:
    document = Document(BytesIO(render(PAPER, "docx")))
    for name in ("Normal", "Title", "Heading 1", "Footer"):
        fonts = document.styles[name].element.rPr.rFonts
        assert {fonts.get(qn(f"w:{script}")) for script in ("eastAsia", "ascii", "hAnsi")} == {"WenQuanYi Micro Hei"}
        assert fonts.get(qn("w:eastAsiaTheme")) is None


def font_in(content: bytes) -> bytes:
    """The embedded font as a word processor gets at it: by the table of fonts, its relation and its key."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        table = ElementTree.fromstring(archive.read("word/fontTable.xml"))  # noqa: S314 – our own file
        related = ElementTree.fromstring(archive.read("word/_rels/fontTable.xml.rels"))  # noqa: S314 – our own file
        (font,) = table
        assert font.get(qn("w:name")) == "WenQuanYi Micro Hei"
        named = font.find(qn("w:embedRegular"))
        target = next(one.get("Target") for one in related if one.get("Id") == named.get(qn("r:id")))
        assert b"obfuscatedFont" in archive.read("[Content_Types].xml")
        held = archive.read(f"word/{target}")
    digits = named.get(qn("w:fontKey")).strip("{}").replace("-", "")
    key = [int(digits[at : at + 2], 16) for at in range(30, -2, -2)]
    assert held[:4] != b"\x00\x01\x00\x00"
    return bytes(byte ^ key[at % 16] if at < 32 else byte for at, byte in enumerate(held))


def test_a_docx_carries_the_glyphs_of_its_characters() -> None:
    """Read by FreeType, and compared with the font that they were cut from."""
    content = render(PAPER, "docx")
    data = font_in(content)
    assert data.startswith(b"\x00\x01\x00\x00")
    cut, whole = ImageFont.truetype(BytesIO(data), 40), picture.font().font_variant(size=40)
    document = Document(BytesIO(content))
    section = document.sections[0]
    said = words_of(document) + section.header.paragraphs[0].text + section.footer.paragraphs[0].text
    assert len(set(said)) > 60
    for char in {*said, *"0123456789"} - set("\n\t "):
        assert bytes(cut.getmask(char)) == bytes(whole.getmask(char)), char
        assert cut.getlength(char) == whole.getlength(char), char
    assert bytes(cut.getmask("鑫")) == bytes(cut.getmask("\ue000")) != bytes(whole.getmask("鑫"))  # only what is used


def test_word_processors_are_told_that_the_font_is_inside() -> None:
    content = render(PAPER, "docx")
    names = [one.tag.rpartition("}")[2] for one in Document(BytesIO(content)).settings.element]
    assert names.index("embedTrueTypeFonts") + 1 == names.index("saveSubsetFonts")
    assert names.index("zoom") < names.index("embedTrueTypeFonts") < names.index("defaultTabStop")
    assert len(content) < 150_000


def test_many_characters_are_all_inside() -> None:
    """Also in runs, at the ends of the table and in its holes."""
    many = "".join(map(chr, range(0x4E00, 0x5600))) + "Aaz～￥〇①龥𠮷"
    data = font_in(render(Paper(title="字", parts=(Text(many),)), "docx"))
    face = TTFontFile(BytesIO(data))
    known = fonts.characters()
    lacking = {char for char in many if ord(char) in known} - set(map(chr, face.charToGlyph))
    assert not lacking
    assert len(set(face.charToGlyph.values())) > 2000


def test_numbers_dates_and_short_heads_stay_in_one_line() -> None:
    heads = ["序号", "单号", "受理时间", "类型", "事项", "阶段", "处理结果"]
    row = [
        12,
        "GD20261129-0008",
        "2026-11-29",
        "报修",
        "热水器出热水忽冷忽热，洗到一半会变凉",
        "已受理",
        "更换恒温阀芯" * 9,
    ]
    grid = Table(heads, [row], widths=(1, 4, 3, 2, 5, 2, 6))
    assert sum(grid.shares()) == pytest.approx(1)
    said = text_of(render(Paper(title="表", parts=(grid,)), "pdf")).split("\n")
    assert {*heads, "GD20261129-0008", "2026-11-29"} <= {line.strip() for line in said}


@given(
    st.lists(
        st.tuples(st.text(max_size=6), st.text("Aa09-/中", max_size=30), st.floats(0.1, 9)), min_size=1, max_size=9
    )
)
def test_columns_always_fill_the_line(columns: list[tuple[str, str, float]]) -> None:
    heads, values, widths = zip(*columns, strict=True)
    shares = Table(heads, [values], widths=widths).shares()
    assert sum(shares) == pytest.approx(1)
    assert min(shares) > 0


def test_the_head_of_a_long_table_comes_again() -> None:
    paper = Paper(
        title="长表", parts=(Table(["序号", "事项"], [[n, f"第{n}件事"] for n in range(200)], widths=(1, 4)),)
    )
    pages = reader(render(paper, "pdf")).pages
    assert len(pages) > 3
    assert all("序号" in page.extract_text() for page in pages)
    assert "第199件事" in pages[-1].extract_text()
    row = Document(BytesIO(render(paper, "docx"))).tables[0].rows[0]
    assert row._tr.trPr.find(qn("w:tblHeader")) is not None


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_cell_longer_than_a_page_goes_on_over_the_page(kind: str) -> None:
    long = "客户反复来电。" * 900
    paper = Paper(title="长文", parts=(Facts([("经过", long)]), Table(["经过"], [[long + "完"]])))
    content = render(paper, kind)
    if kind == "pdf":
        assert text_of(content).replace("\n", "").count("客户反复来电") > 1700
    else:
        assert "完" in words_of(Document(BytesIO(content)))


HOSTILE = [
    '<img src="http://169.254.169.254/latest/meta-data">',
    '<img src="file:///etc/passwd"/>',
    "<para><font color=red>红</font>",
    "&amp; &lt; ]]> <!-- x -->",
    "\x00\x01\x08\x0b\x1f\x7f控制\ufffe\uffff",
    "\ud800半个字符",
    "\u202e颠倒",
    "{{ 7*7 }} {% include 'x' %} $F(1)",
    "𠮷野家 😀",
    "A" * 3000,
]


@pytest.mark.parametrize("kind", ["pdf", "docx"])
@pytest.mark.parametrize("value", HOSTILE)
def test_whatever_is_typed_is_printed_as_it_is(kind: str, value: str) -> None:
    paper = Paper(title=value, subtitle=value, organisation=value, number=value[:20], version=value[:9], printed_by=value,
                  printed_at=AT, parts=(Heading(value), Text(value), Facts([(value, value)]), Table([value], [[value]]),
                                        Signatures((value,))))  # fmt: skip
    content = render(paper, kind)
    if kind == "pdf":
        text = text_of(content).replace("\n", "")
        assert "49" not in text.replace("169.254", "") or "7*7" in text
        assert not [name for page in reader(content).pages for name in page.get("/Resources", {}).get("/XObject", {})]
        if "img" in value:
            assert value[:12] in text
    else:
        document = Document(BytesIO(content))
        assert not [part for part in document.part.package.iter_parts() if "image" in part.content_type
                    and part.partname.startswith("/word/media")]  # fmt: skip
        if "img" in value:
            assert value in words_of(document)


def test_a_character_that_the_font_lacks_leaves_a_mark() -> None:
    assert drawable("𠮷林") == "〓林"
    assert "〓野" in text_of(render(Paper(title="𠮷野", parts=()), "pdf"))
    assert "𠮷野" in words_of(Document(BytesIO(render(Paper(title="𠮷野", parts=()), "docx"))))


def test_the_font_has_the_characters_of_names() -> None:
    assert drawable("客桥龘喆堃镕祎囧〇①℃￥—…《》、。㎡√") == "客桥龘喆堃镕祎囧〇①℃￥—…《》、。㎡√"


@time_machine.travel(AT, tick=False)
def test_an_answer_is_stamped_named_and_on_record(company: Company) -> None:
    actor = company.actor("agent")
    response = answer(actor=actor, paper=PAPER, kind="pdf", obj=company.people["agent"], about=None)
    content = b"".join(response)  # type: ignore[arg-type]
    assert response["Content-Type"] == "application/pdf"
    assert "attachment" in response["Content-Disposition"]
    assert "DA-0007" in response["Content-Disposition"]
    assert "打印：林一诺 2026-11-23 10:05" in text_of(content)
    event = Event.objects.get(verb="document.printed")
    assert event.actor_id == actor.id
    assert event.data == {"title": "客户服务档案", "number": "DA-0007", "version": "B/0", "format": "pdf"}
