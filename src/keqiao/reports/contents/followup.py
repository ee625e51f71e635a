"""The weekly report on the quality of follow-up: how it went, which call-backs had a problem, and what is put right."""

from django.urls import reverse
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.reports.contents.parts import Part, named
from keqiao.reports.contents.visits import low, overview, satisfied
from keqiao.reports.figures import counts, more
from keqiao.reports.figures.period import Period
from keqiao.visits.models import Visit


def parts(actor: Actor, period: Period) -> list[Part]:
    """All sections. Six queries, whatever the number of call-backs."""
    covered, scores = counts.coverage(actor, period), counts.satisfaction(actor, period)
    found = list(more.problems(actor, period))
    return [
        overview(actor, covered, period), satisfied(scores, period), problems(found), low(actor, scores, period),
        conclusion(found),
    ]  # fmt: skip


def responsible(visit: Visit) -> str:
    """Which department was at fault, where that is known."""
    complaint = getattr(visit.ticket, "complaint", None) if visit.ticket else None
    unit = getattr(complaint, "responsible_unit", None)
    return unit.name if unit else ""


def problems(found: list[Visit]) -> Part:
    """Each call-back with a low score or an unsolved matter, with what is put right about it."""
    part = Part("problems", _("有质量问题的跟踪"))
    part.table(
        _("有质量问题的跟踪"), [_("回访事项"), _("回访单号"), _("评价"), _("是否解决"), _("责任部门"), _("整改")],
        [
            [(one.matter, ""), (one.number, reverse("visits:detail", args=[one.pk])),
             (one.get_satisfaction_display(), ""), (_("已解决") if one.solved else _("没有解决"), ""),
             (responsible(one) or "—", ""), (state(one), "")]
            for one in found
        ],
        empty=_("本周没有低分或未解决的回访。"),
    )  # fmt: skip
    if not found:
        part.text = _("本周没有低分或未解决的回访。")
        return part
    part.text = _("本周有 %(n)s 次回访得分低或客户表示没有解决，逐件列在下面。") % {"n": len(found)}
    units = by_unit(found)
    if units:
        part.text += _("涉及%(named)s。") % {"named": named(units)}
    return part


def state(visit: Visit) -> str:
    """How far the rectification is, if there is one."""
    task = getattr(visit, "rectification", None)
    return str(task.get_status_display()) if task else "—"


def by_unit(found: list[Visit]) -> list[tuple[str, int]]:
    """How many each department answers for, the most first."""
    counted: dict[str, int] = {}
    for one in found:
        if name := responsible(one):
            counted[name] = counted.get(name, 0) + 1
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def conclusion(found: list[Visit]) -> Part:
    """What follows: a beginning that a person goes on with."""
    part = Part("conclusion", _("结论与下一步"))
    units = by_unit(found)
    if units:
        part.text = _("请%(name)s在下周五前说明上述问题的原因和整改情况。") % {"name": units[0][0]}
    return part
