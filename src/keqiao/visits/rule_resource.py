"""Visit rules as pages and JSON."""

from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import humanise
from keqiao.kernel.forms import ActorForm
from keqiao.kernel.resource import Column, Fact, Resource, Verb, register
from keqiao.tickets.models import Kind
from keqiao.visits.actions.rules import change_rule, create_rule, pause_rule, resume_rule
from keqiao.visits.models import CLOSING, MIDDLE, OPENING, VisitRule

PLACES = _("可用的词：{客户称呼}、{客服姓名}、{公司}、{单号}、{事项}、{处理结果}、{告知日期}，回访时自动换成实际内容。")


def words(label: Any, initial: Any, help_text: Any = "") -> forms.CharField:
    """Call words."""
    return forms.CharField(
        label=label, initial=initial, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text=help_text
    )


class RuleForm(ActorForm):
    """When a visit is made, how soon, and what is said."""

    name = forms.CharField(label=_("规则名称"), max_length=60)
    event = forms.ChoiceField(label=_("触发时机"), choices=VisitRule.Event.choices)
    kinds = forms.MultipleChoiceField(
        label=_("适用的工单类型"),
        choices=Kind.choices,
        initial=[Kind.COMPLAINT.value],
        widget=forms.CheckboxSelectMultiple,
    )
    within_hours = forms.IntegerField(label=_("完成时限（小时）"), min_value=1, max_value=720, initial=72)
    max_attempts = forms.IntegerField(label=_("最多尝试次数"), min_value=1, max_value=20, initial=3)
    low_score = forms.IntegerField(
        label=_("低分线"), min_value=0, max_value=4, initial=2, help_text=_("满意度不高于此分时须整改。")
    )
    rectify_days = forms.IntegerField(label=_("整改时限（工作日）"), min_value=1, max_value=90, initial=5)
    opening = words(_("开场白"), OPENING, PLACES)
    middle = words(_("主体话术"), MIDDLE)
    closing = words(_("结束语"), CLOSING)
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Kept by those who keep the rules."""
    if verb == "export" or not actor.can("settings.change"):
        return False
    return obj is None or verb not in {"pause", "resume"} or obj.paused == (verb == "resume")


def state(obj: VisitRule, _actor: Actor) -> str:
    """In use, paused or out of use."""
    if not obj.active:
        return now_("停用")
    return now_("已暂停") if obj.paused else now_("在用")


def kinds(obj: VisitRule, _actor: Actor) -> str:
    """The kinds of ticket in words."""
    labels = dict(Kind.choices)
    return str(_("、")).join(str(labels.get(kind, kind)) for kind in obj.kinds)


RULES = register(
    Resource(
        model=VisitRule,
        name="visit-rules",
        title=_("回访规则与话术"),
        icon="visit",
        visible=lambda actor: VisitRule.objects.all() if allowed(actor, "view") else VisitRule.objects.none(),
        allowed=allowed,
        columns=(
            Column(name="name", label=_("规则名称"), value=lambda o, a: o.name),
            Column(name="event", label=_("触发时机"), value=lambda o, a: str(o.get_event_display())),
            Column(name="kinds", label=_("适用的工单类型"), value=kinds),
            Column(name="within", label=_("完成时限"), value=lambda o, a: humanise(o.within_hours * 60)),
            Column(name="low_score", label=_("低分线"), type=int, numeric=True, value=lambda o, a: o.low_score),
            Column(name="active", label=_("状态"), value=state),
        ),
        facts=(
            Fact(name="within_hours", label=_("完成时限（小时）"), type=int, value=lambda o, a: o.within_hours),
            Fact(name="max_attempts", label=_("最多尝试次数"), type=int, value=lambda o, a: o.max_attempts),
            Fact(name="rectify_days", label=_("整改时限（工作日）"), type=int, value=lambda o, a: o.rectify_days),
            Fact(name="opening", label=_("开场白"), value=lambda o, a: o.opening),
            Fact(name="middle", label=_("主体话术"), value=lambda o, a: o.middle),
            Fact(name="closing", label=_("结束语"), value=lambda o, a: o.closing),
        ),
        order="pk",
        form=RuleForm,
        create=create_rule,
        update=change_rule,
        create_label=_("新增回访规则"),
        verbs=(
            Verb(
                name="pause",
                label=_("暂停"),
                action=pause_rule,
                icon="pause",
                done=_("已暂停，回访台不再出现这条规则的回访。"),
                confirm=_("已生成的回访会保留，恢复后继续；工单产生的回访照常生成，只是先不出现在回访台。"),
            ),
            Verb(name="resume", label=_("恢复"), action=resume_rule, icon="play", primary=True, done=_("已恢复。")),
        ),
        empty=_("新增第一条规则，客户被告知结果后就会自动生成回访。"),
    )
)

wording.declare(
    {
        "visit_rule.created": _("新增回访规则"),
        "visit_rule.changed": _("修改回访规则"),
        "visit_rule.paused": _("暂停回访规则"),
        "visit_rule.resumed": _("恢复回访规则"),
    }
)
