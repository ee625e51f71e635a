"""A description as a controlled document."""

from django.utils.translation import gettext as _

from keqiao.documents.paper import Facts, Heading, Paper, Part, Signatures, Table, Text
from keqiao.kernel import powers
from keqiao.org.models import OrgUnit
from keqiao.staffing.models import PositionDescription

S = PositionDescription.State


def mark(obj: PositionDescription) -> str:
    """What stands on every sheet: only what is in force is controlled."""
    if obj.state == S.IN_FORCE:
        return _("受控")
    return _("非受控 · 已作废") if obj.state == S.REPLACED else _("非受控 · 草稿")


def subtitle(obj: PositionDescription) -> str:
    """From when it counts."""
    if obj.in_force_on is None:
        return _("草稿，未经批准，不得作为工作依据")
    said = _("生效日期：%(day)s") % {"day": obj.in_force_on.isoformat()}
    if obj.replaced_on is not None:
        said += "  " + _("停用日期：%(day)s") % {"day": obj.replaced_on.isoformat()}
    return said


def paper(obj: PositionDescription) -> Paper:
    """The whole description."""
    company = OrgUnit.objects.filter(parent=None).order_by("pk").values_list("name", flat=True).first() or ""
    duties = [
        [place, one.duty, one.norm, one.kpi, powers.said(one.powers) or "—"]
        for place, one in enumerate(obj.duties.all(), 1)
    ]
    parts: list[Part] = [
        Facts(control(obj)),
        Heading(_("岗位概况")),
        Facts([(label, value or "—") for label, value in overview(obj)]),
        Heading(_("职责、规范、考核与权限")),
        Table(
            [_("序号"), _("职责"), _("工作规范"), _("考核指标"), _("权限")], duties, widths=(1, 4, 5, 3, 4),
            empty=_("还没有填写职责。"),
        ),
        Heading(_("任职与发展")),
        Facts([(label, value or "—") for label, value in person(obj)]),
    ]  # fmt: skip
    if obj.change_note:
        parts += [Heading(_("变更说明")), Text(obj.change_note)]
    parts.append(Signatures((_("编制"), _("审核"), _("批准"))))
    title = _("%s岗位说明书") % obj.position.name
    return Paper(
        title=title, number=obj.number, version=obj.version, mark=mark(obj), organisation=company, subtitle=subtitle(obj),
        parts=tuple(parts),
    )  # fmt: skip


def control(obj: PositionDescription) -> list[tuple[str, object]]:
    """Who wrote, reviewed and approved it."""
    return [
        (_("编制"), obj.drafted_by.name if obj.drafted_by else "—"),
        (_("审核"), obj.reviewed_by.name if obj.reviewed_by else "—"),
        (_("批准"), obj.approved_by.name if obj.approved_by else "—"),
        (_("生效日期"), obj.in_force_on or "—"),
    ]


def overview(obj: PositionDescription) -> list[tuple[str, str]]:
    """Where the position stands and what it is for."""
    names = (
        "department", "superior", "subordinates", "contacts_inside", "contacts_outside", "purpose", "objective",
    )  # fmt: skip
    return [(_("岗位名称"), obj.position.name), *labelled(obj, names)]


def person(obj: PositionDescription) -> list[tuple[str, str]]:
    """Who can hold it, and where it leads."""
    return labelled(obj, ("qualifications", "training", "career", "interchangeable", "replaceable", "conditions"))


def labelled(obj: PositionDescription, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Fields with their labels."""
    return [(PositionDescription.label_of(name), getattr(obj, name)) for name in names]
