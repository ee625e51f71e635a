"""Forms of customers. The rules are those of rules.py, which the import uses too."""

from typing import Any

from django import forms
from django.urls import reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from keqiao.customers import allowance, masking, rules
from keqiao.customers.archive.fields import DivisionField
from keqiao.customers.custom_form import form_fields
from keqiao.customers.models import BASE, Contact, ContactPoint, Customer, CustomerRole, Tag, tier_choices, tier_name
from keqiao.kernel.forms import ActorForm, RecordsField, day
from keqiao.org.models import Employee


def length(name: str) -> int:
    """How long a text of that field may be."""
    return int(Customer._meta.get_field(name).max_length or 0)  # type: ignore[union-attr]


def checking(name: str, include: str = "this") -> dict[str, Any]:
    """Attributes of an input that tells below itself, while it is typed, who has an archive alike."""
    return {
        "autocomplete": "off",
        "hx-get": reverse_lazy("customer-check"),
        "hx-trigger": "input changed delay:400ms, change",
        "hx-target": f"#id_{name}_helptext",
        "hx-swap": "innerHTML",
        "hx-sync": "this:replace",
        "hx-include": include,
    }


def phone_field(label: Any, name: str) -> forms.CharField:
    """A phone in any spelling; who has it already is told while typing."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"inputmode": "tel", **checking(name)}),
        help_text=_("任何写法都可以，例如 +86 138-0013-8000。"),
    )


def checked_field(label: Any, name: str, limit: int, include: str = "this") -> forms.CharField:
    """A text by which an archive alike may be found."""
    widget = forms.TextInput(attrs=checking(name, include))
    help_text = _("已有客户用过时会在这里提示。")
    return forms.CharField(label=label, required=False, max_length=limit, widget=widget, help_text=help_text)


class CustomerForm(ActorForm):
    """A customer; contact points, tags and owner only when adding, later they have steps of their own."""

    name = forms.CharField(label=_("客户名称"), max_length=length("name"))
    kind = forms.ChoiceField(label=_("客户类型"), choices=Customer.Kind.choices, initial="person")
    roles = forms.MultipleChoiceField(
        label=_("客户身份"), choices=CustomerRole.Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    phone = phone_field(_("电话"), "phone")
    other_phone = phone_field(_("其他电话"), "other_phone")
    email = checked_field(_("邮箱"), "email", 120)
    wechat = checked_field(_("微信"), "wechat", 60)
    tier = forms.ChoiceField(label=_("客户等级"), choices=tier_choices, initial=BASE)
    source = forms.ChoiceField(label=_("来源"), choices=Customer.Source.choices, initial="phone")
    owner = forms.ModelChoiceField(
        label=_("负责人"),
        required=False,
        queryset=Employee.objects.filter(is_active=True),
        empty_label=_("公海（无负责人）"),
    )
    gender = forms.ChoiceField(label=_("性别"), choices=Customer.Gender.choices, required=False)
    birthday = day(_("生日"), required=False)
    company_name = checked_field(_("所在单位"), "company_name", length("company_name"), "#id_name, #id_company_name")
    industry = forms.ChoiceField(label=_("行业"), choices=Customer.Industry.choices, required=False)
    region = forms.CharField(label=_("地区"), required=False, max_length=length("region"))
    division = DivisionField(label=_("省市区县"), required=False)
    address = forms.CharField(label=_("详细地址"), required=False, max_length=length("address"))
    preferred_channel = forms.ChoiceField(label=_("首选联系渠道"), choices=Customer.Channel.choices, required=False)
    preferred_time = forms.CharField(
        label=_("方便联系的时间"),
        required=False,
        max_length=length("preferred_time"),
        help_text=_("例如：工作日 19 点以后。"),
    )
    preferences = forms.CharField(label=_("偏好与习惯"), required=False, max_length=length("preferences"))
    tags = RecordsField(
        label=_("标签"), required=False, queryset=Tag.objects.order_by("name"), widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("备注"), required=False, max_length=length("note"), widget=forms.Textarea(attrs={"rows": 3})
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    ADDING = ("roles", "phone", "other_phone", "email", "wechat", "owner", "division", "address", "tags")

    def prepare(self) -> None:
        """When editing only the profile is left, with the version that the person sees."""
        for name in self.ADDING if self.obj is not None else ("seen",):
            del self.fields[name]
        if self.obj is not None and self.obj.birthday and not masking.open_to(self.actor, masking.BIRTHDAY):
            shown = masking.birthday(self.actor, self.obj.birthday, None) or gettext("不显示")
            self.fields["birthday"].help_text = gettext("已登记：%(masked)s。留空不变，要改请填写完整的新内容。") % {
                "masked": shown
            }
        self.own = form_fields(self.obj)
        if self.obj is not None and self.obj.tier not in dict(tier_choices()):
            held = (self.obj.tier, tier_name(self.obj.tier))  # one that is no longer given stays with those who have it
            self.fields["tier"].choices = [*tier_choices(), held]  # type: ignore[attr-defined]
        self.fields.update(self.own)
        self.order_fields([name for name in self.fields if name != "note"])
        if self.obj is None:
            self.fields["owner"].initial = self.actor.id

    def clean(self) -> dict[str, Any]:
        """The shared rules; what they say goes to the field that it is about."""
        data = super().clean() or {}
        values, problems = rules.check({name: value for name, value in data.items() if name not in self.errors})
        for name, message in problems.items():
            self.add_error(name, message)
        if self.obj is not None and not values.get("birthday") and not masking.open_to(self.actor, masking.BIRTHDAY):
            values.pop("birthday", None)  # it was not shown, so an empty field says nothing about it
        values["extra"] = {name: values.pop(name) for name in self.own if name in values}
        return values


class PointForm(ActorForm):
    """One more way to reach a customer."""

    kind = forms.ChoiceField(label=_("类型"), choices=ContactPoint.Kind.choices)
    value = forms.CharField(label=_("号码或账号"), max_length=120)
    label = forms.CharField(label=_("说明"), max_length=40, required=False, help_text=_("例如：公司前台、配偶。"))
    contact = forms.ModelChoiceField(label=_("联系人"), queryset=Contact.objects.none(), required=False)
    primary = forms.BooleanField(label=_("设为首选"), required=False)

    def prepare(self) -> None:
        """Whose it is, where the customer has contacts."""
        self.fields["contact"].queryset = self.obj.contacts.order_by("pk")  # type: ignore[attr-defined]
        if not self.obj.contacts.exists():
            del self.fields["contact"]


class RevealForm(ActorForm):
    """Why the full value is needed: a usual purpose, words of one's own, or both."""

    PURPOSES = (
        ("call", _("回复客户的来电或留言")),
        ("matter", _("办理投诉或工单")),
        ("visit", _("回访客户")),
        ("deliver", _("核对送货、安装或上门信息")),
        ("check", _("核对客户身份")),
        ("other", _("其他（请写明）")),
    )
    purpose = forms.ChoiceField(label=_("用途"), required=False, choices=PURPOSES, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("查看原因"), required=False, max_length=200, help_text=_("会记入审计记录，例如：回访 TS20260801-0007。")
    )

    def prepare(self) -> None:
        """Say how many are left today."""
        left = allowance.left(self.actor)
        self.fields["purpose"].help_text = gettext("今天还可以查看 %(n)s 次。") % {"n": left}

    def clean(self) -> dict[str, Any]:
        """Purpose and words in one line."""
        data = super().clean() or {}
        said = str(data.get("reason") or "").strip()
        purpose = str(dict(self.PURPOSES)[data["purpose"]]) if data.get("purpose") not in {None, "", "other"} else ""
        if not purpose and len(said) < 2 and "reason" not in self.errors:
            self.add_error("reason", gettext("请选择用途，或写明查看原因。"))
        joined = gettext("%(purpose)s：%(reason)s") % {"purpose": purpose, "reason": said} if purpose and said else ""
        return {"reason": joined or purpose or said}


class MoreForm(ActorForm):
    """Why more full values are needed today."""

    reason = forms.CharField(label=_("申请理由"), min_length=2, max_length=200)


class TagsForm(ActorForm):
    """The tags that a customer carries."""

    tags = RecordsField(
        label=_("标签"), required=False, queryset=Tag.objects.order_by("name"), widget=forms.CheckboxSelectMultiple
    )
    new_tags = forms.CharField(label=_("新标签"), required=False, max_length=200, help_text=_("多个标签用空格分开。"))

    def prepare(self) -> None:
        """Those that the customer has are ticked."""
        if self.obj is not None:
            self.fields["tags"].initial = [tag.pk for tag in self.obj.tags.all()]


class OwnerForm(ActorForm):
    """Whose a customer is."""

    owner = forms.ModelChoiceField(
        label=_("负责人"),
        required=False,
        queryset=Employee.objects.filter(is_active=True),
        empty_label=_("公海（无负责人）"),
    )

    def prepare(self) -> None:
        """The present owner is chosen; where many are given away, there is a better way for very many."""
        if self.obj is not None:
            self.fields["owner"].initial = self.obj.owner_id
        elif self.actor.can("customer.share"):
            way = format_html('<a class="link" href="{}">{}</a>', reverse("share-outs:create"), gettext("客户分配"))
            self.fields["owner"].help_text = format_html(gettext("公海里超过 100 位，或要分给几个人时，请用{}。"), way)


class StageForm(ActorForm):
    """The stage of the life cycle, by hand or by the rules."""

    stage = forms.ChoiceField(
        label=_("生命周期"), choices=[("rule", _("按规则自动划分")), *Customer.LifeCycle.choices],
        help_text=_("人工设定之后，规则不再改动，直到选回“按规则自动划分”。"),
    )  # fmt: skip

    def prepare(self) -> None:
        """The present choice."""
        if self.obj is not None:
            self.fields["stage"].initial = self.obj.life_cycle if self.obj.life_cycle_by_hand else "rule"
