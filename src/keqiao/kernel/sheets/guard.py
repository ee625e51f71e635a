"""Looks a workbook over before anything unpacks it: sizes as declared and as they really are, entities, dimensions."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from keqiao.kernel.sheets import limits
from keqiao.kernel.sheets.limits import SheetError

_CHUNK = 256 * 1024
_TAIL_BYTES = 65_535 + 22 + 20 + 56
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_XML_NAMES = (".xml", ".rels", ".vml")
_FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\s[^>]*?ref\s*=\s*["']([A-Za-z]{1,3}\d+:)?([A-Za-z]{1,3})(\d+)["']""")
_DATE1904 = re.compile(rb"""<(?:\w+:)?workbookPr\s[^>]*?date1904\s*=\s*["'](?:1|true)["']""")
_HEAD_BYTES = 8192
_OVERLAP = 16


def check_workbook(path: Path) -> bool:
    """Raise SheetError where the .xlsx at `path` is not safe to unpack; else say whether its days count from 1904.

    Every part is inflated in small pieces and counted, since a declared size may lie.
    """
    _check_directory(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise _broken() from error
    _check_entries(entries, path.stat().st_size)
    epoch1904, inflated, packed = False, 0, path.stat().st_size
    with path.open("rb") as file:
        for entry in sorted(entries, key=lambda each: each.header_offset):
            head, inflated = _walk(file, entry, inflated, packed)
            if entry.filename.startswith("xl/worksheets/"):
                _check_dimension(head)
            elif entry.filename == "xl/workbook.xml":
                epoch1904 = _DATE1904.search(head) is not None
    return epoch1904


def _check_directory(path: Path) -> None:
    """A directory of a million entries would fill the memory while zipfile reads it."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        tail = file.read()
    end, end64 = tail.rfind(b"PK\x05\x06"), tail.rfind(b"PK\x06\x06")
    if end < 0 or len(tail) < end + 22:
        raise _broken()
    size = int.from_bytes(tail[end + 12 : end + 16], "little")
    if end64 >= 0:
        size = max(0 if size == 0xFFFFFFFF else size, int.from_bytes(tail[end64 + 40 : end64 + 48], "little"))
    if size > limits.ZIP_DIRECTORY_BYTES:
        raise _bomb()


def _check_entries(entries: list[zipfile.ZipInfo], file_size: int) -> None:
    names = {entry.filename for entry in entries}
    if "xl/workbook.bin" in names or not any(name.startswith("xl/") for name in names):
        raise SheetError(_("这个文件不是 XLSX 表格。请用 Excel 或 WPS 打开，另存为 XLSX 或 CSV 再上传。"))
    declared = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > limits.ZIP_ENTRIES or len(names) < len(entries) or packed > file_size:
        raise _bomb()  # too many parts, one part twice, or parts that share their bytes
    _check_size(declared, file_size)
    if any(
        entry.flag_bits & 1 or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        for entry in entries
    ):
        raise _broken()


def _check_size(inflated: int, packed: int) -> None:
    if inflated > limits.ZIP_INFLATED_BYTES:
        raise _bomb()
    if inflated > limits.ZIP_RATIO_FROM and inflated > limits.ZIP_RATIO * packed:
        raise _bomb()


def _walk(file: BinaryIO, entry: zipfile.ZipInfo, inflated: int, packed: int) -> tuple[bytes, int]:
    """Inflate one part, counting on from `inflated`; give its first bytes and the new count."""
    is_xml = entry.filename.lower().endswith(_XML_NAMES)
    head, before, size = b"", b"", 0
    for piece in _pieces(file, entry):
        size += len(piece)
        _check_size(inflated + size, packed)
        if not is_xml:
            continue
        if len(head) < _HEAD_BYTES:
            head += piece[:_HEAD_BYTES]
        if _FORBIDDEN.search(before + piece) or b"\x00" in head[:4] or head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            raise SheetError(
                _("表格里含有外部实体声明，为安全起见不能导入。请用 Excel 或 WPS 打开，另存为 XLSX 再上传。")
            )
        before = piece[-_OVERLAP:]
    if size > entry.file_size:
        raise _bomb()
    return head, inflated + size


def _pieces(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size:
        raise _broken()
    magic, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    if magic != b"PK\x03\x04":
        raise _broken()
    file.seek(name_length + extra_length, 1)
    left = entry.compress_size
    unpack = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0 and (raw := file.read(min(left, _CHUNK))):
        left -= len(raw)
        if unpack is None:
            yield raw
            continue
        try:
            while raw:
                yield unpack.decompress(raw, _CHUNK)
                raw = unpack.unconsumed_tail
        except zlib.error as error:
            raise _broken() from error


def _check_dimension(head: bytes) -> None:
    found = _DIMENSION.search(head)
    if found is None:
        return
    columns = 0
    for letter in found[2].upper():
        columns = columns * 26 + letter - 64
    if int(found[3]) > limits.ROWS or columns > limits.COLUMNS:
        raise too_large(rows=int(found[3]), columns=columns)


def too_large(*, rows: int, columns: int) -> SheetError:
    """The error for a sheet with more rows or columns than we take."""
    return SheetError(
        _(
            "表格有 %(rows)s 行 %(columns)s 列，最多 %(max_rows)s 行 %(max_columns)s 列。"
            "请删去多余的空白行列，或分成几个文件再上传。"
        )
        % {
            "rows": f"{rows:,}",
            "columns": f"{columns:,}",
            "max_rows": f"{limits.ROWS:,}",
            "max_columns": f"{limits.COLUMNS:,}",
        }
    )


def _bomb() -> SheetError:
    return SheetError(_("这个文件展开后太大，不能导入。请只保留要导入的工作表，另存为 XLSX 或 CSV 再上传。"))


def _broken() -> SheetError:
    return SheetError(_("这个文件已损坏，读不出来。请用 Excel 或 WPS 打开，另存为 XLSX 或 CSV 再上传。"))
