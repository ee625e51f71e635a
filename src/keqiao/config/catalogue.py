"""The English catalogue: brought up to date from the sources, and checked for gaps.

`python -m keqiao.config.catalogue update` writes new messages into the catalogue, `check` says what it lacks. Message
ids are the Chinese wording, so Chinese needs no catalogue. Python and babel only; no gettext tools of the system.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import PoFileError, read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
ENGLISH = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
HEAD: dict[str, Any] = {
    "project": "KeQiao", "version": "1", "header_comment": "# The English wording of the Chinese pages.",
    "msgid_bugs_address": "-", "last_translator": "-", "language_team": "English", "fuzzy": False,
}  # fmt: skip
METHODS = [
    ("**/tests/**", "ignore"),
    ("**/migrations/**", "ignore"),
    ("**.py", "python"),
    ("**/templates/**", "keqiao.config.catalogue:from_template"),
]
KEYWORDS = {
    **{name: None for name in ("_", "_now", "now_", "lazy", "gettext", "gettext_lazy", "gettext_noop")},
    **{name: (1, 2) for name in ("ngettext", "ngettext_lazy")},
    **{name: ((1, "c"), 2) for name in ("pgettext", "pgettext_lazy")},
    **{name: ((1, "c"), 2, 3) for name in ("npgettext", "npgettext_lazy")},
}
LITERAL = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
CALL = re.compile(rf"\b(_|n?p?gettext)\(\s*((?:{LITERAL}\s*,?\s*)+)")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
MERGE = re.compile(r"(<{7}|={7}|>{7}|\|{7})(\s|$)")
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


def from_template(
    file: IO[bytes], keywords: object, tags: object, options: object
) -> Iterator[tuple[int, str, list[str], list[str]]]:
    """babel's extractor for Django templates: line, function, messages, comments."""
    source = templatize(file.read().decode(), origin=getattr(file, "name", None))
    for call in CALL.finditer(source):
        messages = [ast.literal_eval(literal) for literal in re.findall(LITERAL, call[2])]
        yield source.count("\n", 0, call.start()) + 1, call[1], messages, []


def extract() -> Catalog:
    """Every message of the sources."""
    found = Catalog(locale="en", fuzzy=False)
    for name, line, message, _comments, context in extract_from_dir(PACKAGE, METHODS, keywords=KEYWORDS):
        found.add(message, locations=[(name, line)], context=context)
    return found


def read() -> Catalog:
    """The catalogue as it is kept; an empty one when there is none yet."""
    if not ENGLISH.exists():
        return Catalog(locale="en", **HEAD)
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def update() -> int:
    """Write the sources' messages into the catalogue: new ones empty, vanished ones dropped, none guessed."""
    kept = read()
    kept.update(extract(), no_fuzzy_matching=True, update_creation_date=False)
    kept.obsolete.clear()
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    with ENGLISH.open("wb") as file:
        # File names help the translator; line numbers would change with every edit.
        write_po(file, kept, sort_output=True, include_lineno=False, width=120)
    return len(kept)


def unreadable() -> list[str]:
    """What a merge has left, and the first line that belongs to no catalogue; read() passes over both."""
    lines = ENGLISH.read_text(encoding="utf-8").splitlines(keepends=True)
    found = [f"merge: line {number}: {line.strip()}" for number, line in enumerate(lines, 1) if MERGE.match(line)]
    if found:
        return found
    try:
        read_po(lines, locale="en", abort_invalid=True)
    except PoFileError as error:
        return [f"unreadable: line {error.lineno + 1}: {error.line.strip()}"]
    return []


def problems() -> list[str]:
    """What is missing, empty, doubtful, or has other placeholders than its source; first of all what cannot be read."""
    found = unreadable()
    if found:
        return found
    kept = read()
    for message in extract():
        if not message.id:
            continue
        there = kept.get(message.id, message.context)
        name = message.id if isinstance(message.id, str) else message.id[0]
        if there is None:
            found.append(f"missing: {name}")
            continue
        texts = [there.string] if isinstance(there.string, str) else list(there.string or [""])
        if not all(texts):
            found.append(f"empty: {name}")
        elif there.fuzzy:
            found.append(f"fuzzy: {name}")
        elif any(sorted(PLACE.findall(text)) != sorted(PLACE.findall(name)) for text in texts):
            found.append(f"placeholders: {name}")
        elif any(CHINESE.search(PLACE.sub("", text)) for text in texts):
            found.append(f"Chinese: {name}")
    return found


def main() -> int:
    """`update` or `check`; 1 when the check finds something."""
    if sys.argv[1:] == ["update"]:
        sys.stdout.write(f"{update()} messages\n")
        return 0
    found = problems()
    sys.stdout.write("".join(f"{line}\n" for line in found))
    sys.stdout.write(f"English catalogue: {len(found)} problems\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
