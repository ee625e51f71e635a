"""Spreadsheets: CSV, XLS and XLSX in, CSV and XLSX out, both as streams.

`open_sheet` reads whatever a person may send, and refuses with a sentence that says what to do; `guess_header`,
`as_text` and `as_date` make sense of the cells; `write_xlsx` and `write_csv` write what no spreadsheet will run.
"""

from keqiao.kernel.sheets.header import guess_header
from keqiao.kernel.sheets.limits import SheetError
from keqiao.kernel.sheets.sheet import Header, Sheet, open_sheet
from keqiao.kernel.sheets.values import Cell, as_date, as_text, lost_digits
from keqiao.kernel.sheets.writers import write_csv, write_xlsx

__all__ = [
    "Cell",
    "Header",
    "Sheet",
    "SheetError",
    "as_date",
    "as_text",
    "guess_header",
    "lost_digits",
    "open_sheet",
    "write_csv",
    "write_xlsx",
]
