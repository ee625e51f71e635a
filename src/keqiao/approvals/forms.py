"""What a decision, a flow and a deputy ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.approvals.actions.deciding import FIRST, HERE
from keqiao.approvals.models import Who
from keqiao.approvals.models.flow import URGE_MINUTES
from keqiao.approvals.queries import KEEPERS, kind_choices
from keqiao.kernel import powers
from keqiao.kernel.forms import ActorForm, RecordsField
from keqiao.kernel.money import parse_yuan, plain_yuan
from keqiao.org.models import Employee, OrgUnit, Position

HOUR = 60
HIGHEST = 100_000_000_00  # fen


def note(label: Any, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    """A few lines of text."""
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, required=required, max_length=2000, widget=area, help_text=help_text)


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # the class takes no parameters when it runs
    """Somebody at work, with the unit, since names repeat."""

    def __init__(self, **more: Any) -> None:
        rows = Employee.objects.filter(is_active=True).select_related("unit").order_by("name")
        super().__init__(queryset=rows, **more)

    def label_from_instance(self, obj: Any) -> str:
        return now_("%(name)s（%(unit)s）") % {"name": obj.name, "unit": obj.unit}


class ApproveForm(ActorForm):
    note = note(_("审批意见"))


class RejectForm(ActorForm):
    note = note(_("驳回理由"), required=True, help_text=_("申请人会看到这段话。只缺材料时，请用“退回补充”。"))


class ReturnForm(ActorForm):
    """What is missing, and where it goes on."""

    note = note(_("需要补充什么"), required=True, help_text=_("申请人会看到这段话，补充后可以重新提交。"))
    start = forms.ChoiceField(
        label=_("补充后从哪里继续"), widget=forms.RadioSelect, initial=HERE,
        choices=[(HERE, _("回到我这一步")), (FIRST, _("从第一步重新审批"))],
    )  # fmt: skip


class ResubmitForm(ActorForm):
    """The reason, completed."""

    reason = forms.CharField(label=_("申请理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    note = note(_("补充说明"), help_text=_("说明这次补充了什么；文件请在页面的“附件”里上传。"))

    def prepare(self) -> None:
        """The reason as it was given."""
        if self.obj is not None:
            self.fields["reason"].initial = self.obj.reason


class PassForm(ActorForm):
    """To whom it goes. Never to who asks."""

    employee = PersonField(label=_("交给"))
    note = note(_("说明"))

    def prepare(self) -> None:
        """Without the requester and oneself."""
        field: Any = self.fields["employee"]
        besides = [self.actor.id, self.obj.requested_by_id if self.obj is not None else None]
        field.queryset = field.queryset.exclude(pk__in=[pk for pk in besides if pk is not None])


class AssignForm(PassForm):
    """Somebody who decides where nobody can; whoever helps may name himself, unless it is his own request."""

    def prepare(self) -> None:
        """Without the requester."""
        field: Any = self.fields["employee"]
        field.label = _("由谁审批")
        if self.obj is not None:
            field.queryset = field.queryset.exclude(pk=self.obj.requested_by_id)


class FlowForm(ActorForm):
    """What a flow is for, when it is begun; later what goes with its steps."""

    kind = forms.ChoiceField(label=_("审批事项"), choices=kind_choices, help_text=_("已有草稿时，打开那份草稿。"))
    urge_minutes = forms.IntegerField(
        label=_("两次催办至少间隔（工作分钟）"), min_value=1, max_value=10_000, initial=URGE_MINUTES
    )
    copied = RecordsField(
        label=_("抄送"), queryset=Employee.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("他们会收到通知，可以查看，不参与审批。"),
    )  # fmt: skip
    note = forms.CharField(label=_("修改说明"), max_length=200, required=False)

    def prepare(self) -> None:
        """Adding asks for the kind alone, changing for the rest."""
        if self.obj is None:
            for name in ("urge_minutes", "copied", "note"):
                del self.fields[name]
            return
        del self.fields["kind"]
        self.fields["copied"].queryset = Employee.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]


class StepForm(ActorForm):
    """One step: who, how many of them, from which amount on, how long."""

    who = forms.ChoiceField(label=_("由谁审批"), choices=Who.choices, widget=forms.RadioSelect, initial=Who.POSITION)
    power = forms.ChoiceField(label=_("权限"), required=False, help_text=_("数据范围包含申请部门的人。"))
    position = forms.ModelChoiceField(
        label=_("岗位"), required=False, queryset=Position.objects.filter(active=True).order_by("name"),
        empty_label=_("请选择"),
        help_text=_("离申请部门最近的任职者；申请部门及其上级部门里都没有时，取全公司的任职者。"),
    )  # fmt: skip
    levels = forms.IntegerField(
        label=_("向上几级"), required=False, min_value=1, max_value=9, initial=1,
        help_text=_("1 是直接上级；级数超过时，到最上一级为止。"),
    )  # fmt: skip
    person = PersonField(label=_("指定的人"), required=False, empty_label=_("请选择"))
    every = forms.TypedChoiceField(
        label=_("有几个人时"), coerce=lambda value: value == "1", initial="0", widget=forms.RadioSelect,
        choices=[("0", _("一人同意即可")), ("1", _("须全部同意"))],
    )  # fmt: skip
    beside = forms.BooleanField(
        label=_("与上一步同时进行"), required=False, help_text=_("同时征求意见，各步都同意才往下走。")
    )
    from_yuan = forms.CharField(
        label=_("起始金额（元）"),
        required=False,
        max_length=20,
        help_text=_("金额达到多少才需要这一步；留空表示都需要。"),
    )
    hours = forms.IntegerField(
        label=_("处理时限（工作小时）"), required=False, min_value=1, max_value=1000,
        help_text=_("快到期时提醒，超时告知审批人的上级；留空表示不限。"),
    )  # fmt: skip
    name = forms.CharField(
        label=_("步骤名称"), required=False, max_length=40, help_text=_("例如“部门审核”；留空时显示由谁审批。")
    )

    def prepare(self) -> None:
        """The powers there are, by group; the step as it is."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in powers.every():
            groups.setdefault(str(one.group), []).append((one.code, str(one.label)))
        self.fields["power"].choices = [("", _("请选择")), *groups.items()]  # type: ignore[attr-defined]
        if self.obj is not None:
            step = self.obj
            self.initial = {
                **{
                    name: getattr(step, name)
                    for name in ("who", "power", "position", "levels", "person", "beside", "name")
                },
                "every": "1" if step.every else "0",
                "from_yuan": "" if step.from_fen is None else plain_yuan(step.from_fen),
                "hours": step.minutes // HOUR if step.minutes else None,
            }

    def clean(self) -> dict[str, Any]:
        """As the action takes it: fen and minutes."""
        data = super().clean() or {}
        text, hours = (data.pop("from_yuan", "") or "").strip(), data.pop("hours", None)
        try:
            data["from_fen"] = parse_yuan(text) if text else None
        except ValueError as error:
            self.add_error("from_yuan", str(error))
            return data
        if data["from_fen"] is not None and not 0 < data["from_fen"] <= HIGHEST:
            self.add_error("from_yuan", _("请填写大于零的金额。"))
        data["minutes"] = hours * HOUR if hours else None
        return data


class TryForm(ActorForm):
    """A request to be tried: whose, about which unit, how much."""

    requester = PersonField(label=_("申请人"))
    unit = forms.ModelChoiceField(
        label=_("申请部门"), queryset=OrgUnit.objects.filter(active=True).order_by("path"), required=False,
        empty_label=_("申请人所在部门"),
    )  # fmt: skip
    amount = forms.CharField(label=_("金额（元）"), required=False, max_length=20)

    def clean_amount(self) -> int | None:
        """Fen; None for no amount."""
        text = self.cleaned_data["amount"].strip()
        try:
            return parse_yuan(text) if text else None
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class DeputyForm(ActorForm):
    """Who stands in, from when to when."""

    employee = PersonField(label=_("被代理人"), required=False, help_text=_("留空表示本人。"))
    deputy = PersonField(label=_("代理人"))
    from_day = forms.DateField(label=_("开始日期"), widget=forms.DateInput(attrs={"type": "date"}))
    until_day = forms.DateField(label=_("结束日期"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("原因"), max_length=100, required=False)

    def prepare(self) -> None:
        """Only who keeps the organisation names a deputy for others."""
        if not self.actor.can(KEEPERS):
            del self.fields["employee"]
