"""What drafting, writing and handing in ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.dates import today
from keqiao.kernel.forms import ActorForm, day
from keqiao.org.models import Employee, OrgUnit
from keqiao.reports import policies
from keqiao.reports.models import Kind
from keqiao.reports.spans import before

PEOPLE = Employee.objects.filter(is_active=True).order_by("name")


class DraftForm(ActorForm):
    """Which report, whose, about when."""

    kind = forms.ChoiceField(label=_("报告"), choices=Kind.choices)
    unit = forms.ModelChoiceField(label=_("哪个部门的"), queryset=OrgUnit.objects.none())
    day = day(
        _("哪段时间"), help_text=_("填这段时间里的任意一天：月报取那一天所在的月，周报取所在的周（周一至周日）。")
    )
    writer = forms.ModelChoiceField(
        label=_("编写人"), required=False, queryset=PEOPLE, help_text=_("不选即由您本人编写。")
    )

    def prepare(self) -> None:
        """The units within reach, and the month before."""
        reach = self.actor.reach(policies.DRAFT)
        units = OrgUnit.objects.filter(active=True).order_by("path")
        field: Any = self.fields["unit"]
        if reach is None:
            units = units.none()
        elif not reach.everything:
            units = units.filter(pk__in=reach.units)
        field.queryset = units
        self.initial = {"day": before(Kind.COMPLAINTS, today())[1], "unit": self.actor.unit_id, **self.initial}


class SectionForm(ActorForm):
    """The words of one section, and which revision they began with."""

    section = forms.CharField(max_length=20, widget=forms.HiddenInput)
    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("文字"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("空一行即另起一段。数字、表格和图由程序生成，在文字下面。"),
    )  # fmt: skip


class SubmitForm(ActorForm):
    """A word to whoever approves."""

    note = forms.CharField(
        label=_("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("提交以后数字和文字不能再改；退回补充时可以改文字。"),
    )  # fmt: skip


class PlanForm(ActorForm):
    """What is drafted by itself."""

    kind = forms.ChoiceField(label=_("报告"), choices=Kind.choices)
    unit = forms.ModelChoiceField(label=_("哪个部门的"), queryset=OrgUnit.objects.filter(active=True).order_by("path"))
    writer = forms.ModelChoiceField(
        label=_("编写人"), required=False, queryset=PEOPLE, help_text=_("起草后会收到待办。不选即由部门负责人编写。")
    )
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)
