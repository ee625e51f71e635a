"""Forms of login, passwords, employees, units and positions."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers
from keqiao.kernel.forms import ActorForm, RecordsField, day
from keqiao.kernel.resource import resources
from keqiao.org import holders, passwords, scopes
from keqiao.org.models import Employee, OrgUnit, Position, Scope
from keqiao.org.models.passwords import LONGEST, MOST_KEPT, SHORTEST

DAYS = [(30, _("30 天")), (90, _("90 天")), (365, _("一年")), (0, _("长期有效"))]


class LoginForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("用户名"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def secret_field(label: Any, complete: str, **more: Any) -> forms.CharField:
    """A password: typed blind, taken as it is; `complete` tells the browser which of its own to offer."""
    widget = forms.PasswordInput(attrs={"autocomplete": complete})
    return forms.CharField(label=label, strip=False, max_length=200, widget=widget, **more)


def code_field(**more: Any) -> forms.CharField:
    """The code of the phone, or a recovery code."""
    attrs = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
    return forms.CharField(label=_("验证码"), max_length=40, widget=forms.TextInput(attrs=attrs), **more)


class CodeForm(forms.Form):
    """The second step of a login."""

    code = code_field(help_text=_("手机验证器上的六位数字。手机不在身边时，输入一个恢复码。"))
    trusted = forms.BooleanField(
        label=_("信任这台设备，30 天内不再询问"), required=False, help_text=_("不要在公用的电脑上勾选。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    new_password = secret_field(_("新密码"), "new-password")
    repeated = secret_field(_("再输一次新密码"), "new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password"].help_text = passwords.help_text()

    def clean(self) -> dict[str, Any]:
        """Both entries of the new password must agree."""
        data = super().clean() or {}
        if data.get("new_password") != data.get("repeated"):
            self.add_error("repeated", _("两次输入的新密码不一致。"))
        return data


class PasswordForm(NewPasswordForm):
    """The old password and the new one, twice."""

    old_password = secret_field(_("现在的密码"), "current-password")
    field_order = ("old_password", "new_password", "repeated")


class PasswordRulesForm(ActorForm):
    """What new passwords must be like."""

    min_length = forms.IntegerField(
        label=_("最短长度"), min_value=SHORTEST, max_value=LONGEST, help_text=_("个字符。长度比花样更能防猜。")
    )
    refuse_common = forms.BooleanField(
        label=_("不接受常见密码"), required=False, help_text=_("最常用的两万个密码一律不收。")
    )
    expires_days = forms.IntegerField(
        label=_("有效天数"), min_value=0, max_value=3650, help_text=_("到期后登录须先更换。0 表示一直有效。")
    )
    history = forms.IntegerField(
        label=_("不得与最近几次相同"), min_value=0, max_value=MOST_KEPT, help_text=_("0 表示不比较。")
    )


class TokenForm(forms.Form):
    """What a token is for, what it opens and for how long."""

    name = forms.CharField(label=_("用途"), max_length=60, help_text=_("例如：与订单系统对接"))
    days = forms.TypedChoiceField(label=_("有效期"), coerce=int, choices=DAYS, initial=90)
    access = forms.ChoiceField(
        label=_("可以做什么"), widget=forms.RadioSelect, initial=scopes.READ,
        choices=[(scopes.READ, _("只读取")), (scopes.WRITE, _("读取和修改"))],
    )  # fmt: skip
    resources = forms.MultipleChoiceField(
        label=_("可以用哪些数据"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("不选表示全部。无论怎么选，都不会超出您自己的权限。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resources"].choices = [(one.name, one.title) for one in resources()]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """Name, scopes and end of the token, as the action takes them."""
        data = self.cleaned_data
        ends = timezone.now() + timedelta(days=data["days"]) if data["days"] else None
        opened = [f"{name}:{data['access']}" for name in data["resources"] or [scopes.ALL]]
        return {"name": data["name"], "scopes": opened, "expires_at": ends}


class UnderstoodForm(ActorForm):
    """A form that says what its change would take away, and saves only when that is confirmed.

    Subclasses answer `after(before)`: who holds what once this is saved. The tick shows only when there is a warning.
    """

    understood = forms.BooleanField(label=_("我已了解，仍要保存"), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["understood"] = self.fields.pop("understood")  # below what it is about

    def after(self, before: holders.Holders) -> holders.Holders:
        """Who would hold which powers."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Warn once; with the tick it goes through."""
        data = super().clean() or {}
        if not self.errors and not data.get("understood"):
            before = holders.holders()
            said = holders.warnings(self.actor, before, self.after(before))
            if said:
                self.fields["understood"].widget = forms.CheckboxInput()
                self.add_error("understood", " ".join([*said, str(_("请勾选确认，或改回原来的设置。"))]))
        data.pop("understood", None)
        return data


class UnitForm(ActorForm):
    """A unit of the organisation."""

    name = forms.CharField(label=_("名称"), max_length=80)
    kind = forms.ChoiceField(label=_("类型"), choices=OrgUnit.Kind.choices)
    parent = forms.ModelChoiceField(label=_("上级"), queryset=OrgUnit.objects.filter(active=True), required=False)


class UnitChangeForm(UnitForm):
    """A unit with its leader."""

    leader = forms.ModelChoiceField(label=_("负责人"), queryset=Employee.objects.filter(is_active=True), required=False)


class PositionForm(UnderstoodForm):
    """A position with its powers."""

    name = forms.CharField(label=_("岗位名称"), max_length=60)
    purpose = forms.CharField(label=_("岗位目的"), max_length=200, required=False)
    scope = forms.ChoiceField(label=_("数据范围"), choices=Scope.choices)
    reveals_a_day = forms.IntegerField(
        label=_("每日可查看完整信息的次数"), initial=50, min_value=0, max_value=10_000,
        help_text=_("客户的完整电话、邮箱和证件号码。一人有几个岗位时按最多的算。"),
    )  # fmt: skip
    second_factor = forms.BooleanField(
        label=_("登录须两步验证"), required=False,
        help_text=_("担任这个岗位的人登录后须先设置手机验证码，才能继续使用。"),
    )  # fmt: skip
    powers = forms.MultipleChoiceField(label=_("权限"), widget=forms.CheckboxSelectMultiple, required=False)

    def prepare(self) -> None:
        """Every declared power, under the heading of its kind."""
        groups = [
            (kind.label, [(power.code, f"{power.label} · {power.group}") for power in members])
            for kind, members in powers.by_kind()
        ]
        self.fields["powers"].choices = groups  # type: ignore[attr-defined]

    def after(self, before: holders.Holders) -> holders.Holders:
        """The same people, the position with other powers."""
        return before if self.obj is None else before.with_position(self.obj.pk, self.cleaned_data["powers"])

    def clean_name(self) -> str:
        """Two positions of one name would be told apart by nobody."""
        name: str = self.cleaned_data["name"]
        if Position.objects.filter(name=name).exclude(pk=self.obj.pk if self.obj else 0).exists():
            raise forms.ValidationError(_("已有同名岗位。"))
        return name


class EmployeeForm(UnderstoodForm):
    """An employee."""

    username = forms.RegexField(
        label=_("用户名"), max_length=40, regex=r"^[A-Za-z0-9._-]+$", help_text=_("字母、数字、点、横线；登录时用。"),
        error_messages={"invalid": _("只能用字母、数字、点、横线和下划线。")},
    )  # fmt: skip
    name = forms.CharField(label=_("姓名"), max_length=40)
    unit = forms.ModelChoiceField(label=_("组织单元"), queryset=OrgUnit.objects.filter(active=True))
    positions = RecordsField(
        label=_("岗位"), queryset=Position.objects.filter(active=True), widget=forms.CheckboxSelectMultiple
    )
    manager = forms.ModelChoiceField(
        label=_("直接上级"), queryset=Employee.objects.filter(is_active=True), required=False
    )
    phone = forms.CharField(label=_("手机"), max_length=20, required=False)
    email = forms.EmailField(label=_("邮箱"), required=False)
    joined_on = day(_("入职日期"), required=False)
    password = forms.CharField(
        label=_("初始密码"), required=False, strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("首次登录须更换。留空则暂时不能登录。"),
    )  # fmt: skip

    def prepare(self) -> None:
        """The password is set here only for a new employee."""
        if self.obj is not None:
            del self.fields["password"]

    def after(self, before: holders.Holders) -> holders.Holders:
        """The same positions, this person in other ones."""
        return (
            before
            if self.obj is None
            else before.with_employee(self.obj.pk, [one.pk for one in self.cleaned_data["positions"]])
        )

    def clean_username(self) -> str:
        """User names are unique whatever their case."""
        username = str(self.cleaned_data["username"]).lower()
        if Employee.objects.filter(username=username).exclude(pk=self.obj.pk if self.obj else 0).exists():
            raise forms.ValidationError(_("这个用户名已有人使用，请换一个。"))
        return username


class LeaverForm(UnderstoodForm):
    """When an employee leaves."""

    def after(self, before: holders.Holders) -> holders.Holders:
        """Without this person."""
        return before.with_employee(self.obj.pk, [])

    left_on = day(
        _("离职日期"), required=False, help_text=_("名下还有工作的，请改用员工页面上的“移交工作或办理离职”。")
    )


class ResetForm(ActorForm):
    """A password given by the administrator."""

    password = forms.CharField(
        label=_("新密码"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("对方下次登录须更换。"),
    )
