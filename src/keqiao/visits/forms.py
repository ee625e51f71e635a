"""What visits and rectifications ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.forms import ActorForm, moment
from keqiao.org.models import Employee
from keqiao.visits.models import Visit, VisitAttempt

LONG = 2000


class YesNoField(forms.TypedChoiceField):
    """Two radio buttons that give a bool; JSON's own true and false are understood too."""

    def __init__(self, *, yes: Any, no: Any, **kwargs: Any) -> None:
        choices = [("true", yes), ("false", no)]
        super().__init__(
            choices=choices, coerce=lambda word: word == "true", empty_value=None, widget=forms.RadioSelect, **kwargs
        )

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).lower()


def score_field() -> forms.TypedChoiceField:
    """Satisfaction from 1 to 5."""
    return forms.TypedChoiceField(
        label=_("满意度"), choices=Visit.Score.choices, coerce=int, empty_value=None, widget=forms.RadioSelect,
        error_messages={"required": _("请选择 1 到 5 分的满意度。"), "invalid_choice": _("请选择 1 到 5 分的满意度。")},
    )  # fmt: skip


def solved_field() -> YesNoField:
    """Whether the matter is solved."""
    return YesNoField(
        label=_("问题是否解决"), yes=_("已解决"), no=_("没有解决"),
        error_messages={"required": _("请选择问题是否已解决。"), "invalid_choice": _("请选择问题是否已解决。")},
    )  # fmt: skip


def of_plan(form: ActorForm) -> None:
    """Where no matter came before, nothing can be solved: the question is whether there is one."""
    if form.obj is not None and form.obj.ticket_id is None:
        field: Any = form.fields["solved"]
        field.label, field.choices = _("有没有要处理的问题"), [("true", _("没有问题")), ("false", _("有问题"))]


class ResultForm(ActorForm):
    """What the customer said on the phone."""

    satisfaction = score_field()
    solved = solved_field()

    def prepare(self) -> None:
        """A visit by plan asks whether anything is to be dealt with."""
        of_plan(self)

    said = forms.CharField(
        label=_("客户意见"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": _("客户的原话、表扬、建议或不满意的原因")}),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """What the customer answers by the signed link."""

    satisfaction = score_field()
    solved = solved_field()
    said = forms.CharField(
        label=_("您的意见或建议（选填）"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 500, "placeholder": _("哪里做得好，哪里需要改进？")}),
    )  # fmt: skip


class AttemptForm(ActorForm):
    """A try that brought no answer."""

    outcome = forms.ChoiceField(
        label=_("联系结果"), widget=forms.RadioSelect,
        choices=[choice for choice in VisitAttempt.Outcome.choices if choice[0] != VisitAttempt.Outcome.ANSWERED],
    )  # fmt: skip
    next_at = moment(
        _("下次联系时间"), required=False,
        help_text=_("不填则占线半小时后、无人接听两小时后再联系，自动避开客户休息时间。"),
    )  # fmt: skip
    note = forms.CharField(label=_("说明"), required=False, max_length=300)


class DeskForm(ActorForm):
    """One line at the desk: what came of the call, and what the customer said. Keys choose, Enter saves."""

    outcome = forms.ChoiceField(
        label=_("联系结果"), required=False, choices=VisitAttempt.Outcome.choices, widget=forms.RadioSelect
    )
    satisfaction = score_field()
    solved = solved_field()
    next_at = moment(_("约定时间"), required=False)
    said = forms.CharField(
        label=_("客户意见"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("客户的原话、表扬、建议或不满意的原因")}),
    )  # fmt: skip

    def prepare(self) -> None:
        """Score and answer are asked for only where the customer was reached."""
        of_plan(self)
        for name in ("satisfaction", "solved"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Without a word about the call it was answered; a time counts only where one was agreed."""
        data = super().clean() or {}
        data["outcome"] = data.get("outcome") or str(VisitAttempt.Outcome.ANSWERED)
        if data["outcome"] != VisitAttempt.Outcome.LATER:
            data["next_at"] = None
        return data


class RescheduleForm(ActorForm):
    """Another time."""

    next_at = moment(_("改到什么时间"))
    reason = forms.CharField(label=_("原因"), required=False, max_length=300)


class AssignForm(ActorForm):
    """Who makes the visit."""

    assignee = forms.ModelChoiceField(label=_("回访人"), queryset=Employee.objects.none())

    def prepare(self) -> None:
        """Active people of the units that the power reaches."""
        people = Employee.objects.filter(is_active=True)
        reach = self.actor.reach("visit.assign")
        if reach is None:
            people = people.none()
        elif not reach.everything:
            people = people.filter(unit_id__in=reach.units)
        self.fields["assignee"].queryset = people.order_by("unit__path", "name")  # type: ignore[attr-defined]


class ReasonForm(ActorForm):
    """Why."""

    reason = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class PlanForm(ActorForm):
    """What will be done about a low score."""

    plan = forms.CharField(
        label=_("整改计划"), max_length=LONG, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("写明原因、措施、负责人和完成时间。"),
    )  # fmt: skip

    def prepare(self) -> None:
        """A plan that is there already is shown again."""
        if self.obj is not None:
            self.fields["plan"].initial = self.obj.plan


class FinishForm(ActorForm):
    """What was done."""

    proof = forms.CharField(
        label=_("完成情况与证明"), max_length=LONG, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("写明做了什么、何时做完、有什么凭据可查。"),
    )  # fmt: skip


class CheckForm(ActorForm):
    """Whether it holds."""

    passed = YesNoField(label=_("检查结论"), yes=_("检查通过"), no=_("检查不通过，退回继续整改"))
    note = forms.CharField(
        label=_("检查意见"), required=False, max_length=LONG, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("不通过时必须写明哪里没有做到。"),
    )  # fmt: skip


class ReportForm(ActorForm):
    """What the general manager is told."""

    report = forms.CharField(label=_("上报说明"), max_length=LONG, widget=forms.Textarea(attrs={"rows": 5}))
