"""What saving a view and choosing columns ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.forms import ActorForm
from keqiao.kernel.resource import resources
from keqiao.lists import policies
from keqiao.org.models import OrgUnit


class ViewForm(ActorForm):
    """Name and sharing."""

    name = forms.CharField(label=_("视图名称"), max_length=40)
    unit = forms.ModelChoiceField(
        queryset=OrgUnit.objects.none(),
        required=False,
        label=_("共享给"),
        empty_label=_("不共享，只有自己可见"),
        help_text=_("所选组织单元及其下级的同事都能打开这个视图，各人看到的记录仍按自己的权限。"),
    )

    def prepare(self) -> None:
        units = policies.shareable(self.actor)
        if not self.actor.can("list.share"):
            del self.fields["unit"]
        else:
            field: Any = self.fields["unit"]
            field.queryset = units


class SaveForm(ViewForm):
    """A new view of the list as it stands, or an own one renewed."""

    default = forms.BooleanField(label=_("打开这个列表时默认用它"), required=False)
    renew = forms.BooleanField(label=_("更新已打开的视图，不另存"), required=False)

    def prepare(self) -> None:
        super().prepare()
        if self.obj is None:
            del self.fields["renew"]
        else:
            self.fields["name"].help_text = _("另存为新视图时请换一个名称。")


class NewForm(ViewForm):
    """A view made through the interface or from the page of views: list and query are given in so many words."""

    resource = forms.ChoiceField(label=_("列表"))
    query = forms.CharField(
        label=_("筛选条件"), max_length=2000, required=False, help_text=_("列表地址中问号后面的部分，可留空。")
    )

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["resource"]
        field.choices = [(one.name, one.title) for one in resources() if one.allowed(self.actor, "list", None)]
        if self.obj is not None:
            del self.fields["resource"], self.fields["query"]
