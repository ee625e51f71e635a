"""升级: the ladder. At a share of the deadline, or so long after it, who up the line is told, by severity and stage.

No standard says how fast, so the numbers are the house's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.dates import humanise
from keqiao.tickets.models import Severity, Ticket
from keqiao.tickets.ruling.kinds import where
from keqiao.tickets.ruling.kinds.base import Data, Names, Row, RuleKind
from keqiao.tickets.ruling.kinds.deadlines import DAY, LONGEST, SOLVE, STAGES
from keqiao.tickets.ruling.kinds.where import WhereForm, labels, ticks

CODE = "escalation"
ENDED = frozenset({Ticket.Stage.CLOSED, Ticket.Stage.WITHDRAWN})


class Role(models.TextChoices):
    """Who can be told, from the matter upwards."""

    HANDLER = "handler", _("负责人")
    TEAM = "team", _("班组长")
    DEPARTMENT = "department", _("部门经理")
    SERVICE = "service", _("客服经理")
    GENERAL = "general", _("总经理")


class Basis(models.TextChoices):
    """What a rung is counted from."""

    SHARE = "share", _("到期前：用掉时限的百分比")
    LATE = "late", _("到期后：超时的工作分钟")


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: when, who is told, for which matters; `key` is the same from version to version."""

    key: str
    basis: str
    amount: int
    roles: tuple[str, ...]
    at_once: bool = False
    kinds: frozenset[str] = frozenset()
    severities: frozenset[int] = frozenset()
    stages: frozenset[str] = frozenset()

    def fits(self, kind: str, severity: int, stage: str, *, whole: bool) -> bool:
        """Whether it is meant for a matter that is in `stage`; `whole`: the deadline that runs is that of the whole."""
        if (self.kinds and kind not in self.kinds) or (self.severities and severity not in self.severities):
            return False
        return not self.stages or stage in self.stages or (whole and SOLVE in self.stages)

    def left(self, limit: int) -> int:
        """Working minutes left of a limit of so many when the rung is reached; negative after the deadline."""
        return limit - limit * self.amount // 100 if self.basis == Basis.SHARE else -self.amount

    def when(self) -> str:
        """When, in words."""
        return when(self.basis, self.amount)


def when(basis: str, amount: int) -> str:
    """When, in words."""
    if basis == Basis.SHARE:
        return now_("到期时") if amount == 100 else now_("用掉时限的 %d%%") % amount
    return now_("超时 %s") % humanise(amount, day_minutes=DAY) if amount else now_("到期时")


def who(roles: Sequence[str]) -> str:
    """Whom, in words, from the matter upwards."""
    return labels(roles, Role.choices)


def parse(rows: Sequence[Row]) -> tuple[Rung, ...]:
    """The rungs in use."""
    return tuple(
        Rung(
            key=row.key,
            basis=row.data["basis"],
            amount=row.data["amount"],
            roles=tuple(row.data["roles"]),
            at_once=bool(row.data.get("at_once")),
            kinds=frozenset(row.data.get("kinds") or ()),
            severities=frozenset(row.data.get("severities") or ()),
            stages=frozenset(row.data.get("stages") or ()),
        )
        for row in rows
        if row.kind == CODE and row.active
    )


class EscalationForm(WhereForm):
    """For which matters, when, and who is told."""

    asks = ("severities", "kinds")
    stages = ticks(_("阶段"), STAGES, help_text=_("不选表示所有阶段。"))
    basis = forms.ChoiceField(label=_("从哪里算起"), choices=Basis.choices)
    amount = forms.IntegerField(
        label=_("百分比或工作分钟"), min_value=0, max_value=LONGEST,
        help_text=_("到期前填 1 至 100 的百分比；到期后填工作分钟，一个工作日通常为 480 分钟，0 表示到期时。"),
    )  # fmt: skip
    roles = forms.MultipleChoiceField(
        label=_("告知谁"), choices=Role.choices, widget=forms.CheckboxSelectMultiple,
        help_text=_("没有设置的，由再上一级的负责人代替。"), error_messages={"required": _("请选择告知谁。")},
    )  # fmt: skip
    at_once = forms.BooleanField(
        label=_("休息时间也立即告知"), required=False, help_text=_("不勾选时，休息时间的提醒移到下一个工作时间。")
    )

    def clean(self) -> dict[str, Any]:
        """A share is 1 to 100."""
        cleaned = super().clean() or self.cleaned_data
        amount = cleaned.get("amount")
        if cleaned.get("basis") == Basis.SHARE and amount is not None and not 1 <= amount <= 100:
            self.add_error("amount", _("百分比请填 1 至 100。"))
        return cleaned

    def read(self) -> dict[str, Any]:
        """Only what was given; the people from the matter upwards."""
        data = super().read()
        data["roles"] = [role for role in Role.values if role in data["roles"]]
        return {name: value for name, value in data.items() if name not in {"stages", "at_once"} or value}


def cells(data: Data, names: Names) -> Sequence[str]:
    """Which matters; in which stages; when; who."""
    told = who(data["roles"])
    return (
        where.words(data, names),
        labels(data.get("stages") or (), STAGES) or now_("所有阶段"),
        when(data["basis"], data["amount"]),
        now_("%s（休息时间也告知）") % told if data.get("at_once") else told,
    )


def defaults() -> list[Row]:
    """What a new installation starts with: the graver, the sooner and the higher."""
    general, serious, major, critical = (int(one) for one in Severity)
    rungs: list[tuple[str, list[int], str, int, list[str]]] = [
        ("due", [general, serious, major], Basis.LATE, 0, [Role.HANDLER]),
        ("general-1", [general], Basis.LATE, DAY, [Role.TEAM]),
        ("general-2", [general], Basis.LATE, 2 * DAY, [Role.DEPARTMENT]),
        ("general-3", [general], Basis.LATE, 5 * DAY, [Role.SERVICE]),
        ("serious-1", [serious], Basis.LATE, 240, [Role.TEAM]),
        ("serious-2", [serious], Basis.LATE, DAY, [Role.DEPARTMENT]),
        ("serious-3", [serious], Basis.LATE, 3 * DAY, [Role.SERVICE, Role.GENERAL]),
        ("major-1", [major], Basis.SHARE, 90, [Role.TEAM]),
        ("major-2", [major], Basis.LATE, 120, [Role.DEPARTMENT, Role.SERVICE]),
        ("major-3", [major], Basis.LATE, DAY, [Role.GENERAL]),
        ("critical-1", [critical], Basis.SHARE, 50, [Role.TEAM]),
        ("critical-2", [critical], Basis.LATE, 0, [Role.HANDLER, Role.DEPARTMENT, Role.SERVICE]),
        ("critical-3", [critical], Basis.LATE, 60, [Role.GENERAL]),
    ]
    return [
        Row(
            CODE, key, place,
            {"severities": levels, "basis": str(basis), "amount": amount, "roles": [str(role) for role in roles]}
            | ({"at_once": True} if levels == [critical] else {}),
        )
        for place, (key, levels, basis, amount, roles) in enumerate(rungs, 1)
    ]  # fmt: skip


ESCALATING = RuleKind(
    code=CODE,
    tab="escalation",
    tab_label=_("升级"),
    title=_("逐级上报"),
    hint=_(
        "快到期或超时的工单按时间一级一级告知上级，每一级对同一个期限只告知一次；期限改变后重新计算，等待客户时停止。"
        "到预警比例时提醒负责人，在“时限”里设置。"
    ),
    columns=(_("适用工单"), _("阶段"), _("什么时候"), _("告知谁")),
    cells=cells,
    condition=3,
    form=EscalationForm,
    defaults=defaults,
)
