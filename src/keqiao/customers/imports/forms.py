"""Forms of the import."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.customers.imports.mapping import fields
from keqiao.customers.models import ImportBatch

FILES = ".csv,.txt,.xls,.xlsx"


class UploadForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=_("客户表格"),
        widget=forms.FileInput(attrs={"accept": FILES}),
        help_text=_("XLSX、XLS 或 CSV，第一行是列名。电话可以是任何写法。"),
    )


class MappingForm(forms.Form):
    """What each column means, and what to do with customers that exist already."""

    duplicates = forms.ChoiceField(
        label=_("遇到重复客户"), choices=ImportBatch.Duplicates.choices, widget=forms.RadioSelect,
        help_text=_("先按客户编号认人；没有编号时，按电话和邮箱与已有客户比对。同一文件里没有编号的行各算一位客户。"),
    )  # fmt: skip
    source = forms.CharField(
        label=_("来源系统"), max_length=80, required=False,
        help_text=_("客户编号在同一来源系统内不会重复。同一系统导出的文件请用同一个名称。"),
    )  # fmt: skip

    def __init__(self, *args: Any, labels: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("不导入")), *fields().items()]
        for index, label in enumerate(labels):
            self.fields[f"column_{index}"] = forms.ChoiceField(label=label, choices=choices, required=False)
        self.width = len(labels)

    def columns(self) -> dict[int, str]:
        """Column index → field, without those that are left out."""
        chosen = ((index, self.cleaned_data.get(f"column_{index}", "")) for index in range(self.width))
        return {index: field for index, field in chosen if field}

    def clean(self) -> dict[str, Any]:
        """A name is needed, and nothing may come from two columns."""
        data = super().clean() or {}
        chosen = [data.get(f"column_{index}") for index in range(self.width) if data.get(f"column_{index}")]
        if "name" not in chosen:
            self.add_error(None, _("请指定哪一列是客户名称。"))
        for field in sorted({str(field) for field in chosen if chosen.count(field) > 1}):
            self.add_error(None, _("“%(field)s”对应了多列，请只保留一列。") % {"field": fields()[field]})
        return data
