"""Visit rules as pages and JSON."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.care.forms import any_tier
from keqiao.care.models import CarePlan
from keqiao.customers.models import Segment, tier_name
from keqiao.customers.segments.resource import visible_segments
from keqiao.kernel.actor import Actor
from keqiao.kernel.forms import ActorForm
from keqiao.kernel.resource import Column, Fact, Resource, Verb, register
from keqiao.kernel.resource.pages import verb_buttons
from keqiao.org.models import OrgUnit
from keqiao.tickets.models import Kind
from keqiao.visits.actions import run_plan
from keqiao.visits.actions.rules import change_rule, create_rule, pause_rule, resume_rule
from keqiao.visits.models import CLOSING, MIDDLE, OPENING, VisitRule

PLACES = _("可用的词：{客户称呼}、{客服姓名}、{公司}、{单号}、{事项}、{处理结果}、{告知日期}，回访时自动换成实际内容。")


def words(label: Any, initial: Any, help_text: Any = "") -> forms.CharField:
    """Call words."""
    return forms.CharField(
        label=label, initial=initial, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text=help_text
    )


def number(label: Any, low: int, high: int, when: str, **more: Any) -> forms.IntegerField:
    """A whole number that only some occasions ask for: `when` names them, the page hides it for all others."""
    widget = forms.NumberInput(attrs={"data-when": f"occasion={when}"})
    return forms.IntegerField(label=label, min_value=low, max_value=high, required=False, widget=widget, **more)


PLANS = "period,festival,store_day,once"
LASTING = "festival,store_day"


class RuleForm(ActorForm):
    """When a visit is made and for whom, how soon, and what is said."""

    name = forms.CharField(label=_("规则名称"), max_length=60)
    occasion = forms.ChoiceField(
        label=_("回访时机"), choices=VisitRule.Occasion.choices, required=False, initial="event",
        help_text=_("除“事项办理后”外，系统每天夜里按计划生成回访，每位客户每期只生成一次。"),
    )  # fmt: skip
    event = forms.ChoiceField(
        label=_("触发时机"), choices=VisitRule.Event.choices, required=False,
        widget=forms.Select(attrs={"data-when": "occasion=event"}),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("适用的工单类型"), choices=Kind.choices, initial=[Kind.COMPLAINT.value], required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"data-when": "occasion=event"}),
    )  # fmt: skip
    every_months = number(_("每几个月一次"), 1, 24, "period", help_text=_("回访均匀分布在这几个月的工作日里。"))
    festival = forms.ChoiceField(
        label=_("节日"), choices=[("", _("请选择")), *CarePlan.Festival.choices], required=False,
        widget=forms.Select(attrs={"data-when": "occasion=festival"}),
    )  # fmt: skip
    month = number(_("月"), 1, 12, "store_day")
    day = number(_("日"), 1, 31, "store_day")
    ahead_days = number(_("提前几天开始"), 0, 60, LASTING, initial=3, help_text=_("最迟在当天回访完。"))
    tier = forms.ChoiceField(
        label=_("客户等级"),
        choices=any_tier,
        required=False,
        widget=forms.Select(attrs={"data-when": f"occasion={PLANS}"}),
    )
    segment = forms.ModelChoiceField(
        label=_("客户分群"), queryset=Segment.objects.none(), required=False, empty_label=_("全部客户"),
        widget=forms.Select(attrs={"data-when": f"occasion={PLANS}"}),
    )  # fmt: skip
    unit = forms.ModelChoiceField(
        label=_("回访部门"), queryset=OrgUnit.objects.filter(active=True).order_by("path"), required=False,
        help_text=_("计划回访必须指定；事项回访不填时由经办部门回访。"),
    )  # fmt: skip
    most_a_day = number(_("每天最多生成"), 1, 5000, PLANS, initial=50, help_text=_("没有生成完的，第二天接着生成。"))
    gap_days = forms.IntegerField(
        label=_("多少天内回访过的不再回访"), min_value=0, max_value=3650, required=False, initial=30,
        help_text=_("0 表示不限。投诉处理结果的回访不受此限。"),
    )  # fmt: skip
    after_days = number(_("几天后回访"), 0, 365, "event", initial=0, help_text=_("用于工单办结和来访接待。"))
    within_days = forms.IntegerField(
        label=_("完成时限（天）"), min_value=1, max_value=90, required=False, initial=3,
        help_text=_("从告知客户、事项办结、接待或计划生成时算起；节日和店庆日的回访最迟到当天。"),
    )  # fmt: skip
    counting = forms.ChoiceField(
        label=_("时限按"), choices=VisitRule.Counting.choices, required=False, initial=VisitRule.Counting.WORKING.value,
        help_text=_("工作日按回访部门的工作日历计算，下班和休息日不算；自然日每天都算。"),
    )  # fmt: skip
    max_attempts = forms.IntegerField(label=_("最多尝试次数"), min_value=1, max_value=20, initial=3)
    low_score = forms.IntegerField(
        label=_("低分线"), min_value=0, max_value=4, initial=2, help_text=_("满意度不高于此分时须整改。")
    )
    rectify_days = forms.IntegerField(label=_("整改时限（工作日）"), min_value=1, max_value=90, initial=5)
    opening = words(_("开场白"), OPENING, PLACES)
    middle = words(_("主体话术"), MIDDLE)
    closing = words(_("结束语"), CLOSING)
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def prepare(self) -> None:
        """Selections that the person may use, and the one that the rule has."""
        rows = visible_segments(self.actor)
        kept = self.obj.segment_id if self.obj else None
        rows = Segment.objects.filter(Q(pk__in=rows.values("pk")) | Q(pk=kept or 0))
        self.fields["segment"].queryset = rows.order_by("name")  # type: ignore[attr-defined]  # a choice of models

    def clean(self) -> dict[str, Any]:
        """What was left empty is as usual."""
        data = super().clean() or {}
        for name, usual in USUAL.items():
            if data.get(name) in (None, ""):
                data[name] = usual
        return data


USUAL = {
    "occasion": "event", "event": "ticket.told", "ahead_days": 0, "gap_days": 30, "most_a_day": 50, "after_days": 0,
    "within_days": 3, "counting": "working",
}  # fmt: skip


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Kept by those who keep the rules."""
    if verb == "export" or not actor.can("settings.change"):
        return False
    if obj is None:
        return True
    if verb == "run":
        return bool(obj.occasion != VisitRule.Occasion.EVENT and obj.active and not obj.paused)
    return verb not in {"pause", "resume"} or obj.paused == (verb == "resume")


def state(obj: VisitRule, _actor: Actor) -> str:
    """In use, paused or out of use."""
    if not obj.active:
        return now_("停用")
    return now_("已暂停") if obj.paused else now_("在用")


def occasion(obj: VisitRule, _actor: Actor) -> str:
    """When a visit is made."""
    match obj.occasion:
        case VisitRule.Occasion.PERIOD:
            return now_("每 %(n)s 个月一次") % {"n": obj.every_months}
        case VisitRule.Occasion.FESTIVAL:
            return str(obj.get_festival_display())
        case VisitRule.Occasion.STORE_DAY:
            return now_("每年 %(month)s 月 %(day)s 日") % {"month": obj.month, "day": obj.day}
        case VisitRule.Occasion.ONCE:
            return str(obj.get_occasion_display())
    return str(obj.get_event_display())


def within(obj: VisitRule, _actor: Actor) -> str:
    """How soon it must be done."""
    if obj.counting == VisitRule.Counting.CALENDAR:
        return now_("%(n)s 个自然日") % {"n": obj.within_days}
    return now_("%(n)s 个工作日") % {"n": obj.within_days}


def whom(obj: VisitRule, _actor: Actor) -> str:
    """Which tickets or customers it is about, in words."""
    if obj.occasion != VisitRule.Occasion.EVENT:
        parts = [tier_name(obj.tier) if obj.tier else "", obj.segment.name if obj.segment else ""]
        return " · ".join(part for part in parts if part) or now_("全部客户")
    if obj.event == VisitRule.Event.RECEIVED:
        return now_("来访客户")
    if obj.event in {VisitRule.Event.DELIVERED, VisitRule.Event.SERVED}:
        return now_("收到货或接受服务的客户")
    labels = dict(Kind.choices)
    return str(_("、")).join(str(labels.get(kind, kind)) for kind in obj.kinds)


def detail(request: Any, obj: VisitRule) -> Mapping[str, Any]:
    """Plans have a dry run."""
    buttons = verb_buttons(RULES, request.actor, obj)
    if obj.occasion != VisitRule.Occasion.EVENT:
        buttons.insert(0, (_("试算"), reverse("visit-plan", args=[obj.pk]), "search", "primary", False))
    return {"page": {"verbs": buttons}}


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
            Column(name="occasion", label=_("回访时机"), value=occasion),
            Column(name="whom", label=_("回访对象"), value=whom),
            Column(name="unit", label=_("回访部门"), value=lambda o, a: o.unit.name if o.unit else ""),
            Column(name="within", label=_("完成时限"), value=within),
            Column(name="low_score", label=_("低分线"), type=int, numeric=True, value=lambda o, a: o.low_score),
            Column(name="active", label=_("状态"), value=state),
        ),
        facts=(
            Fact(name="gap_days", label=_("多少天内回访过的不再回访"), type=int, value=lambda o, a: o.gap_days),
            Fact(name="most_a_day", label=_("每天最多生成"), type=int, value=lambda o, a: o.most_a_day),
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
        related=("unit", "segment__owner"),
        detail=detail,
        verbs=(
            Verb(
                name="run",
                label=_("立即生成"),
                action=run_plan,
                icon="play",
                done=_("回访已生成并分给在岗的回访人员。"),
                confirm=_("现在就按这个计划生成今天的回访，不等到夜里。已经生成过的客户不会重复。"),
            ),
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
        empty=_("新增第一条规则，客户被告知结果后，或到了计划的日子，就会自动生成回访。"),
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
