"""Sending rules as pages and JSON."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.kernel.actor import Actor
from keqiao.kernel.forms import ActorForm
from keqiao.kernel.resource import Column, Fact, Resource, register
from keqiao.kernel.templatetags.ui import badge
from keqiao.surveys.actions.sending import change_rule, create_rule
from keqiao.surveys.link_resource import published
from keqiao.surveys.models import SendingRule, Survey
from keqiao.tickets.models import Kind


class RuleForm(ActorForm):
    """Which occasion sends which survey, to how many, how often."""

    name = forms.CharField(label=_("规则名称"), max_length=60)
    survey = forms.ModelChoiceField(label=_("问卷"), queryset=Survey.objects.none())
    event = forms.ChoiceField(
        label=_("发送时机"), choices=SendingRule.Event.choices,
        help_text=_("自动关闭、联系不上客户的和没有人实际办理过的工单不发。"),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("适用的工单类型"), choices=Kind.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选即为全部类型。"),
    )  # fmt: skip
    share = forms.IntegerField(
        label=_("发送比例（%）"), min_value=1, max_value=100, initial=100, help_text=_("例如 30：平均每 100 件办结发 30 件。")
    )  # fmt: skip
    rest_days = forms.IntegerField(
        label=_("同一客户间隔天数"), min_value=0, max_value=730, initial=30,
        help_text=_("这些天里已经给客户发过任何问卷，就不再发；0 为不限。"),
    )  # fmt: skip
    delay_hours = forms.IntegerField(
        label=_("延迟小时数"), min_value=0, max_value=720, initial=2, help_text=_("办结后过几小时发；客户休息时间自动顺延。")
    )  # fmt: skip
    way = forms.ChoiceField(label=_("发送方式"), choices=SendingRule.Way.choices)
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def prepare(self) -> None:
        """Surveys that can be answered, and the rule's own."""
        rows = published()
        if self.obj is not None:
            rows = (rows | Survey.objects.filter(pk=self.obj.survey_id)).distinct()
        self.fields["survey"].queryset = rows  # type: ignore[attr-defined]  # a choice of models


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Kept by those who keep the rules."""
    return verb != "export" and actor.can("settings.change")


def kinds(obj: SendingRule, _actor: Actor) -> str:
    """The kinds of ticket in words."""
    labels = dict(Kind.choices)
    return str(_("、")).join(str(labels.get(kind, kind)) for kind in obj.kinds) or str(_("全部类型"))


def state(obj: SendingRule, _actor: Actor) -> str:
    """Whether it holds."""
    return str(_("在用") if obj.active else _("停用"))


RULES = register(
    Resource(
        model=SendingRule,
        name="survey-rules",
        title=pgettext_lazy("list", "问卷发送规则"),
        icon="survey",
        visible=lambda actor: SendingRule.objects.all() if allowed(actor, "view") else SendingRule.objects.none(),
        allowed=allowed,
        related=("survey",),
        columns=(
            Column(name="name", label=_("规则名称"), value=lambda o, a: o.name),
            Column(name="event", label=_("发送时机"), value=lambda o, a: str(o.get_event_display())),
            Column(name="survey", label=_("问卷"), value=lambda o, a: o.survey.name),
            Column(name="kinds", label=_("适用的工单类型"), value=kinds),
            Column(name="share", label=_("发送比例（%）"), type=int, numeric=True, value=lambda o, a: o.share),
            Column(name="rest_days", label=_("同一客户间隔天数"), type=int, numeric=True, value=lambda o, a: o.rest_days),
            Column(
                name="state", label=_("状态"), value=state,
                render=lambda o, a: badge(state(o, a), "success" if o.active else "neutral"),
            ),
        ),
        facts=(
            Fact(name="delay_hours", label=_("延迟小时数"), type=int, value=lambda o, a: o.delay_hours),
            Fact(name="way", label=_("发送方式"), value=lambda o, a: str(o.get_way_display())),
        ),
        order="pk",
        form=RuleForm,
        create=create_rule,
        update=change_rule,
        create_label=_("新增发送规则"),
        empty=_("新增第一条规则，客户办完事就会自动收到问卷。"),
    )
)  # fmt: skip
