"""重点客户: whose matters are reported to the team leader once a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Tag, every_tier
from keqiao.tickets.ruling.kinds.base import REST, Data, Names, Row, RuleForm, RuleKind
from keqiao.tickets.ruling.kinds.where import labels, ticks

CODE = "special"


@dataclass(frozen=True, slots=True)
class Special:
    """Tiers by code and tags by id; a customer with any of them is special."""

    tiers: tuple[str, ...] = ()
    tags: tuple[int, ...] = ()


def parse(rows: Sequence[Data]) -> Special:
    """The one rule."""
    return next((Special(tuple(data.get("tiers") or ()), tuple(data.get("tags") or ())) for data in rows), Special())


class SpecialForm(RuleForm):
    """Which tiers, which tags."""

    tags = forms.ModelMultipleChoiceField(
        label=_("客户标签"), required=False, queryset=Tag.objects.order_by("name"),
        widget=forms.SelectMultiple(attrs={"size": 6}), help_text=_("等级或标签符合其中一项的，就是重点客户。"),
    )  # fmt: skip

    def prepare(self) -> None:
        """The tiers as they are called now."""
        own = dict(self.fields)
        self.fields.clear()
        self.fields.update({"tiers": ticks(_("客户等级"), every_tier())} | own)

    def read(self) -> dict[str, Any]:
        """Tags by their ids."""
        return {
            "tiers": list(self.cleaned_data["tiers"]),
            "tags": sorted(one.pk for one in self.cleaned_data["tags"]),
        }


def cells(data: Data, names: Names) -> Sequence[str]:
    """Tiers; tags."""
    tags = [names.tags[pk] for pk in data.get("tags") or () if pk in names.tags]
    return (
        labels(data.get("tiers") or (), every_tier()) or now_("不按等级"),
        now_("、").join(tags) or now_("不按标签"),
    )


SPECIAL = RuleKind(
    code=CODE,
    tab="special",
    tab_label=_("重点客户"),
    title=_("重点客户月报"),
    hint=_("每月初，把上个月重点客户的工单汇总给受理部门的负责人。"),
    columns=(_("客户等级"), _("客户标签")),
    cells=cells,
    condition=2,
    form=SpecialForm,
    addable=False,
    defaults=lambda: [Row(CODE, REST, 1, {"tiers": ["vip", "key"], "tags": []})],
)
