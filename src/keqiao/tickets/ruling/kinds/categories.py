"""分类: the tree of types, two levels. What a type is called, where it stands and whether it can be chosen."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.tickets.models import Category
from keqiao.tickets.ruling.kinds.base import Data, Names, RuleForm, RuleKind


class CategoryForm(RuleForm):
    """A type. Tickets that carry it keep it whatever it is called later."""

    name = forms.CharField(label=_("名称"), max_length=40)
    parent = forms.ModelChoiceField(
        label=_("上级"), required=False, queryset=Category.objects.filter(parent=None).order_by("position"),
        empty_label=_("无（一级类别）"),
    )  # fmt: skip
    position = forms.IntegerField(label=_("顺序"), min_value=0, max_value=999, initial=0)

    def read(self) -> dict[str, Any]:
        """The parent by its id."""
        above = self.cleaned_data["parent"]
        name = " ".join(self.cleaned_data["name"].split())
        return {"name": name, "parent": above.pk if above else None, "position": self.cleaned_data["position"]}


def cells(data: Data, names: Names) -> Sequence[str]:
    """Name, and what it stands under."""
    return data["name"], names.category(data["parent"]) if data.get("parent") else "", str(data["position"])


CATEGORIES = RuleKind(
    code="category",
    tab="types",
    tab_label=_("分类"),
    title=_("问题类别"),
    hint=_("登记和评审时选择的类别，两级。停用的类别不能再选，已有工单保留原来的类别。"),
    columns=(_("名称"), _("上级"), _("顺序")),
    cells=cells,
    form=CategoryForm,
)
