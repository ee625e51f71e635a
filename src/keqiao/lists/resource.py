"""The one declaration of saved views."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.lists import actions, filters, forms, policies, tables
from keqiao.lists.models import ListView

VIEWS = register(
    Resource(
        model=ListView,
        name="list-views",
        title=pgettext_lazy("list", "列表视图"),
        icon="star",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("owner", "unit"),
        order="place",
        columns=(
            Column(name="name", label=_("视图名称"), value=lambda obj, actor: obj.name),
            Column(name="list", label=_("列表"), value=tables.list_title),
            Column(name="open", label=_("打开视图"), value=tables.address, render=tables.opened),
            Column(name="unit", label=_("共享给"), value=tables.shared),
            Column(name="owner", label=_("创建人"), value=lambda obj, actor: obj.owner.name),
            Column(name="place", label=_("次序"), type=int, value=lambda obj, actor: obj.place, numeric=True, sort="place"),
        ),
        facts=(
            Fact(name="resource", label=_("列表"), value=tables.list_title),
            Fact(name="query", label=_("筛选条件"), value=lambda obj, actor: obj.query),
        ),
        presets=(
            Preset(name="mine", label=_("我的视图"), where=lambda rows, actor: rows.filter(owner_id=actor.id)),
            Preset(name="shared", label=_("别人共享的"), where=lambda rows, actor: rows.exclude(owner_id=actor.id)),
        ),
        filters=filters.ViewFilters,
        form=forms.NewForm,
        create=actions.save_view,
        create_label=_("新建视图"),
        update=actions.change_view,
        verbs=(
            Verb(name="default", label=_("设为默认"), action=actions.set_default, done=_("以后打开这个列表时默认用它。"),
                 confirm=_("以后您打开这个列表时，先显示这个视图。")),
            Verb(name="plain", label=_("取消默认"), action=actions.clear_default, done=_("已取消默认。"),
                 confirm=_("以后您打开这个列表时，不再先显示这个视图。")),
            Verb(name="up", label=_("前移"), icon="up", action=actions.move_up, done=_("已前移。"),
                 confirm=_("在标签栏中前移一位。")),
            Verb(name="down", label=_("后移"), icon="down", action=actions.move_down, done=_("已后移。"),
                 confirm=_("在标签栏中后移一位。")),
            Verb(name="remove", label=_("删除"), icon="delete", tone="danger", action=actions.remove_view,
                 done=_("视图已删除。"), confirm=_("视图删除后无法恢复，列表中的记录不受影响。"), bulk=True),
        ),
        empty=_("在任何列表里选好筛选、排序和列，从“视图”中点“保存当前视图”，就会出现在这里。"),
    )
)  # fmt: skip
