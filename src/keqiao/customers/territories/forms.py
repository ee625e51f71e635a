"""What a territory is drawn by, and the one that a customer is put into by hand."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Customer, Poaching, Territory
from keqiao.customers.rules import division_of
from keqiao.kernel import divisions
from keqiao.kernel.forms import ActorForm
from keqiao.org.models import OrgUnit

MOST = 300


class DivisionsField(forms.CharField):
    """Divisions, one a line, by name from the province downwards or by code; cleaned to codes. JSON may send a list."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> Any:
        """JSON's list as lines."""
        return super().to_python("\n".join(map(str, value)) if isinstance(value, list) else value)

    def prepare_value(self, value: Any) -> Any:
        """Codes as people write them."""
        if not isinstance(value, list):
            return value
        return "\n".join(" ".join(step.name for step in divisions.path(code)) or code for code in value)

    def clean(self, value: Any) -> Any:
        """Each line must be a division for sure."""
        text = str(super().clean(value) or "").replace("；", "\n").replace(";", "\n")
        codes = [one_division(line.strip()) for line in text.splitlines() if line.strip()]
        if len(codes) > MOST:
            raise ValidationError(now_("最多 %(n)s 个地区，请改用上一级的省或市。") % {"n": MOST})
        return list(dict.fromkeys(codes))


def one_division(text: str) -> str:
    """The code of what is written; says what to do when it is nothing, or two."""
    if divisions.get(text) is not None:
        return text
    named = divisions.named(text)
    if len(named) == 1:
        return named[0]
    if len(named) > 1:
        places = now_("、").join("".join(step.name for step in divisions.path(code)) for code in named[:4])
        raise ValidationError(
            now_("有几个地方叫“%(raw)s”：%(places)s。请连同上级一起写。") % {"raw": text[:40], "places": places}
        )
    return division_of(text)


class TerritoryForm(ActorForm):
    """Conditions, who looks after it, and what happens to those who take its customers."""

    name = forms.CharField(label=_("区域名称"), max_length=40)
    place = forms.IntegerField(
        label=_("判断顺序"), min_value=1, max_value=9999, initial=10,
        help_text=_("数字小的先判断，客户归入第一个符合的区域。"),
    )  # fmt: skip
    unit = forms.ModelChoiceField(
        label=_("负责部门"), queryset=OrgUnit.objects.filter(active=True).order_by("path"),
        help_text=_("这个部门和它的下级的员工可以负责本区域的客户。"),
    )  # fmt: skip
    divisions = DivisionsField(
        label=_("地区"), required=False, max_length=8000,
        help_text=_("每行一个省、市或区县，例如“山东省”“江苏省 南京市”。不填表示不限地区。"),
    )  # fmt: skip
    industries = forms.MultipleChoiceField(
        label=_("行业"), required=False, choices=[one for one in Customer.Industry.choices if one[0]],
        widget=forms.CheckboxSelectMultiple, help_text=_("不选表示不限行业。"),
    )  # fmt: skip
    agent = forms.ModelChoiceField(
        label=_("代理公司"), required=False, queryset=OrgUnit.objects.filter(kind="agent", active=True).order_by("path"),
        empty_label=_("不限"), help_text=_("只包括所属部门是这家代理公司的客户。"),
    )  # fmt: skip
    protection_days = forms.IntegerField(
        label=_("保护期（天）"), min_value=0, max_value=3650, initial=90,
        help_text=_("从交给负责人或最后一次联系算起，期内别人不得接手。0 表示一直保护。"),
    )  # fmt: skip
    poaching = forms.ChoiceField(
        label=_("抢占客户时"), choices=Poaching.choices, initial=Poaching.REFUSE,
        help_text=_("别人接手保护期内的客户，或外区域的人领取本区域的客户。"),
    )  # fmt: skip
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)


class FixForm(ActorForm):
    """The territory of one customer."""

    territory = forms.ChoiceField(label=_("销售区域"), help_text=_("指定以后不再随规则变化，直到选回“按规则划分”。"))

    def prepare(self) -> None:
        """The territories in force, and handing it back to the rules."""
        rows = Territory.objects.filter(active=True).order_by("place", "pk").values_list("pk", "name")
        choices = [
            ("rule", now_("按规则划分")),
            ("none", now_("不属于任何区域")),
            *((str(pk), name) for pk, name in rows),
        ]
        self.fields["territory"].choices = choices  # type: ignore[attr-defined]
        if self.obj is not None:
            now = str(self.obj.territory_id) if self.obj.territory_id else "none"
            self.fields["territory"].initial = now if self.obj.territory_by_hand else "rule"
