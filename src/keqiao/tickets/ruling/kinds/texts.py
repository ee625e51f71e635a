"""文本: short words that customers are given. Letters on paper are templates of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.tickets.ruling.kinds import where
from keqiao.tickets.ruling.kinds.base import LAST, REST, Data, Names, Row, RuleKind
from keqiao.tickets.ruling.kinds.where import Case, Where, WhereForm

RECEIPT = _("{客户}您好，您的{类型}已受理，单号 {单号}。我们会在 {期限} 前办结，您可以凭单号和手机号后四位查询进度。")
PLACES = ("客户", "类型", "单号", "期限")
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Text:
    """Words, and for which tickets; empty words stand for the ones that the program brings."""

    where: Where
    text: str


def parse(rows: Sequence[Data]) -> tuple[Text, ...]:
    """The texts in their order."""
    return tuple(Text(Where.of(data), data["text"]) for data in rows)


def template_for(texts: Sequence[Text], case: Case) -> str:
    """The words of the first text that fits; empty for those that the program brings."""
    return next((one.text for one in texts if one.where.fits(case)), "")


def receipt_for(texts: Sequence[Text], case: Case, values: Mapping[str, str]) -> str:
    """The receipt of a ticket with its values filled in."""
    text = template_for(texts, case) or str(RECEIPT)
    return _PLACE.sub(lambda match: values.get(match[1], match[0]), text)


class TextForm(WhereForm):
    """For which tickets, and the words."""

    asks: tuple[str, ...] = ("kinds", "channels", "severities")
    text = forms.CharField(
        label=_("受理回执"), max_length=300, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("可以用 {客户} {类型} {单号} {期限}，发出时换成工单上的内容。"),
    )  # fmt: skip

    def clean_text(self) -> str:
        """A misspelt place would reach customers as it stands."""
        text: str = self.cleaned_data["text"].strip()
        unknown = [name for name in _PLACE.findall(text) if name not in PLACES]
        if unknown or text.count("{") != text.count("}"):
            raise forms.ValidationError(_("只能使用 {客户} {类型} {单号} {期限}，请检查大括号里的文字。"))
        if "{单号}" not in text:
            raise forms.ValidationError(_("回执里要有 {单号}，客户凭它查询进度。"))
        return text


class GeneralTextForm(TextForm):
    """The words for all others."""

    asks = ()

    @classmethod
    def fill(cls, data: Data) -> dict[str, Any]:
        """The program's own words where none were set."""
        return {"text": data["text"] or str(RECEIPT)}


def cells(data: Data, names: Names) -> Sequence[str]:
    """Which tickets; the words."""
    return where.words(data, names), data["text"] or now_(str(RECEIPT))


TEXTS = RuleKind(
    code="text",
    tab="texts",
    tab_label=_("文本"),
    title=_("受理回执"),
    hint=_("登记时立即给客户的回执。从上往下，第一条符合的起作用。书面文书的样式另有模板。"),
    columns=(_("适用工单"), _("文字")),
    cells=cells,
    form=TextForm,
    ordered=True,
    rest=GeneralTextForm,
    defaults=lambda: [Row("text", REST, LAST, {"text": ""})],
)
