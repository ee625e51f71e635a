"""A transfer on paper, to be signed by both."""

from django.utils.translation import gettext as _

from keqiao.documents.paper import Facts, Heading, Paper, Part, Signatures, Table, Text
from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.org.models import OrgUnit
from keqiao.staffing.models import WorkTransfer
from keqiao.staffing.transfers.resource import lines

MOST = 5_000  # records on one paper


def paper(actor: Actor, obj: WorkTransfer) -> Paper:
    """Who gave what to whom, with every record that the reader may see."""
    shares = list(obj.shares.select_related("receiver").order_by("pk"))
    facts: list[tuple[str, object]] = [
        (_("移交人"), _("%(name)s（%(unit)s）") % {"name": obj.giver.name, "unit": obj.giver.unit.name}),
        (_("原因"), obj.get_reason_display()),
        (_("移交时间"), dates.full(obj.created_at)), (_("说明"), obj.note or "—"),
    ]  # fmt: skip
    if obj.left_on:
        facts.insert(2, (_("离职日期"), obj.left_on))
    parts: list[Part] = [
        Facts(facts),
        Heading(_("移交汇总")),
        Table(
            [_("事项"), _("接收人"), _("件数")], [[one.label, one.receiver.name, one.moved] for one in shares],
            widths=(3, 3, 1), empty=_("移交人名下没有未了的工作。"),
        ),
    ]  # fmt: skip
    for one in shares:
        shown, hidden = lines(actor, one, MOST)
        rows = [[place, title] for place, (title, _url) in enumerate(shown, 1)]
        parts.append(Heading(_("%(name)s（%(unit)s）") % {"name": one.label, "unit": one.receiver.name}, level=2))
        parts.append(Table([_("序号"), _("记录")], rows, widths=(1, 8)))
        if hidden:
            parts.append(Text(_("打印人无权查看的记录：%d 件") % hidden, quiet=True))
    parts.append(Signatures((_("移交人"), _("接收人"), _("监交人"))))
    company = OrgUnit.objects.filter(parent=None).order_by("pk").values_list("name", flat=True).first() or ""
    return Paper(title=_("工作移交单"), number=obj.number, organisation=company, parts=tuple(parts))
