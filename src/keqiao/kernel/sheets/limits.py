"""What a spreadsheet may cost us, and the one error that reading one raises."""

from keqiao.kernel.errors import Refused

FILE_BYTES = 50 * 1024 * 1024  # the file as it was sent
ROWS = 200_000
COLUMNS = 200
CELL_CHARACTERS = 131_072  # a text cell; Excel itself ends at 32,767
EXCEL_CHARACTERS = 32_767  # of UTF-16, a cell of a workbook that we write
LINE_CHARACTERS = 1_000_000  # one line of a text file

ZIP_ENTRIES = 2_000
ZIP_DIRECTORY_BYTES = 1024 * 1024
ZIP_INFLATED_BYTES = 400 * 1024 * 1024
ZIP_RATIO = 150  # looked at only above ZIP_RATIO_FROM: small files of blanks shrink further than that
ZIP_RATIO_FROM = 20 * 1024 * 1024

READER_MEMORY_BYTES = 280 * 1024 * 1024  # address space of the process that unpacks a workbook
READER_LOAD_SECONDS = 5  # of CPU, for unpacking one sheet


class SheetError(Refused):
    """A file that cannot be taken in; the text is for the person who sent it and says what to do.

    `row` is the line in the file, counted from 1, where that is known.
    """

    def __init__(self, message: str, *, row: int | None = None) -> None:
        super().__init__(message)
        self.row = row
