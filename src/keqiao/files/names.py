"""File names as people may see and save them."""

import re
import unicodedata

from django.utils.translation import gettext as _

MAX_BYTES = 180  # file systems end at 255, some programs add to a name
_EXTENSION_BYTES = 20
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
# control characters, what turns the direction of writing, lone surrogates, line and paragraph ends
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean(name: str) -> str:
    """The last part of a path, without what hides, turns or misleads; at most 180 bytes, its extension kept.

    Names that Windows reserves get a leading underscore; dots and blanks at the ends go.
    """
    name = unicodedata.normalize("NFC", name)
    name = "".join(mark for mark in name if unicodedata.category(mark) not in _UNSEEN)
    name = _FORBIDDEN.sub("_", re.split(r"[\\/]", name.rstrip("\\/"))[-1])
    name = " ".join(name.split()).strip(". ")
    if not name:
        return _("未命名文件")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return _shortened(name)


def _shortened(name: str) -> str:
    if len(name.encode()) <= MAX_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    tail = dot + extension if dot and len(extension.encode()) <= _EXTENSION_BYTES else ""
    stem = stem if tail else name
    return stem.encode()[: MAX_BYTES - len(tail.encode())].decode(errors="ignore").rstrip(". ") + tail
