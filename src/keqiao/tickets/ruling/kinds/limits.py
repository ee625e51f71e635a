"""补偿限额: how much may be paid without approval. The first rule that fits counts; the last one is for all others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.money import format_yuan, parse_yuan, plain_yuan
from keqiao.tickets.ruling.kinds import where
from keqiao.tickets.ruling.kinds.base import LAST, REST, Data, Names, Row, RuleKind
from keqiao.tickets.ruling.kinds.where import Case, Where, WhereForm

LIMIT_FEN = 50_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """Up to how many fen nobody need be asked, and for which tickets."""

    where: Where
    fen: int


def parse(rows: Sequence[Data]) -> tuple[Allowance, ...]:
    """The limits in their order."""
    return tuple(Allowance(Where.of(data), data["limit_fen"]) for data in rows)


def free_of_approval(allowances: Sequence[Allowance], case: Case) -> int:
    """Fen up to which a ticket's compensation needs no approval; 0 where no rule fits: then everything does."""
    return next((one.fen for one in allowances if one.where.fits(case)), 0)


class LimitForm(WhereForm):
    """Which tickets, and the amount."""

    asks: tuple[str, ...] = ("severities", "categories", "tiers")
    limit = forms.CharField(
        label=_("补偿免审批限额（元）"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("不超过这个金额的补偿不需要审批；填 0 表示都要审批。"),
    )  # fmt: skip

    @classmethod
    def fill(cls, data: Data) -> dict[str, Any]:
        """The amount in yuan."""
        return {**super().fill(data), "limit": plain_yuan(data["limit_fen"])}

    def clean_limit(self) -> int:
        """Fen."""
        try:
            fen = parse_yuan(self.cleaned_data["limit"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if fen < 0:
            raise forms.ValidationError(_("限额不能是负数。"))
        return fen

    def read(self) -> dict[str, Any]:
        """In fen."""
        data = super().read()
        data["limit_fen"] = data.pop("limit")
        return data


class GeneralLimitForm(LimitForm):
    """The limit for all others."""

    asks = ()


def cells(data: Data, names: Names) -> Sequence[str]:
    """Which tickets; the amount."""
    return where.words(data, names), now_("%s 以内免审批") % format_yuan(data["limit_fen"])


LIMITS = RuleKind(
    code="limit",
    tab="limits",
    tab_label=_("补偿限额"),
    title=_("补偿免审批限额"),
    hint=_("从上往下，第一条符合的规则起作用；超过限额的补偿自动提交审批，由谁审批在“审批流程”里设置。"),
    columns=(_("适用工单"), _("限额")),
    cells=cells,
    form=LimitForm,
    ordered=True,
    rest=GeneralLimitForm,
    defaults=lambda: [Row("limit", REST, LAST, {"limit_fen": LIMIT_FEN})],
)
