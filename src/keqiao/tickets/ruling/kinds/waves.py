"""集中投诉: how many alike complaints within how many hours are a wave. The numbers are the house's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.tickets.ruling.kinds.base import Data, Names, Row, RuleForm, RuleKind

CODE = "wave"
WORDS = {"product": _("同类别、同产品的投诉"), "unit": _("同类别、同受理部门的投诉")}


@dataclass(frozen=True, slots=True)
class Limit:
    """From `count` alike complaints within `hours` on it is a wave; `by` says alike in what."""

    by: str
    count: int
    hours: int


def parse(rows: Sequence[Data]) -> tuple[Limit, ...]:
    """The limits that are switched on."""
    return tuple(Limit(data["by"], data["count"], data["hours"]) for data in rows if data["on"])


class WaveForm(RuleForm):
    """On or off, how many, how long."""

    on = forms.BooleanField(label=_("报警"), required=False)
    count = forms.IntegerField(label=_("达到几张时报警"), min_value=2, max_value=999)
    hours = forms.IntegerField(label=_("多少小时以内"), min_value=1, max_value=168, help_text=_("一天填 24。"))

    def read(self) -> dict[str, Any]:
        """What the rule is about does not change."""
        return {**super().read(), "by": self.obj["by"]}


def cells(data: Data, names: Names) -> Sequence[str]:
    """What is alike; from how many on."""
    if not data["on"]:
        return str(WORDS[data["by"]]), now_("不报警")
    return str(WORDS[data["by"]]), now_("%(hours)d 小时内达到 %(n)d 张时报警") % {
        "hours": data["hours"],
        "n": data["count"],
    }


def defaults() -> list[Row]:
    """What a new installation starts with."""
    return [
        Row(CODE, by, place, {"by": by, "on": True, "count": count, "hours": 24})
        for place, (by, count) in enumerate((("product", 5), ("unit", 10)), 1)
    ]


WAVES = RuleKind(
    code=CODE,
    tab="waves",
    tab_label=_("集中投诉"),
    title=_("集中投诉报警"),
    hint=_("短时间内同样的投诉很多时，向客服部门和有关部门的负责人报警一次；报警后继续到来的归入同一次。"),
    columns=(_("什么投诉"), _("报警条件")),
    cells=cells,
    form=WaveForm,
    addable=False,
    defaults=defaults,
)
