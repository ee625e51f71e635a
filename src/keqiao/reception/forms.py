"""What the register asks for: as little as possible, the phone first."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Customer
from keqiao.customers.policies import visible as visible_customers
from keqiao.kernel.forms import ActorForm, day, moment
from keqiao.org.models import Employee
from keqiao.reception.models import Entry, Word
from keqiao.reception.queries import offered


class Matches(forms.RadioSelect):
    """A place where customers who may be the caller appear while phone and name are typed, to choose one."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return format_html(
            '<div class="matches" id="{}" aria-live="polite" hx-get="{}?chosen={}" hx-target="this" hx-swap="innerHTML"'
            ' hx-sync="this:replace" hx-include="closest form"'
            ' hx-trigger="load, input delay:250ms from:#id_phone, input delay:250ms from:#id_name"></div>',
            (attrs or {}).get("id", "id_customer"),
            reverse_lazy("reception-matches"),
            value or "",
        )

    def id_for_label(self, id_: str | None, index: str | None = None) -> str:
        return ""


def word(label: Any, kind: str) -> forms.ModelChoiceField:  # type: ignore[type-arg]
    """One of the words to choose from."""
    return forms.ModelChoiceField(label=label, queryset=Word.objects.filter(kind=kind), required=False)


class MatterForm(ActorForm):
    """How, whence and why somebody came."""

    way = forms.ChoiceField(label=_("方式"), choices=Entry.Way.choices, initial=Entry.Way.CALL)
    source = word(_("获知途径"), Word.Kind.SOURCE)
    interest = word(_("意向"), Word.Kind.INTEREST)
    matter = forms.CharField(
        label=_("来意"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("一两句话即可。"),
    )  # fmt: skip

    def prepare(self) -> None:
        """The words in use, and the entry's own even if it is out of use."""
        for kind in Word.Kind.values:
            rows = offered(kind)
            kept = getattr(self.obj, f"{kind}_id", None)
            if kept:
                rows = (rows | Word.objects.filter(pk=kept)).distinct()
            self.fields[kind].queryset = rows  # type: ignore[attr-defined]


class EntryForm(MatterForm):
    """A call or a walk-in. Phone or name is enough; the follow-up may be left out."""

    way = forms.ChoiceField(
        label=_("方式"), choices=Entry.Way.choices, initial=Entry.Way.CALL, widget=forms.RadioSelect
    )
    phone = forms.CharField(
        label=_("电话"), required=False, max_length=64,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "autofocus": True}),
        help_text=_("完整号码或后四位，认出的客户会列在下面。"),
    )  # fmt: skip
    name = forms.CharField(
        label=_("姓名"), required=False, max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("电话和姓名至少填一项。"),
    )  # fmt: skip
    customer = forms.ModelChoiceField(
        label=_("认出的客户"), queryset=Customer.objects.none(), required=False, widget=Matches
    )
    at = moment(_("接待时间"), required=False, help_text=_("不填即为现在；补登时填写。"))
    follow_on = day(_("跟进日期"), required=False, help_text=_("填写后生成一条有期限的跟进待办。"))
    follower = forms.ModelChoiceField(
        label=_("跟进人"), required=False, queryset=Employee.objects.filter(is_active=True).order_by("name"),
        empty_label=_("我自己"),
    )  # fmt: skip
    follow_note = forms.CharField(label=_("跟进要求"), required=False, max_length=300)
    field_order = ("way", "phone", "name", "customer", "source", "interest", "matter", "follow_on", "follower",
                   "follow_note", "at")  # fmt: skip

    def prepare(self) -> None:
        """Only customers within sight can be named; others are recognised by their phone."""
        super().prepare()
        self.fields["customer"].queryset = visible_customers(self.actor).filter(erased=False)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A phone, a name or a chosen customer; an end of a number alone names nobody."""
        data = super().clean() or {}
        if data.get("customer") and len("".join(filter(str.isdigit, data.get("phone", "")))) < 7:
            data["phone"] = ""
        if not (data.get("customer") or data.get("phone") or data.get("name")) and not self.errors:
            self.add_error("phone", _("请至少填写姓名或电话，才能认出下次来访。"))
        if data.get("follower") and not data.get("follow_on"):
            self.add_error("follow_on", _("请填写跟进日期。"))
        return data


class HandOverForm(ActorForm):
    """Who follows up, and by when."""

    follow_on = day(_("跟进日期"))
    follower = forms.ModelChoiceField(
        label=_("跟进人"), required=False, queryset=Employee.objects.filter(is_active=True).order_by("name"),
        empty_label=_("我自己"),
    )  # fmt: skip
    note = forms.CharField(label=_("跟进要求"), required=False, max_length=300)


class ResultForm(ActorForm):
    """What came of the follow-up."""

    result = forms.CharField(label=_("跟进结果"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(ActorForm):
    """Why an entry is void."""

    reason = forms.CharField(label=_("作废原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class WordForm(ActorForm):
    """A word to choose from."""

    kind = forms.ChoiceField(label=_("类别"), choices=Word.Kind.choices)
    name = forms.CharField(label=_("名称"), max_length=20)
    position = forms.IntegerField(label=_("顺序"), min_value=0, max_value=999, initial=0, help_text=_("小的排在前面。"))
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)
