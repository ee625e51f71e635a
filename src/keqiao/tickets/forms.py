"""What each step asks for. Forms validate; actions decide."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.customers.forms import phone_field
from keqiao.customers.models import Customer
from keqiao.kernel.forms import ActorForm, RecordsField, SeenBoxes, day, moment
from keqiao.kernel.money import parse_yuan, plain_yuan
from keqiao.org.models import Employee, OrgUnit
from keqiao.tickets.models import Category, Cause, Channel, Complaint, Evidence, Impact, Kind, Remedy, Severity, Ticket
from keqiao.tickets.policies import visible
from keqiao.tickets.queries import suggested_units
from keqiao.tickets.whose import phone_of, settle_customer

STAFF = Employee.objects.filter(is_active=True).order_by("name")
UNITS = OrgUnit.objects.filter(active=True).order_by("path")
CATEGORIES = Category.objects.filter(active=True).select_related("parent").order_by("parent__position", "position")
CAUSES = Cause.objects.filter(active=True).select_related("parent").order_by("parent__position", "position")


def lines(label: Any, *, required: bool = True, rows: int = 3, help_text: Any = "") -> forms.CharField:
    """Several lines of text."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=5000, widget=area, help_text=help_text)


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as a list."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        uploads = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(upload, initial) for upload in uploads if upload]


class YesNoField(forms.TypedChoiceField):
    """Two radio buttons that must be answered; JSON may send true and false."""

    def __init__(self, *, label: Any, yes: Any, no: Any) -> None:
        choices = (("1", yes), ("0", no))
        super().__init__(label=label, choices=choices, coerce=lambda value: value == "1", widget=forms.RadioSelect)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, bool):
            return "1" if value else "0"
        return super().to_python(value)


def alike_box() -> SafeString:
    """A place that shows which matters look like the one being entered, anew whenever something in its form changes."""
    return format_html(
        '<span class="alike" role="status" hx-post="{}" hx-include="closest form" '
        "hx-trigger='load, change from:\"closest form\"' hx-target='this' hx-swap='innerHTML'></span>",
        reverse("tickets-alike"),
    )


class TicketForm(ActorForm):
    """A new matter, as the customer tells it."""

    kind = forms.ChoiceField(label=_("类型"), choices=Kind.choices, initial=Kind.COMPLAINT)
    channel = forms.ChoiceField(label=_("渠道"), choices=Channel.choices, initial=Channel.PHONE)
    customer = forms.ModelChoiceField(queryset=Customer.objects.none(), required=False, widget=forms.HiddenInput)
    contact_name = forms.CharField(label=_("联系人"), max_length=80, required=False)
    contact_phone = phone_field(_("联系电话"), "contact_phone")
    subject = forms.CharField(label=_("标题"), max_length=120, required=False, help_text=_("不填时取内容的第一行。"))
    body = lines(_("客户反映的内容"), rows=6)
    category = forms.ModelChoiceField(label=_("问题类别"), queryset=CATEGORIES, required=False)
    product = forms.CharField(label=_("产品"), max_length=80, required=False)
    order_number = forms.CharField(label=_("订单号"), max_length=40, required=False)
    severity = forms.TypedChoiceField(
        label=_("严重程度"), choices=Severity.choices, coerce=int, required=False, initial=Severity.GENERAL
    )
    wishes = forms.MultipleChoiceField(
        label=_("客户诉求"), choices=Remedy.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    wish_note = forms.CharField(label=_("诉求说明"), max_length=500, required=False, help_text=lazy(alike_box, str)())

    def prepare(self) -> None:
        """Only customers within sight can be named; everybody else is recognised by the phone."""
        settle_customer(self)

    def clean(self) -> dict[str, Any]:
        """The customer's own name and main phone where none was given: with the phone's end the customer asks for the state."""
        data = super().clean() or {}
        if data.get("customer") and not data.get("contact_name"):
            data["contact_name"] = data["customer"].name
        if data.get("customer") and not data.get("contact_phone") and "contact_phone" not in self.errors:
            data["contact_phone"] = phone_of(data["customer"])
        if not data.get("contact_name") and "contact_name" not in self.errors:
            self.add_error("contact_name", _("请填写联系人。"))
        data["severity"] = data.get("severity") or Severity.GENERAL
        return data


def suggestion_box(pk: int) -> SafeString:
    """A line that asks anew for the suggested severity whenever something in its form changes."""
    return format_html(
        '<span class="suggested" role="status" hx-get="{}" hx-include="closest form" '
        "hx-trigger='load, change from:\"closest form\"' hx-target='this' hx-swap='innerHTML'></span>",
        reverse("ticket-severity", args=[pk]),
    )


class AssessForm(ActorForm):
    """First assessment by GB/T 19012."""

    category = forms.ModelChoiceField(label=_("问题类别"), queryset=CATEGORIES)
    impact = forms.ChoiceField(label=_("影响范围"), choices=Impact.choices, initial=Impact.SINGLE, required=False)
    safety = forms.BooleanField(label=_("涉及人身或财产安全"), required=False)
    complicated = forms.BooleanField(label=_("情况复杂"), required=False)
    immediate = forms.BooleanField(label=_("需要立即行动"), required=False)
    amount = forms.CharField(
        label=_("涉及金额（元）"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    severity = forms.TypedChoiceField(
        label=_("严重程度"), choices=[("", _("按规则建议")), *Severity.choices], coerce=int, required=False,
        empty_value=None,
    )  # fmt: skip
    reason = forms.CharField(
        label=_("改变严重程度的原因"), max_length=300, required=False, help_text=_("与规则建议的不同时必填。")
    )
    assessment = lines(_("评审意见"), required=False, rows=2)

    def prepare(self) -> None:
        """The type that was given at acceptance; what the rules suggest changes with what is entered."""
        if self.obj is None:
            return
        self.fields["category"].initial = self.obj.category_id
        self.fields["impact"].initial = self.obj.complaint.impact if self.obj.is_complaint else Impact.SINGLE
        self.fields["severity"].help_text = suggestion_box(self.obj.pk)

    def clean_amount(self) -> int:
        """Fen; nothing given is nothing."""
        text = self.cleaned_data["amount"].strip()
        try:
            return parse_yuan(text) if text else 0
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """Under the name that the action knows."""
        data = super().clean() or {}
        data["amount_fen"] = data.pop("amount", 0)
        return data

    def clean_impact(self) -> str:
        """One customer where nothing is said."""
        return self.cleaned_data["impact"] or Impact.SINGLE


class SeverityForm(ActorForm):
    severity = forms.TypedChoiceField(label=_("严重程度"), choices=Severity.choices, coerce=int)
    reason = lines(_("调整原因"), rows=2)


class DispatchForm(ActorForm):
    """To whom, and what they should find out."""

    units = RecordsField(
        label=_("承办部门"), queryset=UNITS, required=False, widget=SeenBoxes,
        help_text=_("可选多个部门同时承办；不选时按派单规则派发。"),
    )  # fmt: skip
    instructions = lines(_("派发要求"), required=False, help_text=_("请写明要查清什么、需要哪些材料。"))
    due_at = moment(_("答复期限"), required=False, help_text=_("不填时按办理时限计算。"))

    def prepare(self) -> None:
        """The units that the rules suggest, and why; people may choose others."""
        if self.obj is None:
            return
        units, why = suggested_units(self.obj)
        if units:
            self.fields["units"].initial = [unit.pk for unit in units]
            self.fields["units"].help_text = now_("已按派单规则选好（%s），可以改；可选多个部门同时承办。") % why
        else:
            self.fields["units"].help_text = _("没有适用的派单规则，请选择；可选多个部门同时承办。")

    def clean_units(self) -> list[OrgUnit]:
        """A list; whoever takes away what the rules suggest does not mean what the rules suggest."""
        if (
            not self.cleaned_data["units"]
            and self.add_prefix("units-seen") in self.data
            and self.fields["units"].initial
        ):
            raise forms.ValidationError(now_("请至少选择一个承办部门。"))
        return list(self.cleaned_data["units"])


class StartForm(ActorForm):
    note = lines(_("说明"), required=False, rows=2)


class EvidenceForm(ActorForm):
    kind = forms.ChoiceField(label=_("证据类型"), choices=Evidence.Kind.choices)
    title = forms.CharField(label=_("名称"), max_length=120)
    source = forms.CharField(
        label=_("来源"), max_length=120, required=False, help_text=_("向谁询问、由谁提供或在哪里取得")
    )
    text = lines(_("内容"), required=False)
    attachments = FilesField(label=_("文件"), required=False, widget=ManyFiles)

    def clean(self) -> dict[str, Any]:
        """Under the name that the action knows; a form has `files` of its own."""
        data = super().clean() or {}
        data["files"] = data.pop("attachments", None) or []
        return data


class ConcludeForm(ActorForm):
    founded = YesNoField(label=_("投诉是否成立"), yes=_("成立"), no=_("不成立"))
    findings = lines(_("调查结论和理由"))
    explanation = lines(_("对客户的说明"), required=False, help_text=_("不成立时必填，语气请礼貌，客户会看到这段话。"))


class PlanForm(ActorForm):
    """Cause, who answers for it, what will be done and paid."""

    cause = forms.ModelChoiceField(label=_("投诉原因"), queryset=CAUSES)
    cause_note = lines(_("原因说明"), required=False, rows=2)
    responsible_unit = forms.ModelChoiceField(label=_("责任部门"), queryset=UNITS)
    responsible = forms.ModelChoiceField(label=_("责任人"), queryset=STAFF, required=False)
    plan = lines(_("处理方案"))
    compensation = forms.CharField(
        label=_("补偿金额（元）"), max_length=20, required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("不补偿时留空；超过限额时自动提交审批。"),
    )  # fmt: skip

    def prepare(self) -> None:
        """What was planned before."""
        if self.obj is None or not self.obj.is_complaint:
            return
        for name in ("cause", "cause_note", "responsible_unit", "responsible", "plan"):
            value = getattr(self.obj.complaint, name)
            self.fields[name].initial = getattr(value, "pk", value)
        fen = self.obj.complaint.compensation_fen
        self.fields["compensation"].initial = plain_yuan(fen) if fen else ""

    def clean(self) -> dict[str, Any]:
        """The amount in fen."""
        data = super().clean() or {}
        text = data.pop("compensation", "") or ""
        try:
            data["compensation_fen"] = parse_yuan(text) if text.strip() else 0
        except ValueError as error:
            self.add_error("compensation", str(error))
        return data


class ResolveForm(ActorForm):
    result = lines(_("处理结果"), help_text=_("这段话会告知客户。"))


class TellForm(ActorForm):
    how = forms.ChoiceField(label=_("告知方式"), choices=Complaint.How.choices)
    customer_reply = lines(_("客户意见"), rows=2, help_text=_("客户听到结果后怎么说。"))
    words = lines(_("告知内容"), required=False, help_text=_("不填时告知处理结果。"))


class CloseForm(ActorForm):
    satisfaction = forms.TypedChoiceField(
        label=_("客户满意度"), coerce=int, required=False, empty_value=None,
        choices=[("", _("未评价")), *((score, _("%d 分") % score) for score in range(5, 0, -1))],
    )  # fmt: skip
    note = lines(_("说明"), required=False, rows=2)


class ReasonForm(ActorForm):
    reason = lines(_("原因"), rows=2)


class PauseForm(ActorForm):
    reason = lines(_("等待客户做什么"), rows=2, help_text=_("例如：等客户寄回样品。客户可以看到。"))


class ResumeForm(ActorForm):
    note = lines(_("说明"), required=False, rows=2)


class WithdrawForm(ActorForm):
    words = lines(_("客户撤诉时怎么说"), rows=2)


class SuperviseForm(ActorForm):
    demand = lines(_("督办要求"), rows=2)
    due_at = moment(_("要求完成时间"), required=False)


class UrgeForm(ActorForm):
    note = lines(_("催办说明"), required=False, rows=2)


class AssignForm(ActorForm):
    owner = forms.ModelChoiceField(label=_("新负责人"), queryset=STAFF)
    note = lines(_("说明"), required=False, rows=2)


class JoinForm(ActorForm):
    """Which matter is looked into for both; named by its number, as people name matters to each other."""

    main = forms.CharField(
        label=_("并入哪张工单"), max_length=24,
        help_text=_("填写主工单的单号。并入后由主工单统一调查处理，有结果后仍分别告知和回访每位客户；可以随时拆开。"),
    )  # fmt: skip
    note = lines(_("说明"), required=False, rows=2)

    def clean_main(self) -> Ticket:
        """The ticket of that number, within sight."""
        number = self.cleaned_data["main"].strip().upper()
        found = visible(self.actor).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("没有找到单号为“%(number)s”的工单，请核对。"), params={"number": number})
        return found


class TextForm(ActorForm):
    text = lines(_("内容"))


class ProgressForm(ActorForm):
    text = lines(_("进度"), rows=2)
    visible_to_customer = forms.BooleanField(label=_("客户可见"), required=False)


class CorrectForm(ActorForm):
    title = forms.CharField(label=_("整改事项"), max_length=120)
    measure = lines(_("整改措施"))
    owner = forms.ModelChoiceField(label=_("整改负责人"), queryset=STAFF)
    due_on = day(_("完成期限"))


class AnswerForm(ActorForm):
    answer = lines(_("答复内容"), rows=5, help_text=_("查到了什么、依据是什么、建议怎样处理。"))


class CauseForm(ActorForm):
    name = forms.CharField(label=_("名称"), max_length=40)
    parent = forms.ModelChoiceField(label=_("上级"), queryset=Cause.objects.filter(parent=None), required=False)
    position = forms.IntegerField(label=_("顺序"), min_value=0, max_value=999, initial=0)
    active = forms.BooleanField(label=_("在用"), required=False, initial=True)


class RuleSetForm(ActorForm):
    note = forms.CharField(
        label=_("修改说明"), max_length=200, required=False, help_text=_("这一版改了什么、为什么改。")
    )


class DraftForm(RuleSetForm):
    """A draft begins from the version whose page one is on."""


class ForceForm(ActorForm):
    at = moment(_("生效时间"), required=False, help_text=_("不填时立即生效。"))
