"""The parts that pages are made of. Built as strings in Python: a list page calls them hundreds of times.

Class names stand here in full, because the style builder reads them from this file.
"""

import json
import secrets
import zlib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keqiao.kernel.offers import offers as offers_of

register = template.Library()

MANIFEST = Path(__file__).resolve().parents[2] / "static" / "keqiao" / "build" / "manifest.json"
EMPTY = SafeString("")
LONG = 36  # characters; a longer fact gets a row of its own
_WIDE, _LINES = SafeString(' class="wide"'), SafeString(' class="wide lines"')
TONES = {
    "neutral": "tag tag-neutral",
    "info": "tag tag-info",
    "success": "tag tag-success",
    "warning": "tag tag-warning",
    "danger": "tag tag-danger",
}
AVATARS = (
    "avatar avatar-info",
    "avatar avatar-success",
    "avatar avatar-warning",
    "avatar avatar-violet",
    "avatar avatar-teal",
    "avatar avatar-neutral",
)
AVATAR_SIZES = {"": "", "small": " avatar-small", "large": " avatar-large"}
BUTTONS = {
    "primary": "btn btn-primary",
    "plain": "btn btn-plain",
    "quiet": "btn btn-ghost",
    "danger": "btn btn-plain btn-danger",
}
STAT_TONES = {
    "neutral": "stat",
    "info": "stat stat-info",
    "success": "stat stat-success",
    "warning": "stat stat-warning",
    "danger": "stat stat-danger",
}
STEP_STATES = {
    "done": "step step-done",
    "current": "step step-current",
    "late": "step step-late",
    "skipped": "step step-skipped",
}
STEP_ICONS = {"done": "save", "late": "late", "skipped": "close"}


@cache
def _built() -> dict[str, str]:
    """Names on disk by the names that templates use, from the build; empty before the first build."""
    try:
        files: dict[str, str] = json.loads(MANIFEST.read_text(encoding="utf-8"))["files"]
    except (FileNotFoundError, ValueError, KeyError):
        return {}
    return files


@cache
def _asset(name: str) -> str:
    return static(f"keqiao/build/{_built().get(name, name)}")


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file, e.g. "app.css", under the name of its content, so that caches never show an old one."""
    return _asset(name)


@register.simple_tag
def form_key() -> SafeString:
    """Belongs into every form that adds something: sent twice, it is done once (config.forms)."""
    return format_html('<input type="hidden" name="form_key" value="{}">', secrets.token_urlsafe(12))


@cache
def _icon(name: str, css: str) -> SafeString:
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f" {css}" if css else "",
        _asset("icons.svg"),
        name,
    )


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """A drawing from kernel.icons; with a label it speaks for itself, without it is decoration."""
    if not label:
        return _icon(name, css)
    return format_html('{}<span class="sr-only">{}</span>', _icon(name, css), label)


@register.simple_tag
def badge(text: object, tone: str = "neutral", sign: str = "") -> SafeString:
    """A short coloured word; tones: neutral, info, success, warning, danger. `sign` is an icon's name."""
    return _badge(str(text), hasattr(text, "__html__"), tone, sign)


@lru_cache(maxsize=4096)
def _badge(text: str, safe: bool, tone: str, sign: str) -> SafeString:
    shown = SafeString(text) if safe else text
    return format_html('<span class="{}">{}{}</span>', TONES[tone], _icon(sign, "") if sign else EMPTY, shown)


@register.simple_tag
def due_badge(text: object, tone: str = "neutral") -> SafeString:
    """How long is left, or how late: a badge with a clock, an alarm clock when late (danger)."""
    return badge(text, tone, "late" if tone == "danger" else "clock")


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """The first character of a name on a colour that stays the same for the name; size "", "small" or "large"."""
    colour = AVATARS[zlib.crc32(name.encode()) % len(AVATARS)]
    return format_html('<span class="{}{}" aria-hidden="true">{}</span>', colour, AVATAR_SIZES[size], name[:1])


@register.simple_tag
def stat(
    label: object,
    value: object,
    sub: object = "",
    tone: str = "neutral",
    url: str = "",
    sign: str = "",
    change: object = "",
) -> SafeString:
    """A figure with its name; a link when `url` is given. `change` is a small badge in the tone beside the value."""
    inner = format_html(
        '<span class="stat-label">{}{}</span><span class="stat-value">{}{}</span>{}',
        format_html('<span class="stat-icon">{}</span>', _icon(sign, "")) if sign else EMPTY,
        label,
        value,
        badge(change, tone) if change else EMPTY,
        format_html('<span class="stat-sub">{}</span>', sub) if sub else EMPTY,
    )
    if url:
        return format_html('<a class="{}" href="{}">{}</a>', STAT_TONES[tone], url, inner)
    return format_html('<div class="{}">{}</div>', STAT_TONES[tone], inner)


@register.simple_block_tag
def keep(content: str) -> SafeString:
    """{% keep as name %} … {% endkeep %}: render once, use in several places."""
    return SafeString(content.strip())


@register.simple_block_tag
def card(content: str, title: object = "", url: str = "", url_label: object = "", css: str = "") -> SafeString:
    """{% card title="…" url="…" url_label="…" %} … {% endcard %}: a white box with a heading and one link."""
    link = format_html('<a class="link" href="{}">{}</a>', url, url_label or _("查看全部")) if url else EMPTY
    head = format_html('<div class="box-head"><h2>{}</h2>{}</div>', title, link) if title else EMPTY
    return format_html('<section class="box {}">{}{}</section>', css, head, content)


@register.simple_block_tag
def page_header(content: str, title: object, subtitle: object = "", above: object = "") -> SafeString:
    """{% page_header title subtitle %} buttons {% endpage_header %}: the head of a page that has no base head."""
    return format_html(
        '<div class="page-head"><div class="page-head-text">{}<h1>{}</h1>{}</div>'
        '<div class="page-actions">{}</div></div>',
        format_html('<p class="page-sub">{}</p>', above) if above else EMPTY,
        title,
        format_html('<p class="page-sub">{}</p>', subtitle) if subtitle else EMPTY,
        content,
    )


@register.simple_tag
def empty(
    title: object, hint: object = "", action_url: str = "", action_label: object = "", sign: str = "inbox"
) -> SafeString:
    """Nothing here: says so, says what to do next, and offers to do it."""
    return format_html(
        '<div class="empty"><span class="empty-icon">{}</span><p class="empty-title">{}</p>{}{}</div>',
        _icon(sign, ""),
        title,
        format_html('<p class="empty-hint">{}</p>', hint) if hint else EMPTY,
        button(action_label, action_url, "primary", "close" if sign == "search" else "add") if action_url else EMPTY,
    )


@register.filter
def elsewhere(tabs: Sequence[Any] | None) -> str:
    """The label of the open tab of a list, unless that is the first."""
    return next((str(tab[0]) for tab in (tabs or ())[1:] if tab[2]), "")


@register.simple_tag(takes_context=True)
def offers(context: Any, resource: str) -> SafeString:
    """Further ways out of an empty list, as buttons."""
    found = offers_of(resource, context["request"].actor) if resource else []
    buttons = format_html_join(" ", "{}", ((button(one.label, one.url, "plain", one.icon),) for one in found))
    return format_html('<p class="empty-offers">{}</p>', buttons) if found else EMPTY


@register.simple_tag
def button(
    label: object,
    url: str = "",
    tone: str = "plain",
    sign: str = "",
    name: str = "",
    value: str = "",
    dialog: bool = False,
) -> SafeString:
    """A link like a button when `url` is given (opening in the page's dialog when `dialog`), else a submit button."""
    css = BUTTONS.get(tone, BUTTONS["plain"])
    inner = format_html("{}{}", _icon(sign, "") if sign else EMPTY, label)
    if url:
        opens = _dialog_attributes(url) if dialog else EMPTY
        return format_html('<a class="{}" href="{}"{}>{}</a>', css, url, opens, inner)
    named = format_html(' name="{}" value="{}"', name, value) if name else EMPTY
    return format_html('<button class="{}"{}>{}</button>', css, named, inner)


def _dialog_attributes(url: str) -> SafeString:
    return format_html(' hx-get="{}" hx-target="#dialog-body" hx-select="#dialog-part" hx-swap="innerHTML"', url)


@register.simple_tag
def tabs(items: Iterable[Sequence[Any]], label: object = "") -> SafeString:
    """A row of links; items are (label, url, current) or (label, url, current, count)."""
    links = format_html_join(
        "",
        '<a class="tab-link" href="{}"{}>{}{}</a>',
        (
            (
                item[1],
                mark_safe(' aria-current="page"') if item[2] else EMPTY,
                item[0],
                format_html(' <span class="tab-count">{}</span>', item[3])
                if len(item) > 3 and item[3] is not None
                else EMPTY,
            )
            for item in items
        ),
    )
    return format_html('<nav class="tab-row" aria-label="{}">{}</nav>', label or _("分类"), links)


@register.inclusion_tag("ui/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, object]:
    """What happened, newest as given; entries have: at, actor, title, body, icon, tone, changes [(label, old, new)]."""
    return {"entries": entries}


@register.simple_tag
def stage_steps(stages: Iterable[Sequence[Any]], label: object = "") -> SafeString:
    """The stages of a matter: (label, state, note); state is done, current, late, skipped or "" for not yet."""
    spoken = {"done": _("已完成"), "current": _("进行中"), "late": _("已超时"), "skipped": _("已跳过"), "": _("未开始")}
    items = format_html_join(
        "",
        '<li class="{}"{}><span class="step-dot">{}</span>'
        '<span class="step-label">{}<span class="sr-only">{}</span></span>{}</li>',
        (
            (
                STEP_STATES.get(stage[1], "step"),
                mark_safe(' aria-current="step"') if stage[1] in {"current", "late"} else EMPTY,
                _icon(STEP_ICONS[stage[1]], "") if stage[1] in STEP_ICONS else EMPTY,
                stage[0],
                _("（%s）") % spoken[stage[1]],
                format_html('<span class="step-note">{}</span>', stage[2]) if len(stage) > 2 and stage[2] else EMPTY,
            )
            for stage in stages
        ),
    )
    return format_html('<ol class="steps-bar" aria-label="{}">{}</ol>', label or _("办理进度"), items)


def _room(value: object, *, alone: bool) -> SafeString:
    """The class of a fact: a row of its own, and lines where the text has some."""
    if not isinstance(value, str):
        return EMPTY
    if "\n" in value and not isinstance(value, SafeString):
        return _LINES
    return _WIDE if alone or len(strip_tags(value)) > LONG else EMPTY


@register.simple_tag
def dl(pairs: Iterable[tuple[object, object]], css: str = "") -> SafeString:
    """Names and values in a grid; an empty value is shown as a dash, a long text or a single one takes the whole row.

    Plain text keeps its lines.
    """
    found = list(pairs)
    shown = (
        (_room(value, alone=len(found) == 1), name, "—" if value in (None, "") else value) for name, value in found
    )
    rows = format_html_join("", "<div{}><dt>{}</dt><dd>{}</dd></div>", shown)
    return format_html('<dl class="facts {}">{}</dl>', css, rows)


def filesize(size: int) -> str:
    """Bytes as people say them: 12 KB, 3.4 MB."""
    if size < 1024:
        return ngettext("%(count)d 字节", "%(count)d 字节", size) % {"count": size}
    amount = float(size)
    for unit in ("KB", "MB", "GB"):
        amount /= 1024
        if amount < 1024 or unit == "GB":
            break
    return f"{amount:.0f} {unit}" if amount >= 10 or unit == "KB" else f"{amount:.1f} {unit}"


register.simple_tag(filesize, name="filesize")
register.filter("filesize", filesize)


@register.simple_tag
def table_rows(page: Any) -> SafeString:
    """The body of a list: first cell is the row's link; labels let the row become a card on a phone."""
    labels = [conditional_escape(column[0]) for column in page.columns]
    classes = [conditional_escape(column[3]) for column in page.columns]
    ticks, choose = bool(page.selection), conditional_escape(_("选择此行"))
    out: list[str] = []
    for url, pk, cells in page.rows:
        out.append("<tr>")
        if ticks:
            out.append(
                f'<td class="tick"><input type="checkbox" name="pk" value="{conditional_escape(pk)}" form="bulk-form" '
                f'aria-label="{choose}" @change="recount"></td>'
            )
        for at, cell in enumerate(cells):
            content: str = conditional_escape(cell)
            if at == 0:
                content = f'<a class="row-link" href="{conditional_escape(url)}">{content}</a>'
            out.append(f'<td class="{classes[at]}" data-label="{labels[at]}">{content}</td>')
        out.append("</tr>")
    return SafeString("".join(out))


@register.simple_tag
def dialog_link(url: str) -> SafeString:
    """Attributes that open a verb's page in the page's dialog; the link's own href stays as the way without scripts."""
    return _dialog_attributes(url)
