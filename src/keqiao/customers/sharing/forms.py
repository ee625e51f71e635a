"""What sharing out, picking and giving back ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.customers.archive.fields import DivisionWordField
from keqiao.customers.models import Ability, Customer, Poaching, ShareOut, SharingSettings, Territory, tier_choices
from keqiao.customers.owning import limits
from keqiao.customers.sharing import people, planning
from keqiao.kernel.forms import ActorForm, RecordsField
from keqiao.org.models import Employee, OrgUnit


def number(name: str, most: int, help_text: Any = "", least: int = 0) -> forms.IntegerField:
    """A whole number of the department's row."""
    label = SharingSettings._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # a column
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text)


class SettingsForm(ActorForm):
    """First contact, the pool, limits."""

    contact_days = number("contact_days", 365, _("从交给负责人算起，到期没有任何联系记录就退回公海。0 表示不要求。"))
    warn_days = number("warn_days", 60)
    cool_days = number("cool_days", 365, _("客户退回公海以后，原负责人几天内不能再领同一位。"))
    owned_limit = number("owned_limit", 1_000_000, _("0 表示不限。个人的上限在“分配权重”里单独设置。"))
    picks_a_day = number("picks_a_day", 10_000, _("0 表示不限。"))
    poaching = forms.ChoiceField(label=_("抢占不属于任何区域的客户时"), choices=Poaching.choices)
    protection_days = number("protection_days", 3650, _("从交给负责人或最后一次联系算起。0 表示一直保护。"))
    statement_days = number("statement_days", 60, _("被举报人几天内陈述，过期可以直接裁定。"), 1)


class PeopleField(RecordsField):
    """People with what they have and can carry."""

    def label_from_instance(self, obj: Employee) -> str:
        """林依诺 · 投诉组 · 手上 32 位 · 权重 120%."""
        load: people.Load | None = getattr(obj, "load", None)
        said = [obj.unit.name]
        if load is not None:
            said.append(now_("手上 %(n)d 位") % {"n": load.has})
            said.append(now_("权重 %(n)d%%") % {"n": load.weight})
            if load.limited:
                said.append(now_("还能接 %(n)d 位") % {"n": load.room})
            if load.paused:
                said.append(now_("暂停接收"))
        return " · ".join([obj.name, *said])


def any_tier() -> list[tuple[str, Any]]:
    """Any tier, or one of those in use."""
    return [("", _("不限")), *tier_choices()]


class ShareForm(ActorForm):
    """Which customers of the pool, to whom, and how."""

    way = forms.ChoiceField(
        label=_("分配方式"), choices=ShareOut.Way.choices, initial=ShareOut.Way.WEIGHTED,
        help_text=_("按手上客户数分，让每个人分完以后尽量均匀；按权重时，权重 200% 的人承担两倍。"),
    )  # fmt: skip
    by_territory = forms.BooleanField(
        label=_("只分给客户所属区域的人员"), required=False, help_text=_("不属于任何区域的客户不分。")
    )
    source = forms.ChoiceField(label=_("来源"), required=False, choices=[("", _("不限")), *Customer.Source.choices])
    territory = forms.ModelChoiceField(
        label=_("销售区域"), required=False, empty_label=_("不限"),
        queryset=Territory.objects.filter(active=True).order_by("place", "pk"),
    )  # fmt: skip
    tier = forms.ChoiceField(label=_("客户等级"), required=False, choices=any_tier)
    place = DivisionWordField(label=_("省、市或区县"), required=False, max_length=40)
    most = forms.IntegerField(
        label=_("最多分多少位"), min_value=1, max_value=planning.MOST, initial=500, help_text=_("先建档的先分。")
    )
    employees = PeopleField(
        label=_("分给谁"), queryset=Employee.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一个人。")}, help_text=_("保存的是方案，看过以后再执行，现在不会分给任何人。"),
    )  # fmt: skip

    def prepare(self) -> None:
        """Those within reach, with their loads; how many there are to share out."""
        rows = people.within(self.actor)
        field: Any = self.fields["employees"]
        field.queryset = rows
        loads = people.loads(rows, limits.settings())
        for load in loads:
            load.employee.load = load  # type: ignore[attr-defined]  # carried to label_from_instance
        field.choices = [(one.employee.pk, field.label_from_instance(one.employee)) for one in loads]
        waiting = planning.pool(self.actor).count()
        self.fields["most"].help_text = now_("公海里现在有 %(n)d 位客户可以分配，先建档的先分。") % {"n": waiting}


class AbilityForm(ActorForm):
    """How much somebody carries."""

    employee = forms.ModelChoiceField(label=_("员工"), queryset=Employee.objects.none())
    weight = forms.IntegerField(
        label=_("能力权重（%）"), min_value=1, max_value=1000, initial=100, help_text=_("100 为常人，200 承担两倍。")
    )
    owned_limit = forms.IntegerField(
        label=_("最多负责多少位客户"), min_value=1, max_value=1_000_000, required=False,
        help_text=_("不填按“公海与分配规则”的上限。"),
    )  # fmt: skip
    paused = forms.BooleanField(
        label=_("暂停接收"), required=False, help_text=_("休假、培训期间不参与分配，仍可自己领取。")
    )

    def prepare(self) -> None:
        """Those within reach who have none yet; when changing, the person stays."""
        if self.obj is not None:
            del self.fields["employee"]
            return
        rows = people.within(self.actor).exclude(pk__in=Ability.objects.values("employee"))
        self.fields["employee"].queryset = rows  # type: ignore[attr-defined]  # a choice of records


class ShareRuleForm(ActorForm):
    """Which new customers go to whom by themselves."""

    name = forms.CharField(label=_("规则名称"), max_length=40)
    place = forms.IntegerField(
        label=_("判断顺序"), min_value=1, max_value=9999, initial=10, help_text=_("数字小的先判断，第一条符合的生效。")
    )
    unit = forms.ModelChoiceField(
        label=_("哪个部门的公海"), queryset=OrgUnit.objects.none(), help_text=_("包括下级部门新建的无负责人客户。")
    )
    team = forms.ModelChoiceField(
        label=_("分给哪个部门"), queryset=OrgUnit.objects.none(), help_text=_("部门及下级中可以领取客户的员工。")
    )
    source = forms.ChoiceField(label=_("来源"), required=False, choices=[("", _("不限")), *Customer.Source.choices])
    territory = forms.ModelChoiceField(
        label=_("销售区域"), required=False, empty_label=_("不限"),
        queryset=Territory.objects.filter(active=True).order_by("place", "pk"),
    )  # fmt: skip
    weighted = forms.BooleanField(label=_("按能力权重"), required=False, initial=True)
    active = forms.BooleanField(label=_("启用"), required=False, help_text=_("启用以后，新客户一建档就自动分配。"))

    def prepare(self) -> None:
        """Units within reach."""
        reach = self.actor.reach("customer.share")
        rows = OrgUnit.objects.filter(active=True).order_by("path")
        if reach is None or not reach.everything:
            rows = rows.filter(pk__in=reach.units if reach else ())
        for name in ("unit", "team"):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]  # a choice of records


class ReleaseForm(ActorForm):
    """Why a customer goes back."""

    reason = forms.CharField(
        label=_("退回原因"), min_length=2, max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如：多次联系不上、已搬到外地、需求不符。"),
    )  # fmt: skip


class ContactForm(ActorForm):
    """That one has spoken with the customer."""

    WAYS = (
        ("phone", _("电话")), ("wechat", _("微信")), ("visit", _("上门")), ("email", _("邮件")), ("sms", _("短信")),
        ("other", _("其他")),
    )  # fmt: skip
    way = forms.ChoiceField(label=_("联系方式"), choices=WAYS)
    note = forms.CharField(
        label=_("联系结果"), min_length=2, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("客户说了什么，下一步做什么。"),
    )  # fmt: skip
