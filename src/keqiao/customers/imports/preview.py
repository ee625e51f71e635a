"""What an import would make of a file, before anything is written."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from keqiao.customers import custom
from keqiao.customers.imports import mapping, parse
from keqiao.customers.imports.run import decide
from keqiao.customers.models import Customer, ImportBatch, tier_name
from keqiao.kernel.sheets import Sheet, as_text, open_sheet

ROWS = 20
SAMPLES = 3
CODED = ("kind", "source", "gender", "industry")  # fields whose values are codes


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its label, what it means, and how its first values look."""

    index: int
    label: str
    field: str
    samples: list[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """Columns of the file, headings of the mapped fields, the first lines as they would be stored, and the names of
    required fields for which no column stands."""

    columns: list[Column]
    heads: list[str | Promise]
    rows: list[tuple[int, list[str], str]]
    lacks: list[str]


def look(batch: ImportBatch, columns: dict[int, str] | None = None) -> Preview:
    """The preview of a batch's file with the given mapping, else the stored one. Raises SheetError."""
    chosen = columns if columns is not None else {int(at): field for at, field in batch.mapping.items()}
    with open_sheet(path_of(batch), name=batch.name) as sheet:
        head = list(islice(parse.lines(sheet, batch.sheet, batch.header_row), ROWS))
        epoch1904 = sheet.epoch1904
    seen = [
        Column(
            at, label, chosen.get(at, ""), [as_text(cells[at])[:30] for _n, cells in head[:SAMPLES] if at < len(cells)]
        )
        for at, label in enumerate(batch.labels)
    ]
    fields = [field for field in mapping.fields() if field in chosen.values()]
    drafts = [parse.draft(index, cells, chosen, epoch1904=epoch1904) for index, cells in head]
    decide(batch, drafts)  # for the reasons that it writes on those that will be refused
    rows = [(draft.row, [shown(draft, field) for field in fields], draft.reason) for draft in drafts]
    lacks = [own.name for own in custom.fields() if own.required and own.code not in fields]
    return Preview(seen, [mapping.fields()[field] for field in fields], rows, lacks)


def path_of(batch: ImportBatch) -> Path:
    """Where the uploaded file lies."""
    return Path(batch.file.path)


def shown(draft: parse.Draft, field: str) -> str:
    """A value as the preview shows it."""
    if field == "number":
        return draft.number
    if field == "owner":
        return draft.owner
    if field == "tags":
        return _("、").join(draft.tags)
    value = draft.values.get(field)
    if value in (None, "", []):
        return ""
    if field == "tier":
        return tier_name(value)
    if field == "marketing":
        return _("同意") if value == "yes" else _("不同意")
    if isinstance(value, list):  # of one of the department's own fields
        own = next((one for one in custom.fields() if one.code == field), None)
        return _("、").join(own.label_of(one) if own else str(one) for one in value)
    if field in CODED:
        return str(dict(Customer._meta.get_field(field).choices).get(value, value))  # type: ignore[union-attr, arg-type]  # by name
    return str(value)


def measure(sheet: Sheet, name: str, header_row: int) -> int:
    """How many lines of data there are."""
    return sum(1 for _line in parse.lines(sheet, name, header_row))
