"""Files made to hurt: refused within 5 seconds and 300 MB, with a sentence that says what to do."""

import io
import resource
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter

from keqiao.kernel.sheets import SheetError, excel, limits, open_sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def cells(inside: str, before: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{inside}</sheetData></worksheet>'


def relations(*targets: tuple[str, str]) -> str:
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
    "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
    '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/sheet1.xml")),
    "xl/worksheets/sheet1.xml": cells('<row r="1"><c r="A1"><v>1</v></c></row>'),
}


def book(path: Path, **changed: str | bytes) -> Path:
    """A workbook made by hand; `changed` replaces its parts."""
    parts: dict[str, str | bytes] = dict(PARTS)
    names = {
        "sheet": "xl/worksheets/sheet1.xml",
        "workbook": "xl/workbook.xml",
        "extra": "xl/sharedStrings.xml",
        "links": "xl/_rels/workbook.xml.rels",
    }
    parts.update({names[key]: value for key, value in changed.items()})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def drain(path: Path) -> list[list[object]]:
    with open_sheet(path, name=path.name) as sheet:
        return [list(row) for row in sheet.rows()]


@pytest.fixture(autouse=True)
def _cheap() -> Iterator[None]:
    """Each refusal within 300 MB, and without hanging."""
    # a child's peak begins with what its parent has at the fork, and the peaks of earlier tests' children count on
    before = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF))
    began = time.monotonic()
    yield
    assert time.monotonic() - began < 60
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(before, 300 * 1024)


def test_the_hand_made_book_is_fine(tmp_path: Path) -> None:
    assert drain(book(tmp_path / "a")) == [[1]]


def test_bomb_by_declared_size(tmp_path: Path) -> None:
    path = book(tmp_path / "a", extra=b"\0" * 100_000_000)
    assert path.stat().st_size < 120_000
    with pytest.raises(SheetError, match="展开后太大"):
        drain(path)


def test_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    path = book(tmp_path / "a", extra=b"<sst>" + b" " * 100_000_000)
    data = bytearray(path.read_bytes())
    real = struct.pack("<I", 100_000_005)
    assert data.count(real) == 2
    path.write_bytes(data.replace(real, struct.pack("<I", 1000)))
    with pytest.raises(SheetError, match="展开后太大"):
        drain(path)


def test_parts_that_share_their_bytes(tmp_path: Path) -> None:
    path = book(tmp_path / "a", extra=b" " * 30_000_000)
    data = path.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    start = struct.unpack("<I", data[end + 16 : end + 20])[0]
    entry = data[data.rindex(b"PK\x01\x02") : end]
    more = b"".join(entry.replace(b"sharedStrings", f"sharedString{number}".encode()) for number in range(10))
    tail = data[end : end + 8] + struct.pack("<HHII", 15, 15, end - start + len(more), start) + b"\0\0"
    path.write_bytes(data[:end] + more + tail)
    with pytest.raises(SheetError, match="展开后太大"):
        drain(path)


def test_a_directory_of_a_million_parts(tmp_path: Path) -> None:
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"x"
    body = b"PK\x03\x04" + b"\0" * 26 + entry * 1_000_000
    path = tmp_path / "a"
    path.write_bytes(body + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(entry) * 1_000_000, 30, 0))
    with pytest.raises(SheetError, match="展开后太大"):
        drain(path)


@pytest.mark.parametrize("area", ["A1:XFD1048576", "A1:A1048576", "A1:XFD1", "XFD1048576"])
def test_a_sheet_that_declares_too_much(tmp_path: Path, area: str) -> None:
    with pytest.raises(SheetError, match="最多 200,000 行 200 列"):
        drain(
            book(tmp_path / "a", sheet=cells('<row r="1"><c r="A1"><v>1</v></c></row>', f'<dimension ref="{area}"/>'))
        )


def test_a_far_cell_that_nobody_declared(tmp_path: Path) -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(SheetError, match="太大"):
        drain(book(tmp_path / "a", sheet=cells(far)))


def test_many_cells_of_one_long_text(tmp_path: Path) -> None:
    text = f'<sst xmlns="{MAIN}"><si><t>{"客" * 30_000}</t></si></sst>'
    row = "<row>" + '<c t="s"><v>0</v></c>' * 100 + "</row>"
    links = relations(("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"))
    assert len(drain(book(tmp_path / "a", sheet=cells(row), extra=text, links=links))[0]) == 100
    with pytest.raises(SheetError, match="太大"):
        drain(book(tmp_path / "a", sheet=cells(row * 1000), extra=text, links=links))


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://169.254.169.254/x">',
        " " * 262_140 + '<!DOCTYPE x [<!ENTITY a "aaaa">]>',
    ],
)
@pytest.mark.parametrize("part", ["sheet", "workbook", "extra"])
def test_entities_are_refused(tmp_path: Path, declaration: str, part: str) -> None:
    content = {"sheet": cells(""), "workbook": PARTS["xl/workbook.xml"], "extra": "<sst/>"}[part]
    for text in (declaration + content, (declaration + content).encode("utf-16")):
        with pytest.raises(SheetError, match="外部实体声明"):
            drain(book(tmp_path / "a", **{part: text}))


def test_too_many_rows_and_columns(tmp_path: Path) -> None:
    many = "".join(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in (1, 200_001))
    with pytest.raises(SheetError, match="200,001 行"):
        drain(book(tmp_path / "a", sheet=cells(many)))
    with pytest.raises(SheetError, match="201 列"):
        drain(book(tmp_path / "a", sheet=cells('<row r="1"><c r="GS1"><v>1</v></c></row>')))


def test_a_reader_out_of_memory_takes_nobody_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as made:
        page = made.add_worksheet()
        for row in range(20_000):
            page.write_row(row, 0, [f"{row}-{column}" for column in range(20)])
    assert len(drain(path)) == 20_000
    monkeypatch.setattr(limits, "READER_MEMORY_BYTES", 48 * 1024 * 1024)
    with pytest.raises(SheetError, match="太大"):
        drain(path)


def test_broken_locked_and_other_files(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    whole = book(path).read_bytes()
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("a.txt", "x")
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    for content, words in [
        (b"", "文件是空的"),
        (b" \r\n", "文件是空的"),
        (whole[:200], "已损坏"),
        (whole[:-30], "已损坏"),
        (plain.getvalue(), "不是 XLSX"),
        (ole + b"\0" * 600, "已损坏"),
        (ole + b"\xff" * 5000, "已损坏"),
        (b"%PDF-1.7", "不是表格"),
        (b"<html><table><tr><td>1</td></tr></table>", "网页格式"),
        (whole[:60] + b"\xff" * 40 + whole[100:], "已损坏"),
    ]:
        path.write_bytes(content)
        with pytest.raises(SheetError, match=words):
            drain(path)


def test_a_file_of_too_many_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(limits.FILE_BYTES + 1)
    with pytest.raises(SheetError, match="最大 50 MB"):
        drain(path)


def test_no_reading_process_is_left_behind(tmp_path: Path) -> None:
    sheet = open_sheet(book(tmp_path / "a"), name="a")
    assert isinstance(sheet._source, excel.Workbook)
    process = sheet._source._process
    assert process.poll() is None
    del sheet
    assert process.poll() is not None


def test_the_reader_needs_nothing_of_ours() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-I", excel.reader.__file__], capture_output=True, text=True, check=False
    )
    assert "django" not in done.stderr
