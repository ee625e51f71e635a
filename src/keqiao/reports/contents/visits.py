"""The summary of a month's call-backs: coverage, satisfaction, low scores and what was put right, suggestions."""

from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.reports.contents.parts import Part, interval, named, percent
from keqiao.reports.figures import charts, counts, links, more
from keqiao.reports.figures.period import Period
from keqiao.suggestions.queries import Analysis, analysis
from keqiao.visits.models import Rectification, Visit
from keqiao.visits.queries import (
    Coverage,
    Satisfaction,
    coverage_by_unit,
    coverage_url,
    list_url,
    satisfaction_by_unit,
    satisfaction_url,
)


def parts(actor: Actor, period: Period) -> list[Part]:
    """All sections. Eight queries, whatever the number of call-backs."""
    covered, scores = counts.coverage(actor, period), counts.satisfaction(actor, period)
    wishes = analysis(actor, period.first, period.last)
    return [
        overview(actor, covered, period), satisfied(scores, period), units(actor, period),
        low(actor, scores, period), suggested(wishes, period), conclusion(covered, scores),
    ]  # fmt: skip


def overview(actor: Actor, covered: Coverage, period: Period) -> Part:
    """How many had to be made, how many were made in time, and those that could not be reached."""
    part, tried = Part("overview", _("回访完成情况")), more.efforts(actor, period)
    first, last, unit = period.first, period.last, period.unit_id
    lost = tried.statuses.get(Visit.Status.UNREACHABLE, 0)
    part.figure(_("应回访"), covered.due, coverage_url(first, last, "due", unit))
    part.figure(
        _("按时完成率"), percent(covered.share), coverage_url(first, last, "in_time", unit),
        interval(covered.low, covered.high) if covered.due else "",
    )  # fmt: skip
    part.figure(_("未按时完成"), covered.due - covered.done_in_time, coverage_url(first, last, "missed", unit))
    url = list_url(status=Visit.Status.UNREACHABLE.value, due_after=first, due_before=last, unit=unit)
    part.figure(_("联系不上"), lost, url)
    if not covered.due:
        part.text = _("本期没有到期的回访。")
        return part
    said = {
        "due": covered.due, "done": covered.done_in_time, "share": percent(covered.share),
        "missed": covered.due - covered.done_in_time, "lost": lost,
    }  # fmt: skip
    part.text = (
        _(
            "本期应回访 %(due)s 次，按时完成 %(done)s 次，按时完成率 %(share)s；未按时 %(missed)s 次，联系不上 %(lost)s 次。"
        )
        % said
    )
    if tried.tries is not None:
        part.text += _("完成的回访平均联系 %(n)s 次。") % {"n": f"{tried.tries + 1:.1f}"}
    return part


def satisfied(scores: Satisfaction, period: Period) -> Part:
    """How many gave each score."""
    part, unit = Part("satisfaction", _("客户满意度")), period.unit_id
    all_url = satisfaction_url(period.first, period.last, None, unit)
    part.figure(_("满意度"), percent(scores.csat.value), all_url, interval(scores.csat.low, scores.csat.high))
    part.figure(_("平均分"), "—" if scores.mean is None else f"{scores.mean:.2f}", all_url)
    part.figure(_("评价"), scores.n, all_url)
    part.table(
        _("满意度分布"), [_("评价"), _("回访"), _("占比")],
        [
            [(_("%(n)d 分 %(word)s") % {"n": score, "word": Visit.Score(score).label}, ""),
             (n, satisfaction_url(period.first, period.last, score, unit)),
             (percent(n / scores.n if scores.n else None), "")]
            for score, n in sorted(scores.counts.items(), reverse=True)
        ],
    )  # fmt: skip
    part.chart(_("满意度分布"), charts.by_score(scores, period))
    if scores.mean is None:
        part.text = _("本期没有客户评价。")
    else:
        part.text = _("共有 %(n)s 位客户评价，满意和非常满意占 %(share)s（%(interval)s），平均 %(mean)s 分。") % {
            "n": scores.n, "share": percent(scores.csat.value), "mean": f"{scores.mean:.2f}",
            "interval": interval(scores.csat.low, scores.csat.high),
        }  # fmt: skip
    return part


def units(actor: Actor, period: Period) -> Part:
    """Each unit below: coverage and satisfaction side by side."""
    part, first, last = Part("units", _("各部门情况")), period.first, period.last
    mine = set(period.unit_ids)
    covered = {one.unit_id: one for one in coverage_by_unit(actor, first, last) if not mine or one.unit_id in mine}
    scores = {one.unit_id: one for one in satisfaction_by_unit(actor, first, last) if not mine or one.unit_id in mine}
    names = {one.unit_id: one.name for one in (*covered.values(), *scores.values())}
    rows = []
    for pk, name in sorted(names.items(), key=lambda pair: pair[1]):
        due = covered[pk].coverage if pk in covered else None
        said = scores[pk].satisfaction if pk in scores else None
        rows.append(
            [(name, ""), (due.due if due else 0, coverage_url(first, last, "due", pk)),
             (percent(due.share if due else None), coverage_url(first, last, "in_time", pk)),
             (said.n if said else 0, satisfaction_url(first, last, None, pk)),
             (percent(said.csat.value if said else None), "")]
        )  # fmt: skip
    heads = [_("部门"), _("应回访"), _("按时完成率"), _("评价"), _("满意度")]
    part.table(_("各部门情况"), heads, rows, empty=_("本期没有数据。"))
    behind = [(one.name, one.coverage.due - one.coverage.done_in_time) for one in covered.values() if one.coverage]
    behind = sorted(((name, n) for name, n in behind if n), key=lambda pair: (-pair[1], pair[0]))
    part.text = _("未按时回访的有%(named)s。") % {"named": named(behind)} if behind else _("各部门都按时完成了回访。")
    return part


def low(actor: Actor, scores: Satisfaction, period: Period) -> Part:
    """Low scores, matters not solved, and what the departments put right."""
    part, status = Part("low", _("低分与整改")), Rectification.Status
    tasks, bad = more.rectifications(period), more.unsolved(actor, period)
    few = more.total(n for score, n in scores.counts.items() if score <= more.LOW)
    span = {"status": Visit.Status.DONE.value, "done_after": period.first, "done_before": period.last}
    part.figure(_("客户说没有解决"), bad, list_url(**span, solved=0, unit=period.unit_id))
    for score in range(1, more.LOW + 1):
        url = satisfaction_url(period.first, period.last, score, period.unit_id)
        part.figure(str(Visit.Score(score).label), scores.counts.get(score, 0), url)
    part.table(
        _("本期下达的回访整改"), [_("状态"), _("整改任务")],
        [[(label, ""), (tasks.get(code, 0), more.rectifications_url(period, status=code))] for code, label in status.choices],
    )  # fmt: skip
    done = tasks.get(status.PASSED, 0) + tasks.get(status.REPORTED, 0)
    part.text = _(
        "不满意和非常不满意共 %(low)s 次，客户表示没有解决 %(bad)s 次；下达整改 %(tasks)s 项，已通过检查 %(done)s 项。"
    ) % {"low": few, "bad": bad, "tasks": more.total(tasks.values()), "done": done}
    return part


def suggested(found: Analysis, period: Period) -> Part:
    """What customers proposed, and what became of it."""
    part, total = Part("suggestions", _("客户建议")), found.total

    def url(**query: object) -> str:
        span = {"registered_after": period.first, "registered_before": period.last, "department": period.unit_id}
        return links.listing("suggestions", "counted", **(span | query))

    part.figure(_("登记建议"), total.count, url())
    part.figure(_("采纳"), total.adopted, url(adopted=1), _("采纳率 %s") % percent(total.share))
    part.figure(_("已办结"), total.closed, url(status="closed"))
    part.table(
        _("客户建议"), [_("内容类别"), _("建议"), _("采纳"), _("不采纳")],
        [
            [(one.name, ""), (one.count, url(topic=one.key)), (one.adopted, url(topic=one.key, adopted=1)),
             (one.declined, url(topic=one.key, adopted=0))]
            for one in found.topics
        ],
        empty=_("本期没有登记客户建议。"),
    )  # fmt: skip
    part.text = (
        _("本期登记客户建议 %(n)s 条，采纳 %(yes)s 条，不采纳 %(no)s 条，还没有结果 %(wait)s 条。")
        % {"n": total.count, "yes": total.adopted, "no": total.declined, "wait": total.waiting}
        if total.count
        else _("本期没有登记客户建议。")
    )
    return part


def conclusion(covered: Coverage, scores: Satisfaction) -> Part:
    """What follows: a beginning that a person goes on with."""
    part, said = Part("conclusion", _("结论与下一步")), []
    if covered.due and covered.done_in_time < covered.due:
        said.append(_("1. 未按时完成的回访请逐件说明原因，下期不再发生。"))
    if more.total(n for score, n in scores.counts.items() if score <= more.LOW):
        said.append(_("2. 低分回访请责任部门按期完成整改，由回访人再次联系客户。"))
    part.text = "\n".join(said)
    return part
