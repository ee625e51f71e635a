"""The kinds of bad records as pages and JSON."""

from django.utils.translation import gettext_lazy as _

from keqiao.badrecords import policies
from keqiao.badrecords.actions import keep_kind
from keqiao.badrecords.forms import KindForm
from keqiao.badrecords.models import BadKind
from keqiao.kernel.resource import Column, Resource, register

KINDS = register(
    Resource(
        model=BadKind,
        name="bad-kinds",
        title=_("不良记录类别"),
        icon="tag",
        visible=lambda actor: BadKind.objects.all() if policies.keeps(actor, "view") else BadKind.objects.none(),
        allowed=policies.keeps,
        columns=(
            Column(name="name", label=_("名称"), value=lambda o, a: o.name),
            Column(name="position", label=_("顺序"), value=lambda o, a: o.position, type=int, numeric=True),
            Column(name="active", label=_("状态"), value=lambda o, a: str(_("在用") if o.active else _("停用"))),
        ),
        order="position",
        form=KindForm,
        create=keep_kind,
        update=keep_kind,
        create_label=_("新增类别"),
        empty=_("新增类别，登记不良记录时即可选择。"),
    )
)
