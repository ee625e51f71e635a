"""The monthly analysis of complaints: how many, which types and causes, whose, how grave, and what is done about it."""

from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.money import format_yuan
from keqiao.kernel.statistics import ParetoRow
from keqiao.reports.contents.parts import Part, compared, interval, named, percent
from keqiao.reports.figures import charts, counts, links, more
from keqiao.reports.figures.charts import complaints_url
from keqiao.reports.figures.counts import Complaints
from keqiao.reports.figures.period import Period
from keqiao.tickets.models import CorrectiveAction

MANY = 0.8  # causes that together make up so much are the ones to begin with


def parts(actor: Actor, period: Period) -> list[Part]:
    """All sections. Twelve queries, whatever the number of tickets."""
    found = counts.complaints(actor, period)
    kinds = pareto("types", _("投诉类别"), found.types, "category", period)
    kinds.chart(_("投诉类别"), charts.by_type(found, period))
    causes = pareto("causes", _("投诉原因"), found.causes, "cause", period)
    causes.chart(_("投诉原因"), charts.by_cause(found, period))
    units = departments(found, period)
    return [
        overview(actor, found, period), kinds, causes, products(actor, period), units, improving(actor, period),
        conclusion(found),
    ]  # fmt: skip


def overview(actor: Actor, found: Complaints, period: Period) -> Part:
    """How many came, how many were closed in time, how grave they were."""
    part, closed = Part("overview", _("总体情况")), found.closed
    late, still = closed.whole - closed.part, found.open
    grave = more.by_severity(actor, period)
    low, high = closed.interval if closed.whole else (None, None)
    part.figure(_("受理投诉"), found.total, complaints_url(period), compared(found.total, found.before))
    part.figure(_("按时办结率"), percent(closed.share), complaints_url(period, stage="closed"), interval(low, high))
    part.figure(_("超时办结"), late, complaints_url(period, stage="closed", late=1))
    part.figure(_("尚未办结"), still, links.tickets("open", **({"kind": "complaint"} | period.filters)))
    paid, fen = more.compensations(actor, period)
    part.figure(_("给予补偿"), paid, complaints_url(period, paid=1), _("共 %s") % format_yuan(fen) if paid else "")
    part.table(
        _("严重程度"), [_("严重程度"), _("投诉")],
        [[(name, ""), (n, complaints_url(period, severity=code))] for code, name, n in grave],
    )  # fmt: skip
    part.chart(_("每日受理投诉"), charts.by_day(found, period))
    said = [
        _("本期共受理投诉 %(n)s 件，%(compared)s。")
        % {"n": found.total, "compared": compared(found.total, found.before)}
    ]
    if closed.whole:
        said.append(
            _("已办结 %(closed)s 件，其中按时 %(part)s 件，按时办结率 %(share)s；截至计算时还有 %(open)s 件未办结。")
            % {"closed": closed.whole, "part": closed.part, "share": percent(closed.share), "open": still}
        )
    if heavy := more.total(n for code, _name, n in grave if code >= 3):
        said.append(_("其中重大及以上 %(n)s 件。") % {"n": heavy})
    if paid:
        said.append(_("给予补偿 %(n)s 件，共 %(amount)s。") % {"n": paid, "amount": format_yuan(fen)})
    part.text = "".join(said)
    return part


def pareto(
    key: str, title: str, rows: list[ParetoRow[tuple[int, str]]], filtered: str, period: Period
) -> Part:  # fmt: skip
    """Counts from the most frequent down, with cumulative shares, and which to begin with."""
    part = Part(key, title)
    part.table(
        title, [title, _("投诉"), _("占比"), _("累计占比")],
        [
            [(row.key[1], ""), (row.count, complaints_url(period, **{filtered: row.key[0]})),
             (percent(row.share), ""), (percent(row.cumulative), "")]
            for row in rows
        ],
        empty=_("本期没有数据。"),
    )  # fmt: skip
    if not rows:
        part.text = _("本期没有可以归类的投诉。")
        return part
    first = next(place for place, row in enumerate(rows, 1) if row.cumulative >= MANY)
    part.text = _("居前的是%(named)s。前 %(n)s 项合计占 %(share)s，是改进的重点。") % {
        "named": named((row.key[1], row.count) for row in rows), "n": first, "share": percent(rows[first - 1].cumulative),
    }  # fmt: skip
    return part


def products(actor: Actor, period: Period) -> Part:
    """Which products are complained about most."""
    part, found = Part("products", _("涉及产品")), more.by_product(actor, period)
    part.table(
        _("投诉最多的产品"), [_("产品"), _("投诉")],
        [[(name, ""), (n, complaints_url(period, product=name))] for name, n in found], empty=_("本期没有数据。"),
    )  # fmt: skip
    part.text = _("投诉最多的产品是%(named)s。") % {"named": named(found)} if found else _("本期投诉没有登记具体产品。")
    return part


def departments(found: Complaints, period: Period) -> Part:
    """Who was responsible, and whether it was handled in time."""
    part, units = Part("departments", _("责任部门")), found.departments
    part.table(
        _("责任部门"), [_("责任部门"), _("投诉"), _("超时")],
        [
            [(one.name, ""), (one.in_time + one.late, complaints_url(period, responsible_unit=one.unit_id)),
             (one.late, complaints_url(period, responsible_unit=one.unit_id, late=1))]
            for one in units
        ],
        empty=_("本期还没有判定责任部门的投诉。"),
    )  # fmt: skip
    part.chart(_("责任部门"), charts.by_department(found, period))
    if not units:
        part.text = _("本期还没有判定责任部门的投诉。")
        return part
    part.text = _("判定责任最多的是%(named)s。") % {"named": named((one.name, one.in_time + one.late) for one in units)}
    late = [(one.name, one.late) for one in sorted(units, key=lambda one: (-one.late, one.name)) if one.late]
    part.text += _("超时的有%(named)s。") % {"named": named(late)} if late else _("都没有超时。")
    return part


def improving(actor: Actor, period: Period) -> Part:
    """Bad records that came of it, and corrective actions due."""
    part, kinds = Part("improving", _("不良记录与整改")), more.bad_records(actor, period)
    status, due = CorrectiveAction.Status, more.corrections(period)
    part.table(
        _("不良记录"), [_("类别"), _("不良记录"), _("未了结")],
        [
            [(name, ""), (n, more.bad_records_url(period, kind=kind)),
             (still, more.bad_records_url(period, kind=kind, status="open"))]
            for kind, name, n, still in kinds
        ],
        empty=_("本期没有不良记录。"),
    )  # fmt: skip
    part.table(
        _("本期到期的整改"), [_("状态"), _("整改")],
        [[(label, ""), (due.get(code, 0), more.corrections_url(period, status=code))] for code, label in status.choices],
    )  # fmt: skip
    said = {
        "bad": more.total(row[2] for row in kinds), "open": more.total(row[3] for row in kinds),
        "due": more.total(due.values()), "good": due.get(status.EFFECTIVE, 0), "still": due.get(status.OPEN, 0),
    }  # fmt: skip
    part.text = (
        _(
            "本期登记不良记录 %(bad)s 条，未了结 %(open)s 条。本期到期的整改 %(due)s 项，验证有效 %(good)s 项，仍在整改 %(still)s 项。"
        )
        % said
    )
    return part


def conclusion(found: Complaints) -> Part:
    """What follows: a beginning that a person goes on with."""
    part, said = Part("conclusion", _("结论与下一步")), []
    if found.causes:
        said.append(_("1. 首要原因是“%(name)s”，请责任部门提出整改措施和完成日期。") % {"name": found.causes[0].key[1]})
    if found.departments and found.departments[0].late:
        said.append(_("2. %(name)s有超时办理，请查明环节并落实时限。") % {"name": found.departments[0].name})
    part.text = "\n".join(said)
    return part
