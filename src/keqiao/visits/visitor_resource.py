"""Who makes visits, as pages and JSON: quota, limit, weight, days away."""

from django import forms
from django.db.models import Count, Q, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.forms import ActorForm, day
from keqiao.kernel.resource import Column, Resource, register
from keqiao.kernel.templatetags.ui import badge
from keqiao.org.models import Employee
from keqiao.visits import policies
from keqiao.visits.actions.visitors import add_visitor, change_visitor
from keqiao.visits.models import Visitor
from keqiao.visits.queries import list_url
from keqiao.visits.sharing import is_away


class VisitorForm(ActorForm):
    """How many visits somebody makes and is given, and when not."""

    employee = forms.ModelChoiceField(label=_("回访人"), queryset=Employee.objects.none())
    quota = forms.IntegerField(
        label=_("每日任务量"),
        min_value=0,
        max_value=500,
        initial=Visitor.QUOTA,
        help_text=_("回访台按它显示当天进度。"),
    )
    daily_limit = forms.IntegerField(
        label=_("每日分配上限"), min_value=0, max_value=500, initial=Visitor.LIMIT,
        help_text=_("一天最多分给这位员工多少个回访，超出的由部门待领取，第二天再分。"),
    )  # fmt: skip
    weight = forms.IntegerField(
        label=_("分配比重"), min_value=0, max_value=10, initial=Visitor.WEIGHT,
        help_text=_("2 是 1 的两倍，0 表示不参加分配。"),
    )  # fmt: skip
    away_from = day(_("不在岗起"), required=False, help_text=_("不在岗期间到期的回访会立即分给其他在岗的人。"))
    away_until = day(_("不在岗止"), required=False, help_text=_("不填表示一直不在岗，直到清空起始日期。"))

    def prepare(self) -> None:
        """People within reach who have no settings yet; whose settings they are never changes."""
        if self.obj is not None:
            del self.fields["employee"]
            return
        people = Employee.objects.filter(is_active=True, visiting=None)
        rows = self.actor.rows("visit.assign", owner="pk")
        people = people.filter(rows) if rows is not None else people
        self.fields["employee"].queryset = people.order_by("unit__path", "name")  # type: ignore[attr-defined]  # a choice of models


def visible(actor: Actor) -> QuerySet[Visitor]:
    """With what each has before him."""
    waiting = Count("employee__visits", filter=Q(employee__visits__open=True))
    return policies.visitors(actor).annotate(waiting=waiting)


def state(obj: Visitor, actor: Actor) -> str:
    """At work, away, or not taking part."""
    return now_("不在岗") if is_away(obj, dates.today()) else now_("在岗") if obj.weight else now_("不参加分配")


def state_badge(obj: Visitor, actor: Actor) -> str:
    """The same as a coloured word."""
    away = is_away(obj, dates.today())
    return badge(state(obj, actor), "warning" if away else "success" if obj.weight else "neutral")


def away(obj: Visitor, actor: Actor) -> str:
    """From when to when."""
    if obj.away_from is None:
        return ""
    return f"{obj.away_from:%Y-%m-%d} – {obj.away_until:%Y-%m-%d}" if obj.away_until else f"{obj.away_from:%Y-%m-%d} –"


def waiting(obj: Visitor, actor: Actor) -> int:
    """How many open visits the person has."""
    return int(obj.waiting)  # type: ignore[attr-defined]  # annotated


def waiting_link(obj: Visitor, actor: Actor) -> str:
    """The same, leading to them."""
    number = waiting(obj, actor)
    url = list_url(assignee=obj.employee_id, view="open")
    return format_html('<a class="link" href="{}">{}</a>', url, number) if number else "0"


VISITORS = register(
    Resource(
        model=Visitor,
        name="visitors",
        title=_("回访人员"),
        icon="people",
        visible=visible,
        allowed=policies.allowed_visitor,
        related=("employee__unit",),
        columns=(
            Column(name="name", label=_("姓名"), value=lambda o, a: o.employee.name),
            Column(name="unit", label=_("部门"), value=lambda o, a: o.employee.unit.name),
            Column(name="state", label=_("状态"), value=state, render=state_badge),
            Column(name="waiting", label=_("待回访"), type=int, numeric=True, value=waiting, render=waiting_link),
            Column(name="quota", label=_("每日任务量"), type=int, numeric=True, value=lambda o, a: o.quota),
            Column(
                name="daily_limit", label=_("每日分配上限"), type=int, numeric=True, value=lambda o, a: o.daily_limit
            ),
            Column(name="weight", label=_("分配比重"), type=int, numeric=True, value=lambda o, a: o.weight),
            Column(name="away", label=_("不在岗"), value=away),
        ),
        order="pk",
        form=VisitorForm,
        create=add_visitor,
        update=change_visitor,
        create_label=_("安排回访人员"),
        empty=_("没有单独安排的人都按每天任务 5 个、最多分 40 个、比重 1 平均分配。要调整谁，就在这里安排。"),
    )
)

wording.declare({"visitor.added": _("安排回访人员"), "visitor.changed": _("修改回访人员安排")})
