"""The words to choose from as pages and JSON."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Preset, Resource, register
from keqiao.reception.actions import keep_word
from keqiao.reception.forms import WordForm
from keqiao.reception.models import Word


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Kept by those who manage the register."""
    return actor.can("reception.manage")


WORDS = register(
    Resource(
        model=Word,
        name="reception-words",
        title=_("接待选项"),
        icon="reception",
        visible=lambda actor: Word.objects.all() if allowed(actor, "view") else Word.objects.none(),
        allowed=allowed,
        columns=(
            Column(name="name", label=_("名称"), value=lambda o, a: o.name),
            Column(name="kind", label=_("类别"), value=lambda o, a: str(o.get_kind_display())),
            Column(name="position", label=_("顺序"), value=lambda o, a: o.position, type=int, numeric=True),
            Column(name="active", label=_("状态"), value=lambda o, a: str(_("在用") if o.active else _("停用"))),
        ),
        order="pk",
        presets=(
            Preset(name="source", label=_("获知途径"), where=lambda rows, actor: rows.filter(kind="source")),
            Preset(name="interest", label=_("意向"), where=lambda rows, actor: rows.filter(kind="interest")),
        ),
        form=WordForm,
        create=keep_word,
        update=keep_word,
        create_label=_("新增选项"),
        empty=_("新增获知途径和意向，登记时即可选择。"),
    )
)
