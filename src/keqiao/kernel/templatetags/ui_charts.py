"""Charts, each with its figures as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def chart(spec: Mapping[str, Any], name: str, title: object = "") -> SafeString:
    """A chart and the same figures as a table.

    spec: {"type": bar|line|pareto|donut|stacked, "labels": [...], "series": [{"name", "data"}], "urls": [...]};
    clicking label i opens urls[i], or the series' own urls[i] where it has some. `name` is unique on the page. The
    page loads charts.js in block `scripts`.
    """
    series, urls = spec["series"], spec.get("urls") or []
    data = json_script(dict(spec), name, DjangoJSONEncoder)

    def named(at: int, text: object, urls: Sequence[str] = urls) -> object:
        linked = at < len(urls) and urls[at]
        return format_html('<a class="link" href="{}">{}</a>', urls[at], text) if linked else text

    head = format_html_join("", '<th scope="col" class="num">{}</th>', ((one["name"],) for one in series))
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (
                named(at, text),
                format_html_join(
                    "",
                    '<td class="num">{}</td>',
                    ((named(at, one["data"][at], one.get("urls") or []),) for one in series),
                ),
            )
            for at, text in enumerate(spec["labels"])
        ),
    )
    return format_html(
        '<figure class="chart"><div class="chart-area" data-chart="{0}" role="img" aria-label="{1}"></div>{2}'
        '<details class="chart-data"><summary>{3}</summary><div class="scroll-x"><table class="mini"><thead><tr>'
        '<th scope="col">{4}</th>{5}</tr></thead><tbody>{6}</tbody></table></div></details></figure>',
        name,
        title or _("图表"),
        data,
        _("以表格查看"),
        _("项目"),
        head,
        rows,
    )
