"""The words that every paper carries, and text that every format can take."""

import re

from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.documents.paper import Paper

# neither XML nor a font knows these: control characters except tab and line end, halves of pairs, non-characters
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def plain(value: object) -> str:
    """A value as printable text; None is empty, line ends are one kind."""
    text = "" if value is None else str(value)
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))


def head_left(paper: Paper) -> str:
    """Above on the left: whose paper it is, and its title."""
    return " ".join(part for part in (plain(paper.organisation), plain(paper.title)) if part)


def head_right(paper: Paper) -> str:
    """Above on the right: number and version."""
    parts = []
    if paper.number:
        parts.append(_("编号：%(number)s") % {"number": plain(paper.number)})
    if paper.version:
        parts.append(_("版本：%(version)s") % {"version": plain(paper.version)})
    if paper.mark:
        parts.append(plain(paper.mark))
    return "  ".join(parts)


def foot_left(paper: Paper) -> str:
    """Below on the left: who printed it and when, by the installation's clock."""
    if paper.printed_at is None:
        return ""
    at = timezone.localtime(paper.printed_at, timezone.get_default_timezone())
    return _("打印：%(name)s %(at)s") % {"name": plain(paper.printed_by), "at": f"{at:%Y-%m-%d %H:%M}"}


def page_of(page: object, pages: object) -> str:
    """Below on the right."""
    return _("第 %(page)s 页 共 %(pages)s 页") % {"page": page, "pages": pages}


def signature(role: object) -> str:
    """A place to sign."""
    return _("%(role)s：") % {"role": role}


def signing_date() -> str:
    """A place for the date beside a signature."""
    return _("日期：")
