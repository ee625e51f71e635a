"""Types, which follow the rules in force, and causes, kept in the browser."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Resource, register
from keqiao.tickets import actions, forms, policies
from keqiao.tickets.models import Category, Cause


def use(obj: Any, actor: Actor) -> str:
    """Whether it can still be chosen."""
    return str(_("在用") if obj.active else _("停用"))


CATEGORIES = register(
    Resource(
        model=Category,
        name="categories",
        title=pgettext_lazy("list", "问题类别"),
        icon="tag",
        visible=lambda actor: Category.objects.all() if actor.can("settings.change") else Category.objects.none(),
        allowed=policies.allowed_types,
        related=("parent",),
        columns=(
            Column(name="name", label=_("名称"), value=lambda o, a: str(o)),
            Column(name="position", label=_("顺序"), type=int, numeric=True, value=lambda o, a: o.position),
            Column(name="active", label=_("状态"), value=use),
        ),
        order="pk",
        empty=_("类别在工单规则里新增和修改。"),
    )
)  # fmt: skip

CAUSES = register(
    Resource(
        model=Cause,
        name="causes",
        title=pgettext_lazy("list", "投诉原因"),
        icon="trend",
        visible=lambda actor: Cause.objects.all() if actor.can("settings.change") else Cause.objects.none(),
        allowed=policies.allowed_settings,
        related=("parent",),
        columns=(
            Column(name="name", label=_("名称"), value=lambda o, a: str(o)),
            Column(name="position", label=_("顺序"), type=int, numeric=True, value=lambda o, a: o.position),
            Column(name="active", label=_("状态"), value=use),
        ),
        order="pk",
        form=forms.CauseForm,
        create=actions.create_cause,
        update=actions.change_cause,
        create_label=_("新增原因"),
        empty=_("新增第一个原因。"),
    )
)
