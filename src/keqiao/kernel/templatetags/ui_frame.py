"""What the frame of every page is made of beside its parts: drawn once, the same on all pages."""

from functools import cache

from django import template
from django.template.base import Parser, Token
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

register = template.Library()


class _Once(template.Node):
    """What was drawn for each language."""

    def __init__(self, inside: template.NodeList) -> None:
        self.nodelist = inside
        self.drawn: dict[str | None, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """The kept text of the language in force."""
        language = get_language()
        if language not in self.drawn:
            self.drawn[language] = self.nodelist.render(context)
        return self.drawn[language]


@register.tag
def once(parser: Parser, _token: Token) -> template.Node:
    """{% once %} … {% endonce %}: drawn once for each language and kept, so nothing in it may depend on the page."""
    inside = parser.parse(("endonce",))
    parser.delete_first_token()
    return _Once(inside)


@register.simple_tag
def phrases() -> SafeString:
    """The words that scripts show, in the reader's language."""
    return _phrases(get_language())


@cache
def _phrases(_language: str | None) -> SafeString:
    words = {
        "close": _("关闭"),
        "dateShape": _("年-月-日"),
        "momentShape": _("年-月-日 时:分"),
        "timeShape": _("时:分"),
        "dateWrong": _("请按提示的样子填写，例如 2026-11-28、11-28 或 09:30。"),
        "needText": _("请填写这一项。"),
        "needChoice": _("请选择一项。"),
        "needTick": _("请勾选后再提交。"),
        "needFile": _("请选择文件。"),
        "wrongEmail": _("请填写完整的邮箱，例如 name@example.com。"),
        "wrongUrl": _("请填写完整的网址，例如 https://example.com/。"),
        "wrongNumber": _("请填写数字。"),
        "wrongWhole": _("请填写整数。"),
        "tooSmall": _("不能小于 {n}。"),
        "tooBig": _("不能大于 {n}。"),
        "tooShort": _("至少 {n} 个字。"),
        "days": _("昨天 今天 明天 后天"),
        "pickDate": _("选择日期和时间"),
        "previousMonth": _("上个月"),
        "nextMonth": _("下个月"),
        "year": pgettext("calendar", "年"),
        "month": pgettext("calendar", "月"),
        "hour": pgettext("calendar", "时"),
        "minute": pgettext("calendar", "分"),
        "today": _("今天"),
        "now": _("现在"),
        "clear": _("清除"),
        "done": pgettext("calendar", "确定"),
        "offline": _("网络不通，内容已保留，请稍后重试"),
        "restored": _("已恢复您上次没有提交的内容。"),
        "tooLong": _("这里最多 {most} 个字，粘贴后有 {length} 个字。内容都还在，请删减后再提交。"),
        "discard": _("放弃恢复"),
        "signedOut": _("登录已过期，内容已保留，登录后可继续。"),
        "status400": _("请求无法处理，请刷新页面后重试。"),
        "status403": _("您没有权限执行此操作，如有需要请联系主管。"),
        "status404": _("记录不存在或已被删除，请返回列表查看。"),
        "status413": _("上传的内容过大，请压缩后重试。"),
        "status429": _("操作过于频繁，请稍后再试。"),
        "status507": _("没有保存：服务器写不进数据，内容仍在页面上。请告诉系统管理员，然后再提交一次。"),
        "status500": _("系统出错，内容已保留。请稍后重试，若仍不行请联系管理员。"),
    }
    return json_script(words, "phrases")
